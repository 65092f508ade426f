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
 *   - direct is what a workspace names: the entry that has its "name@range" among its keys. Where
 *     none has, because `resolutions` put another range in its place, all of that name are;
 *   - there is no group: what is for development is not told;
 *   - the derivation is `checksum` as it stands, with the number of yarn's cache ("10c0/").
 */
#include "core/formats/shared/asked.h"
#include "core/formats/shared/listed.h"
#include "core/formats/shared/members.h"
#include "core/formats/shared/node.h"
#include "core/formats/shared/parts.h"
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
    package->revision = package->url = (un_slice){NULL, 0};
    if (un_slice_starts(range, UN_SLICE("npm:")) || un_slice_starts(range, UN_SLICE("patch:"))) {
        package->source = UN_SLICE("registry");
    } else if (un_slice_starts(range, UN_SLICE("file:"))) {
        package->source = is_archive(range) ? UN_SLICE("file") : UN_SLICE("path");
    } else if (un_slice_starts(range, UN_SLICE("exec:"))) {
        package->source = UN_SLICE("path");
    } else {
        package->revision = commit_of(range);
        package->source = package->revision.len ? UN_SLICE("git") : UN_SLICE("url");
        if (package->revision.len)
            package->url = range;
    }
}

/* A walk through the entries. */
typedef struct walk {
    un_packages *out;
    un_listed listed; /* by name and version */
    un_asked asked;   /* names and ranges */
    un_parts parts;
    un_error *error;
} walk;

/* Of a package and its patch, which may come first or second, the patch stays. */
static un_status add(walk *w, const un_package *package, un_slice range) {
    un_package *first;
    bool patch = un_slice_starts(range, UN_SLICE("patch:"));
    un_slice place = package->version.len ? package->version : range;
    un_status status =
        un_listed_add(&w->listed, w->out, package->name, place, package, &first, w->error);
    if (!first)
        return status;
    un_direct direct = first->direct == UN_DIRECT_YES ? UN_DIRECT_YES : package->direct;
    if (patch)
        *first = *package;
    first->direct = direct;
    return UN_OK;
}

/* --- what the workspaces ask for -------------------------------------------------------------- */

/* Before yarn 4 a range of the registry has "npm:" in front in keys alone. */
static un_slice plain_range(un_slice range) {
    un_slice mark = UN_SLICE("npm:");
    return un_slice_starts(range, mark) ? un_slice_from(range, mark.len) : range;
}

static un_status note_dependencies(walk *w, un_value dependencies) {
    un_slice name;
    un_value range;
    un_status status = UN_OK;
    un_cursor c =
        un_walk(un_type_of(dependencies) == UN_OBJECT ? dependencies : (un_value){NULL, 0});
    while (status == UN_OK && un_next(&c, &name, &range))
        if (un_string(range).len)
            status = un_asked_note(&w->asked, name, plain_range(un_string(range)), w->error);
    return status;
}

/* Yarn writes all kinds of dependencies of a workspace into one list. */
static un_status note_workspaces(walk *w, un_value document) {
    un_slice key, mark = UN_SLICE("@workspace:");
    un_value object;
    un_status status = UN_OK;
    for (un_cursor c = un_walk(document); status == UN_OK && un_next(&c, &key, &object);) {
        if (un_slice_search(key, mark) == key.len)
            continue;
        w->asked.told = true;
        status = note_dependencies(w, un_get(object, UN_SLICE("dependencies")));
    }
    return status;
}

/* Whether one of "a@npm:^1, a@npm:^2" is asked for. */
static bool is_asked(walk *w, un_slice key) {
    bool found = false;
    while (key.len) {
        un_slice name, range, one = un_slice_trim(un_slice_part(key, 0, un_slice_find(key, ',')));
        size_t end = un_slice_find(key, ',');
        if (un_node_split_first(one, &name, &range))
            found |= un_asked_reach(&w->asked, name, plain_range(range));
        key = un_slice_from(key, end < key.len ? end + 1 : end);
    }
    return found;
}

/* What is asked for in a range that no entry has, is asked for by its name. */
static un_status settle(walk *w) {
    un_asked others = {.told = w->asked.told};
    un_slice name, range;
    size_t number = 0;
    un_status status = UN_OK;
    while (status == UN_OK && un_asked_unreached(&w->asked, &number, &name, &range))
        status = un_asked_note(&others, name, UN_SLICE(""), w->error);
    for (size_t i = 0; others.edges.count && i < w->out->count; i++)
        if (un_asked_has(&others, w->out->items[i].name, UN_SLICE("")))
            w->out->items[i].direct = UN_DIRECT_YES;
    un_asked_free(&others);
    return status;
}

/* --- entries ---------------------------------------------------------------------------------- */

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
    package.direct = un_asked_direct(&w->asked, is_asked(w, key));
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
    status = note_workspaces(&w, un_yaml_first(root));
    un_cursor c = un_walk(un_yaml_first(root));
    while (status == UN_OK && un_next(&c, &key, &object))
        if (!un_slice_equal(key, UN_SLICE("__metadata")))
            status = read_entry(&w, key, object);
    if (status == UN_OK)
        status = settle(&w);
    un_parts_settle(&w.parts);
    un_parts_free(&w.parts);
    un_listed_free(&w.listed);
    un_asked_free(&w.asked);
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
