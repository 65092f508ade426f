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
 * revision is the commit in `resolved`.
 */
#include "core/formats/shared/commit.h"
#include "core/formats/shared/members.h"
#include "formats.h"

static bool recognise(un_value root) {
    return un_type_of(un_get(root, UN_SLICE("lockfile_version"))) != UN_ABSENT &&
           un_type_of(un_get(root, UN_SLICE("packages"))) == UN_OBJECT;
}

/* Of the outputs the first that is there by default. */
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

static un_status add_systems(un_packages *out, const un_package *model, un_value systems,
                             un_error *error) {
    un_slice system;
    un_value entry;
    un_status status = UN_OK;
    un_cursor c = un_walk(systems);
    while (un_next(&c, &system, &entry)) {
        un_package *package = un_add_named(out, model->name, entry, &status, error);
        if (!package)
            return status;
        *package = *model;
        package->system = system;
        package->derivation = store_path(entry);
    }
    return status;
}

static un_status read_package(un_packages *out, un_slice key, un_value object, un_error *error) {
    enum {
        VERSION,
        RESOLVED,
        SOURCE,
        SYSTEMS,
        MEMBERS
    };
    static const un_slice names[] = {UN_SLICE("version"), UN_SLICE("resolved"), UN_SLICE("source"),
                                     UN_SLICE("systems")};
    un_value member[MEMBERS];
    un_status status = UN_OK;
    if (un_type_of(object) != UN_OBJECT)
        return un_fail_value(error, object, "packages.%.*s is no object", un_slice_shown(key),
                             key.ptr);
    un_members(object, names, member, MEMBERS);
    un_package model = {.name = name_of(key),
                        .version = un_string(member[VERSION]),
                        .source = un_string(member[SOURCE]),
                        .revision = un_commit_in(un_string(member[RESOLVED]))};
    if (!model.source.len)
        model.source = UN_SLICE("flake");
    un_cursor systems = un_walk(member[SYSTEMS]);
    if (un_type_of(member[SYSTEMS]) == UN_OBJECT && systems.next < systems.end)
        return add_systems(out, &model, member[SYSTEMS], error);
    un_package *package = un_add_named(out, model.name, object, &status, error);
    if (package)
        *package = model;
    return status;
}

static un_status read_devbox(un_packages *out, un_value root, un_error *error) {
    return un_each(out, un_get(root, UN_SLICE("packages")), UN_OBJECT, "packages", read_package,
                   error);
}

static const char *const filenames[] = {"devbox.lock", NULL};

const un_format un_format_devbox = {
    .name = "devbox",
    .title = "Devbox devbox.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_NIX,
    .identity = UN_IDENTITY_SET,
    .recognise = recognise,
    .read = read_devbox,
};
