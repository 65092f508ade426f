/*
 * cargo.c: Cargo's Cargo.lock, versions 1 to 4.
 *
 * Source: real lockfiles of versions 3 and 4, and the readers named below; version 1 from what
 * other tools look up in it.
 *
 * `[[package]]` with name, version, source and checksum. Version 1 has no `version` at the top, its
 * checksums ("<none>" for git) as `"checksum NAME VERSION (SOURCE)"` in `[metadata]`; old ones have
 * the project as `[root]`.
 *
 * Identity: the name; one crate may stand in several versions, matched as a set (see diff.h).
 *
 * Conventions:
 *   - what has no `source` is local: the project, a member of its workspace or a path dependency,
 *     and the lockfile does not say which. All are listed, with source "path", as osv-scalibr,
 *     syft and trivy list them: a path dependency left out would be a lie about what is built, and
 *     the project itself changes only when its own author says so. `[root]`, which says that it is
 *     the project, is no package;
 *   - direct is what is local, and what `dependencies` of something local name, which say the
 * version where there are several; two sources of one version are not told apart;
 *   - the checksum stands for the contents; a git dependency has none, but its commit, which is
 *     what follows # in its source.
 */
#include "core/formats/shared/asked.h"
#include "core/formats/shared/edition.h"
#include "core/formats/shared/index.h"
#include "core/formats/shared/tables.h"
#include "formats.h"

/* Poetry's and pdm's lockfiles have [[package]] and [metadata] too. */
static bool is_other(un_slice key, un_value value) {
    static const char *const own[] = {"version", "package", "metadata", "patch", "root"};
    bool known = false;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        known |= un_slice_equal(key, un_slice_of(own[i]));
    if (un_slice_equal(key, UN_SLICE("version")))
        return un_type_of(value) != UN_NUMBER;
    if (!un_slice_equal(key, UN_SLICE("metadata")))
        return !known;
    return un_get(value, UN_SLICE("content-hash")).tree ||
           un_get(value, UN_SLICE("lock-version")).tree ||
           un_get(value, UN_SLICE("lock_version")).tree;
}

static bool is_crate(un_value packages) {
    un_value first;
    un_cursor c = un_walk(packages);
    if (un_type_of(packages) != UN_ARRAY || !un_next(&c, NULL, &first))
        return un_are_tables(packages);
    un_type source = un_type_of(un_get(first, UN_SLICE("source")));
    return un_get(first, UN_SLICE("name")).tree && un_get(first, UN_SLICE("version")).tree &&
           !un_get(first, UN_SLICE("python-versions")).tree && source != UN_OBJECT;
}

static bool recognise(un_value root) {
    un_slice key;
    un_value value;
    bool found = false;
    for (un_cursor c = un_walk(root); un_next(&c, &key, &value);) {
        if (is_other(key, value))
            return false;
        found |= !un_slice_equal(key, UN_SLICE("metadata"));
    }
    return found && is_crate(un_get(root, UN_SLICE("package")));
}

typedef struct reading {
    un_packages *out;
    un_index checksums; /* of version 1 */
    un_asked asked;
} reading;

/* The checksum of version 1, by "NAME VERSION (SOURCE)". */
static un_status find_checksum(reading *r, un_package *package, un_slice source, un_error *error) {
    size_t length = package->name.len + package->version.len + source.len + 4;
    char *name = un_arena_alloc(&r->out->arena, length), *at = name;
    if (!name)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    const un_slice parts[] = {package->name,  UN_SLICE(" "), package->version,
                              UN_SLICE(" ("), source,        UN_SLICE(")")};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].len)
            memcpy(at, parts[i].ptr, parts[i].len);
        at += parts[i].len;
    }
    un_value found = un_index_find(&r->checksums, (un_slice){name, length});
    if (!un_slice_equal(un_string(found), UN_SLICE("<none>")))
        package->derivation = un_string(found);
    return UN_OK;
}

static void set_source(un_package *package, un_slice source) {
    package->source = UN_SLICE("registry");
    if (!source.len) {
        package->source = UN_SLICE("path");
    } else if (un_slice_starts(source, UN_SLICE("git+"))) {
        size_t mark = un_slice_find_last(source, '#');
        package->source = UN_SLICE("git");
        package->url = source;
        if (mark < source.len)
            package->revision = un_slice_from(source, mark + 1);
    } else if (un_slice_starts(source, UN_SLICE("path+"))) {
        package->source = UN_SLICE("path");
    }
}

