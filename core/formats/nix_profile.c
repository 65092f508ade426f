/*
 * nix_profile.c: manifest.json of a profile of `nix profile`, versions 1 to 3.
 *
 * Source: ProfileManifest in src/nix/profile.cc of Nix, and getNameFromURL.
 *
 *   1     `elements` is a list, `uri` and `originalUri` say which flake
 *   2     `url` and `originalUrl` do
 *   3     `elements` is an object by the name of the element
 *
 * Identity: the name; a list has none, so it is found as Nix finds it when it writes version 3: the
 * last part of `attrPath`, else what the flake is called, else the name of the store path.
 *
 * Conventions:
 *   - the version stands in the name of the store path only, behind the first hyphen that no letter
 *     follows; what is behind it for an output ("-bin", "-man") is no part of it;
 *   - the store paths are the derivation: as long as one of them stays, so does the build;
 *   - the revision is the commit in the URL that is locked; where the build stays it tells nothing;
 *   - what is not `active` is not in the profile, so it is no package;
 *   - it came out at the lastModified of that URL, and the page is that of the flake's repository;
 *   - the system is the one in `attrPath`.
 */
#include "core/ascii.h"
#include "core/formats/shared/commit.h"
#include "core/formats/shared/edition.h"
#include "core/formats/shared/forge.h"
#include "core/formats/shared/members.h"
#include "formats.h"

/* A profile without packages has no more than these two members. */
static bool recognise(un_value root) {
    un_value first, elements = un_get(root, UN_SLICE("elements"));
    un_type type = un_type_of(elements);
    un_cursor c = un_walk(elements), members = un_walk(root);
    if (un_type_of(un_get(root, UN_SLICE("version"))) != UN_NUMBER ||
        (type != UN_ARRAY && type != UN_OBJECT))
        return false;
    if (un_next(&c, NULL, &first))
        return un_type_of(un_get(first, UN_SLICE("storePaths"))) == UN_ARRAY;
    return un_next(&members, NULL, &first) && un_next(&members, NULL, &first) &&
           !un_next(&members, NULL, &first);
}

/* --- store paths ------------------------------------------------------------------------------ */

/* "hello-2.12" of "/nix/store/HASH-hello-2.12"; absent: it is no store path. */
static un_slice store_name(un_slice path) {
    size_t slash = un_slice_find_last(path, '/');
    un_slice base = slash < path.len ? un_slice_from(path, slash + 1) : path;
    size_t dash = un_slice_find(base, '-');
    return dash + 1 < base.len ? un_slice_from(base, dash + 1) : (un_slice){NULL, 0};
}

/* Where the version begins; the length of the name where there is none. */
static size_t version_at(un_slice name) {
    for (size_t i = 0; i + 1 < name.len; i++)
        if (name.ptr[i] == '-' && !un_is_letter(name.ptr[i + 1]))
            return i + 1;
    return name.len;
}

static un_slice without_output(un_slice version) {
    static const char *const outputs[] = {"-bin",  "-dev",    "-out",    "-lib",     "-man",
                                          "-doc",  "-devdoc", "-devman", "-info",    "-static",
                                          "-dist", "-data",   "-debug",  "-terminfo"};
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
        if (un_slice_ends(version, un_slice_of(outputs[i])))
            version.len -= strlen(outputs[i]);
    return version;
}

/* The shortest of the paths is that of the main output, if it is among them. */
static un_status read_paths(un_packages *out, un_package *package, un_value paths,
                            un_error *error) {
    un_value value;
    size_t count = 0;
    for (un_cursor c = un_walk(paths); un_next(&c, NULL, &value);)
        count++;
    un_slice *hashes = un_arena_alloc(&out->arena, (count + 1) * sizeof *hashes);
    if (!hashes)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    count = 0;
    for (un_cursor c = un_walk(paths); un_next(&c, NULL, &value);) {
        un_slice path = un_string(value);
        if (!store_name(path).len)
            continue;
        if (!count || path.len < package->derivation.len)
            package->derivation = path;
        hashes[count++] = path;
    }
    un_package_hashes(package, hashes, count);
    return UN_OK;
}

static void read_store_name(un_package *package) {
    un_slice name = store_name(package->derivation);
    size_t version = version_at(name);
    package->version = without_output(un_slice_from(name, version));
    if (!package->name.len)
        package->name = un_slice_part(name, 0, version < name.len ? version - 1 : version);
}

/* --- elements --------------------------------------------------------------------------------- */

