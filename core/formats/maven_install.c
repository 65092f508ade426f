/*
 * maven_install.c: maven_install.json of Bazel's rules_jvm_external, versions 0.1.0, 2 and 3.
 *
 * Source: the documentation of rules_jvm_external and what it reads itself, and real lockfiles.
 *
 * Version 0.1.0: `dependency_tree.dependencies`, each with `coord` and `sha256`. A coordinate is
 * "group:artifact[:packaging[:classifier]]:version". Versions 2 and 3: `artifacts`, keyed by
 * "group:artifact[:packaging]", each with `version` and, by classifier, `shasums`.
 *
 * Identity: group:artifact, as in gradle.c. Files of several packagings and classifiers are one
 * package as long as they are of one version.
 *
 * Conventions: direct is what version 3 keeps a hash of in "__INPUT_ARTIFACTS_HASH", by the same
 * coordinate; in others that is one hash of all. Sources and documentation are no packages beside
 * the code, and their digests are none of it. The digest of the jar stands for the contents, else
 * that of the first other file; all of them identify the build. What no repository had has none.
 */
#include "core/formats/shared/asked.h"
#include "core/formats/shared/edition.h"
#include "core/formats/shared/listed.h"
#include "core/formats/shared/members.h"
#include "formats.h"

static un_value tree_of(un_value root) {
    return un_get(root, UN_SLICE("dependency_tree"));
}

static bool recognise(un_value root) {
    return un_type_of(un_get(tree_of(root), UN_SLICE("dependencies"))) == UN_ARRAY ||
           (un_type_of(un_get(root, UN_SLICE("artifacts"))) == UN_OBJECT &&
            un_type_of(un_get(root, UN_SLICE("repositories"))) == UN_OBJECT &&
            un_type_of(un_get(root, UN_SLICE("version"))) == UN_STRING);
}

typedef struct reading {
    un_packages *out;
    un_listed listed; /* by name and version */
    un_error *error;
} reading;

/* "group:artifact" in front of a coordinate; absent: there is none. */
static un_slice name_of(un_slice coordinate) {
    size_t first = un_slice_find(coordinate, ':');
    if (first == 0 || first + 1 >= coordinate.len)
        return (un_slice){NULL, 0};
    size_t second = un_slice_find(un_slice_from(coordinate, first + 1), ':');
    return second ? un_slice_part(coordinate, 0, first + 1 + second) : (un_slice){NULL, 0};
}

static bool is_beside_code(un_slice classifier) {
    return un_slice_equal(classifier, UN_SLICE("sources")) ||
           un_slice_equal(classifier, UN_SLICE("javadoc"));
}

/* `main`: whether it is the file that stands for the package, should there be several. */
static un_status add(reading *r, const un_package *package, bool main) {
    un_package *before;
    if (!package->name.len)
        return un_packages_add(r->out, package, r->error);
    un_status status = un_listed_add(&r->listed, r->out, package->name, package->version, package,
                                     &before, r->error);
    if (before && main)
        *before = *package;
    return status;
}

/* --- version 0.1.0 ---------------------------------------------------------------------------- */

/* What stands between the packaging and the version of a coordinate. */
static un_slice classifier_of(un_slice coordinate, un_slice name, un_slice version) {
    size_t start = name.len + 1, end = coordinate.len - version.len - 1;
    if (start >= end)
        return (un_slice){NULL, 0};
    un_slice between = un_slice_part(coordinate, start, end - start);
    size_t colon = un_slice_find(between, ':');
    return un_slice_from(between, colon < between.len ? colon + 1 : between.len);
}

static un_status read_dependency(reading *r, un_value object) {
    un_value coord, digest;
    const un_member members[] = {{UN_SLICE("coord"), &coord}, {UN_SLICE("sha256"), &digest}};
    un_members(object, members, sizeof members / sizeof *members);
    un_status status = un_expect_strings(members, sizeof members / sizeof *members, r->error);
    un_slice text = un_string(coord), classifier = {NULL, 0};
    un_package package = {
        .name = name_of(text), .source = UN_SLICE("registry"), .derivation = un_string(digest)};
    size_t colon = un_slice_find_last(text, ':');
    if (package.name.len && colon > package.name.len - 1) {
        package.version = un_slice_from(text, colon + 1);
        classifier = classifier_of(text, package.name, package.version);
    }
    if (status != UN_OK || is_beside_code(classifier))
        return status;
    return add(r, &package, package.name.len + 1 + package.version.len == text.len);
}

