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
 *   - the hash of the source distribution stands for the contents, else that of the archive, else
 *     that of the first wheel; sha256 where there are several;
 *   - groups are markers there, of which a package alone tells nothing: absent.
 */
#include "core/formats/shared/fields.h"
#include "formats.h"

static bool recognise(un_value root) {
    return un_string(un_get(root, UN_SLICE("lock-version"))).ptr &&
           (un_get(root, UN_SLICE("created-by")).tree || un_get(root, UN_SLICE("packages")).tree) &&
           un_fields_is_list(un_get(root, UN_SLICE("packages")));
}

enum {
    NAME,
    VERSION,
    VCS,
    DIRECTORY,
    ARCHIVE,
    SDIST,
    WHEELS,
    FIELDS
};

static un_slice hash_of(un_value file) {
    un_value hashes = un_get(file, UN_SLICE("hashes")), any;
    un_slice best = un_get_string(hashes, UN_SLICE("sha256"));
    un_cursor c = un_walk(hashes);
    return best.len || !un_next(&c, NULL, &any) ? best : un_string(any);
}

static un_slice find_hash(const un_field *fields) {
    un_slice hash = hash_of(fields[SDIST].value);
    un_value wheel;
    un_cursor c = un_walk(fields[WHEELS].value);
    if (!hash.len)
        hash = hash_of(fields[ARCHIVE].value);
    return hash.len || !un_next(&c, NULL, &wheel) ? hash : hash_of(wheel);
}

static void set_source(un_package *package, const un_field *fields) {
    package->source = UN_SLICE("registry");
    if (fields[VCS].value.tree) {
        package->source = UN_SLICE("git");
        package->revision = un_get_string(fields[VCS].value, UN_SLICE("commit-id"));
        un_slice type = un_get_string(fields[VCS].value, UN_SLICE("type"));
        if (type.len)
            package->source = type;
    } else if (fields[DIRECTORY].value.tree) {
        package->source = UN_SLICE("path");
    } else if (fields[ARCHIVE].value.tree) {
        bool remote = un_get(fields[ARCHIVE].value, UN_SLICE("url")).tree;
        package->source = remote ? UN_SLICE("url") : UN_SLICE("file");
    }
}

static un_status read_package(void *context, un_value table, un_error *error) {
    un_packages *out = context;
    un_field fields[FIELDS] = {{UN_SLICE("name"), {0}},    {UN_SLICE("version"), {0}},
                               {UN_SLICE("vcs"), {0}},     {UN_SLICE("directory"), {0}},
                               {UN_SLICE("archive"), {0}}, {UN_SLICE("sdist"), {0}},
                               {UN_SLICE("wheels"), {0}}};
    un_package *package;
    un_fields_read(fields, FIELDS, table);
    un_slice path = un_get_string(fields[DIRECTORY].value, UN_SLICE("path"));
    if (un_slice_equal(path, UN_SLICE(".")))
        return UN_OK;
    un_status status = un_fields_package(&package, out, table, fields, error);
    if (status != UN_OK)
        return status;
    set_source(package, fields);
    package->derivation = find_hash(fields);
    return UN_OK;
}

static un_status read_pylock(un_packages *out, un_value root, un_error *error) {
    un_value version = un_get(root, UN_SLICE("lock-version"));
    un_slice text = un_string(version);
    if (!un_slice_starts(text, UN_SLICE("1.")))
        return un_fail_value(error, version,
                             "pylock.toml lock-version %.*s is none that this upnudge reads (1.x)",
                             un_slice_shown(text), text.ptr);
    return un_fields_each(un_get(root, UN_SLICE("packages")), "packages", read_package, out, error);
}

static const char *const filenames[] = {"pylock.toml", NULL};

const un_format un_format_pylock = {
    .name = "pylock",
    .title = "pylock.toml (PEP 751), lock-version 1",
    .filenames = filenames,
    .syntax = UN_SYNTAX_TOML,
    .scheme = UN_SCHEME_PEP440,
    .identity = UN_IDENTITY_SET,
    .recognise = recognise,
    .read = read_pylock,
};
