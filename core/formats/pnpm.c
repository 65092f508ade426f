/*
 * pnpm.c: pnpm's pnpm-lock.yaml, lockfileVersion 5.x, 6.x and 9.
 *
 * Source: pnpm's lockfile types and dependency paths, and real lockfiles.
 *
 * `packages` is keyed by dependency path, which names what has no `name` and `version` of its own:
 *   5    /a/1.0.0, /@s/a/1.0.0_peer@1.0.0, registry.example.org/a/1.0.0/peer@1.0.0
 *   6    /a@1.0.0(peer@1.0.0), /@s/a@1.0.0
 *   9    a@1.0.0, @s/a@1.0.0; what peers it meets is said in `snapshots`
 * What no registry gives has a path such as github.com/o/r/<commit>, a@https://… or file:….
 * Newer ones write several documents: what pnpm itself needs, then what the project needs.
 *
 * Identity: the name; one name may stand in several versions.
 *
 * Conventions, where the field's readers differ:
 *   - a package that stands there once for each set of peers, or in two documents, is one package,
 *     the first of them; it is "dev" or "optional" if all of them are;
 *   - direct is what an importer names, as a dependency of any kind, with the version that it got;
 *     of one project alone that stands at the top;
 *   - packages go by their own name, never by an alias, which stands in `importers` alone;
 *   - group is "dev" and "optional" as the entry says, since 9 "optional" as the snapshots say:
 *     what is for development alone is not told there any more;
 *   - what came out when `time` says, by the path without peers; it is there where the project
 *     resolves by time;
 *   - what no registry gives has the version that the entry states, else none: never its URL;
 *   - a tarball of a code host that names a commit is "git", with that revision;
 *   - what `os`, `cpu` and `libc` keep to one system is for that; such binaries of a package move
 *     with it (parts.h);
 *   - members of the workspace (`importers`, "link:") are no packages.
 */
#include "core/ascii.h"
#include "core/formats/shared/asked.h"
#include "core/formats/shared/commit.h"
#include "core/formats/shared/edition.h"
#include "core/formats/shared/index.h"
#include "core/formats/shared/listed.h"
#include "core/formats/shared/members.h"
#include "core/formats/shared/node.h"
#include "core/formats/shared/parts.h"
#include "core/formats/shared/seen.h"
#include "core/tree/yaml.h"
#include "formats.h"

static bool recognise(un_value root) {
    un_value version = un_get(un_yaml_first(root), UN_SLICE("lockfileVersion"));
    return un_type_of(version) != UN_ABSENT;
}

/* --- dependency paths ------------------------------------------------------------------------- */

static un_slice before(un_slice text, char c) {
    return un_slice_part(text, 0, un_slice_find(text, c));
}

/* Without the host of the registry, which ends at the first slash. */
static un_slice without_host(un_slice path) {
    size_t slash = un_slice_find(path, '/');
    return slash < path.len && path.ptr[0] != '@' ? un_slice_from(path, slash + 1) : path;
}

/* Where the name ends and `mark` begins; the @ and the slash of a scope are part of the name. */
static size_t name_end(un_slice path, char mark) {
    size_t from = path.len && path.ptr[0] == '@' ? un_slice_find(path, '/') + 1 : 1;
    if (from >= path.len)
        return path.len;
    return from + un_slice_find(un_slice_from(path, from), mark);
}

/* Sets what the path tells; a version begins with a digit, anything else is a place. */
static void read_path(un_package *package, un_slice path, unsigned major) {
    char mark = major < 6 ? '/' : '@';
    un_slice whole = path;
    if (major >= 6)
        path = before(path, '(');
    if (major < 9)
        path = without_host(path);
    size_t end = name_end(path, mark);
    un_slice rest = end < path.len ? un_slice_from(path, end + 1) : UN_SLICE("");
    bool version = rest.len && un_is_digit(*rest.ptr);
    package->name = version || (major >= 9 && rest.len) ? un_slice_part(path, 0, end) : whole;
    if (version)
        package->version = major < 6 ? before(before(rest, '/'), '_') : rest;
}

/* --- where it comes from ---------------------------------------------------------------------- */

