/*
 * bun.c: Bun's text lockfile bun.lock, lockfileVersion 0 and 1: JSON with trailing commas.
 *
 * Source: Bun's documentation of its lockfile, and real lockfiles.
 *
 * `packages.<place>` is an array: "name@version" first, then what depends on where it comes from;
 * the integrity, where there is one, is the last string.
 *
 * Identity: the name; one name may stand in several versions at several places (see diff.h).
 *
 * Conventions:
 *   - an alias goes by the name of what is installed; `location` keeps where it stands;
 *   - the project and its workspace members ("root:", "workspace:") are no packages, nor are links;
 *   - what comes from git, a file or a URL has no version; of git the commit is the revision;
 *   - binaries of a package for one system are for that, and move with the package (parts.h);
 *   - direct is what the project or a member of its workspace names in `workspaces`: what stands
 *     below the member's own name, else at the top;
 *   - the lockfile does not say which packages only development needs, so nothing is "dev".
 */
#include "core/formats/shared/asked.h"
#include "core/formats/shared/edition.h"
#include "core/formats/shared/members.h"
#include "core/formats/shared/node.h"
#include "core/formats/shared/parts.h"
#include "formats.h"

static bool recognise(un_value root) {
    return un_type_of(un_get(root, UN_SLICE("lockfileVersion"))) == UN_NUMBER &&
           un_type_of(un_get(root, UN_SLICE("workspaces"))) == UN_OBJECT;
}

