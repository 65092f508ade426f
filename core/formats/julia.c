/*
 * julia.c: Julia's Manifest.toml, manifest_format 1 and 2.
 *
 * Source: real manifests of format 2, and the readers named below; no real one of format 1 was at
 * hand.
 *
 * Format 2: `[[deps.NAME]]`; format 1: `[[NAME]]` at the top, and nothing else. Each has a uuid;
 * version, git-tree-sha1, repo-url and repo-rev, or path.
 *
 * Identity: the name; two packages of one name differ in their uuid, so they are matched as a set.
 *
 * Conventions:
 *   - a package of the standard library has no version of its own: it is listed without one, while
 *     osv-scalibr leaves it out and trivy gives it the version of Julia;
 *   - git-tree-sha1 names the contents, so it is the derivation;
 *   - `repo-url` makes it a git source. `repo-rev` is what was asked for, mostly a branch, so it is
 *     a revision only where it is a commit;
 *   - the project itself does not stand in the file.
 */
#include "core/formats/shared/commit.h"
#include "core/formats/shared/tables.h"
#include "formats.h"

static bool is_package_list(un_value list) {
    un_value first;
    un_cursor c = un_walk(list);
    return un_type_of(list) == UN_ARRAY && un_next(&c, NULL, &first) &&
           un_string(un_get(first, UN_SLICE("uuid"))).ptr;
}

/* Format 1 has no mark: every member is a list of packages. */
static bool is_format_1(un_value root) {
    size_t count = 0;
    un_value list;
    for (un_cursor c = un_walk(root); un_next(&c, NULL, &list); count++)
        if (!is_package_list(list))
            return false;
    return count > 0;
}

static bool recognise(un_value root) {
    return un_get(root, UN_SLICE("manifest_format")).tree || is_format_1(root);
}

typedef struct reading {
    un_packages *out;
    un_slice name;
} reading;

static un_slice source_of(un_value path, un_value url, un_value tree) {
    if (un_string(path).ptr)
        return UN_SLICE("path");
    if (un_string(url).ptr)
        return UN_SLICE("git");
    return un_slice_of(un_string(tree).ptr ? "registry" : NULL);
}

/* A branch is no revision, for it does not name what was taken. */
static un_status read_package(void *context, un_value table, un_error *error) {
    const reading *r = context;
    un_value version, tree, url, revision, path;
    const un_member members[] = {{UN_SLICE("version"), &version},
                                 {UN_SLICE("git-tree-sha1"), &tree},
                                 {UN_SLICE("repo-url"), &url},
                                 {UN_SLICE("repo-rev"), &revision},
                                 {UN_SLICE("path"), &path}};
    un_members(table, members, sizeof members / sizeof *members);
    un_status status = un_expect_toml_strings(members, sizeof members / sizeof *members, error);
    if (status != UN_OK)
        return status;
    un_package package = {.at = (uint32_t)table.at,
                          .name = r->name,
                          .version = un_string(version),
                          .source = source_of(path, url, tree),
                          .derivation = un_string(tree),
                          .url = un_string(url)};
    if (un_is_commit(un_string(revision)))
        package.revision = un_string(revision);
    return un_packages_add(r->out, &package, error);
}

static un_status read_packages(un_packages *out, un_value packages, un_error *error) {
    reading r = {.out = out};
    un_value list;
    un_status status = UN_OK;
    un_type type = un_type_of(packages);
    if (type != UN_OBJECT && type != UN_ABSENT)
        return un_fail_value(error, packages, "`deps` is no table");
    for (un_cursor c = un_walk(packages); status == UN_OK && un_next(&c, &r.name, &list);) {
        if (!r.name.len)
            return un_fail_value(error, list, "a package without a name");
        status = un_each_table(list, "deps", read_package, &r, error);
    }
    return status;
}

static un_status read_julia(un_packages *out, un_value root, un_error *error) {
    un_value format = un_get(root, UN_SLICE("manifest_format"));
    un_slice text = un_string(format);
    if (!format.tree)
        return read_packages(out, root, error);
    if (!un_slice_starts(text, UN_SLICE("2.")))
        return un_fail_value(error, format,
                             "Manifest.toml of manifest_format %.*s is none that this upnudge "
                             "reads (1 and 2.x)",
                             un_slice_shown(text), text.ptr ? text.ptr : "");
    return read_packages(out, un_get(root, UN_SLICE("deps")), error);
}

static const char *const filenames[] = {"Manifest.toml", "JuliaManifest.toml", NULL};
static const char *const header[] = {"julia_version", "project_hash", NULL};
static const char *const lists[] = {"deps", NULL};

const un_format un_format_julia = {
    .name = "julia",
    .title = "Julia Manifest.toml, manifest_format 1 and 2",
    .filenames = filenames,
    .syntax = UN_SYNTAX_TOML,
    .scheme = UN_SCHEME_JULIA,
    .identity = UN_IDENTITY_SET,
    .recognise = recognise,
    .header = header,
    .lists = lists,
    .generated = "This file is machine-generated - editing it directly",
    .read = read_julia,
};
