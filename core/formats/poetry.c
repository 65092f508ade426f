/*
 * poetry.c: Poetry's poetry.lock, lock-version 1.x and 2.x, and the ones before that had none.
 *
 * Source: real lockfiles of lock-version 2, and osv-scalibr's reader of groups; no real one of 1.x
 * was at hand.
 *
 * `[[package]]` with name, version, and `[package.source]` for what is not from PyPI. The hashes
 * are in `files` of the package, in old ones in `[metadata.files]`, in the oldest as plain strings
 * in `[metadata.hashes]`, both by the package's name.
 *
 * Identity: the name; markers may give one name several versions.
 *
 * Conventions:
 *   - group: "optional" for what only an extra asks for; "dev" where `category` says so or where
 *     "dev" is among `groups` without "main"; else the first of those groups. Some lockfiles, as
 *     those of Poetry 1.6, say nothing of groups;
 *   - of a source, `resolved_reference` is the commit. A `legacy` source is another registry;
 *   - the hash of the source distribution stands for the contents, else the first; all of them
 *     identify the build. The tables by
 *     name hold the files of every version of that name, so a name with several gets none there;
 *   - the project itself does not stand in the file, nor what it asks for: a package is in every
 *     group that needs it.
 */
#include "core/formats/shared/edition.h"
#include "core/formats/shared/python.h"
#include "core/formats/shared/tables.h"
#include "formats.h"

#define NEWEST "2"

/* The mark of an entry, for tools that write no [metadata]. */
static bool is_poetry_package(un_value packages) {
    un_value first;
    un_cursor c = un_walk(packages);
    return un_next(&c, NULL, &first) && un_get(first, UN_SLICE("python-versions")).tree;
}

static bool recognise(un_value root) {
    un_value packages = un_get(root, UN_SLICE("package"));
    un_value metadata = un_get(root, UN_SLICE("metadata"));
    bool marked = un_get(metadata, UN_SLICE("content-hash")).tree &&
                  (un_get(metadata, UN_SLICE("python-versions")).tree ||
                   un_get(metadata, UN_SLICE("lock-version")).tree);
    return un_are_tables(packages) && (marked || is_poetry_package(packages));
}

/* Other tools write the tables alone. */
static bool accept(un_value root) {
    return un_are_bare_packages(root) && !un_get(root, UN_SLICE("version")).tree &&
           !un_get(un_get(root, UN_SLICE("metadata")), UN_SLICE("lock_version")).tree;
}

typedef struct reading {
    un_packages *out;
    un_python_releases files; /* by name, of old lockfiles */
} reading;

static un_status set_source(un_package *package, un_value source, un_error *error) {
    un_value type, commit, url;
    const un_member members[] = {{UN_SLICE("type"), &type},
                                 {UN_SLICE("url"), &url},
                                 {UN_SLICE("resolved_reference"), &commit}};
    if (source.tree && un_type_of(source) != UN_OBJECT)
        return un_fail_type(error, source, "`source` to be a table");
    un_members(source, members, sizeof members / sizeof *members);
    package->source = un_string(type);
    package->revision = un_string(commit);
    if (un_slice_equal(package->source, UN_SLICE("git")))
        package->url = un_string(url);
    if (!package->source.len || un_slice_equal(package->source, UN_SLICE("legacy")))
        package->source = UN_SLICE("registry");
    else if (un_slice_equal(package->source, UN_SLICE("directory")))
        package->source = UN_SLICE("path");
    return un_expect_toml_strings(members, sizeof members / sizeof *members, error);
}

static un_slice group_of(un_value optional, un_value category, un_value groups) {
    if (un_true(optional))
        return UN_SLICE("optional");
    if (un_slice_equal(un_string(category), UN_SLICE("dev")))
        return UN_SLICE("dev");
    return un_python_group(groups, UN_SLICE("main"));
}

static void forget_hashes(un_package *package) {
    package->derivation = (un_slice){NULL, 0};
    package->hashes = NULL;
    package->hash_count = 0;
}

/* The neighbour may be of the same name, for packages are in the order of their names. */
static void forget_shared_hash(un_packages *out, un_package *package) {
    un_package *last = out->count ? &out->items[out->count - 1] : NULL;
    if (last && un_slice_equal(last->name, package->name)) {
        forget_hashes(last);
        forget_hashes(package);
    }
}

/* Old lockfiles have the hashes elsewhere, by name. */
static un_status read_package(void *context, un_value table, un_error *error) {
    reading *r = context;
    un_value name, version, source, files, groups, category, optional;
    const un_member members[] = {
        {UN_SLICE("name"), &name},         {UN_SLICE("version"), &version},
        {UN_SLICE("source"), &source},     {UN_SLICE("files"), &files},
        {UN_SLICE("groups"), &groups},     {UN_SLICE("category"), &category},
        {UN_SLICE("optional"), &optional},
    };
    un_members(table, members, sizeof members / sizeof *members);
    un_package package = {.at = (uint32_t)table.at,
                          .name = un_string(name),
                          .version = un_string(version),
                          .group = group_of(optional, category, groups)};
    un_status status = un_expect_toml_strings(members, 2, error);
    if (status == UN_OK)
        status = set_source(&package, source, error);
    if (status == UN_OK && files.tree)
        status = un_python_hashes(r->out, &package, (un_value){NULL, 0}, files, error);
    else if (status == UN_OK && package.name.len) {
        status = un_python_release_hashes(r->out, &package, &r->files, package.name, error);
        forget_shared_hash(r->out, &package);
    }
    return status == UN_OK ? un_packages_add(r->out, &package, error) : status;
}

static un_status check_version(un_value version, un_error *error) {
    un_slice text = un_string(version);
    if (version.tree && !text.len)
        return un_fail_value(error, version, "`lock-version` is no version");
    if (text.len &&
        un_slice_compare(un_slice_part(text, 0, un_slice_find(text, '.')), UN_SLICE(NEWEST)) > 0)
        return un_fail_newer(error, version, "poetry.lock lock-version", text,
                             "1.x and " NEWEST ".x");
    return UN_OK;
}

static un_status read_poetry(un_packages *out, un_value root, un_error *error) {
    un_value metadata = un_get(root, UN_SLICE("metadata"));
    un_value files = un_get(metadata, UN_SLICE("files"));
    reading r = {.out = out};
    un_status status = check_version(un_get(metadata, UN_SLICE("lock-version")), error);
    if (status != UN_OK)
        return status;
    if (!files.tree)
        files = un_get(metadata, UN_SLICE("hashes"));
    status = un_python_releases_build(&r.files, &out->arena, files, error);
    if (status != UN_OK)
        return status;
    return un_each_table(un_get(root, UN_SLICE("package")), "package", read_package, &r, error);
}

static const char *const filenames[] = {"poetry.lock", NULL};
static const char *const header[] = {"metadata", NULL};
static const char *const lists[] = {"package", "extras", NULL};

const un_format un_format_poetry = {
    .name = "poetry",
    .title = "poetry.lock, lock-version 1 and 2",
    .filenames = filenames,
    .syntax = UN_SYNTAX_TOML,
    .scheme = UN_SCHEME_PEP440,
    .identity = UN_IDENTITY_SET,
    .names = UN_NAMES_PYTHON,
    .recognise = recognise,
    .accept = accept,
    .header = header,
    .lists = lists,
    .generated = "@generated by Poetry",
    .read = read_poetry,
};
