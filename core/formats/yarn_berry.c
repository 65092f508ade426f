/*
 * yarn_berry.c: yarn.lock as yarn 2 and newer write it.
 *
 * Source: yarn's lockfile and locators (structUtils), and real lockfiles.
 *
 * An object keyed by what asks for a package ("a@npm:^1, a@npm:^2"), beside `__metadata`. What is
 * installed is `resolution`, a locator: "name@npm:1.2.3", "name@patch:…",
 * "name@https://…#commit=…", "name@file:…"; so an alias goes by the name of what is installed.
 *
 * Identity: the name; one name may stand in several versions.
 *
 * Conventions, where the field's readers differ:
 *   - what is linked and not installed is no package: the project, its workspaces, "link:" and
 *     "portal:" (linkType soft);
 *   - a patched package stands beside the one that it is made of; they are one package, whose
 *     `checksum` is the patched one's;
 *   - what `conditions` keep to one system is for that; such binaries of a package move with it
 *     (parts.h);
 *   - the version is what the entry states, also of what comes from git or a file;
 *   - there is no group: what is for development is not told;
 *   - the derivation is `checksum` as it stands, with the number of yarn's cache ("10c0/").
 */
#include "core/formats/shared/members.h"
#include "core/formats/shared/node.h"
#include "core/formats/shared/parts.h"
#include "core/formats/shared/seen.h"
#include "core/tree/yaml.h"
#include "formats.h"

static bool recognise(un_value root) {
    un_value metadata = un_get(un_yaml_first(root), UN_SLICE("__metadata"));
    return un_type_of(metadata) == UN_OBJECT;
}

/* What follows "#commit=" up to the next parameter; yarn 1's "#" alone is no commit here. */
static un_slice commit_of(un_slice range) {
    un_slice mark = UN_SLICE("commit");
    size_t hash = un_slice_find(range, '#'),
           at = hash +
                un_slice_search(un_slice_from(range, hash < range.len ? hash : range.len), mark) +
                mark.len + 1;
    if (hash >= range.len || at >= range.len)
        return (un_slice){NULL, 0};
    un_slice rest = un_slice_from(range, at);
    size_t end = un_slice_find(rest, '&'), bound = un_slice_find(rest, ':');
    return un_slice_part(rest, 0, end < bound ? end : bound);
}

static bool is_archive(un_slice range) {
    un_slice path = un_slice_part(range, 0, un_slice_find(range, '#'));
    path.len = un_slice_search(path, UN_SLICE("::"));
    return un_slice_ends(path, UN_SLICE(".tgz")) || un_slice_ends(path, UN_SLICE(".tar.gz"));
}

static void read_source(un_package *package, un_slice range) {
    package->revision = (un_slice){NULL, 0};
    if (un_slice_starts(range, UN_SLICE("npm:")) || un_slice_starts(range, UN_SLICE("patch:"))) {
        package->source = UN_SLICE("registry");
    } else if (un_slice_starts(range, UN_SLICE("file:"))) {
        package->source = is_archive(range) ? UN_SLICE("file") : UN_SLICE("path");
    } else if (un_slice_starts(range, UN_SLICE("exec:"))) {
        package->source = UN_SLICE("path");
    } else {
        package->revision = commit_of(range);
        package->source = package->revision.len ? UN_SLICE("git") : UN_SLICE("url");
    }
}

/* A walk through the entries. */
typedef struct walk {
    un_packages *out;
    un_seen seen; /* its numbers are those of the packages */
    un_parts parts;
    un_error *error;
} walk;

/* Of a package and its patch, which may come first or second, the patch stays. */
static un_status add(walk *w, const un_package *package, un_slice range) {
    size_t number;
    bool known;
    bool patch = un_slice_starts(range, UN_SLICE("patch:"));
    un_slice place = package->version.len ? package->version : range;
    un_status status = un_seen_find(&w->seen, package->name, place, &number, &known, w->error);
    if (status != UN_OK || !known)
        return status == UN_OK ? un_packages_add(w->out, package, w->error) : status;
    if (patch)
        w->out->items[number] = *package;
    return UN_OK;
}

/* What is linked is no package, but its entry must make sense all the same. */
static un_status read_entry(walk *w, un_slice key, un_value object) {
    un_value version, resolution, checksum, link, conditions, wanted;
    const un_member members[] = {
        {UN_SLICE("version"), &version},       {UN_SLICE("resolution"), &resolution},
        {UN_SLICE("checksum"), &checksum},     {UN_SLICE("linkType"), &link},
        {UN_SLICE("conditions"), &conditions}, {UN_SLICE("dependencies"), &wanted}};
    un_slice range;
    if (un_type_of(object) != UN_OBJECT)
        return un_fail_value(w->error, object, "\"%.*s\" is no object", un_slice_shown(key),
                             key.ptr);
    un_members(object, members, sizeof members / sizeof *members);
    un_status status = un_expect_strings(members, sizeof members / sizeof *members - 1, w->error);
    if (status != UN_OK)
        return status;
    un_package package = {.at = (uint32_t)object.at,
                          .version = un_string(version),
                          .derivation = un_string(checksum)};
    un_slice locator = un_string(resolution);
    if (!un_node_split_first(locator.len ? locator : key, &package.name, &range))
        return un_packages_add(w->out, &(un_package){.at = (uint32_t)object.at}, w->error);
    if (un_slice_equal(un_string(link), UN_SLICE("soft")) ||
        un_slice_starts(range, UN_SLICE("workspace:")))
        return UN_OK;
    read_source(&package, range);
    un_parts_bind_conditions(&package, un_string(conditions));
    status = add(w, &package, range);
    return status == UN_OK ? un_parts_claim(&w->parts, &package, wanted, w->error) : status;
}

static un_status read_yarn(un_packages *out, un_value root, un_error *error) {
    walk w = {.out = out, .parts = {.out = out}, .error = error};
    un_slice key;
    un_value object;
    un_status status = UN_OK;
    un_cursor c = un_walk(un_yaml_first(root));
    while (status == UN_OK && un_next(&c, &key, &object))
        if (!un_slice_equal(key, UN_SLICE("__metadata")))
            status = read_entry(&w, key, object);
    un_parts_settle(&w.parts);
    un_parts_free(&w.parts);
    un_seen_free(&w.seen);
    return status;
}

static const char *const filenames[] = {"yarn.lock", NULL};

const un_format un_format_yarn_berry = {
    .name = "yarn-berry",
    .title = "yarn.lock of yarn 2 and newer",
    .filenames = filenames,
    .syntax = UN_SYNTAX_YAML,
    .scheme = UN_SCHEME_SEMVER,
    .identity = UN_IDENTITY_SET,
    .recognise = recognise,
    .read = read_yarn,
};
