/*
 * mise.c: mise's mise.lock.
 *
 * Source: mise.jdx.dev/dev-tools/mise-lock-reference, and real lockfiles.
 *
 * `[[tools.NAME]]` with version, backend and a table "platforms.SYSTEM" for each system; the first
 * mise that locked wrote `[tools.NAME]` for a tool of one version.
 *
 * Identity: the name as `tools` has it ("node", "npm:prettier"); a tool may stand in several
 * versions.
 *
 * Conventions:
 *   - a tool has one version on all systems, so it is one package without a system. The checksums
 *     are those of single systems, and `mise lock` adds systems in passing: no derivation, for that
 *     is no rebuild;
 *   - the source is the kind of backend ("aqua", "core", "npm"), which says where it comes from;
 *   - versions are what each tool makes them, so two are ordered by the scheme that both fit.
 */
#include "core/formats/shared/tables.h"
#include "formats.h"

static bool has_platforms(un_value tool) {
    un_slice key;
    un_value value;
    for (un_cursor c = un_walk(tool); un_next(&c, &key, &value);)
        if (un_slice_equal(key, UN_SLICE("backend")) ||
            un_slice_equal(key, UN_SLICE("checksums")) ||
            un_slice_starts(key, UN_SLICE("platforms")))
            return true;
    return false;
}

/* mise.toml has [tools] too, with versions that are asked for. */
static bool is_locked(un_value tool) {
    un_value first = tool;
    un_cursor c = un_walk(tool);
    bool list = un_type_of(tool) == UN_ARRAY;
    if (list && !un_next(&c, NULL, &first))
        return false;
    return un_string(un_get(first, UN_SLICE("version"))).ptr && (list || has_platforms(first));
}

static bool recognise(un_value root) {
    un_value tool, tools = un_get(root, UN_SLICE("tools"));
    bool versioned = un_get(root, UN_SLICE("lockfile_version")).tree;
    un_cursor c = un_walk(tools);
    if (un_type_of(tools) != UN_OBJECT)
        return versioned && !tools.tree;
    return un_next(&c, NULL, &tool) ? is_locked(tool) : versioned;
}

typedef struct reading {
    un_packages *out;
    un_slice name;
} reading;

static un_status read_tool(void *context, un_value table, un_error *error) {
    const reading *r = context;
    un_value version, backend;
    const un_member members[] = {{UN_SLICE("version"), &version}, {UN_SLICE("backend"), &backend}};
    un_members(table, members, sizeof members / sizeof *members);
    un_status status = un_expect_toml_strings(members, sizeof members / sizeof *members, error);
    un_slice kind = un_string(backend);
    un_package package = {.name = r->name, .version = un_string(version)};
    if (kind.len)
        package.source = un_slice_part(kind, 0, un_slice_find(kind, ':'));
    return status == UN_OK ? un_packages_add(r->out, &package, error) : status;
}

static un_status read_mise(un_packages *out, un_value root, un_error *error) {
    reading r = {.out = out};
    un_value tool;
    un_status status = UN_OK;
    un_cursor c = un_walk(un_get(root, UN_SLICE("tools")));
    while (status == UN_OK && un_next(&c, &r.name, &tool)) {
        if (!r.name.len)
            return un_fail_value(error, tool, "a tool without a name");
        if (un_type_of(tool) == UN_OBJECT)
            status = read_tool(&r, tool, error);
        else
            status = un_each_table(tool, "tools", read_tool, &r, error);
    }
    return status;
}

static const char *const filenames[] = {"mise.lock", "mise.local.lock", NULL};

const un_format un_format_mise = {
    .name = "mise",
    .title = "mise.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_TOML,
    .scheme = UN_SCHEME_MIXED,
    .identity = UN_IDENTITY_SET,
    .recognise = recognise,
    .read = read_mise,
};
