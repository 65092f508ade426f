/*
 * npm.c: npm's package-lock.json, lockfileVersion 1, 2 and 3, and npm-shrinkwrap.json.
 *
 * Source: npm's documentation of package-lock.json, and real lockfiles.
 *
 * Versions 2 and 3: `packages`, keyed by the place in the tree. Version 1, and only that: nested
 * `dependencies`. Where both are, `packages` wins, as npm has it.
 *
 * Identity: the name; one name may stand in several versions at several places, so the versions of
 * a name are matched as a set (see diff.h) and a package that only moved in the tree is no change.
 *
 * Conventions, where the field's readers differ:
 *   - the project itself (key "") and its workspace members (keys with no node_modules/) are no
 *     packages: an upgrade does not replace them; neither are `link` entries, which point at them;
 *   - an alias goes by the name of what is installed (`name`, or "npm:real@version" in version 1),
 *     as osv-scalibr and syft have it; `location` keeps where it stands;
 *   - group is "dev" for what only development needs, "optional" for what may be missing. What is
 *     `devOptional` serves users too, so it is "optional";
 *   - what `os`, `cpu` and `libc` keep to one system is for that; such binaries of a package, which
 *     it asks for in its own version, move with it (parts.h);
 *   - a git dependency's version is what the entry says, empty in version 1, which has none; its
 *     commit is the revision. Likewise what version 1 takes from a file or a URL has no version;
 *   - direct is what the project or a member of its workspace names among its dependencies of any
 *     kind, also the peers: what stands under that name in its own node_modules, else in that of
 *     the top. Without an entry of the project, and in version 1, which has none, nobody can tell;
 *   - `integrity` stands for the build, and of several digests in it the strongest, since npm adds
 *     stronger ones in passing: the same version with other contents is a rebuild.
 */
#include "core/ascii.h"
#include "core/formats/shared/asked.h"
#include "core/formats/shared/edition.h"
#include "core/formats/shared/members.h"
#include "core/formats/shared/node.h"
#include "core/formats/shared/parts.h"
#include "formats.h"

/* "6.0" and 5.4 are pnpm's, whose YAML may be written as JSON. */
static bool is_of_pnpm(un_value version) {
    int64_t integer;
    un_slice text = un_string(version);
    return text.len ? un_slice_find(text, '.') < text.len
                    : un_type_of(version) == UN_NUMBER && !un_integer(version, &integer);
}

/* bun's lockfile has `lockfileVersion` too, and `workspaces` beside it. */
static bool recognise(un_value root) {
    static const char *const others[] = {"packages", "dependencies", "requires", "name"};
    un_value version = un_get(root, UN_SLICE("lockfileVersion"));
    bool found = false;
    if (!version.tree || is_of_pnpm(version) ||
        un_type_of(un_get(root, UN_SLICE("workspaces"))) != UN_ABSENT)
        return false;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        found |= un_type_of(un_get(root, un_slice_of(others[i]))) != UN_ABSENT;
    return found;
}

/* A project without dependencies and without a name has a version alone. */
static bool accept(un_value root) {
    return un_type_of(un_get(root, UN_SLICE("lockfileVersion"))) == UN_NUMBER &&
           un_type_of(un_get(root, UN_SLICE("workspaces"))) == UN_ABSENT;
}

/* What follows the last component node_modules of a path; absent where there is none. */
static un_slice installed_name(un_slice path) {
    static const char mark[] = "node_modules/";
    const size_t length = sizeof mark - 1;
    for (size_t at = path.len; at >= length; at--) {
        const char *start = path.ptr + at - length;
        if (path.ptr[at - 1] == '/' && memcmp(start, mark, length) == 0 &&
            (start == path.ptr || start[-1] == '/'))
            return un_slice_from(path, at);
    }
    return (un_slice){NULL, 0};
}

/* What we need of a package's members. */
typedef struct entry {
    un_slice name, version, resolved, integrity;
    un_value dependencies, wanted, os, cpu, libc;
    bool link, dev, optional;
    bool first; /* it is of version 1 */
    size_t at;
} entry;

/* What version 1 calls `requires` holds what may be missing, too. */
static void read_platform(entry *e, un_slice key, un_value value) {
    if (un_slice_equal(key, UN_SLICE("optionalDependencies")) ||
        un_slice_equal(key, UN_SLICE("requires")))
        e->wanted = value;
    else if (un_slice_equal(key, UN_SLICE("os")))
        e->os = value;
    else if (un_slice_equal(key, UN_SLICE("cpu")))
        e->cpu = value;
    else if (un_slice_equal(key, UN_SLICE("libc")))
        e->libc = value;
}

