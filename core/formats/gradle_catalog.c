/*
 * gradle_catalog.c: Gradle's version catalog, gradle/libs.versions.toml.
 *
 * Source: "Version catalogs" of Gradle's documentation, and real catalogs.
 *
 * `[libraries]`: "group:name:version", or a table with `module` or `group` and `name`, and with
 * `version`. `[plugins]`: "id:version", or a table with `id` and `version`. A version is a text, a
 * table of `strictly`, `require` and `prefer`, or a `ref` to what `[versions]` has under that name.
 * People write it; with what they write there it is all that pins versions in most builds.
 *
 * Identity: "group:name", or the id of a plugin; a catalog may offer one library in two versions.
 *
 * Conventions:
 *   - what has no version, or a range ("[1.0, 2.0)", "1.+", "latest.release"), pins nothing and is
 *     no package;
 *   - of a rich version it is the first of `strictly`, `require` and `prefer` that is no range, as
 *     Gradle has it; "1.7!!" and "[1.7, 1.8[!!1.7.25" are short for such;
 *   - where a `ref` names nothing the package has no version;
 *   - a plugin has group "plugin". A version that nothing refers to is no package.
 */
#include "core/formats/shared/maven.h"
#include "core/formats/shared/members.h"
#include "core/formats/shared/seen.h"
#include "formats.h"

/* --- whose it is ------------------------------------------------------------------------------ */

/* Gradle refuses a catalog with other tables than these. */
static bool has_known_tables(un_value root) {
    static const char *const tables[] = {"metadata", "versions", "libraries", "bundles", "plugins"};
    un_slice key;
    un_value value;
    size_t count = 0;
    for (un_cursor c = un_walk(root); un_next(&c, &key, &value); count++) {
        bool known = false;
        for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
            known |= un_slice_equal(key, un_slice_of(tables[i]));
        if (!known || un_type_of(value) != UN_OBJECT)
            return false;
    }
    return count > 0;
}

/* The parts of "a:b" or "a:b:c", without blanks around them; false, and all are absent: there are
 * more or fewer. */
static bool split(un_slice text, un_slice *parts, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t colon = un_slice_find(text, ':');
        if ((i + 1 == count) != (colon == text.len)) {
            memset(parts, 0, count * sizeof *parts);
            return false;
        }
        parts[i] = un_slice_trim(un_slice_part(text, 0, colon));
        text = un_slice_from(text, colon < text.len ? colon + 1 : colon);
    }
    return true;
}

static bool is_library(un_value library) {
    un_slice parts[3];
    if (un_type_of(library) == UN_STRING)
        return split(un_string(library), parts, 3);
    return un_get_string(library, UN_SLICE("module")).ptr ||
           un_get_string(library, UN_SLICE("group")).ptr;
}

static bool is_plugin(un_value plugin) {
    un_slice parts[2];
    if (un_type_of(plugin) == UN_STRING)
        return split(un_string(plugin), parts, 2) && !memchr(parts[1].ptr, '/', parts[1].len);
    return un_get_string(plugin, UN_SLICE("id")).ptr;
}

static bool begins_with(un_value table, bool (*fits)(un_value)) {
    un_value first;
    un_cursor c = un_walk(table);
    return un_next(&c, NULL, &first) && fits(first);
}

/* Others have `metadata`, too. */
static bool accept(un_value root) {
    static const char *const tables[] = {"versions", "libraries", "bundles", "plugins"};
    bool found = false;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        found |= un_get(root, un_slice_of(tables[i])).tree != NULL;
    return found && has_known_tables(root);
}

static bool recognise(un_value root) {
    return has_known_tables(root) &&
           (begins_with(un_get(root, UN_SLICE("libraries")), is_library) ||
            begins_with(un_get(root, UN_SLICE("plugins")), is_plugin));
}

/* --- versions --------------------------------------------------------------------------------- */

typedef struct reading {
    un_packages *out;
    un_seen versions; /* by normal name */
} reading;

/* Gradle takes "-", "_" and "." of a name for one another. */
static un_status normal(reading *r, un_slice *name, un_error *error) {
    if (un_slice_find(*name, '-') == name->len && un_slice_find(*name, '_') == name->len)
        return UN_OK;
    char *copy = un_arena_alloc(&r->out->arena, name->len);
    if (!copy)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < name->len; i++)
        copy[i] = name->ptr[i] == '-' || name->ptr[i] == '_' ? '.' : name->ptr[i];
    *name = (un_slice){copy, name->len};
    return UN_OK;
}

static un_status read_versions(reading *r, un_value table, un_error *error) {
    un_slice name;
    un_value value;
    size_t number;
    bool known;
    un_status status = UN_OK;
    for (un_cursor c = un_walk(table); status == UN_OK && un_next(&c, &name, &value);) {
        status = normal(r, &name, error);
        if (status == UN_OK)
            status = un_seen_find(&r->versions, name, UN_SLICE(""), &number, &known, error);
        if (status == UN_OK && !known)
            *un_seen_value(&r->versions, number) = value;
    }
    return status;
}

