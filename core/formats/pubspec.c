/*
 * pubspec.c: Dart's and Flutter's pubspec.lock.
 *
 * Source: pub's documentation of its lockfile, and real lockfiles.
 *
 * `packages.<name>`: version, source, dependency, and a `description` that depends on the source.
 *
 * Identity: the name; pub installs one version of it.
 *
 * Conventions, where the field's readers differ:
 *   - direct is what `dependency` says to be so ("direct main", "direct overridden");
 *   - group is "dev" for "direct dev" alone; what that needs in turn is not told apart;
 *   - what is taken from a host under another name goes by that name (`description.name`);
 *   - packages of an SDK are listed, with source "sdk" and the version that stands there (0.0.0);
 *   - a git dependency's version is what the entry states, its revision `resolved-ref`.
 */
#include "core/formats/shared/members.h"
#include "core/tree/yaml.h"
#include "formats.h"

/* Whether the first package looks like one of pub's: old lockfiles have nothing else. */
static bool is_of_pub(un_value packages) {
    un_value first = {NULL, 0};
    un_cursor c = un_walk(packages);
    un_next(&c, NULL, &first);
    return un_type_of(un_get(first, UN_SLICE("description"))) != UN_ABSENT &&
           un_type_of(un_get(first, UN_SLICE("source"))) != UN_ABSENT;
}

static bool recognise(un_value root) {
    un_value document = un_yaml_first(root);
    un_value packages = un_get(document, UN_SLICE("packages"));
    un_type type = un_type_of(packages);
    if (type != UN_OBJECT && type != UN_NULL)
        return false;
    return un_type_of(un_get(document, UN_SLICE("sdks"))) == UN_OBJECT ||
           un_type_of(un_get(document, UN_SLICE("sdk"))) == UN_STRING || is_of_pub(packages);
}

static un_slice source_of(un_slice source) {
    return un_slice_equal(source, UN_SLICE("hosted")) ? UN_SLICE("registry") : source;
}

/* A package of an SDK has a name for a description. */
static void describe(un_package *package, un_value description) {
    un_value name, hash, commit, url;
    const un_member members[] = {{UN_SLICE("name"), &name},
                                 {UN_SLICE("sha256"), &hash},
                                 {UN_SLICE("resolved-ref"), &commit},
                                 {UN_SLICE("url"), &url}};
    un_members(description, members, sizeof members / sizeof *members);
    if (un_string(name).len)
        package->name = un_string(name);
    package->derivation = un_string(hash);
    package->revision = un_string(commit);
    if (un_slice_equal(package->source, UN_SLICE("git")))
        package->url = un_string(url);
}

/* Its description comes last, since it may know the package by another name. */
static un_status read_package(un_packages *out, un_slice name, un_value object, un_error *error) {
    un_value version, source, dependency, description;
    const un_member members[] = {{UN_SLICE("version"), &version},
                                 {UN_SLICE("source"), &source},
                                 {UN_SLICE("dependency"), &dependency},
                                 {UN_SLICE("description"), &description}};
    if (un_type_of(object) != UN_OBJECT || !name.len)
        return un_fail_value(error, object, "packages.%.*s is no object", un_slice_shown(name),
                             name.ptr);
    un_members(object, members, sizeof members / sizeof *members);
    un_status status = un_expect_strings(members, 3, error);
    if (status != UN_OK)
        return status;
    un_package package = {.at = (uint32_t)object.at,
                          .name = name,
                          .version = un_string(version),
                          .source = source_of(un_string(source))};
    if (un_string(dependency).len)
        package.direct = un_slice_starts(un_string(dependency), UN_SLICE("direct")) ? UN_DIRECT_YES
                                                                                    : UN_DIRECT_NO;
    if (un_slice_equal(un_string(dependency), UN_SLICE("direct dev")))
        package.group = UN_SLICE("dev");
    describe(&package, description);
    return un_packages_add(out, &package, error);
}

static un_status read_pubspec(un_packages *out, un_value root, un_error *error) {
    un_slice name;
    un_value object;
    un_status status = UN_OK;
    un_cursor c = un_walk(un_get(un_yaml_first(root), UN_SLICE("packages")));
    while (status == UN_OK && un_next(&c, &name, &object))
        status = read_package(out, name, object, error);
    return status;
}

static const char *const filenames[] = {"pubspec.lock", NULL};
static const char *const header[] = {"sdks", "sdk", NULL};
static const char *const lists[] = {"packages", NULL};

const un_format un_format_pubspec = {
    .name = "pubspec",
    .title = "Dart and Flutter pubspec.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_YAML,
    .scheme = UN_SCHEME_PUB,
    .identity = UN_IDENTITY_FIRST,
    .recognise = recognise,
    .header = header,
    .lists = lists,
    .read = read_pubspec,
};
