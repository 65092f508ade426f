/*
 * pixi.c: pixi's pixi.lock, version 2 to 7.
 *
 * Source: rattler_lock, which reads and writes it, and real lockfiles.
 *
 *   2, 3  as conda-lock: `package` lists each package once for each platform
 *   4, 5  `packages` with kind (conda or pypi), name, version, url or path
 *   6     `packages` with conda: URL or pypi: URL; a conda URL tells name, version and platform
 *   7     as 6, and conda_source: "name[hash] @ place" for what is built here, first called source;
 *         `source` is then a table that says what it is built from
 * What `environments` says of which platform uses what is not needed: it lists the same packages.
 *
 * Identity: (name, system); environments may have different versions. Names and versions of what
 * pypi gives are Python's.
 *
 * Conventions:
 *   - a package is listed as often as `packages` does, however many environments have it;
 *   - system is the conda package's platform (`subdir`), of a wheel that of its file name; absent
 *     for what runs anywhere;
 *   - there is no group: environments and features are not told apart. Nor is what is asked for;
 *   - a path "." is the project itself: no package. Another path is source "path"; what is built
 *     from a commit is "git", with that revision. The hash of the name tells of what it needs;
 *   - a conda package came out at its timestamp, which is when it was built; there is none of pypi;
 *   - what comes from channels and indexes is "registry"; the derivation is sha256, else md5.
 */
#include "core/formats/shared/conda.h"
#include "core/formats/shared/edition.h"
#include "core/formats/shared/members.h"
#include "core/formats/shared/python.h"
#include "core/system.h"
#include "core/tree/yaml.h"
#include "formats.h"

static unsigned version_of(un_value document) {
    return un_major(un_get_string(document, UN_SLICE("version")));
}

/* Versions 2 and 3 look like a lockfile of conda-lock, later ones have environments. */
static bool recognise(un_value root) {
    un_value document = un_yaml_first(root);
    unsigned version = version_of(document);
    if (un_type_of(un_get(document, UN_SLICE("environments"))) == UN_OBJECT)
        return version >= 2;
    return un_type_of(un_get(document, UN_SLICE("package"))) == UN_ARRAY &&
           un_type_of(un_get(document, UN_SLICE("metadata"))) == UN_OBJECT && version >= 2 &&
           version <= 3;
}

/* --- what places tell ------------------------------------------------------------------------- */

static un_slice base_name(un_slice url) {
    size_t slash = un_slice_find_last(url, '/');
    return slash < url.len ? un_slice_from(url, slash + 1) : url;
}

/* "manylinux_2_17_x86_64": which system a tag is for, and the rest of it is a version and the
 * machine. */
static const struct {
    un_slice tag, os;
    bool musl;
} wheels[] = {
    {UN_LITERAL("manylinux"), UN_LITERAL("linux"), false},
    {UN_LITERAL("linux"), UN_LITERAL("linux"), false},
    {UN_LITERAL("musllinux"), UN_LITERAL("linux"), true},
    {UN_LITERAL("macosx"), UN_LITERAL("darwin"), false},
    {UN_LITERAL("win"), UN_LITERAL("win"), false},
};

/* "x86_64" has an underscore itself, and "win32" is a system and its machine. */
static un_slice machine_of(un_slice tag) {
    if (un_slice_ends(tag, UN_SLICE("_x86_64")))
        return UN_SLICE("x86_64");
    if (un_slice_equal(tag, UN_SLICE("win32")))
        return UN_SLICE("32");
    size_t mark = un_slice_find_last(tag, '_');
    return mark < tag.len ? un_slice_from(tag, mark + 1) : UN_SLICE("");
}

/* What the last of the tags of a wheel's name says of where it runs; absent for "any" and for no
 * wheel. */
static un_slice wheel_system(un_slice url) {
    un_slice file = base_name(un_slice_part(url, 0, un_slice_find(url, '#')));
    size_t dash = un_slice_find_last(file, '-');
    if (!un_slice_ends(file, UN_SLICE(".whl")) || dash == file.len)
        return (un_slice){NULL, 0};
    un_slice tag = un_slice_part(file, dash + 1, file.len - dash - 5);
    size_t dot = un_slice_find_last(tag, '.');
    if (dot < tag.len)
        tag = un_slice_from(tag, dot + 1);
    for (size_t i = 0; i < sizeof wheels / sizeof *wheels; i++)
        if (un_slice_starts(tag, wheels[i].tag))
            return un_system_of(wheels[i].os, machine_of(tag), wheels[i].musl);
    return (un_slice){NULL, 0};
}

/* --- packages --------------------------------------------------------------------------------- */

/* What an entry says. `place` is a URL or a path. */
typedef struct entry {
    un_slice name, version, subdir, hash, place, commit;
    bool python;
    size_t at;
    int64_t built;
    bool here; /* it is built from sources, wherever they are */
} entry;

/* "name[hash] @ place", as version 7 has it; the place may be followed by "#commit". */
static void read_source_key(entry *e, un_slice key) {
    size_t at = un_slice_search(key, UN_SLICE(" @ "));
    e->name = un_slice_part(key, 0, un_slice_find(un_slice_part(key, 0, at), '['));
    e->place = at < key.len ? un_slice_from(key, at + 3) : UN_SLICE("");
}

