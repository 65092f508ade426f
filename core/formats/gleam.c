/*
 * gleam.c: Gleam's manifest.toml.
 *
 * Source: "manifest.toml" of Gleam's documentation, and real manifests.
 *
 * `packages`, a list of tables with name, version, build_tools, requirements, otp_app and source:
 * "hex" with outer_checksum, "git" with repo and commit, or "local" with path. Beside it
 * `requirements`, what the project asked for.
 *
 * Identity: the name.
 *
 * Conventions: direct is what `requirements` names. The project itself does not stand in the file.
 * A local package is listed, with source "path". The outer checksum stands for the contents; what
 * comes from git has its commit as revision.
 */
#include "core/formats/shared/asked.h"
#include "core/formats/shared/tables.h"
#include "formats.h"

/* Others have `packages`, too. */
static bool recognise(un_value root) {
    un_value first = {NULL, 0}, packages = un_get(root, UN_SLICE("packages"));
    un_cursor c = un_walk(packages);
    if (un_type_of(packages) != UN_ARRAY || !un_are_tables(packages) ||
        un_get(root, UN_SLICE("lock-version")).tree)
        return false;
    return un_type_of(un_get(root, UN_SLICE("requirements"))) == UN_OBJECT ||
           (un_next(&c, NULL, &first) && un_get(first, UN_SLICE("build_tools")).tree);
}

/* A project that asked for nothing may have no more than the list. */
static bool accept(un_value root) {
    un_value packages = un_get(root, UN_SLICE("packages")), member;
    size_t count = 0;
    for (un_cursor c = un_walk(root); un_next(&c, NULL, &member);)
        count++;
    return count == 1 && un_type_of(packages) == UN_ARRAY && un_are_tables(packages);
}

static un_slice source_of(un_slice source) {
    if (un_slice_equal(source, UN_SLICE("hex")))
        return UN_SLICE("registry");
    return un_slice_equal(source, UN_SLICE("local")) ? UN_SLICE("path") : source;
}

static un_status read_package(void *context, un_value table, un_error *error) {
    un_value name, version, source, checksum, commit;
    const un_member members[] = {{UN_SLICE("name"), &name},
                                 {UN_SLICE("version"), &version},
                                 {UN_SLICE("source"), &source},
                                 {UN_SLICE("outer_checksum"), &checksum},
                                 {UN_SLICE("commit"), &commit}};
    un_members(table, members, sizeof members / sizeof *members);
    un_status status = un_expect_toml_strings(members, sizeof members / sizeof *members, error);
    un_package package = {.name = un_string(name),
                          .version = un_string(version),
                          .source = source_of(un_string(source)),
                          .revision = un_string(commit),
                          .derivation = un_string(checksum)};
    return status == UN_OK ? un_packages_add(context, &package, error) : status;
}

static un_status mark_asked(un_packages *out, un_value requirements, un_error *error) {
    un_asked asked = {.told = un_type_of(requirements) == UN_OBJECT};
    un_slice name;
    un_value wanted;
    un_status status = UN_OK;
    un_cursor c = un_walk(asked.told ? requirements : (un_value){NULL, 0});
    while (status == UN_OK && un_next(&c, &name, &wanted))
        status = un_asked_note(&asked, name, UN_SLICE(""), error);
    if (status == UN_OK)
        un_asked_settle(&asked, out);
    un_asked_free(&asked);
    return status;
}

static un_status read_gleam(un_packages *out, un_value root, un_error *error) {
    un_status status =
        un_each_table(un_get(root, UN_SLICE("packages")), "packages", read_package, out, error);
    return status == UN_OK ? mark_asked(out, un_get(root, UN_SLICE("requirements")), error)
                           : status;
}

static const char *const filenames[] = {"manifest.toml", NULL};

const un_format un_format_gleam = {
    .name = "gleam",
    .title = "Gleam manifest.toml",
    .filenames = filenames,
    .syntax = UN_SYNTAX_TOML,
    .scheme = UN_SCHEME_HEX,
    .identity = UN_IDENTITY_FIRST,
    .recognise = recognise,
    .accept = accept,
    .read = read_gleam,
};
