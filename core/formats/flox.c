/*
 * flox.c: Flox's .flox/env/manifest.lock, lockfile-version 0 and 1.
 *
 * Source: the lockfile types of flox/flox, and real lockfiles.
 *
 * Identity: (install_id, system), the first of a duplicate wins; so the name is the install id,
 * which is also what Flox prints. Of two packages of one version, equal derivations are no change
 * even when `rev` moved: nixpkgs is a moving revision, the build is what counts.
 *
 * Version 1, an array; kinds told apart by their fields:
 *   catalog     snake_case: version, derivation, rev, group (default "toplevel")
 *   flake       kebab-case: locked-url, derivation; the version can be missing; no group; the
 *               revision is the one that locked-url names, if any
 *   store path  store_path alone; it stands for the revision, since there is no derivation
 * Version 0, objects by [system][install_id], null where a system has no such package:
 * info.version, input.attrs.rev; no derivation, so two of them are compared by version.
 *
 * What the catalog gives came out at rev_date (in version 0: input.attrs.lastModified), which is
 * when that revision of nixpkgs was made: its version may be older. scrape_date is when the catalog
 * saw it. The page is that of a flake's repository; one of nixpkgs would tell nothing of a package.
 *
 * install_id and system are required; any other field may be absent or null, but not of another
 * type. `manifest` and `compose` say what was asked for, not what is locked: ignored.
 */
#include "core/formats/shared/edition.h"
#include "core/formats/shared/forge.h"
#include "core/formats/shared/members.h"
#include "formats.h"

static bool recognise(un_value root) {
    return un_type_of(un_get(root, UN_SLICE("lockfile-version"))) != UN_ABSENT;
}

/* `rev` of the query of a locked url ("...?rev=1a2b&..."), or the commit in "github:o/r/1a2b". */
static un_slice revision_of_url(un_slice url) {
    static const char key[] = "rev=";
    for (size_t i = 0; i + sizeof key - 1 < url.len; i++)
        if (memcmp(url.ptr + i, key, sizeof key - 1) == 0) {
            const char *start = url.ptr + i + sizeof key - 1, *end = start;
            while (end < url.ptr + url.len && *end != '&')
                end++;
            return (un_slice){start, (size_t)(end - start)};
        }
    size_t end = 0;
    while (end < url.len && url.ptr[end] != '?')
        end++;
    size_t start = end;
    while (start > 0 && url.ptr[start - 1] != '/')
        start--;
    return end - start == 40 ? (un_slice){url.ptr + start, 40} : (un_slice){NULL, 0};
}

/* Another type than a string is a fault; absent and null are not. */
static bool read_field(un_slice *out, un_value entry, un_slice key) {
    un_value value = un_get(entry, key);
    un_type type = un_type_of(value);
    *out = un_string(value);
    return type == UN_STRING || type == UN_ABSENT || type == UN_NULL;
}

/* The name of the field that is of a wrong type, or NULL. */
static const char *read_fields(un_package *package, un_value entry) {
    un_slice url, store_path;
    const struct {
        const char *name;
        un_slice *out;
    } fields[] = {
        {"install_id", &package->name}, {"system", &package->system},
        {"version", &package->version}, {"derivation", &package->derivation},
        {"rev", &package->revision},    {"group", &package->group},
        {"store_path", &store_path},    {"locked-url", &url},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!read_field(fields[i].out, entry, un_slice_of(fields[i].name)))
            return fields[i].name;
    if (store_path.ptr) {
        package->source = UN_SLICE("store-path");
        package->revision = store_path;
    } else if (url.ptr) {
        package->source = UN_SLICE("flake");
        package->revision = revision_of_url(url);
        package->url = url;
    } else {
        package->source = UN_SLICE("catalog");
        package->released = un_date_of(un_get(entry, UN_SLICE("rev_date")));
        if (!package->group.len)
            package->group = UN_SLICE("toplevel");
    }
    return NULL;
}

