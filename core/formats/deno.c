/*
 * deno.c: Deno's deno.lock, versions 2 to 5.
 *
 * Source: Deno's documentation, and real lockfiles.
 *
 * `npm` and `jsr`, by "name@version"; version 3 has both below `packages`, version 2 has
 * `npm.packages`.
 *
 * Identity: the name; one name may stand in several versions. A package of JSR and one of npm that
 * share a name are told apart by nothing but their versions.
 *
 * Conventions: direct is what `workspace`, its package.json and its members name, in the version
 * that `specifiers` has for it; where no project is told, as for a script, nobody can tell.
 * Variants of one version that differ in their peers ("a@1.0.0_b@2.0.0") are one
 * package. Remote modules (`remote`) are files with a checksum, many of one release, and no
 * packages; syft lists each, by what stands before the "@" in its URL.
 */
#include "core/formats/shared/asked.h"
#include "core/formats/shared/edition.h"
#include "core/formats/shared/members.h"
#include "core/formats/shared/node.h"
#include "core/formats/shared/seen.h"
#include "formats.h"

static un_slice version_of(un_value root) {
    return un_get_string(root, UN_SLICE("version"));
}

/* Conan's lockfile has a string `version` too, but with a dot. */
static bool recognise(un_value root) {
    static const char *const members[] = {"specifiers", "npm",       "jsr",      "packages",
                                          "remote",     "redirects", "workspace"};
    un_slice version = version_of(root);
    if (version.len != 1 || *version.ptr < '2' || *version.ptr > '9')
        return false;
    /* So has maven_install.json, and `packages`. */
    if (un_get(root, UN_SLICE("artifacts")).tree)
        return false;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (un_type_of(un_get(root, un_slice_of(members[i]))) == UN_OBJECT)
            return true;
    return false;
}

/* Variants of a version that differ in their peers ("_b@2.0.0") are listed once. */
static un_status read_package(un_packages *out, un_seen *seen, un_slice key, un_value object,
                              un_slice source, un_error *error) {
    un_package package = {.at = (uint32_t)object.at, .source = source};
    size_t number;
    bool known;
    if (un_type_of(object) != UN_OBJECT)
        return un_fail_value(error, object, "`%.*s` is no object", un_slice_shown(key), key.ptr);
    if (!un_node_split_first(key, &package.name, &package.version))
        return un_packages_add(out, &package, error);
    package.version.len = un_slice_find(package.version, '_');
    package.derivation = un_get_string(object, UN_SLICE("integrity"));
    un_status status = un_seen_find(seen, package.name, package.version, &number, &known, error);
    if (status != UN_OK || known)
        return status;
    return un_packages_add(out, &package, error);
}

static un_status read_registry(un_packages *out, un_value packages, un_slice source,
                               un_error *error) {
    un_seen seen = {.count = 0};
    un_slice key;
    un_value object;
    un_status status = UN_OK;
    for (un_cursor c = un_walk(packages); status == UN_OK && un_next(&c, &key, &object);)
        status = read_package(out, &seen, key, object, source, error);
    un_seen_free(&seen);
    return status;
}

/* --- what the project asks for ---------------------------------------------------------------- */

static un_slice without_registry(un_slice specifier) {
    if (un_slice_starts(specifier, UN_SLICE("npm:")) ||
        un_slice_starts(specifier, UN_SLICE("jsr:")))
        return un_slice_from(specifier, 4);
    return specifier;
}

static un_status note_list(un_asked *wanted, un_value owner, un_error *error) {
    un_value one, list = un_get(owner, UN_SLICE("dependencies"));
    un_status status = UN_OK;
    un_cursor c = un_walk(un_type_of(list) == UN_ARRAY ? list : (un_value){NULL, 0});
    while (status == UN_OK && un_next(&c, NULL, &one))
        if (un_string(one).len)
            status = un_asked_note(wanted, un_string(one), UN_SLICE(""), error);
    return status;
}

