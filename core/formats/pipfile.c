/*
 * pipfile.c: pipenv's Pipfile.lock.
 *
 * Source: pipenv's documentation, and real lockfiles.
 *
 * `default`, `develop` (group "dev") and categories of other names, each an object by package:
 * "==version" and hashes, or git and ref, or a path or a file.
 *
 * Identity: the name; it may stand in several categories.
 *
 * Conventions: names as the file writes them; what comes from git, a path or a URL has no version,
 * the commit of git is the revision; an editable path "." is the project itself and no package. Of
 * the hashes the first stands for the contents; all of them identify the build. Nothing says what
 * is asked for: both sections have what is needed in turn, too, and `index` stands with some of
 * that.
 */
#include "core/formats/shared/members.h"
#include "core/formats/shared/python.h"
#include "formats.h"

static bool recognise(un_value root) {
    return un_type_of(un_get(root, UN_SLICE("_meta"))) == UN_OBJECT &&
           (un_type_of(un_get(root, UN_SLICE("default"))) == UN_OBJECT ||
            un_type_of(un_get(root, UN_SLICE("develop"))) == UN_OBJECT);
}

static void set_origin(un_package *package, un_slice git, un_slice commit, un_slice path,
                       un_slice url) {
    if (git.len) {
        package->source = UN_SLICE("git");
        package->revision = commit;
        package->url = git;
    } else if (path.len) {
        package->source = UN_SLICE("path");
    } else {
        package->source = url.len ? UN_SLICE("url") : UN_SLICE("registry");
    }
}

/* "===1.0" asks for the very spelling, "==1.0" for the version. */
static un_slice pinned(un_slice version) {
    if (!un_slice_starts(version, UN_SLICE("==")))
        return (un_slice){NULL, 0};
    return un_slice_from(version, un_slice_starts(version, UN_SLICE("===")) ? 3 : 2);
}

static un_status read_package(un_packages *out, un_slice name, un_value object, un_error *error) {
    un_value version, hashes, git, reference, path, file;
    const un_member members[] = {
        {UN_SLICE("version"), &version}, {UN_SLICE("hashes"), &hashes}, {UN_SLICE("git"), &git},
        {UN_SLICE("ref"), &reference},   {UN_SLICE("path"), &path},     {UN_SLICE("file"), &file},
    };
    if (un_type_of(object) != UN_OBJECT)
        return un_fail_value(error, object, "'%.*s' is no object", un_slice_shown(name), name.ptr);
    un_members(object, members, sizeof members / sizeof *members);
    if (un_slice_equal(un_string(path), UN_SLICE(".")))
        return UN_OK;
    un_package package = {
        .at = (uint32_t)object.at, .name = name, .version = pinned(un_string(version))};
    set_origin(&package, un_string(git), un_string(reference), un_string(path), un_string(file));
    un_status status = un_python_hashes(out, &package, (un_value){NULL, 0}, hashes, error);
    return status == UN_OK ? un_packages_add(out, &package, error) : status;
}

/* Reads the packages of one category, and sets their group then. */
static un_status read_category(un_packages *out, un_slice category, un_value packages,
                               un_error *error) {
    size_t first = out->count;
    if (un_slice_equal(category, UN_SLICE("_meta")))
        return UN_OK;
    un_status status = un_each(out, packages, UN_OBJECT, "category", read_package, error);
    bool plain = un_slice_equal(category, UN_SLICE("default"));
    bool dev = un_slice_equal(category, UN_SLICE("develop"));
    for (size_t i = first; i < out->count && !plain; i++)
        out->items[i].group = dev ? UN_SLICE("dev") : category;
    return status;
}

static un_status read_pipfile(un_packages *out, un_value root, un_error *error) {
    return un_each(out, root, UN_OBJECT, "lockfile", read_category, error);
}

static const char *const filenames[] = {"Pipfile.lock", NULL};
static const char *const header[] = {"_meta", NULL};
static const char *const lists[] = {"default", "develop", NULL};

const un_format un_format_pipfile = {
    .name = "pipfile",
    .title = "pipenv Pipfile.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_PEP440,
    .identity = UN_IDENTITY_SET,
    .names = UN_NAMES_PYTHON,
    .recognise = recognise,
    .header = header,
    .lists = lists,
    .read = read_pipfile,
};
