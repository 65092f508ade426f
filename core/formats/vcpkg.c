/*
 * vcpkg.c: vcpkg.json, the manifest of vcpkg.
 *
 * Source: "vcpkg.json reference" of vcpkg's documentation. A manifest is not quite a lockfile, but
 * with its baseline and overrides it is all that pins versions there.
 *
 * `overrides` pin a version; `dependencies` are names, or objects with "version>=".
 *
 * Identity: the name. An override takes the place of a dependency of the same name.
 *
 * Conventions: a dependency's version is the least that it allows, as far as the manifest says;
 * what only the host needs while building is "dev".
 */
#include "core/formats/shared/members.h"
#include "core/formats/shared/seen.h"
#include "formats.h"

static bool recognise(un_value root) {
    bool dependencies = un_type_of(un_get(root, UN_SLICE("dependencies"))) == UN_ARRAY;
    bool overrides = un_type_of(un_get(root, UN_SLICE("overrides"))) == UN_ARRAY;
    bool baseline = un_type_of(un_get(root, UN_SLICE("builtin-baseline"))) == UN_STRING;
    bool named = un_type_of(un_get(root, UN_SLICE("name"))) == UN_STRING;
    return baseline || ((dependencies || overrides) && named);
}

static un_slice version_of(un_value object) {
    static const char *const members[] = {"version", "version-semver", "version-date",
                                          "version-string", "version>="};
    un_slice version = {NULL, 0};
    for (size_t i = 0; !version.len && i < sizeof members / sizeof *members; i++)
        version = un_get_string(object, un_slice_of(members[i]));
    /* "1.2#3": the port's own revision. */
    return version.len ? un_slice_part(version, 0, un_slice_find(version, '#')) : version;
}

/* Adds what was not named before. */
static un_status add(un_packages *out, un_seen *seen, un_value entry, un_error *error) {
    bool plain = un_type_of(entry) == UN_STRING, known;
    un_slice name = plain ? un_string(entry) : un_get_string(entry, UN_SLICE("name"));
    size_t number;
    un_status status = un_seen_find(seen, name, UN_SLICE(""), &number, &known, error);
    if (status != UN_OK || known)
        return status;
    un_package package = {.at = (uint32_t)entry.at, .name = name, .version = version_of(entry)};
    if (un_true(un_get(entry, UN_SLICE("host"))))
        package.group = UN_SLICE("dev");
    return un_packages_add(out, &package, error);
}

static un_status read_list(un_packages *out, un_seen *seen, un_value list, un_error *error) {
    un_value entry;
    un_status status = UN_OK;
    un_cursor c = un_walk(list);
    while (status == UN_OK && un_next(&c, NULL, &entry))
        status = add(out, seen, entry, error);
    return status;
}

static un_status read_vcpkg(un_packages *out, un_value root, un_error *error) {
    un_seen seen = {.count = 0};
    un_status status = read_list(out, &seen, un_get(root, UN_SLICE("overrides")), error);
    if (status == UN_OK)
        status = read_list(out, &seen, un_get(root, UN_SLICE("dependencies")), error);
    un_seen_free(&seen);
    return status;
}

static const char *const filenames[] = {"vcpkg.json", NULL};
static const char *const header[] = {"$schema",
                                     "name",
                                     "version",
                                     "version-string",
                                     "version-semver",
                                     "version-date",
                                     "port-version",
                                     "description",
                                     "summary",
                                     "maintainers",
                                     "homepage",
                                     "documentation",
                                     "license",
                                     "supports",
                                     "configuration",
                                     "vcpkg-configuration",
                                     NULL};
static const char *const lists[] = {"dependencies", "overrides", "features", "default-features",
                                    NULL};

const un_format un_format_vcpkg = {
    .name = "vcpkg",
    .title = "vcpkg vcpkg.json",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_NIX,
    .identity = UN_IDENTITY_FIRST,
    .named = true,
    .recognise = recognise,
    .header = header,
    .lists = lists,
    .read = read_vcpkg,
};
