/*
 * npins.c: npins/sources.json of npins, versions 0 to 7.
 *
 * Source: npins' documentation, and real lockfiles.
 *
 * `pins.<name>`: type, revision, hash, and a version where releases are followed.
 *
 * Identity: the name of the pin.
 *
 * Conventions: as in flake.c the hash identifies what has no revision, and is left away where there
 * is one. The page is that of `repository`. Source: "git", "registry" (PyPI), "channel", "url",
 * "container".
 */
#include "core/formats/shared/edition.h"
#include "core/formats/shared/forge.h"
#include "core/formats/shared/members.h"
#include "formats.h"

static bool recognise(un_value root) {
    return un_type_of(un_get(root, UN_SLICE("pins"))) == UN_OBJECT &&
           un_type_of(un_get(root, UN_SLICE("version"))) == UN_NUMBER;
}

static un_slice source_of(un_slice type) {
    static const struct {
        const char *type, *source;
    } sources[] = {{"Git", "git"},         {"GitRelease", "git"}, {"PyPi", "registry"},
                   {"Channel", "channel"}, {"Tarball", "url"},    {"Container", "container"}};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (un_slice_equal(type, un_slice_of(sources[i].type)))
            return un_slice_of(sources[i].source);
    return type;
}

/* "https://gitlab.example.org/" is a host, too. */
static un_slice host_of(un_slice server) {
    const un_slice scheme = UN_SLICE("https://");
    if (un_slice_starts(server, scheme))
        server = un_slice_from(server, scheme.len);
    return un_slice_part(server, 0, un_slice_find(server, '/'));
}

static bool set_page(un_packages *out, un_package *package, un_value repository) {
    un_value type, url, server, owner, name, path;
    const un_member members[] = {{UN_SLICE("type"), &type},     {UN_SLICE("url"), &url},
                                 {UN_SLICE("server"), &server}, {UN_SLICE("owner"), &owner},
                                 {UN_SLICE("repo"), &name},     {UN_SLICE("repo_path"), &path}};
    un_members(repository, members, sizeof members / sizeof *members);
    un_forge forge = {.kind = UN_SLICE("gitlab"),
                      .host = host_of(un_string(server)),
                      .owner = un_string(owner),
                      .place = un_string(un_string(path).len ? path : name)};
    if (un_slice_equal(un_string(type), UN_SLICE("GitHub")))
        forge.kind = UN_SLICE("github");
    package->url = un_string(url);
    bool served = forge.host.len || un_slice_equal(forge.kind, UN_SLICE("github"));
    return package->url.len || !served || un_forge_page(&package->url, &forge, &out->arena);
}

/* The hash is for what has no revision: see above. */
static un_status read_pin(un_packages *out, un_slice name, un_value pin, un_error *error) {
    un_value type, version, revision, hash, repository;
    const un_member members[] = {{UN_SLICE("type"), &type},
                                 {UN_SLICE("version"), &version},
                                 {UN_SLICE("revision"), &revision},
                                 {UN_SLICE("hash"), &hash},
                                 {UN_SLICE("repository"), &repository}};
    if (un_type_of(pin) != UN_OBJECT)
        return un_fail_value(error, pin, "pins.%.*s is no object", un_slice_shown(name), name.ptr);
    un_members(pin, members, sizeof members / sizeof *members);
    un_package package = {.at = (uint32_t)pin.at,
                          .name = name,
                          .version = un_string(version),
                          .source = source_of(un_string(type)),
                          .revision = un_string(revision)};
    if (!package.revision.len)
        package.derivation = un_string(hash);
    if (!set_page(out, &package, repository))
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    return un_packages_add(out, &package, error);
}

static un_status read_npins(un_packages *out, un_value root, un_error *error) {
    un_status status = un_edition_check(root, "npins' sources.json", 0, 7, error);
    return status == UN_OK
               ? un_each(out, un_get(root, UN_SLICE("pins")), UN_OBJECT, "pins", read_pin, error)
               : status;
}

static const char *const filenames[] = {"npins/sources.json", NULL};
static const char *const header[] = {"version", NULL};
static const char *const lists[] = {"pins", NULL};

const un_format un_format_npins = {
    .name = "npins",
    .title = "npins sources.json",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_MIXED,
    .identity = UN_IDENTITY_FIRST,
    .named = true,
    .recognise = recognise,
    .header = header,
    .lists = lists,
    .read = read_npins,
};