/* The commit that a code host's archive is of. */
static un_slice archived_commit(un_slice url) {
    static const un_slice hosts[] = {UN_LITERAL("https://codeload.github.com/"),
                                     UN_LITERAL("https://gitlab.com/"),
                                     UN_LITERAL("https://bitbucket.org/")};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        if (un_slice_starts(url, hosts[i]))
            return un_commit_in(url);
    return (un_slice){NULL, 0};
}

/* registered: the path is that of a registry's package, whose tarball may have any URL. */
static void read_resolution(un_package *package, un_value resolution, bool registered) {
    un_value integrity, tarball, commit, directory, type, repository;
    const un_member members[] = {
        {UN_SLICE("integrity"), &integrity}, {UN_SLICE("tarball"), &tarball},
        {UN_SLICE("commit"), &commit},       {UN_SLICE("directory"), &directory},
        {UN_SLICE("type"), &type},           {UN_SLICE("repo"), &repository}};
    un_members(resolution, members, sizeof members / sizeof *members);
    un_slice url = un_string(tarball), archived = archived_commit(url);
    package->derivation = un_node_integrity(un_string(integrity));
    if (un_string(commit).len || archived.len) {
        package->source = UN_SLICE("git");
        package->revision = un_string(commit).len ? un_string(commit) : archived;
        package->url = un_string(repository);
    } else if (un_string(directory).len) {
        package->source = UN_SLICE("path");
    } else if (un_slice_starts(url, UN_SLICE("file:"))) {
        package->source = UN_SLICE("file");
    } else if (un_string(type).len || (url.len && !registered)) {
        package->source = UN_SLICE("url");
    } else {
        package->source = UN_SLICE("registry");
    }
}

/* --- packages --------------------------------------------------------------------------------- */

/* A walk through the documents. */
typedef struct walk {
    un_packages *out;
    unsigned major;
    un_listed listed; /* by name and version */
    un_seen snapshots;
    un_asked asked; /* (name, version) as paths tell them, (path, "") of what no registry gives */
    un_parts parts;
    un_index times; /* of the document, by path */
    un_error *error;
} walk;

static un_slice group_of(bool dev, bool optional) {
    return dev ? UN_SLICE("dev") : optional ? UN_SLICE("optional") : (un_slice){NULL, 0};
}

/* A package that was met before stays as it is, unless the two differ in their group. */
static un_status add(walk *w, const un_package *package, un_slice path) {
    un_package *first;
    un_slice place = package->version.len ? package->version : before(path, '(');
    un_status status =
        un_listed_add(&w->listed, w->out, package->name, place, package, &first, w->error);
    if (!first)
        return status;
    if (package->direct == UN_DIRECT_YES)
        first->direct = UN_DIRECT_YES;
    if (!un_slice_equal(first->group, package->group))
        first->group =
            first->group.len && package->group.len ? UN_SLICE("optional") : (un_slice){NULL, 0};
    return UN_OK;
}

static const un_slice optional = {"optional", 8}, needed = {"needed", 6};

/* What a package of 9 asks for stands in its snapshot, whose path tells which package that is. */
static un_status claim_of_snapshot(walk *w, un_slice path, un_value object) {
    un_package owner = {.name = {NULL, 0}};
    read_path(&owner, path, w->major);
    return un_parts_claim(&w->parts, &owner, un_get(object, UN_SLICE("optionalDependencies")),
                          w->error);
}

/* Snapshots of 9 are noted by their path without the peers. */
static un_status read_snapshots(walk *w, un_value snapshots) {
    un_slice path;
    un_value object;
    size_t number;
    bool known;
    un_status status = UN_OK;
    for (un_cursor c = un_walk(snapshots); status == UN_OK && un_next(&c, &path, &object);) {
        status = un_seen_find(&w->snapshots, before(path, '('),
                              un_true(un_get(object, optional)) ? optional : needed, &number,
                              &known, w->error);
        if (status == UN_OK)
            status = claim_of_snapshot(w, path, object);
    }
    return status;
}

/* A package that has snapshots is optional if all of them are. */
static un_slice group_of_snapshots(const walk *w, un_slice path) {
    size_t number;
    bool may_lack = un_seen_get(&w->snapshots, path, optional, &number) &&
                    !un_seen_get(&w->snapshots, path, needed, &number);
    return may_lack ? optional : (un_slice){NULL, 0};
}

