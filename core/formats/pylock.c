/*
 * pylock.c: pylock.toml, the lockfile of PEP 751, lock-version 1.
 *
 * Source: PEP 751, and real lockfiles.
 *
 * `[[packages]]` with name, an optional version, and one of `vcs`, `directory`, `archive`, or
 * `sdist` and `wheels`, which come from an index.
 *
 * Identity: the name; markers may give one name several versions.
 *
 * Conventions:
 *   - a directory "." is the project itself and no package; osv-scalibr and trivy list it. Other
 *     directories are path dependencies;
 *   - the commit of `vcs` is the revision, whatever the system of version control is;
 *   - a release came out when the first of its files was uploaded: wheels are added later, and make
 *     it no newer;
 *   - the hash of the source distribution stands for the contents, else that of the archive, else
 *     that of the first wheel; sha256 where there are several. All of them identify
 *     the build;
 *   - groups are markers there, of which a package alone tells nothing: absent.
 */
#include "core/formats/shared/python.h"
#include "core/formats/shared/tables.h"
#include "formats.h"

static bool recognise(un_value root) {
    return un_string(un_get(root, UN_SLICE("lock-version"))).ptr &&
           (un_get(root, UN_SLICE("created-by")).tree || un_get(root, UN_SLICE("packages")).tree) &&
           un_are_tables(un_get(root, UN_SLICE("packages")));
}

static un_slice hash_of(un_value file) {
    un_value hashes = un_get(file, UN_SLICE("hashes")), any;
    un_slice best = un_get_string(hashes, UN_SLICE("sha256"));
    un_cursor c = un_walk(hashes);
    return best.len || !un_next(&c, NULL, &any) ? best : un_string(any);
}

static un_slice find_hash(un_value sdist, un_value archive, un_value wheels) {
    un_slice hash = hash_of(sdist);
    un_value wheel;
    un_cursor c = un_walk(wheels);
    if (!hash.len)
        hash = hash_of(archive);
    return hash.len || !un_next(&c, NULL, &wheel) ? hash : hash_of(wheel);
}

/* What a package has of hashes so far. */
typedef struct hash_list {
    un_slice *items;
    size_t count, capacity;
} hash_list;

/* Every digest of a file; for a sdist and an archive that there is none of, nothing. */
static bool add_hashes(un_packages *out, hash_list *list, un_value file) {
    un_value digest;
    for (un_cursor c = un_walk(un_get(file, UN_SLICE("hashes"))); un_next(&c, NULL, &digest);) {
        un_slice *grown = un_arena_grow(&out->arena, list->items, &list->capacity, list->count + 1,
                                        sizeof *grown);
        if (!grown)
            return false;
        list->items = grown;
        if (un_string(digest).len)
            grown[list->count++] = un_string(digest);
    }
    return true;
}

static un_status set_files(un_packages *out, un_package *package, un_value sdist, un_value archive,
                           un_value wheels, un_error *error) {
    hash_list list = {.count = 0};
    un_value wheel;
    bool room = add_hashes(out, &list, sdist) && add_hashes(out, &list, archive);
    for (un_cursor c = un_walk(wheels); room && un_next(&c, NULL, &wheel);) {
        un_python_note_upload(package, wheel);
        room = add_hashes(out, &list, wheel);
    }
    un_python_note_upload(package, sdist);
    un_python_note_upload(package, archive);
    package->derivation = find_hash(sdist, archive, wheels);
    un_package_hashes(package, list.items, list.count);
    return room ? UN_OK : un_fail(error, UN_NO_MEMORY, "out of memory");
}

static void set_source(un_package *package, un_value vcs, un_value directory, un_value archive) {
    un_slice system = un_get_string(vcs, UN_SLICE("type"));
    package->source = UN_SLICE("registry");
    if (vcs.tree) {
        package->source = system.len ? system : UN_SLICE("git");
        package->revision = un_get_string(vcs, UN_SLICE("commit-id"));
        package->url = un_get_string(vcs, UN_SLICE("url"));
    } else if (directory.tree) {
        package->source = UN_SLICE("path");
    } else if (archive.tree) {
        package->source =
            un_get(archive, UN_SLICE("url")).tree ? UN_SLICE("url") : UN_SLICE("file");
    }
}

/* The project needs no name. */
static un_status read_package(void *context, un_value table, un_error *error) {
    un_packages *out = context;
    un_value name, version, vcs, directory, archive, sdist, wheels;
    const un_member members[] = {
        {UN_SLICE("name"), &name},       {UN_SLICE("version"), &version},
        {UN_SLICE("vcs"), &vcs},         {UN_SLICE("directory"), &directory},
        {UN_SLICE("archive"), &archive}, {UN_SLICE("sdist"), &sdist},
        {UN_SLICE("wheels"), &wheels},
    };
    un_members(table, members, sizeof members / sizeof *members);
    if (un_slice_equal(un_get_string(directory, UN_SLICE("path")), UN_SLICE(".")))
        return UN_OK;
    un_package package = {
        .at = (uint32_t)table.at, .name = un_string(name), .version = un_string(version)};
    set_source(&package, vcs, directory, archive);
    un_status status = un_expect_toml_strings(members, 2, error);
    if (status == UN_OK)
        status = set_files(out, &package, sdist, archive, wheels, error);
    return status == UN_OK ? un_packages_add(out, &package, error) : status;
}

static un_status read_pylock(un_packages *out, un_value root, un_error *error) {
    un_value version = un_get(root, UN_SLICE("lock-version"));
    un_slice text = un_string(version);
    if (!un_slice_starts(text, UN_SLICE("1.")))
        return un_fail_value(error, version,
                             "pylock.toml lock-version %.*s is none that this upnudge reads (1.x)",
                             un_slice_shown(text), text.ptr);
    return un_each_table(un_get(root, UN_SLICE("packages")), "packages", read_package, out, error);
}

static const char *const filenames[] = {"pylock.toml", NULL};
static const char *const header[] = {"lock-version",    "created-by", "environments",
                                     "requires-python", "extras",     "dependency-groups",
                                     "default-groups",  NULL};
static const char *const lists[] = {"packages", NULL};

const un_format un_format_pylock = {
    .name = "pylock",
    .title = "pylock.toml (PEP 751), lock-version 1",
    .filenames = filenames,
    .syntax = UN_SYNTAX_TOML,
    .scheme = UN_SCHEME_PEP440,
    .identity = UN_IDENTITY_SET,
    .names = UN_NAMES_PYTHON,
    .recognise = recognise,
    .header = header,
    .lists = lists,
    .read = read_pylock,
};
