/*
 * uv.c: uv's uv.lock, version 1.
 *
 * Source: real lockfiles, and the readers named below.
 *
 * `[[package]]` with name, version (none where it is dynamic) and
 * `source = { registry|git|url|path|directory|editable|virtual = … }`.
 *
 * Identity: the name; a fork of the resolution may give one name several versions.
 *
 * Conventions:
 *   - the project itself (a local source ".") and the `members` of its workspace are no packages;
 *     osv-scalibr leaves out only a virtual ".", trivy lists the project;
 *   - direct is what the project or a member asks for, with its extras and its groups, and what the
 *     `manifest` does, of a script or of a workspace that is no project. An edge says which version
 *     where there are several;
 *   - the commit of a git source is what follows its #;
 *   - groups are a property of the project's requirements, not of packages: absent;
 *   - a release came out when the first of its files was uploaded: wheels are added later, and make
 *     it no newer;
 *   - the hash of the source distribution stands for the contents, else that of the first
 *     wheel; all of them identify the build.
 */
#include "core/formats/shared/asked.h"
#include "core/formats/shared/edition.h"
#include "core/formats/shared/index.h"
#include "core/formats/shared/python.h"
#include "core/formats/shared/tables.h"
#include "formats.h"

static bool recognise(un_value root) {
    un_value first, packages = un_get(root, UN_SLICE("package"));
    un_cursor c = un_walk(packages);
    bool tagged = un_get(root, UN_SLICE("requires-python")).tree ||
                  un_get(root, UN_SLICE("resolution-markers")).tree ||
                  un_get(root, UN_SLICE("manifest")).tree;
    if (un_type_of(un_get(root, UN_SLICE("version"))) != UN_NUMBER || !un_are_tables(packages))
        return false;
    return tagged || (un_next(&c, NULL, &first) &&
                      un_type_of(un_get(first, UN_SLICE("source"))) == UN_OBJECT);
}

/* Packages of no source that is written down are uv's where the file is called so; Cargo has had
 * no version 1 that says so. */
static bool accept(un_value root) {
    int64_t version;
    un_value member;
    un_cursor c = un_walk(root);
    bool alone = un_next(&c, NULL, &member) && !un_next(&c, NULL, &member);
    return (alone || un_are_bare_packages(root)) && !un_get(root, UN_SLICE("metadata")).tree &&
           un_integer(un_get(root, UN_SLICE("version")), &version) && version == 1;
}

typedef struct reading {
    un_packages *out;
    un_index members;
    un_asked asked;
} reading;

/* `{ name = "x" }`, with a version where there are several of that name. */
static un_status note_list(reading *r, un_value list, un_error *error) {
    un_value one;
    un_status status = UN_OK;
    un_cursor c = un_walk(un_type_of(list) == UN_ARRAY ? list : (un_value){NULL, 0});
    while (status == UN_OK && un_next(&c, NULL, &one)) {
        un_slice version = un_get_string(one, UN_SLICE("version"));
        status = un_asked_note(&r->asked, un_get_string(one, UN_SLICE("name")),
                               version.len ? version : UN_SLICE(""), error);
    }
    return status;
}

/* The lists of extras or groups, by their names. */
static un_status note_lists(reading *r, un_value lists, un_error *error) {
    un_value list;
    un_status status = UN_OK;
    un_cursor c = un_walk(un_type_of(lists) == UN_OBJECT ? lists : (un_value){NULL, 0});
    while (status == UN_OK && un_next(&c, NULL, &list))
        status = note_list(r, list, error);
    return status;
}

static un_status note_project(reading *r, un_value table, un_error *error) {
    un_value plain, extras, groups;
    const un_member members[] = {{UN_SLICE("dependencies"), &plain},
                                 {UN_SLICE("optional-dependencies"), &extras},
                                 {UN_SLICE("dev-dependencies"), &groups}};
    un_members(table, members, sizeof members / sizeof *members);
    r->asked.told = true;
    un_status status = note_list(r, plain, error);
    if (status == UN_OK)
        status = note_lists(r, extras, error);
    return status == UN_OK ? note_lists(r, groups, error) : status;
}

