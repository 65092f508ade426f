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
 * Conventions:
 *   - the project itself (key "") and its workspace members (keys with no node_modules/) are no
 *     packages: an upgrade does not replace them; neither are `link` entries, which point at them;
 *   - an alias goes by the name of what is installed (`name`, or "npm:real@version" in version 1),
 *     as osv-scalibr and syft have it; `location` keeps where it stands;
 *   - group is "dev" for what only development needs, "optional" for optional dependencies;
 *   - a git dependency's version is what the entry says; its commit is the revision;
 *   - `integrity` stands for the build: the same version with other contents is a rebuild. Of two
 *     digests in it the text as a whole is compared.
 */
#include "formats.h"

static bool recognise(un_json_value root) {
    return un_json_typeof(un_json_get(root, UN_SLICE("lockfileVersion"))) == UN_JSON_NUMBER &&
           (un_json_typeof(un_json_get(root, UN_SLICE("packages"))) == UN_JSON_OBJECT ||
            un_json_typeof(un_json_get(root, UN_SLICE("dependencies"))) == UN_JSON_OBJECT ||
            un_json_typeof(un_json_get(root, UN_SLICE("requires"))) != UN_JSON_ABSENT ||
            un_json_typeof(un_json_get(root, UN_SLICE("name"))) != UN_JSON_ABSENT);
}

static bool starts_with(un_slice text, un_slice prefix) {
    return text.len >= prefix.len && memcmp(text.ptr, prefix.ptr, prefix.len) == 0;
}

static un_slice from(un_slice text, size_t at) {
    return (un_slice){text.ptr + at, text.len - at};
}

/* What follows the last occurrence of `mark`; absent where there is none. */
static un_slice after_last(un_slice text, un_slice mark) {
    for (size_t at = text.len; at >= mark.len && at > 0; at--)
        if (memcmp(text.ptr + at - mark.len, mark.ptr, mark.len) == 0)
            return from(text, at);
    return (un_slice){NULL, 0};
}

/* What only a package's other fields tell: filled by one walk over its members. */
typedef struct entry {
    un_slice name, version, resolved, integrity;
    un_json_value dependencies;
    bool link, dev, optional;
} entry;

static void read_member(entry *e, un_slice key, un_json_value value) {
    if (un_slice_equal(key, UN_SLICE("version")))
        e->version = un_json_string(value);
    else if (un_slice_equal(key, UN_SLICE("resolved")))
        e->resolved = un_json_string(value);
    else if (un_slice_equal(key, UN_SLICE("integrity")))
        e->integrity = un_json_string(value);
    else if (un_slice_equal(key, UN_SLICE("name")))
        e->name = un_json_string(value);
    else if (un_slice_equal(key, UN_SLICE("link")))
        e->link = un_json_true(value);
    else if (un_slice_equal(key, UN_SLICE("dev")) || un_slice_equal(key, UN_SLICE("devOptional")))
        e->dev = e->dev || un_json_true(value);
    else if (un_slice_equal(key, UN_SLICE("optional")))
        e->optional = un_json_true(value);
    else if (un_slice_equal(key, UN_SLICE("dependencies")))
        e->dependencies = value;
}

static entry read_entry(un_json_value object) {
    entry e = {.link = false};
    un_slice key;
    un_json_value value;
    for (un_json_cursor c = un_json_walk(object); un_json_next(&c, &key, &value);)
        read_member(&e, key, value);
    return e;
}

static void set_source(un_package *package, un_slice resolved) {
    if (starts_with(resolved, UN_SLICE("git"))) {
        package->source = UN_SLICE("git");
        package->revision = after_last(resolved, UN_SLICE("#"));
    } else if (starts_with(resolved, UN_SLICE("file:"))) {
        package->source = UN_SLICE("file");
    } else {
        package->source = UN_SLICE("registry");
    }
}

static un_package *add(un_lockfile *lockfile, const entry *e, un_slice location) {
    un_package *package = un_lockfile_add(lockfile);
    if (!package)
        return NULL;
    package->name = e->name;
    package->version = e->version;
    package->derivation = e->integrity;
    package->location = location;
    if (e->dev)
        package->group = UN_SLICE("dev");
    else if (e->optional)
        package->group = UN_SLICE("optional");
    set_source(package, e->resolved);
    return package;
}