static void read_member(entry *e, un_slice key, un_value value) {
    if (un_slice_equal(key, UN_SLICE("version")))
        e->version = un_string(value);
    else if (un_slice_equal(key, UN_SLICE("resolved")))
        e->resolved = un_string(value);
    else if (un_slice_equal(key, UN_SLICE("integrity")))
        e->integrity = un_string(value);
    else if (un_slice_equal(key, UN_SLICE("name")))
        e->name = un_string(value);
    else if (un_slice_equal(key, UN_SLICE("link")))
        e->link = un_true(value);
    else if (un_slice_equal(key, UN_SLICE("dev")))
        e->dev = un_true(value);
    else if (un_slice_equal(key, UN_SLICE("optional")) ||
             un_slice_equal(key, UN_SLICE("devOptional")))
        e->optional |= un_true(value);
    else if (un_slice_equal(key, UN_SLICE("dependencies")))
        e->dependencies = value;
    else
        read_platform(e, key, value);
}

static entry read_entry(un_value object) {
    entry e = {.at = object.at};
    un_slice key;
    un_value value;
    for (un_cursor c = un_walk(object); un_next(&c, &key, &value);)
        read_member(&e, key, value);
    return e;
}

/* Version 1 says of no system; what only some get may be missing. */
static un_status add(un_parts *parts, const entry *e, un_slice location, un_error *error) {
    un_package package = {.at = (uint32_t)e->at,
                          .name = e->name,
                          .version = e->version,
                          .derivation = un_node_integrity(e->integrity),
                          .location = location};
    if (e->dev)
        package.group = UN_SLICE("dev");
    else if (e->optional)
        package.group = UN_SLICE("optional");
    un_node_source(&package, e->resolved);
    un_parts_bind(&package, e->os, e->cpu, e->libc);
    package.bound |= e->first && e->optional;
    un_status status = un_packages_add(parts->out, &package, error);
    return status == UN_OK ? un_parts_claim(parts, &package, e->wanted, error) : status;
}

/* Splits the place of what stands right below the project or a member of its workspace. */
static bool split_place(un_slice path, un_slice *project, un_slice *name) {
    static const size_t mark = sizeof "node_modules/" - 1;
    *name = installed_name(path);
    if (!name->ptr || !name->len)
        return false;
    *project = un_slice_part(path, 0, path.len - name->len - mark);
    bool nested = installed_name(*project).ptr != NULL;
    if (project->len)
        project->len--;
    return !nested;
}

/* What the project, whose place is "", or a member of its workspace asks for. */
static un_status note_asked(un_asked *asked, un_slice place, un_value object, un_error *error) {
    un_value plain, development, optional, peers;
    const un_member members[] = {{UN_SLICE("dependencies"), &plain},
                                 {UN_SLICE("devDependencies"), &development},
                                 {UN_SLICE("optionalDependencies"), &optional},
                                 {UN_SLICE("peerDependencies"), &peers}};
    un_status status = UN_OK;
    un_members(object, members, sizeof members / sizeof *members);
    asked->told |= !place.len;
    for (size_t i = 0; status == UN_OK && i < sizeof members / sizeof *members; i++)
        status = un_asked_note_members(asked, place, *members[i].value, error);
    return status;
}

/* The project, members of its workspace and links to them are no packages. */
static un_status read_all(un_parts *parts, un_asked *asked, un_value packages, un_error *error) {
    un_slice path;
    un_value object;
    un_status status = UN_OK;
    for (un_cursor c = un_walk(packages); status == UN_OK && un_next(&c, &path, &object);) {
        un_slice last = installed_name(path);
        if (un_type_of(object) != UN_OBJECT)
            return un_fail_value(error, object, "packages[\"%.*s\"] is no object",
                                 un_slice_shown(path), path.ptr);
        entry e = read_entry(object);
        if (!last.ptr)
            status = note_asked(asked, path, object, error);
        if (!last.ptr || e.link)
            continue;
        if (!e.name.len)
            e.name = last;
        status = add(parts, &e, path, error);
    }
    return status;
}

static un_status read_packages(un_parts *parts, un_value packages, un_error *error) {
    un_asked asked = {.told = false};
    un_status status = read_all(parts, &asked, packages, error);
    if (status == UN_OK)
        status = un_asked_settle_places(&asked, parts->out, split_place, error);
    un_asked_free(&asked);
    return status;
}

/* "npm:real@1.2.3" in version 1 names an alias's package and version. */
static void resolve_alias(entry *e) {
    if (!un_slice_starts(e->version, UN_SLICE("npm:")))
        return;
    un_slice spec = un_slice_from(e->version, 4);
    un_node_split(spec, &e->name, &e->version);
}

/* "https://registry.example.org/name/-/base-1.2.3.tgz", where base is the name without its scope;
 * absent: it is no address of a registry. */
