/*
 * package_resolved.c: Swift's Package.resolved, versions 1 to 3.
 *
 * Source: Swift Package Manager's documentation, and real lockfiles.
 *
 * Version 1: `object.pins` with package and repositoryURL. Versions 2 and 3: `pins` with identity,
 * kind and location. All: `state` with version, branch, revision.
 *
 * Identity: the name; in version 1 it may stand twice, from two places.
 *
 * Conventions, where the field's readers differ:
 *   - the name is the identity, in version 1 the package's, as syft has it and as people say it.
 *     osv-scalibr (since 2026, and of versions 2 and 3 alone) and trivy name a package by its place
 *     without "https://" and ".git", as SwiftURL of OSV does;
 *   - what follows a branch has a revision and no version; trivy gives it the branch for one, and
 *     leaves out what has a revision alone;
 *   - what is asked for stands in Package.swift alone.
 */
#include "core/formats/shared/edition.h"
#include "core/formats/shared/members.h"
#include "formats.h"

static un_value pins_of(un_value root) {
    un_value pins = un_get(root, UN_SLICE("pins"));
    return un_type_of(pins) == UN_ARRAY
               ? pins
               : un_get(un_get(root, UN_SLICE("object")), UN_SLICE("pins"));
}

static bool recognise(un_value root) {
    return un_type_of(pins_of(root)) == UN_ARRAY &&
           un_type_of(un_get(root, UN_SLICE("version"))) == UN_NUMBER;
}

static un_slice source_of(un_slice kind) {
    if (un_slice_equal(kind, UN_SLICE("registry")))
        return kind;
    return un_slice_equal(kind, UN_SLICE("localSourceControl")) ? UN_SLICE("path")
                                                                : UN_SLICE("git");
}

/* Version 1 calls the name `package`, the others `identity`. */
static un_status read_pin(un_packages *out, un_slice key, un_value pin, un_error *error) {
    un_value identity, name, kind, state, location, repository;
    const un_member members[] = {
        {UN_SLICE("identity"), &identity}, {UN_SLICE("package"), &name},
        {UN_SLICE("kind"), &kind},         {UN_SLICE("state"), &state},
        {UN_SLICE("location"), &location}, {UN_SLICE("repositoryURL"), &repository}};
    (void)key;
    if (un_type_of(pin) != UN_OBJECT)
        return un_fail_type(error, pin, "a pin object");
    un_members(pin, members, sizeof members / sizeof *members);
    un_package package = {.at = (uint32_t)pin.at,
                          .name = un_string(un_string(identity).len ? identity : name),
                          .version = un_get_string(state, UN_SLICE("version")),
                          .source = source_of(un_string(kind)),
                          .revision = un_get_string(state, UN_SLICE("revision")),
                          .url = un_string(un_string(location).len ? location : repository)};
    return un_packages_add(out, &package, error);
}

static un_status read_resolved(un_packages *out, un_value root, un_error *error) {
    un_status status = un_edition_check(root, "Package.resolved", 1, 3, error);
    return status == UN_OK ? un_each(out, pins_of(root), UN_ARRAY, "pins", read_pin, error)
                           : status;
}

static const char *const filenames[] = {"Package.resolved", NULL};
static const char *const header[] = {"version", "originHash", NULL};
static const char *const lists[] = {"pins", NULL};

const un_format un_format_package_resolved = {
    .name = "package-resolved",
    .title = "Swift Package.resolved, versions 1 to 3",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_SEMVER,
    .identity = UN_IDENTITY_SET,
    .names = UN_NAMES_CASELESS,
    .recognise = recognise,
    .header = header,
    .lists = lists,
    .read = read_resolved,
};