/* --- what the project asks for ---------------------------------------------------------------- */

/* Whether what an importer got is a path, and not the version of what it asks for. */
static bool is_path(un_slice reference, unsigned major) {
    size_t at = un_slice_find(reference, '@');
    un_slice bare = before(reference, '(');
    if (major < 9)
        return un_slice_starts(reference, UN_SLICE("file:")) || un_slice_find(bare, '/') < bare.len;
    return at == 0 || (at < bare.len && at < un_slice_find(reference, ':'));
}

/* By what a package is found: its name and version, else its path alone. */
static void pair_of_path(un_slice path, unsigned major, un_slice *name, un_slice *version) {
    un_package package = {.name = {NULL, 0}};
    read_path(&package, path, major);
    *name = package.version.len ? package.name : before(path, '(');
    *version = package.version.len ? package.version : UN_SLICE("");
}

/* In 9 what no registry gives has the path "name@place", in others the place alone. */
static un_status note_asked(walk *w, un_slice name, un_slice reference) {
    un_slice version = before(reference, '(');
    if (un_slice_starts(reference, UN_SLICE("link:")))
        return UN_OK;
    if (is_path(reference, w->major))
        pair_of_path(reference, w->major, &name, &version);
    else if (w->major < 6)
        version = before(version, '_');
    return un_asked_note(&w->asked, name, version, w->error);
}

static un_status note_dependencies(walk *w, un_value dependencies) {
    un_slice name;
    un_value value;
    un_status status = UN_OK;
    un_cursor c =
        un_walk(un_type_of(dependencies) == UN_OBJECT ? dependencies : (un_value){NULL, 0});
    while (status == UN_OK && un_next(&c, &name, &value)) {
        un_slice reference = un_type_of(value) == UN_OBJECT
                                 ? un_get_string(value, UN_SLICE("version"))
                                 : un_string(value);
        if (reference.len)
            status = note_asked(w, name, reference);
    }
    return status;
}

/* An importer, or the whole document of a project alone. */
static un_status note_importer(walk *w, un_value importer) {
    static const un_slice kinds[] = {UN_LITERAL("dependencies"), UN_LITERAL("devDependencies"),
                                     UN_LITERAL("optionalDependencies"),
                                     UN_LITERAL("configDependencies"),
                                     UN_LITERAL("packageManagerDependencies")};
    un_slice key;
    un_value value;
    un_status status = UN_OK;
    un_cursor c = un_walk(un_type_of(importer) == UN_OBJECT ? importer : (un_value){NULL, 0});
    while (status == UN_OK && un_next(&c, &key, &value))
        for (size_t i = 0; status == UN_OK && i < sizeof kinds / sizeof *kinds; i++)
            if (un_slice_equal(key, kinds[i])) {
                w->asked.told = true;
                status = note_dependencies(w, value);
            }
    return status;
}

static un_status note_importers(walk *w, un_value document) {
    un_value importer, importers = un_get(document, UN_SLICE("importers"));
    un_status status = UN_OK;
    if (un_type_of(importers) != UN_OBJECT)
        return note_importer(w, document);
    w->asked.told = true;
    for (un_cursor c = un_walk(importers); status == UN_OK && un_next(&c, NULL, &importer);)
        status = note_importer(w, importer);
    return status;
}

static bool is_asked(const walk *w, un_slice path, const un_package *package) {
    un_slice name = package->name, version = package->version, rest = before(path, '(');
    if (version.len)
        return un_asked_has(&w->asked, name, version);
    if (un_asked_has(&w->asked, rest, UN_SLICE("")))
        return true;
    return w->major >= 9 && name.len < rest.len &&
           un_asked_has(&w->asked, name, un_slice_from(rest, name.len + 1));
}

/* --- entries ---------------------------------------------------------------------------------- */

static int64_t date_of(const walk *w, un_slice path) {
    int64_t date = un_date_of(un_index_find(&w->times, path));
    return date ? date : un_date_of(un_index_find(&w->times, before(path, '(')));
}