/* What no project asks for; the versions there are ranges, under another name. */
static un_status note_manifest(reading *r, un_value manifest, un_error *error) {
    un_value requirements = un_get(manifest, UN_SLICE("requirements"));
    un_value groups = un_get(manifest, UN_SLICE("dependency-groups"));
    r->asked.told |= requirements.tree || groups.tree;
    un_status status = note_list(r, requirements, error);
    return status == UN_OK ? note_lists(r, groups, error) : status;
}

/* What a source's member means; local: a directory, which may be the project. */
static const struct {
    const char *key, *source;
    bool local;
} sources[] = {
    {"registry", "registry", false}, {"git", "git", false},       {"url", "url", false},
    {"path", "file", false},         {"directory", "path", true}, {"editable", "path", true},
    {"virtual", "path", true},
};

typedef struct origin {
    un_slice source, place;
    bool local;
} origin;

static origin read_origin(un_value table) {
    origin found = {.local = false};
    un_slice key;
    un_value value;
    for (un_cursor c = un_walk(table); un_next(&c, &key, &value);)
        for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
            if (un_slice_equal(key, un_slice_of(sources[i].key)))
                found =
                    (origin){un_slice_of(sources[i].source), un_string(value), sources[i].local};
    return found;
}

static bool is_project(const reading *r, const origin *from, un_slice name) {
    return from->local &&
           (un_slice_equal(from->place, UN_SLICE(".")) || un_index_find(&r->members, name).tree);
}

/* The project needs no name; what follows the last # of a git source is its commit. */
static un_status read_package(void *context, un_value table, un_error *error) {
    reading *r = context;
    un_value name, version, source, sdist, wheels;
    const un_member members[] = {{UN_SLICE("name"), &name},
                                 {UN_SLICE("version"), &version},
                                 {UN_SLICE("source"), &source},
                                 {UN_SLICE("sdist"), &sdist},
                                 {UN_SLICE("wheels"), &wheels}};
    un_members(table, members, sizeof members / sizeof *members);
    if (source.tree && un_type_of(source) != UN_OBJECT)
        return un_fail_type(error, source, "`source` to be a table");
    origin from = read_origin(source);
    if (is_project(r, &from, un_string(name)))
        return note_project(r, table, error);
    un_package package = {.at = (uint32_t)table.at,
                          .name = un_string(name),
                          .version = un_string(version),
                          .source = from.source};
    size_t mark = un_slice_find_last(from.place, '#');
    if (un_slice_equal(from.source, UN_SLICE("git"))) {
        package.url = from.place;
        if (mark < from.place.len)
            package.revision = un_slice_from(from.place, mark + 1);
    }
    un_status status = un_expect_toml_strings(members, 2, error);
    if (status == UN_OK)
        status = un_python_hashes(r->out, &package, sdist, wheels, error);
    return status == UN_OK ? un_packages_add(r->out, &package, error) : status;
}

static un_status read_uv(un_packages *out, un_value root, un_error *error) {
    static const un_edition edition = {"version", "uv.lock version", "1", 1, 1};
    un_value manifest = un_get(root, UN_SLICE("manifest"));
    reading r = {.out = out};
    int64_t version;
    un_status status = un_edition_read(&version, root, &edition, error);
    if (status != UN_OK)
        return status;
    if (!un_index_build(&r.members, &out->arena, un_get(manifest, UN_SLICE("members")),
                        UN_SLICE("")))
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    status = note_manifest(&r, manifest, error);
    if (status == UN_OK)
        status =
            un_each_table(un_get(root, UN_SLICE("package")), "package", read_package, &r, error);
    un_asked_settle(&r.asked, out);
    un_asked_free(&r.asked);
    return status;
}

static const char *const filenames[] = {"uv.lock", NULL};
static const char *const header[] = {"version", "revision", NULL};
static const char *const lists[] = {"package", NULL};

const un_format un_format_uv = {
    .name = "uv",
    .title = "uv.lock, version 1",
    .filenames = filenames,
    .syntax = UN_SYNTAX_TOML,
    .scheme = UN_SCHEME_PEP440,
    .identity = UN_IDENTITY_SET,
    .names = UN_NAMES_PYTHON,
    .recognise = recognise,
    .accept = accept,
    .header = header,
    .lists = lists,
    .read = read_uv,
};