static bool is_local(un_slice version) {
    static const char *const kinds[] = {"workspace:", "root:", "link:"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (un_slice_starts(version, un_slice_of(kinds[i])))
            return true;
    return false;
}

/* Only what a registry gives has a version; the others have a place. */
static void set_version(un_package *package, un_slice version) {
    un_node_source(package, version);
    if (un_slice_starts(version, UN_SLICE("http:")) || un_slice_starts(version, UN_SLICE("https:")))
        package->source = UN_SLICE("url");
    if (un_slice_equal(package->source, UN_SLICE("registry")))
        package->version = version;
}

/* What follows "name@version": the facts are the object, the integrity is the last string. */
static void read_rest(un_package *package, un_value *facts, un_value entry) {
    un_value value;
    un_slice last = {NULL, 0};
    un_cursor c = un_walk(entry);
    un_next(&c, NULL, &value);
    while (un_next(&c, NULL, &value)) {
        last = un_string(value);
        if (un_type_of(value) == UN_OBJECT)
            *facts = value;
    }
    if (un_node_is_integrity(last))
        package->derivation = un_node_integrity(last);
    un_parts_bind(package, un_get(*facts, UN_SLICE("os")), un_get(*facts, UN_SLICE("cpu")),
                  un_get(*facts, UN_SLICE("libc")));
}

static un_status add(un_parts *parts, un_package *package, un_value entry, un_error *error) {
    un_value facts = {NULL, 0};
    read_rest(package, &facts, entry);
    un_status status = un_packages_add(parts->out, package, error);
    un_value wanted = un_get(facts, UN_SLICE("optionalDependencies"));
    return status == UN_OK ? un_parts_claim(parts, package, wanted, error) : status;
}

static un_status read_package(un_parts *parts, un_slice place, un_value entry, un_error *error) {
    un_slice version = {NULL, 0};
    un_package package = {.at = (uint32_t)entry.at, .location = place};
    un_value first = {NULL, 0};
    un_cursor c = un_walk(entry);
    un_next(&c, NULL, &first);
    if (un_type_of(entry) == UN_ARRAY && un_type_of(first) == UN_STRING &&
        !un_node_split_first(un_string(first), &package.name, &version))
        return un_packages_add(parts->out, &package, error);
    if (!package.name.len)
        return un_fail_value(error, entry, "packages[\"%.*s\"]: expected [\"name@version\", ...]",
                             un_slice_shown(place), place.ptr);
    if (is_local(version))
        return UN_OK;
    set_version(&package, version);
    return add(parts, &package, entry, error);
}

/* npm's packages are objects. */
static bool accept(un_value root) {
    un_value first, packages = un_get(root, UN_SLICE("packages"));
    un_cursor c = un_walk(packages);
    bool ours = !un_next(&c, NULL, &first) || un_type_of(first) == UN_ARRAY;
    return ours && un_type_of(un_get(root, UN_SLICE("lockfileVersion"))) == UN_NUMBER &&
           un_type_of(un_get(root, UN_SLICE("dependencies"))) == UN_ABSENT &&
           un_type_of(un_get(root, UN_SLICE("requires"))) == UN_ABSENT &&
           un_type_of(un_get(root, UN_SLICE("name"))) == UN_ABSENT;
}

static un_status read_packages(un_parts *parts, un_value packages, un_error *error) {
    un_slice place;
    un_value entry;
    un_status status = UN_OK;
    un_type type = un_type_of(packages);
    if (type != UN_OBJECT && type != UN_ABSENT && type != UN_NULL)
        return un_fail_value(error, packages, "`packages` is no object");
    for (un_cursor c = un_walk(packages); status == UN_OK && un_next(&c, &place, &entry);)
        status = read_package(parts, place, entry, error);
    return status;
}

/* "member/name" or "member/@scope/name", where members may have a scope, too. */
static bool split_place(un_slice place, un_slice *project, un_slice *name) {
    size_t slash = un_slice_find_last(place, '/');
    un_slice before = un_slice_part(place, 0, slash < place.len ? slash : 0);
    size_t outer = un_slice_find_last(before, '/'), scope = outer < before.len ? outer + 1 : 0;
    size_t start = before.len && before.ptr[scope] == '@' ? scope : before.len ? slash + 1 : 0;
    *project = un_slice_part(place, 0, start ? start - 1 : 0);
    *name = un_slice_from(place, start);
    return true;
}

/* The project's path is "", and what it asks for stands at the top. */
static un_status note_workspace(un_asked *asked, un_slice path, un_value object, un_error *error) {
    un_value name, plain, development, optional, peers;
    const un_member members[] = {{UN_SLICE("name"), &name},
                                 {UN_SLICE("dependencies"), &plain},
                                 {UN_SLICE("devDependencies"), &development},
                                 {UN_SLICE("optionalDependencies"), &optional},
                                 {UN_SLICE("peerDependencies"), &peers}};
    un_status status = UN_OK;
    un_members(object, members, sizeof members / sizeof *members);
    un_slice place = path.len ? un_string(name) : UN_SLICE("");
    asked->told |= un_type_of(object) == UN_OBJECT;
    for (size_t i = 1; status == UN_OK && i < sizeof members / sizeof *members; i++)
        status = un_asked_note_members(asked, place, *members[i].value, error);
    return status;
}

static un_status mark_asked(un_packages *out, un_value workspaces, un_error *error) {
    un_asked asked = {.told = false};
    un_slice path;
    un_value object;
    un_status status = UN_OK;
    un_cursor c = un_walk(un_type_of(workspaces) == UN_OBJECT ? workspaces : (un_value){NULL, 0});
    while (status == UN_OK && un_next(&c, &path, &object))
        status = note_workspace(&asked, path, object, error);
    if (status == UN_OK)
        status = un_asked_settle_places(&asked, out, split_place, error);
    un_asked_free(&asked);
    return status;
}

static un_status read_bun(un_packages *out, un_value root, un_error *error) {
    static const un_edition edition = {"lockfileVersion", "bun lockfileVersion", "0 and 1", 0, 1};
    int64_t version;
    un_parts parts = {.out = out};
    un_status status = un_edition_read(&version, root, &edition, error);
    if (status == UN_OK)
        status = read_packages(&parts, un_get(root, UN_SLICE("packages")), error);
    if (status == UN_OK)
        status = mark_asked(out, un_get(root, UN_SLICE("workspaces")), error);
    un_parts_settle(&parts);
    un_parts_free(&parts);
    return status;
}

static const char *const filenames[] = {"bun.lock", NULL};

const un_format un_format_bun = {
    .name = "bun",
    .title = "Bun bun.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .relaxed = true,
    .scheme = UN_SCHEME_SEMVER,
    .identity = UN_IDENTITY_SET,
    .recognise = recognise,
    .accept = accept,
    .read = read_bun,
};