static un_slice registry_version(un_slice url, un_slice name) {
    size_t mark = un_slice_search(url, UN_SLICE("/-/"));
    size_t slash = un_slice_find(name, '/'), base = slash < name.len ? slash + 1 : 0;
    un_slice wanted = un_slice_from(name, base);
    if (mark == url.len || !wanted.len || !un_slice_starts(url, UN_SLICE("http")))
        return (un_slice){NULL, 0};
    un_slice file = un_slice_from(url, mark + 3);
    file.len = un_slice_search(file, UN_SLICE(".tgz"));
    if (!un_slice_starts(file, wanted) || file.len < wanted.len + 2 ||
        file.ptr[wanted.len] != '-' || !un_is_digit(file.ptr[wanted.len + 1]))
        return (un_slice){NULL, 0};
    return un_slice_from(file, wanted.len + 1);
}

/* In version 1 the version of what no registry gives is where it comes from; some write there, of
 * what one gives, the address in it. */
static void resolve_source(entry *e) {
    if (!e->version.len || !memchr(e->version.ptr, ':', e->version.len))
        return;
    e->resolved = e->version;
    e->version = registry_version(e->resolved, e->name);
}

/* Bytes for the places of version 1 in all, which a small hostile file could multiply. */
#define PLACES_LIMIT ((size_t)64 << 20)

/* A walk through version 1. */
typedef struct tree {
    un_parts *parts;
    size_t room; /* bytes left for places */
    un_error *error;
} tree;

/* "parent/node_modules/name", where versions 2 and 3 write the place. */
static un_status join(un_slice *out, tree *t, un_slice parent, un_slice name) {
    static const char mark[] = "/node_modules/";
    size_t skipped = parent.len ? 0 : 1, gap = sizeof mark - 1 - skipped;
    size_t length = parent.len + gap + name.len;
    if (length > t->room)
        return un_fail(t->error, UN_LIMIT, "the places of nested dependencies take too much room");
    char *path = un_arena_alloc(&t->parts->out->arena, length + 1);
    if (!path)
        return un_fail(t->error, UN_NO_MEMORY, "out of memory");
    if (parent.len)
        memcpy(path, parent.ptr, parent.len);
    memcpy(path + parent.len, mark + skipped, gap);
    memcpy(path + parent.len + gap, name.ptr, name.len);
    t->room -= length;
    *out = (un_slice){path, length};
    return UN_OK;
}

static un_status read_dependencies(tree *t, un_value dependencies, un_slice parent);

static un_status read_dependency(tree *t, un_slice key, un_value object, un_slice parent) {
    un_slice location;
    if (un_type_of(object) != UN_OBJECT)
        return un_fail_value(t->error, object, "dependencies.%.*s is no object",
                             un_slice_shown(key), key.ptr);
    un_status status = join(&location, t, parent, key);
    if (status != UN_OK)
        return status;
    entry e = read_entry(object);
    e.first = true;
    e.name = key;
    resolve_alias(&e);
    resolve_source(&e);
    status = add(t->parts, &e, location, t->error);
    return status == UN_OK ? read_dependencies(t, e.dependencies, location) : status;
}

/* Recursion is as deep as the document, which the JSON reader bounds. */
static un_status read_dependencies(tree *t, un_value dependencies, un_slice parent) {
    un_slice key;
    un_value object;
    un_status status = UN_OK;
    un_type type = un_type_of(dependencies);
    if (type == UN_ABSENT)
        return UN_OK;
    if (type != UN_OBJECT)
        return un_fail_value(t->error, dependencies, "`dependencies` of `%.*s` is no object",
                             un_slice_shown(parent), parent.len ? parent.ptr : "");
    for (un_cursor c = un_walk(dependencies); status == UN_OK && un_next(&c, &key, &object);)
        status = read_dependency(t, key, object, parent);
    return status;
}

static un_status read_tree(un_parts *parts, un_value root, un_error *error) {
    static const un_edition edition = {"lockfileVersion", "npm lockfileVersion", "1 to 3", 1, 3};
    int64_t version;
    un_value packages = un_get(root, UN_SLICE("packages"));
    un_status status = un_edition_read(&version, root, &edition, error);
    if (status != UN_OK)
        return status;
    if (version == 1) {
        tree whole = {parts, PLACES_LIMIT, error};
        return read_dependencies(&whole, un_get(root, UN_SLICE("dependencies")),
                                 (un_slice){NULL, 0});
    }
    if (packages.tree && un_type_of(packages) != UN_OBJECT)
        return un_fail_value(error, packages, "`packages` is no object");
    return read_packages(parts, packages, error);
}

/* Where both trees are, `packages` is the one that npm itself reads. */
static un_status read_npm(un_packages *out, un_value root, un_error *error) {
    un_parts parts = {.out = out};
    un_status status = read_tree(&parts, root, error);
    un_parts_settle(&parts);
    un_parts_free(&parts);
    return status;
}

static const char *const filenames[] = {"npm-shrinkwrap.json", "package-lock.json", NULL};

const un_format un_format_npm = {
    .name = "npm",
    .title = "npm package-lock.json and npm-shrinkwrap.json, versions 1 to 3",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_SEMVER,
    .identity = UN_IDENTITY_SET,
    .recognise = recognise,
    .accept = accept,
    .read = read_npm,
};