static un_status read_packages(un_lockfile *lockfile, un_json_value packages, un_error *error) {
    un_slice path;
    un_json_value object;
    for (un_json_cursor c = un_json_walk(packages); un_json_next(&c, &path, &object);) {
        un_slice last = after_last(path, UN_SLICE("node_modules/"));
        if (un_json_typeof(object) != UN_JSON_OBJECT)
            return un_fail(error, UN_FORMAT, "packages[\"%.*s\"] is no object",
                           (int)(path.len < 99 ? path.len : 99), path.ptr);
        entry e = read_entry(object);
        if (!last.ptr || e.link)
            continue;
        if (!e.name.len)
            e.name = last;
        if (!add(lockfile, &e, path))
            return un_fail(error, UN_NO_MEMORY, "out of memory");
    }
    return UN_OK;
}

/* "npm:real@1.2.3" in version 1 names an alias's package and version. */
static void resolve_alias(entry *e) {
    if (!starts_with(e->version, UN_SLICE("npm:")))
        return;
    un_slice spec = from(e->version, 4);
    un_slice version = after_last(spec, UN_SLICE("@"));
    /* The @ of a scope stands first and parts nothing. */
    if (!version.ptr || version.len + 1 >= spec.len)
        return;
    e->name = (un_slice){spec.ptr, spec.len - version.len - 1};
    e->version = version;
}

/* In version 1 the version of what no registry gives is where it comes from. */
static void resolve_source(entry *e) {
    if (starts_with(e->version, UN_SLICE("git")) || starts_with(e->version, UN_SLICE("file:"))) {
        e->resolved = e->version;
        e->version = (un_slice){NULL, 0};
    } else if (starts_with(e->version, UN_SLICE("github:"))) {
        e->resolved = from(e->version, 0);
        e->version = (un_slice){NULL, 0};
    }
}

static un_slice join(un_lockfile *lockfile, un_slice parent, un_slice name) {
    static const char mark[] = "node_modules/";
    size_t gap = parent.len ? 1 : 0, length = parent.len + gap + sizeof mark - 1 + name.len;
    char *path = un_arena_alloc(&lockfile->arena, length + 1);
    if (!path)
        return (un_slice){NULL, 0};
    if (gap) {
        memcpy(path, parent.ptr, parent.len);
        path[parent.len] = '/';
    }
    memcpy(path + parent.len + gap, mark, sizeof mark - 1);
    memcpy(path + length - name.len, name.ptr, name.len);
    return (un_slice){path, length};
}

/* Recursion is as deep as the document, which the JSON reader bounds. */
static un_status read_dependencies(un_lockfile *lockfile, un_json_value dependencies,
                                   un_slice parent, un_error *error) {
    un_slice key;
    un_json_value object;
    un_status status = UN_OK;
    for (un_json_cursor c = un_json_walk(dependencies);
         status == UN_OK && un_json_next(&c, &key, &object);) {
        if (un_json_typeof(object) != UN_JSON_OBJECT)
            return un_fail(error, UN_FORMAT, "dependencies.%.*s is no object",
                           (int)(key.len < 99 ? key.len : 99), key.ptr);
        entry e = read_entry(object);
        un_slice location = join(lockfile, parent, key);
        e.name = key;
        resolve_alias(&e);
        resolve_source(&e);
        if (!location.ptr || !add(lockfile, &e, location))
            return un_fail(error, UN_NO_MEMORY, "out of memory");
        status = read_dependencies(lockfile, e.dependencies, location, error);
    }
    return status;
}

static un_status read_npm(un_lockfile *lockfile, un_json_value root, un_error *error) {
    int64_t version = 0;
    un_json_integer(un_json_get(root, UN_SLICE("lockfileVersion")), &version);
    if (version < 1 || version > 3)
        return un_fail(error, UN_FORMAT, "npm lockfileVersion %lld; this upnudge reads 1 to 3",
                       (long long)version);
    un_json_value packages = un_json_get(root, UN_SLICE("packages"));
    if (version >= 2 && un_json_typeof(packages) == UN_JSON_OBJECT)
        return read_packages(lockfile, packages, error);
    return read_dependencies(lockfile, un_json_get(root, UN_SLICE("dependencies")),
                             (un_slice){NULL, 0}, error);
}

static const char *const filenames[] = {"npm-shrinkwrap.json", "package-lock.json", NULL};

const un_format un_format_npm = {
    .name = "npm",
    .title = "npm package-lock.json and npm-shrinkwrap.json, versions 1 to 3",
    .filenames = filenames,
    .versions = UN_SCHEME_SEMVER,
    .identity = UN_IDENTITY_SET,
    .recognise = recognise,
    .read = read_npm,
};
