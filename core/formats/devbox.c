/*
 * devbox.c: Devbox's devbox.lock.
 *
 * Source: Devbox's documentation, and real lockfiles.
 *
 * `packages."curl@latest"`: version, resolved (a flake reference), and per system the store paths.
 *
 * Identity: (name, system); one name may stand in several versions ("python@3.11", "python@3.12").
 *
 * Conventions: the name is what stands before the "@", also for what a person asked to be "latest".
 * An entry with `systems` is one package on each of them, whose store path is the derivation. A
 * flake reference ("github:NixOS/nixpkgs/nixpkgs-unstable") goes by itself and has no version. The
 * revision is the commit in `resolved`, and a package came out when that did: at last_modified, of
 * nixpkgs as a whole, so its version may be older. The page is that of a flake's repository; one of
 * nixpkgs would tell nothing of a package. All are asked for by name, but for nixpkgs as a whole,
 * out of which Devbox itself takes what it needs.
 */
#include "core/formats/shared/commit.h"
#include "core/formats/shared/forge.h"
#include "core/formats/shared/members.h"
#include "formats.h"

static bool recognise(un_value root) {
    return un_type_of(un_get(root, UN_SLICE("lockfile_version"))) != UN_ABSENT &&
           un_type_of(un_get(root, UN_SLICE("packages"))) == UN_OBJECT;
}

/* That of the default output, else the stated one, else that of the first output. */
static un_slice store_path(un_value system) {
    un_value output;
    un_slice first = {NULL, 0};
    un_cursor c = un_walk(un_get(system, UN_SLICE("outputs")));
    while (un_next(&c, NULL, &output)) {
        un_slice path = un_get_string(output, UN_SLICE("path"));
        if (un_true(un_get(output, UN_SLICE("default"))))
            return path;
        first = first.len ? first : path;
    }
    un_slice stated = un_get_string(system, UN_SLICE("store_path"));
    return stated.len ? stated : first;
}

/* A flake reference has a colon and its own use of "@". */
static un_slice name_of(un_slice key) {
    size_t at = un_slice_find_last(key, '@');
    bool reference = un_slice_find(key, ':') < key.len;
    return reference || at == 0 ? key : un_slice_part(key, 0, at);
}

static un_status add_systems(un_packages *out, un_package package, un_value systems,
                             un_error *error) {
    un_value entry;
    un_status status = UN_OK;
    un_cursor c = un_walk(systems);
    while (status == UN_OK && un_next(&c, &package.system, &entry)) {
        package.derivation = store_path(entry);
        status = un_packages_add(out, &package, error);
    }
    return status;
}

/* An entry without systems, as a flake reference, is one package that runs anywhere. */
static un_status read_package(un_packages *out, un_slice key, un_value object, un_error *error) {
    un_value version, resolved, source, systems, modified;
    const un_member members[] = {{UN_SLICE("version"), &version},
                                 {UN_SLICE("resolved"), &resolved},
                                 {UN_SLICE("source"), &source},
                                 {UN_SLICE("systems"), &systems},
                                 {UN_SLICE("last_modified"), &modified}};
    if (un_type_of(object) != UN_OBJECT)
        return un_fail_value(error, object, "packages.%.*s is no object", un_slice_shown(key),
                             key.ptr);
    un_members(object, members, sizeof members / sizeof *members);
    un_package package = {.at = (uint32_t)object.at,
                          .name = name_of(key),
                          .version = un_string(version),
                          .source = un_string(source),
                          .revision = un_commit_in(un_string(resolved)),
                          .released = un_date_of(modified)};
    if (!package.released)
        package.released = un_forge_date_of_flake(un_string(resolved));
    if (!package.source.len)
        package.source = UN_SLICE("flake");
    if (un_slice_find(key, ':') < key.len && !un_forge_of_flake(&package.url, key, &out->arena))
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    if (un_slice_starts(key, UN_SLICE("github:NixOS/nixpkgs/")) &&
        un_slice_find(key, '#') == key.len)
        package.direct = UN_DIRECT_NO;
    un_cursor each = un_walk(systems);
    if (un_type_of(systems) == UN_OBJECT && each.next < each.end)
        return add_systems(out, package, systems, error);
    return un_packages_add(out, &package, error);
}

static un_status read_devbox(un_packages *out, un_value root, un_error *error) {
    return un_each(out, un_get(root, UN_SLICE("packages")), UN_OBJECT, "packages", read_package,
                   error);
}

static const char *const filenames[] = {"devbox.lock", NULL};
static const char *const header[] = {"lockfile_version", NULL};
static const char *const lists[] = {"packages", NULL};

const un_format un_format_devbox = {
    .name = "devbox",
    .title = "Devbox devbox.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_MIXED,
    .identity = UN_IDENTITY_SET,
    .named = true,
    .recognise = recognise,
    .header = header,
    .lists = lists,
    .read = read_devbox,
};