static un_value first_of(un_value a, un_value b) {
    return un_string(a).len ? a : b;
}

/* Versions 4 to 7 call the place of a package differently; no entry has two of the names. */
static un_status read_entry(entry *e, un_value object, un_error *error) {
    un_value name, version, subdir, sha256, md5, conda, pypi, here, kind, url, path, built, source;
    un_value timestamp;
    const un_member members[] = {
        {UN_SLICE("name"), &name},     {UN_SLICE("version"), &version},
        {UN_SLICE("subdir"), &subdir}, {UN_SLICE("sha256"), &sha256},
        {UN_SLICE("md5"), &md5},       {UN_SLICE("conda"), &conda},
        {UN_SLICE("pypi"), &pypi},     {UN_SLICE("conda_source"), &here},
        {UN_SLICE("kind"), &kind},     {UN_SLICE("url"), &url},
        {UN_SLICE("path"), &path},     {UN_SLICE("package_build_source"), &built},
        {UN_SLICE("source"), &source}, {UN_SLICE("timestamp"), &timestamp},
    };
    if (un_type_of(object) != UN_OBJECT)
        return un_fail_type(error, object, "a package");
    un_members(object, members, sizeof members / sizeof *members);
    *e = (entry){
        .at = object.at,
        .built = un_date_of(timestamp),
        .name = un_string(name),
        .version = un_string(version),
        .subdir = un_string(subdir),
        .hash = un_string(first_of(sha256, md5)),
        .place = un_string(first_of(first_of(conda, pypi), first_of(url, path))),
        .commit = un_get_string(un_type_of(built) == UN_OBJECT ? built : source, UN_SLICE("rev")),
        .python = un_string(pypi).len || un_slice_equal(un_string(kind), UN_SLICE("pypi")),
    };
    here = first_of(here, source);
    e->here = un_string(here).len;
    if (e->here)
        read_source_key(e, un_string(here));
    if (e->here && !e->hash.len)
        e->hash = un_get_string(source, UN_SLICE("sha256"));
    return un_expect_strings(members, sizeof members / sizeof *members - 3, error);
}

/* A conda package that is no file is built from sources. */
static void read_conda_source(un_package *package, const entry *e) {
    package->source = UN_SLICE("registry");
    if (un_conda_file(e->place).ptr)
        return;
    un_conda_python_source(package, e->place);
    if (e->here && un_slice_equal(package->source, UN_SLICE("registry")))
        package->source = UN_SLICE("url");
    if (e->commit.len) {
        package->source = UN_SLICE("git");
        package->revision = e->commit;
    }
}

static un_status add(un_packages *out, const entry *e, un_error *error) {
    un_package package = {.at = (uint32_t)e->at,
                          .name = e->name,
                          .version = e->version,
                          .system = e->subdir,
                          .derivation = e->hash,
                          .released = e->built};
    package.python = e->python;
    if (e->python) {
        package.system = wheel_system(e->place);
        un_conda_python_source(&package, e->place);
    } else {
        un_conda_read_url(&package, e->place);
        read_conda_source(&package, e);
    }
    package.system = un_system_name(package.system);
    return un_packages_add(out, &package, error);
}

static un_status read_packages(un_packages *out, un_value packages, un_error *error) {
    un_value object;
    un_status status = UN_OK;
    un_type type = un_type_of(packages);
    entry e = {.python = false};
    if (type != UN_ARRAY && type != UN_ABSENT && type != UN_NULL)
        return un_fail_value(error, packages, "`packages` is no array");
    for (un_cursor c = un_walk(packages); status == UN_OK && un_next(&c, NULL, &object);) {
        status = read_entry(&e, object, error);
        if (status == UN_OK && !un_python_is_project(e.place))
            status = add(out, &e, error);
    }
    return status;
}

static un_status read_pixi(un_packages *out, un_value root, un_error *error) {
    un_value document = un_yaml_first(root);
    unsigned version = version_of(document);
    if (version > 7)
        return un_fail_value(error, un_get(document, UN_SLICE("version")),
                             "pixi.lock version %u is newer than this upnudge reads (2 to 7)",
                             version);
    if (version <= 3)
        return un_conda_read_list(out, un_get(document, UN_SLICE("package")), error);
    return read_packages(out, un_get(document, UN_SLICE("packages")), error);
}

static const char *const filenames[] = {"pixi.lock", NULL};
static const char *const header[] = {"version", "platforms", NULL};
static const char *const lists[] = {"environments", "packages", NULL};

const un_format un_format_pixi = {
    .name = "pixi",
    .title = "pixi.lock, version 2 to 7",
    .filenames = filenames,
    .syntax = UN_SYNTAX_YAML,
    .scheme = UN_SCHEME_CONDA,
    .identity = UN_IDENTITY_SET,
    .names = UN_NAMES_CASELESS,
    .recognise = recognise,
    .header = header,
    .lists = lists,
    .read = read_pixi,
};