/* "name", "name version" or "name version (source)". */
static un_status note_asked(reading *r, un_value dependencies, un_error *error) {
    un_value one;
    un_status status = UN_OK;
    un_cursor c =
        un_walk(un_type_of(dependencies) == UN_ARRAY ? dependencies : (un_value){NULL, 0});
    r->asked.told = true;
    while (status == UN_OK && un_next(&c, NULL, &one)) {
        un_slice text = un_string(one);
        size_t blank = un_slice_find(text, ' ');
        un_slice name = un_slice_part(text, 0, blank);
        un_slice version = un_slice_from(text, blank < text.len ? blank + 1 : blank);
        version.len = un_slice_find(version, ' ');
        status = un_asked_note(&r->asked, name, version, error);
    }
    return status;
}

/* Only version 1 has checksums elsewhere, and says "<none>" where there is none. */
static un_status read_package(void *context, un_value table, un_error *error) {
    reading *r = context;
    un_value source, checksum, name, version, dependencies;
    const un_member members[] = {{UN_SLICE("source"), &source},
                                 {UN_SLICE("checksum"), &checksum},
                                 {UN_SLICE("name"), &name},
                                 {UN_SLICE("version"), &version},
                                 {UN_SLICE("dependencies"), &dependencies}};
    un_members(table, members, sizeof members / sizeof *members);
    un_status status = un_expect_toml_strings(members, sizeof members / sizeof *members - 1, error);
    un_package package = {.at = (uint32_t)table.at,
                          .name = un_string(name),
                          .version = un_string(version),
                          .derivation = un_string(checksum)};
    set_source(&package, un_string(source));
    if (status == UN_OK && package.name.len && !package.derivation.ptr && r->checksums.count)
        status = find_checksum(r, &package, un_string(source), error);
    if (status == UN_OK && !un_string(source).len)
        status = note_asked(r, dependencies, error);
    return status == UN_OK ? un_packages_add(r->out, &package, error) : status;
}

/* Nobody has to ask for what is local. */
static void settle(const reading *r) {
    un_asked_settle(&r->asked, r->out);
    for (size_t i = 0; r->asked.told && i < r->out->count; i++)
        if (un_slice_equal(r->out->items[i].source, UN_SLICE("path")))
            r->out->items[i].direct = UN_DIRECT_YES;
}

static un_status read_tables(reading *r, un_value root, un_error *error) {
    un_value project = un_get(root, UN_SLICE("root"));
    un_status status =
        un_each_table(un_get(root, UN_SLICE("package")), "package", read_package, r, error);
    if (status == UN_OK && un_type_of(project) == UN_OBJECT)
        status = note_asked(r, un_get(project, UN_SLICE("dependencies")), error);
    if (status == UN_OK)
        settle(r);
    un_asked_free(&r->asked);
    return status;
}

static un_status read_cargo(un_packages *out, un_value root, un_error *error) {
    static const un_edition edition = {"version", "Cargo.lock version", "1 to 4", 1, 4};
    reading r = {.out = out};
    int64_t version;
    un_status status = UN_OK;
    if (un_get(root, UN_SLICE("version")).tree)
        status = un_edition_read(&version, root, &edition, error);
    if (status != UN_OK)
        return status;
    if (!un_index_build(&r.checksums, &out->arena, un_get(root, UN_SLICE("metadata")),
                        UN_SLICE("checksum ")))
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    return read_tables(&r, root, error);
}

static const char *const filenames[] = {"Cargo.lock", NULL};
static const char *const header[] = {"version", "metadata", NULL};
static const char *const lists[] = {"package", "patch", NULL};

const un_format un_format_cargo = {
    .name = "cargo",
    .title = "Cargo.lock, versions 1 to 4",
    .filenames = filenames,
    .syntax = UN_SYNTAX_TOML,
    .scheme = UN_SCHEME_CARGO,
    .identity = UN_IDENTITY_SET,
    .recognise = recognise,
    .header = header,
    .lists = lists,
    .generated = "@generated by Cargo",
    .read = read_cargo,
};
