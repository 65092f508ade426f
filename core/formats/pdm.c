/*
 * pdm.c: PDM's pdm.lock, lock_version 2 to 4.
 *
 * Source: real lockfiles of lock_version 4.3 to 4.5, and osv-scalibr's reader; no real one of an
 * earlier version was at hand.
 *
 * `[[package]]` with name, version, groups, and for what no registry gives git and revision, url,
 * or path. The hashes are in `files` of the package, in older lockfiles in `[metadata.files]`
 * by "NAME VERSION".
 *
 * Identity: the name; targets and markers may give one name several versions.
 *
 * Conventions:
 *   - a package with extras ("httpx" and "httpx[socks]") stands there once for each set of extras;
 *     what repeats name, version and revision is the same package, listed once;
 *   - group: absent for "default"; "dev" where that is a group of it, else the first group. Some
 *     files do not say;
 *   - the hash of the source distribution stands for the contents, else the first; all of them
 *     identify the build;
 *   - the project itself does not stand in the file; path "." is one of its own extras, left out.
 *     Nothing says what it asks for: a package is in every group that needs it.
 */
#include "core/formats/shared/edition.h"
#include "core/formats/shared/python.h"
#include "core/formats/shared/tables.h"
#include "formats.h"
#include <stdlib.h>

#define NEWEST "4"

static bool recognise(un_value root) {
    un_value metadata = un_get(root, UN_SLICE("metadata"));
    return un_are_tables(un_get(root, UN_SLICE("package"))) &&
           un_get(metadata, UN_SLICE("lock_version")).tree;
}

/* Other tools write the tables alone. */
static bool accept(un_value root) {
    return un_are_bare_packages(root) && !un_get(root, UN_SLICE("version")).tree &&
           !un_get(un_get(root, UN_SLICE("metadata")), UN_SLICE("content-hash")).tree;
}

typedef struct reading {
    un_packages *out;
    un_python_releases files; /* by "NAME VERSION", of old lockfiles */
} reading;

static un_slice source_of(un_value git, un_value path, un_value url) {
    if (git.tree)
        return UN_SLICE("git");
    if (path.tree)
        return UN_SLICE("path");
    return url.tree ? UN_SLICE("url") : UN_SLICE("registry");
}

static un_status find_files(reading *r, un_package *package, un_error *error) {
    size_t length = package->name.len + 1 + package->version.len;
    char *key = un_arena_alloc(&r->out->arena, length);
    if (!key)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    memcpy(key, package->name.ptr, package->name.len);
    key[package->name.len] = ' ';
    if (package->version.len)
        memcpy(key + package->name.len + 1, package->version.ptr, package->version.len);
    return un_python_release_hashes(r->out, package, &r->files, (un_slice){key, length}, error);
}

/* A path may be the project, which needs no name. */
static un_status read_package(void *context, un_value table, un_error *error) {
    reading *r = context;
    un_value revision, path, name, version, git, url, groups, files;
    const un_member members[] = {
        {UN_SLICE("revision"), &revision}, {UN_SLICE("path"), &path},   {UN_SLICE("name"), &name},
        {UN_SLICE("version"), &version},   {UN_SLICE("git"), &git},     {UN_SLICE("url"), &url},
        {UN_SLICE("groups"), &groups},     {UN_SLICE("files"), &files},
    };
    un_members(table, members, sizeof members / sizeof *members);
    un_status status = un_expect_toml_strings(members, 2, error);
    if (status != UN_OK || un_python_is_project(un_string(path)))
        return status;
    status = un_expect_toml_strings(members + 2, 2, error);
    if (status != UN_OK)
        return status;
    un_package package = {.at = (uint32_t)table.at,
                          .name = un_string(name),
                          .version = un_string(version),
                          .group = un_python_group(groups, UN_SLICE("default")),
                          .source = source_of(git, path, url),
                          .revision = un_string(revision),
                          .url = un_string(git)};
    if (files.tree)
        status = un_python_hashes(r->out, &package, (un_value){NULL, 0}, files, error);
    else if (r->files.files.count && package.name.len)
        status = find_files(r, &package, error);
    return status == UN_OK ? un_packages_add(r->out, &package, error) : status;
}

/* --- a package once for each set of extras ---------------------------------------------------- */

static int by_identity(const void *a, const void *b) {
    const un_package *left = *(un_package *const *)a, *right = *(un_package *const *)b;
    int order = un_slice_compare(left->name, right->name);
    if (!order)
        order = un_slice_compare(left->version, right->version);
    return order ? order : un_slice_compare(left->revision, right->revision);
}

/* What comes earlier in the file. */
static int by_place(const void *a, const void *b) {
    const un_package *left = *(un_package *const *)a, *right = *(un_package *const *)b;
    int order = by_identity(a, b);
    return order ? order : (left > right) - (left < right);
}

/* `again`, which loses its name, is removed; `package` is then for all who need either. */
static void merge(un_package *package, un_package *again) {
    if (!again->group.ptr)
        package->group = again->group;
    again->name = (un_slice){NULL, 0};
}

static void remove_nameless(un_packages *out) {
    size_t kept = 0;
    for (size_t i = 0; i < out->count; i++)
        if (out->items[i].name.ptr)
            out->items[kept++] = out->items[i];
    out->count = kept;
}

/* Sorted by what makes two of them the same package, which keeps this from being quadratic. */
static un_status merge_extras(un_packages *out, un_error *error) {
    un_package **sorted = un_arena_alloc(&out->arena, out->count * sizeof *sorted);
    size_t first = 0;
    if (!sorted)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < out->count; i++)
        sorted[i] = &out->items[i];
    if (out->count)
        qsort(sorted, out->count, sizeof(un_package *), by_place);
    for (size_t i = 1; i < out->count; i++)
        if (by_identity(&sorted[first], &sorted[i]) == 0)
            merge(sorted[first], sorted[i]);
        else
            first = i;
    remove_nameless(out);
    return UN_OK;
}

static un_status read_pdm(un_packages *out, un_value root, un_error *error) {
    un_value metadata = un_get(root, UN_SLICE("metadata"));
    un_value version = un_get(metadata, UN_SLICE("lock_version"));
    un_slice text = un_string(version);
    reading r = {.out = out};
    if (version.tree && !text.len)
        return un_fail_value(error, version, "`lock_version` is no version");
    if (un_slice_compare(un_slice_part(text, 0, un_slice_find(text, '.')), UN_SLICE(NEWEST)) > 0)
        return un_fail_newer(error, version, "pdm.lock lock_version", text, NEWEST ".x");
    un_status status =
        un_python_releases_build(&r.files, &out->arena, un_get(metadata, UN_SLICE("files")), error);
    if (status == UN_OK)
        status =
            un_each_table(un_get(root, UN_SLICE("package")), "package", read_package, &r, error);
    return status == UN_OK ? merge_extras(out, error) : status;
}

static const char *const filenames[] = {"pdm.lock", NULL};
static const char *const header[] = {"metadata", NULL};
static const char *const lists[] = {"package", NULL};

const un_format un_format_pdm = {
    .name = "pdm",
    .title = "pdm.lock, lock_version 2 to 4",
    .filenames = filenames,
    .syntax = UN_SYNTAX_TOML,
    .scheme = UN_SCHEME_PEP440,
    .identity = UN_IDENTITY_SET,
    .names = UN_NAMES_PYTHON,
    .recognise = recognise,
    .accept = accept,
    .header = header,
    .lists = lists,
    .generated = "@generated by PDM",
    .read = read_pdm,
};
