/*
 * dub.c: D's dub.selections.json, version 1.
 *
 * Source: "dub.selections.json" of DUB's documentation, its own reader, and real files.
 *
 * `versions.<name>`: a version, or a branch ("~master"); or an object with `version`, with `path`,
 * or with `repository` and the commit as its `version`.
 *
 * Identity: the name, which is that of a whole package, whichever of its subpackages are used.
 *
 * Conventions: a package of a repository has no version, its commit is the revision; neither has
 * one of a path, which is local code. The name of a branch stands as the version.
 */
#include "core/formats/shared/edition.h"
#include "core/formats/shared/members.h"
#include "formats.h"

static bool recognise(un_value root) {
    return un_type_of(un_get(root, UN_SLICE("fileVersion"))) == UN_NUMBER &&
           un_type_of(un_get(root, UN_SLICE("versions"))) == UN_OBJECT;
}

static un_status read_object(un_package *package, un_value object, un_error *error) {
    un_value version, path, repository;
    const un_member members[] = {{UN_SLICE("version"), &version},
                                 {UN_SLICE("path"), &path},
                                 {UN_SLICE("repository"), &repository}};
    un_members(object, members, sizeof members / sizeof *members);
    if (un_string(repository).ptr) {
        package->source = UN_SLICE("git");
        package->revision = un_string(version);
        package->url = un_string(repository);
    } else if (un_string(path).ptr) {
        package->source = UN_SLICE("path");
    } else {
        package->version = un_string(version);
    }
    return un_expect_strings(members, sizeof members / sizeof *members, error);
}

static un_status read_selection(un_packages *out, un_slice name, un_value value, un_error *error) {
    un_package package = {.name = name, .source = UN_SLICE("registry")};
    un_status status = UN_OK;
    if (un_type_of(value) == UN_OBJECT)
        status = read_object(&package, value, error);
    else if (un_type_of(value) == UN_STRING)
        package.version = un_string(value);
    else
        status = un_fail_value(error, value, "versions[\"%.*s\"] is no version and no object",
                               un_slice_shown(name), name.ptr);
    return status == UN_OK ? un_packages_add(out, &package, error) : status;
}

static un_status read_dub(un_packages *out, un_value root, un_error *error) {
    static const un_edition edition = {"fileVersion", "dub.selections.json fileVersion", "1", 1, 1};
    int64_t version;
    un_status status = un_edition_read(&version, root, &edition, error);
    return status == UN_OK ? un_each(out, un_get(root, UN_SLICE("versions")), UN_OBJECT, "versions",
                                     read_selection, error)
                           : status;
}

static const char *const filenames[] = {"dub.selections.json", NULL};

const un_format un_format_dub = {
    .name = "dub",
    .title = "D dub.selections.json, version 1",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_SEMVER,
    .identity = UN_IDENTITY_FIRST,
    .recognise = recognise,
    .read = read_dub,
};
