/*
 * bazel.c: Bazel's MODULE.bazel.lock.
 *
 * Source: "Bazel lockfile" of Bazel's documentation, and real lockfiles.
 *
 * Bazel 7.0 and 7.1 wrote the outcome: `moduleDepGraph."name@version"`. Later ones write the
 * digests of what was read to get there: `registryFileHashes."REGISTRY/modules/NAME/VERSION/FILE"`.
 * Of every version that was considered they read MODULE.bazel, of one that was selected
 * source.json, too.
 *
 * Identity: the name of the module; an override may let several versions of it stand.
 *
 * Conventions:
 *   - a file that a registry did not have has null for a digest: no package;
 *   - the digest of source.json stands for the contents, for it holds the archive's; in a graph it
 *     is the archive's own;
 *   - the project is no package, and neither is what comes from no registry: a module of Bazel
 *     itself, and one that the project overrides. A graph says nothing of what these were found to
 *     be, and later versions do not have them at all;
 *   - what extensions fetched has names of their own making and no versions: no packages;
 *   - `lockFileVersion` counts what else is remembered, too, and hardly a Bazel goes without a new
 *     one: what is asked for is the part that we read.
 */
#include "core/formats/shared/members.h"
#include "formats.h"

static un_value graph_of(un_value root) {
    return un_get(root, UN_SLICE("moduleDepGraph"));
}

static un_value files_of(un_value root) {
    return un_get(root, UN_SLICE("registryFileHashes"));
}

static bool is_numbered(un_value root) {
    return un_type_of(un_get(root, UN_SLICE("lockFileVersion"))) == UN_NUMBER;
}

static bool recognise(un_value root) {
    return is_numbered(root) &&
           (un_type_of(graph_of(root)) == UN_OBJECT || un_type_of(files_of(root)) == UN_OBJECT);
}

/* A lockfile of Maven has a number of that name, too, and says whose it is. */
static bool accept(un_value root) {
    return is_numbered(root) && !un_get(root, UN_SLICE("artifactId")).tree;
}

/* --- the files of registries ------------------------------------------------------------------ */

/* Takes what follows the last slash off a path, all of it where there is none. */
static un_slice last_part(un_slice *path) {
    size_t slash = un_slice_find_last(*path, '/'), start = slash < path->len ? slash + 1 : 0;
    un_slice part = un_slice_from(*path, start);
    path->len = start ? slash : 0;
    return part;
}

/* Other files than that of a selected version are passed over, other places for it are odd. */
static un_status read_file(un_packages *out, un_slice url, un_value digest, un_error *error) {
    un_slice path = url, file = last_part(&path);
    un_package package = {.derivation = un_string(digest), .source = UN_SLICE("registry")};
    un_type type = un_type_of(digest);
    if (!un_slice_equal(file, UN_SLICE("source.json")) || type == UN_NULL)
        return UN_OK;
    if (type != UN_STRING)
        return un_fail_type(error, digest, "a digest");
    package.version = last_part(&path);
    package.name = last_part(&path);
    if (!un_slice_equal(last_part(&path), UN_SLICE("modules")) || !package.version.len)
        package.name.len = 0;
    return un_packages_add(out, &package, error);
}

/* --- the graph of older versions -------------------------------------------------------------- */

/* The project, what it overrides ("name@_", whatever version that calls itself) and Bazel's own. */
static bool is_of_no_registry(un_slice key) {
    return !key.len || un_slice_equal(key, UN_SLICE("<root>")) ||
           un_slice_ends(key, UN_SLICE("@_"));
}

static un_status read_module(un_packages *out, un_slice key, un_value module, un_error *error) {
    un_value name, version, repository;
    const un_member members[] = {{UN_SLICE("name"), &name},
                                 {UN_SLICE("version"), &version},
                                 {UN_SLICE("repoSpec"), &repository}};
    un_members(module, members, sizeof members / sizeof *members);
    un_status status = un_expect_strings(members, 2, error);
    un_package package = {.name = un_string(name),
                          .version = un_string(version),
                          .source = UN_SLICE("registry"),
                          .derivation = un_get_string(un_get(repository, UN_SLICE("attributes")),
                                                      UN_SLICE("integrity"))};
    if (status != UN_OK || is_of_no_registry(key))
        return status;
    return un_packages_add(out, &package, error);
}

static un_status read_bazel(un_packages *out, un_value root, un_error *error) {
    un_value graph = graph_of(root), files = files_of(root);
    if (graph.tree)
        return un_each(out, graph, UN_OBJECT, "moduleDepGraph", read_module, error);
    if (files.tree)
        return un_each(out, files, UN_OBJECT, "registryFileHashes", read_file, error);
    return un_fail_value(error, root, "neither `registryFileHashes` nor `moduleDepGraph`");
}

static const char *const filenames[] = {"MODULE.bazel.lock", NULL};

const un_format un_format_bazel = {
    .name = "bazel",
    .title = "Bazel MODULE.bazel.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_BAZEL,
    .identity = UN_IDENTITY_SET,
    .recognise = recognise,
    .accept = accept,
    .read = read_bazel,
};