static un_status read_tree(reading *r, un_value tree) {
    un_value object;
    un_status status = UN_OK;
    un_cursor c = un_walk(un_get(tree, UN_SLICE("dependencies")));
    while (status == UN_OK && un_next(&c, NULL, &object))
        status = read_dependency(r, object);
    return status;
}

/* --- versions 2 and 3 ------------------------------------------------------------------------- */

static bool set_hashes(reading *r, un_package *package, un_value digests) {
    un_slice classifier;
    un_value digest;
    size_t count = 0;
    for (un_cursor c = un_walk(digests); un_next(&c, NULL, &digest);)
        count++;
    un_slice *hashes = un_arena_alloc(&r->out->arena, (count + 1) * sizeof *hashes);
    if (!hashes)
        return false;
    count = 0;
    for (un_cursor c = un_walk(digests); un_next(&c, &classifier, &digest);) {
        if (!un_string(digest).len || is_beside_code(classifier))
            continue;
        if (!count || un_slice_equal(classifier, UN_SLICE("jar")))
            package->derivation = un_string(digest);
        hashes[count++] = un_string(digest);
    }
    un_package_hashes(package, hashes, count);
    return true;
}

static un_status read_artifact(reading *r, un_slice key, un_value object) {
    un_value version, digests;
    const un_member members[] = {{UN_SLICE("version"), &version}, {UN_SLICE("shasums"), &digests}};
    if (un_type_of(object) != UN_OBJECT)
        return un_fail_value(r->error, object, "artifacts[\"%.*s\"] is no object",
                             un_slice_shown(key), key.ptr);
    un_members(object, members, sizeof members / sizeof *members);
    un_status status = un_expect_strings(members, 1, r->error);
    un_package package = {
        .name = name_of(key), .version = un_string(version), .source = UN_SLICE("registry")};
    if (status == UN_OK && !set_hashes(r, &package, digests))
        status = un_fail(r->error, UN_NO_MEMORY, "out of memory");
    return status == UN_OK ? add(r, &package, package.name.len == key.len) : status;
}

static un_status read_artifacts(reading *r, un_value root) {
    un_slice key, text = un_get_string(root, UN_SLICE("version"));
    un_value object;
    un_status status = UN_OK;
    if (un_major(text) > 3)
        return un_fail_newer(r->error, un_get(root, UN_SLICE("version")),
                             "maven_install.json version", text, "0.1.0, 2 and 3");
    un_cursor c = un_walk(un_get(root, UN_SLICE("artifacts")));
    while (status == UN_OK && un_next(&c, &key, &object))
        status = read_artifact(r, key, object);
    return status;
}

static un_status mark_asked(un_packages *out, un_value inputs, un_error *error) {
    un_asked asked = {.told = un_type_of(inputs) == UN_OBJECT};
    un_slice key;
    un_value hash;
    un_status status = UN_OK;
    un_cursor c = un_walk(asked.told ? inputs : (un_value){NULL, 0});
    while (status == UN_OK && un_next(&c, &key, &hash))
        if (name_of(key).len)
            status = un_asked_note(&asked, name_of(key), UN_SLICE(""), error);
    if (status == UN_OK)
        un_asked_settle(&asked, out);
    un_asked_free(&asked);
    return status;
}

static un_status read_maven_install(un_packages *out, un_value root, un_error *error) {
    reading r = {.out = out, .error = error};
    un_value tree = tree_of(root);
    un_status status = tree.tree ? read_tree(&r, tree) : read_artifacts(&r, root);
    un_listed_free(&r.listed);
    if (status == UN_OK)
        status = mark_asked(out, un_get(root, UN_SLICE("__INPUT_ARTIFACTS_HASH")), error);
    return status;
}

static const char *const filenames[] = {"maven_install.json", NULL};

const un_format un_format_maven_install = {
    .name = "maven-install",
    .title = "maven_install.json of Bazel's rules_jvm_external, versions 0.1.0, 2 and 3",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_MAVEN,
    .identity = UN_IDENTITY_SET,
    .recognise = recognise,
    .read = read_maven_install,
};