/* What the entry states goes before what its path tells, which is all where it has no body. */
static un_status read_package(walk *w, un_slice path, un_value object) {
    un_value name, version, resolution, dev, may_lack, os, cpu, libc, wanted;
    const un_member members[] = {{UN_SLICE("name"), &name},
                                 {UN_SLICE("version"), &version},
                                 {UN_SLICE("resolution"), &resolution},
                                 {UN_SLICE("dev"), &dev},
                                 {UN_SLICE("optional"), &may_lack},
                                 {UN_SLICE("os"), &os},
                                 {UN_SLICE("cpu"), &cpu},
                                 {UN_SLICE("libc"), &libc},
                                 {UN_SLICE("optionalDependencies"), &wanted}};
    un_package package = {.at = (uint32_t)object.at};
    if (un_type_of(object) != UN_OBJECT && un_type_of(object) != UN_NULL)
        return un_fail_value(w->error, object, "packages[\"%.*s\"] is no object",
                             un_slice_shown(path), path.ptr);
    un_members(object, members, sizeof members / sizeof *members);
    un_status status = un_expect_strings(members, 2, w->error);
    if (status != UN_OK)
        return status;
    read_path(&package, path, w->major);
    package.direct = un_asked_direct(&w->asked, is_asked(w, path, &package));
    package.released = date_of(w, path);
    read_resolution(&package, resolution, package.version.len);
    if (un_string(name).len)
        package.name = un_string(name);
    if (un_string(version).len)
        package.version = un_string(version);
    package.group =
        w->major < 9 ? group_of(un_true(dev), un_true(may_lack)) : group_of_snapshots(w, path);
    un_parts_bind(&package, os, cpu, libc);
    status =
        package.name.len ? add(w, &package, path) : un_packages_add(w->out, &package, w->error);
    return status == UN_OK ? un_parts_claim(&w->parts, &package, wanted, w->error) : status;
}

static un_status read_packages(walk *w, un_value packages) {
    un_slice path;
    un_value object;
    un_status status = UN_OK;
    un_type type = un_type_of(packages);
    if (type != UN_OBJECT && type != UN_ABSENT && type != UN_NULL)
        return un_fail_value(w->error, packages, "`packages` is no object");
    for (un_cursor c = un_walk(packages); status == UN_OK && un_next(&c, &path, &object);)
        status = read_package(w, path, object);
    return status;
}

static un_status read_version(walk *w, un_value version) {
    un_slice text = un_string(version);
    w->major = un_major(text);
    if (w->major < 1)
        return un_fail_value(w->error, version, "`lockfileVersion` is no version number");
    if (w->major > 9)
        return un_fail_newer(w->error, version, "pnpm lockfileVersion", text, "5 to 9");
    return UN_OK;
}

static un_status read_document(walk *w, un_value document) {
    if (un_type_of(document) == UN_NULL)
        return UN_OK;
    un_status status = read_version(w, un_get(document, UN_SLICE("lockfileVersion")));
    if (status == UN_OK && !un_index_build(&w->times, &w->out->arena,
                                           un_get(document, UN_SLICE("time")), UN_SLICE("")))
        status = un_fail(w->error, UN_NO_MEMORY, "out of memory");
    if (status == UN_OK)
        status = note_importers(w, document);
    if (status == UN_OK && w->major >= 9)
        status = read_snapshots(w, un_get(document, UN_SLICE("snapshots")));
    return status == UN_OK ? read_packages(w, un_get(document, UN_SLICE("packages"))) : status;
}

static un_status read_pnpm(un_packages *out, un_value root, un_error *error) {
    walk w = {.out = out, .parts = {.out = out}, .error = error};
    un_value document;
    un_status status = UN_OK;
    for (un_cursor c = un_walk(root); status == UN_OK && un_next(&c, NULL, &document);)
        status = read_document(&w, document);
    un_parts_settle(&w.parts);
    un_parts_free(&w.parts);
    un_listed_free(&w.listed);
    un_seen_free(&w.snapshots);
    un_asked_free(&w.asked);
    return status;
}

static const char *const filenames[] = {"pnpm-lock.yaml", NULL};

const un_format un_format_pnpm = {
    .name = "pnpm",
    .title = "pnpm pnpm-lock.yaml, lockfileVersion 5, 6 and 9",
    .filenames = filenames,
    .syntax = UN_SYNTAX_YAML,
    .scheme = UN_SCHEME_SEMVER,
    .identity = UN_IDENTITY_SET,
    .recognise = recognise,
    .read = read_pnpm,
};