static un_status read_package(un_packages *out, un_value entry, size_t index, un_error *error) {
    if (un_type_of(entry) != UN_OBJECT)
        return un_fail_value(error, entry, "packages[%zu] is no object", index);
    un_package package = {.at = (uint32_t)entry.at};
    const char *mistyped = read_fields(&package, entry);
    if (mistyped)
        return un_fail_value(error, entry, "packages[%zu].%s is no string", index, mistyped);
    if (!package.name.len || !package.system.len)
        return un_fail_value(error, entry, "packages[%zu] has no %s", index,
                             package.name.len ? "system" : "install_id");
    if (package.url.len && !un_forge_of_flake(&package.url, package.url, &out->arena))
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    return un_packages_add(out, &package, error);
}

static un_status read_version_1(un_packages *out, un_value packages, un_error *error) {
    un_value entry;
    un_status status = UN_OK;
    size_t index = 0;
    if (un_type_of(packages) != UN_ARRAY)
        return un_fail_value(error, packages, "`packages` is no array");
    for (un_cursor c = un_walk(packages); status == UN_OK && un_next(&c, NULL, &entry);)
        status = read_package(out, entry, index++, error);
    return status;
}

static un_status read_old_package(un_packages *out, un_slice system, un_slice id, un_value entry,
                                  un_error *error) {
    un_value input = un_get(entry, UN_SLICE("input"));
    un_value attributes = un_get(input, UN_SLICE("attrs"));
    un_package package = {.at = (uint32_t)entry.at,
                          .name = id,
                          .version =
                              un_get_string(un_get(entry, UN_SLICE("info")), UN_SLICE("version")),
                          .system = system,
                          .group = UN_SLICE("toplevel"),
                          .source = UN_SLICE("catalog"),
                          .revision = un_get_string(attributes, UN_SLICE("rev")),
                          .released = un_date_of(un_get(attributes, UN_SLICE("lastModified")))};
    if (!package.revision.len)
        package.revision = revision_of_url(un_get_string(input, UN_SLICE("url")));
    return un_packages_add(out, &package, error);
}

static un_status read_system(un_packages *out, un_slice system, un_value of_system,
                             un_error *error) {
    un_slice id;
    un_value entry;
    un_status status = UN_OK;
    for (un_cursor c = un_walk(of_system); status == UN_OK && un_next(&c, &id, &entry);) {
        un_type type = un_type_of(entry);
        if (type == UN_OBJECT)
            status = read_old_package(out, system, id, entry, error);
        else if (type != UN_NULL)
            status = un_fail_value(error, entry, "packages of system %.*s: not every one an object",
                                   un_slice_shown(system), system.ptr);
    }
    return status;
}

/* A system for which nothing is locked may be null. */
static un_status read_version_0(un_packages *out, un_value packages, un_error *error) {
    un_slice system;
    un_value of_system;
    un_status status = UN_OK;
    if (un_type_of(packages) != UN_OBJECT)
        return un_fail_value(error, packages, "`packages` is no object");
    for (un_cursor c = un_walk(packages); status == UN_OK && un_next(&c, &system, &of_system);) {
        un_type type = un_type_of(of_system);
        if (type == UN_OBJECT)
            status = read_system(out, system, of_system, error);
        else if (type != UN_NULL)
            status = un_fail_value(error, of_system, "packages of system %.*s are no object",
                                   un_slice_shown(system), system.ptr);
    }
    return status;
}

static un_status read_flox(un_packages *out, un_value root, un_error *error) {
    static const un_edition edition = {"lockfile-version", "Flox lockfile-version", "0 and 1", 0,
                                       1};
    int64_t version;
    un_value packages = un_get(root, UN_SLICE("packages"));
    un_status status = un_edition_read(&version, root, &edition, error);
    if (status != UN_OK)
        return status;
    return version == 0 ? read_version_0(out, packages, error)
                        : read_version_1(out, packages, error);
}

static const char *const filenames[] = {".flox/env/manifest.lock", "manifest.lock", NULL};

const un_format un_format_flox = {
    .name = "flox",
    .title = "Flox manifest.lock, versions 0 and 1",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_MIXED,
    .identity = UN_IDENTITY_FIRST,
    .named = true,
    .recognise = recognise,
    .read = read_flox,
};