/* A project, and what its package.json says. */
static un_status note_project(un_asked *wanted, un_value project, un_error *error) {
    un_status status = note_list(wanted, project, error);
    un_value manifest = un_get(project, UN_SLICE("packageJson"));
    return status == UN_OK ? note_list(wanted, manifest, error) : status;
}

static un_status note_wanted(un_asked *wanted, un_value workspace, un_error *error) {
    un_value member, members = un_get(workspace, UN_SLICE("members"));
    un_status status = note_project(wanted, workspace, error);
    un_cursor c = un_walk(un_type_of(members) == UN_OBJECT ? members : (un_value){NULL, 0});
    while (status == UN_OK && un_next(&c, NULL, &member))
        status = note_project(wanted, member, error);
    return status;
}

/* `specifiers` has the version of each, in version 3 "npm:name@version". */
static un_status note_version(un_asked *asked, un_slice specifier, un_slice version,
                              un_error *error) {
    un_slice name = {NULL, 0}, range, ignored, plain = without_registry(version);
    if (!un_node_split_first(without_registry(specifier), &name, &range))
        name = without_registry(specifier);
    if (plain.len < version.len && !un_node_split_first(plain, &ignored, &version))
        version = plain;
    return un_asked_note(asked, name, un_slice_part(version, 0, un_slice_find(version, '_')),
                         error);
}

/* What has no version there is asked for in any. */
static un_status note_asked(un_asked *asked, un_asked *wanted, un_value specifiers,
                            un_error *error) {
    un_slice specifier, ignored;
    un_value version;
    size_t number = 0;
    un_status status = UN_OK;
    un_cursor c = un_walk(un_type_of(specifiers) == UN_OBJECT ? specifiers : (un_value){NULL, 0});
    while (status == UN_OK && un_next(&c, &specifier, &version))
        if (un_asked_reach(wanted, specifier, UN_SLICE("")))
            status = note_version(asked, specifier, un_string(version), error);
    while (status == UN_OK && un_asked_unreached(wanted, &number, &specifier, &ignored))
        status = note_version(asked, specifier, UN_SLICE(""), error);
    return status;
}

static un_status mark_asked(un_packages *out, un_value root, un_value below, un_error *error) {
    un_value workspace = un_get(root, UN_SLICE("workspace"));
    un_asked wanted = {.told = false};
    un_asked asked = {.told = un_type_of(workspace) == UN_OBJECT};
    un_status status = note_wanted(&wanted, workspace, error);
    if (status == UN_OK)
        status = note_asked(&asked, &wanted, un_get(below, UN_SLICE("specifiers")), error);
    if (status == UN_OK)
        un_asked_settle(&asked, out);
    un_asked_free(&wanted);
    un_asked_free(&asked);
    return status;
}

/* A project without dependencies has a version alone. */
static bool accept(un_value root) {
    un_slice version = version_of(root);
    un_value member;
    un_cursor c = un_walk(root);
    return version.len == 1 && *version.ptr >= '2' && *version.ptr <= '9' &&
           un_next(&c, NULL, &member) && !un_next(&c, NULL, &member);
}

static un_status read_deno(un_packages *out, un_value root, un_error *error) {
    un_slice version = version_of(root);
    if (*version.ptr > '5')
        return un_fail_newer(error, un_get(root, UN_SLICE("version")), "deno.lock version", version,
                             "2 to 5");
    un_value below = *version.ptr == '3' ? un_get(root, UN_SLICE("packages")) : root;
    un_value npm = un_get(below, UN_SLICE("npm"));
    if (*version.ptr == '2')
        npm = un_get(npm, UN_SLICE("packages"));
    un_status status = read_registry(out, un_get(below, UN_SLICE("jsr")), UN_SLICE("jsr"), error);
    if (status == UN_OK)
        status = read_registry(out, npm, UN_SLICE("registry"), error);
    return status == UN_OK ? mark_asked(out, root, below, error) : status;
}

static const char *const filenames[] = {"deno.lock", NULL};

const un_format un_format_deno = {
    .name = "deno",
    .title = "Deno deno.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_SEMVER,
    .identity = UN_IDENTITY_SET,
    .recognise = recognise,
    .accept = accept,
    .read = read_deno,
};