static bool is_exact(un_slice version) {
    return version.len && !strchr("[](", *version.ptr) && version.ptr[version.len - 1] != '+' &&
           !un_slice_starts(version, UN_SLICE("latest."));
}

/* Absent: a range. "strictly!!preferred" */
static un_slice exact(un_slice text) {
    size_t mark = un_slice_search(text, UN_SLICE("!!"));
    un_slice version = un_slice_trim(un_slice_part(text, 0, mark));
    if (!is_exact(version) && mark < text.len)
        version = un_slice_trim(un_slice_from(text, mark + 2));
    return is_exact(version) ? version : (un_slice){NULL, 0};
}

static un_slice rich(un_value table) {
    static const char *const members[] = {"strictly", "require", "prefer"};
    un_slice version = {NULL, 0};
    for (size_t i = 0; !version.len && i < sizeof members / sizeof *members; i++)
        version = exact(un_get_string(table, un_slice_of(members[i])));
    return version;
}

/* *version is absent where nothing is pinned. */
static un_status find_version(reading *r, un_value value, un_slice *version, un_error *error) {
    un_slice name = un_get_string(value, UN_SLICE("ref"));
    size_t number;
    if (name.ptr) {
        un_status status = normal(r, &name, error);
        if (status != UN_OK)
            return status;
        if (!un_seen_get(&r->versions, name, UN_SLICE(""), &number)) {
            *version = UN_SLICE("");
            return UN_OK;
        }
        value = *un_seen_value(&r->versions, number);
    }
    *version = un_type_of(value) == UN_STRING ? exact(un_string(value)) : rich(value);
    return UN_OK;
}

/* --- packages --------------------------------------------------------------------------------- */

/* What cannot be named is counted, also where nothing pins it. */
static un_status add(reading *r, const un_package *package, un_error *error) {
    return package->version.ptr || !package->name.len ? un_packages_add(r->out, package, error)
                                                      : UN_OK;
}

static un_status read_library(reading *r, un_value library, un_error *error) {
    un_package package = {.source = UN_SLICE("registry")};
    un_value group, name, module, version;
    const un_member members[] = {{UN_SLICE("group"), &group},
                                 {UN_SLICE("name"), &name},
                                 {UN_SLICE("module"), &module},
                                 {UN_SLICE("version"), &version}};
    un_slice parts[3] = {{NULL, 0}};
    un_members(library, members, sizeof members / sizeof *members);
    if (un_type_of(library) == UN_STRING) {
        if (split(un_string(library), parts, 3))
            package.version = exact(parts[2]);
    } else if (!module.tree) {
        parts[0] = un_slice_trim(un_string(group));
        parts[1] = un_slice_trim(un_string(name));
    } else {
        split(un_string(module), parts, 2);
    }
    un_status status = un_maven_name(&package.name, r->out, parts[0], parts[1], error);
    if (status == UN_OK && version.tree)
        status = find_version(r, version, &package.version, error);
    return status == UN_OK ? add(r, &package, error) : status;
}

static un_status read_plugin(reading *r, un_value plugin, un_error *error) {
    un_package package = {.group = UN_SLICE("plugin"), .source = UN_SLICE("registry")};
    un_value version = un_get(plugin, UN_SLICE("version"));
    un_slice parts[2] = {{NULL, 0}};
    un_status status = UN_OK;
    if (un_type_of(plugin) != UN_STRING) {
        package.name = un_slice_trim(un_get_string(plugin, UN_SLICE("id")));
        if (version.tree)
            status = find_version(r, version, &package.version, error);
    } else if (split(un_string(plugin), parts, 2)) {
        package.name = parts[0];
        package.version = exact(parts[1]);
    }
    return status == UN_OK ? add(r, &package, error) : status;
}

static un_status read_tables(reading *r, un_value root, un_error *error) {
    un_value entry;
    un_status status = read_versions(r, un_get(root, UN_SLICE("versions")), error);
    un_cursor libraries = un_walk(un_get(root, UN_SLICE("libraries")));
    while (status == UN_OK && un_next(&libraries, NULL, &entry))
        status = read_library(r, entry, error);
    un_cursor plugins = un_walk(un_get(root, UN_SLICE("plugins")));
    while (status == UN_OK && un_next(&plugins, NULL, &entry))
        status = read_plugin(r, entry, error);
    return status;
}

static un_status read_catalog(un_packages *out, un_value root, un_error *error) {
    reading r = {.out = out};
    un_status status = read_tables(&r, root, error);
    un_seen_free(&r.versions);
    return status;
}

static const char *const filenames[] = {"gradle/libs.versions.toml", "libs.versions.toml", NULL};

const un_format un_format_gradle_catalog = {
    .name = "gradle-catalog",
    .title = "Gradle libs.versions.toml",
    .filenames = filenames,
    .syntax = UN_SYNTAX_TOML,
    .scheme = UN_SCHEME_MAVEN,
    .identity = UN_IDENTITY_SET,
    .named = true,
    .recognise = recognise,
    .accept = accept,
    .read = read_catalog,
};
