/*
 * composer.c: PHP's composer.lock.
 *
 * Source: Composer's documentation of its lockfile, and real lockfiles.
 *
 * `packages` and `packages-dev` (group "dev"): name, version, source and dist.
 *
 * Identity: the name.
 *
 * Conventions: versions stand as they are written, with a "v" or without, as all readers have it.
 * The revision is the commit of `source`, else the reference of `dist`; a dist of type "path" is
 * local code, with source "path". What the project asks for stands in composer.json alone. When a
 * release came out `time` says, that of its commit; the page is `homepage`, else that of `source`.
 */
#include "core/formats/shared/members.h"
#include "formats.h"

static bool recognise(un_value root) {
    static const char *const others[] = {"packages-dev", "content-hash", "hash",
                                         "minimum-stability"};
    if (un_type_of(un_get(root, UN_SLICE("packages"))) != UN_ARRAY)
        return false;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (un_type_of(un_get(root, un_slice_of(others[i]))) != UN_ABSENT)
            return true;
    return false;
}

static void set_origin(un_package *package, un_value source, un_value dist) {
    if (!package->url.len)
        package->url = un_get_string(source, UN_SLICE("url"));
    package->revision = un_get_string(source, UN_SLICE("reference"));
    if (!package->revision.len)
        package->revision = un_get_string(dist, UN_SLICE("reference"));
    package->derivation = un_get_string(dist, UN_SLICE("shasum"));
    package->source = un_slice_equal(un_get_string(dist, UN_SLICE("type")), UN_SLICE("path"))
                          ? UN_SLICE("path")
                          : UN_SLICE("registry");
}

/* Elements of an array have no key, so the group is absent unless read_dev names one. */
static un_status read_package(un_packages *out, un_slice group, un_value object, un_error *error) {
    un_value name, version, source, dist, time, homepage;
    const un_member members[] = {{UN_SLICE("name"), &name},     {UN_SLICE("version"), &version},
                                 {UN_SLICE("source"), &source}, {UN_SLICE("dist"), &dist},
                                 {UN_SLICE("time"), &time},     {UN_SLICE("homepage"), &homepage}};
    if (un_type_of(object) != UN_OBJECT)
        return un_fail_type(error, object, "a package object");
    un_members(object, members, sizeof members / sizeof *members);
    un_status status = un_expect_strings(members, 2, error);
    if (status != UN_OK)
        return status;
    un_package package = {.at = (uint32_t)object.at,
                          .name = un_string(name),
                          .version = un_string(version),
                          .group = group,
                          .url = un_string(homepage),
                          .released = un_date_of(time)};
    set_origin(&package, source, dist);
    return un_packages_add(out, &package, error);
}

static un_status read_dev(un_packages *out, un_slice key, un_value object, un_error *error) {
    (void)key;
    return read_package(out, UN_SLICE("dev"), object, error);
}

static un_status read_composer(un_packages *out, un_value root, un_error *error) {
    un_status status =
        un_each(out, un_get(root, UN_SLICE("packages")), UN_ARRAY, "packages", read_package, error);
    return status == UN_OK ? un_each(out, un_get(root, UN_SLICE("packages-dev")), UN_ARRAY,
                                     "packages-dev", read_dev, error)
                           : status;
}

static const char *const filenames[] = {"composer.lock", NULL};
static const char *const header[] = {"_readme",
                                     "content-hash",
                                     "hash",
                                     "minimum-stability",
                                     "prefer-stable",
                                     "prefer-lowest",
                                     "plugin-api-version",
                                     "stability-flags",
                                     "platform",
                                     "platform-dev",
                                     "platform-overrides",
                                     NULL};
static const char *const lists[] = {"packages", "packages-dev", "aliases", NULL};

const un_format un_format_composer = {
    .name = "composer",
    .title = "PHP composer.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_COMPOSER,
    .identity = UN_IDENTITY_FIRST,
    .names = UN_NAMES_CASELESS,
    .recognise = recognise,
    .header = header,
    .lists = lists,
    .read = read_composer,
};