/* Takes what goes to the next dot. */
static un_slice take_attribute(un_slice *path) {
    size_t end = un_slice_find(*path, '.');
    un_slice attribute = un_slice_part(*path, 0, end);
    *path = un_slice_from(*path, end < path->len ? end + 1 : end);
    return attribute;
}

/* "packages.SYSTEM.name", and others of that kind. */
static un_slice system_of(un_slice path) {
    static const char *const kinds[] = {"legacyPackages", "packages", "defaultPackage", "apps"};
    un_slice kind = take_attribute(&path);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (un_slice_equal(kind, un_slice_of(kinds[i])))
            return take_attribute(&path);
    return (un_slice){NULL, 0};
}

/* "repo" of "github:owner/repo/ref?dir=x", "tool" of "git+https://host/tool.git". */
static un_slice flake_name(un_slice url) {
    size_t colon = un_slice_find(url, ':');
    un_slice scheme = un_slice_part(url, 0, colon < url.len ? colon : 0);
    bool host = un_slice_equal(scheme, UN_SLICE("github")) ||
                un_slice_equal(scheme, UN_SLICE("gitlab")) ||
                un_slice_equal(scheme, UN_SLICE("sourcehut"));
    url = un_slice_from(url, colon < url.len ? colon + 1 : 0);
    url = un_slice_part(url, 0, un_slice_find(un_slice_part(url, 0, un_slice_find(url, '?')), '#'));
    size_t slash = host ? un_slice_find(url, '/') : un_slice_find_last(url, '/');
    if (slash < url.len)
        url = un_slice_from(url, slash + 1);
    if (host)
        url = un_slice_part(url, 0, un_slice_find(url, '/'));
    if (un_slice_ends(url, UN_SLICE(".git")))
        url.len -= 4;
    return url;
}

static un_slice name_of(un_slice path, un_slice url) {
    size_t dot = un_slice_find_last(path, '.');
    un_slice last = dot < path.len ? un_slice_from(path, dot + 1) : path;
    bool telling = last.len && !un_slice_equal(last, UN_SLICE("default")) &&
                   !un_slice_starts(path, UN_SLICE("defaultPackage.")) &&
                   un_slice_find(last, '"') == last.len;
    return telling ? last : flake_name(url);
}

static un_status read_element(un_packages *out, un_slice key, un_value object, un_error *error) {
    un_value url, uri, original_url, original_uri, attribute, paths, active;
    const un_member members[] = {
        {UN_SLICE("url"), &url},
        {UN_SLICE("uri"), &uri},
        {UN_SLICE("originalUrl"), &original_url},
        {UN_SLICE("originalUri"), &original_uri},
        {UN_SLICE("attrPath"), &attribute},
        {UN_SLICE("storePaths"), &paths},
        {UN_SLICE("active"), &active},
    };
    if (un_type_of(object) != UN_OBJECT)
        return un_fail_type(error, object, "an element");
    un_members(object, members, sizeof members / sizeof *members);
    un_status status = un_expect_strings(members, 5, error);
    if (status != UN_OK || (un_type_of(active) == UN_BOOLEAN && !un_true(active)))
        return status;
    un_slice locked = un_string(url.tree ? url : uri);
    un_package package = {.name = key, .source = UN_SLICE("store-path")};
    if (locked.len) {
        package.source = UN_SLICE("flake");
        package.revision = un_commit_in(locked);
        package.released = un_forge_date_of_flake(locked);
        package.system = system_of(un_string(attribute));
        if (!key.len)
            package.name = name_of(un_string(attribute),
                                   un_string(original_url.tree ? original_url : original_uri));
    }
    if (!un_forge_of_flake(&package.url, locked, &out->arena))
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    status = read_paths(out, &package, paths, error);
    if (status != UN_OK)
        return status;
    read_store_name(&package);
    return un_packages_add(out, &package, error);
}

static un_status read_nix_profile(un_packages *out, un_value root, un_error *error) {
    static const un_edition edition = {"version", "nix profile version", "1 to 3", 1, 3};
    int64_t version;
    un_value elements = un_get(root, UN_SLICE("elements"));
    un_status status = un_edition_read(&version, root, &edition, error);
    return status == UN_OK
               ? un_each(out, elements, un_type_of(elements), "elements", read_element, error)
               : status;
}

static const char *const filenames[] = {"manifest.json", NULL};

const un_format un_format_nix_profile = {
    .name = "nix-profile",
    .title = "nix profile manifest.json, versions 1 to 3",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_MIXED,
    .identity = UN_IDENTITY_SET,
    .named = true,
    .recognise = recognise,
    .read = read_nix_profile,
};
