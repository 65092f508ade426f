/*
 * stack.c: Stack's stack.yaml.lock.
 *
 * Source: "Lock files" and "Pantry" of Stack's documentation, and real lockfiles.
 *
 * `packages` and `snapshots`, each a list of what was asked for (`original`) and what that was
 * found to be (`completed`). A package of Hackage is "name-version@sha256:digest,size" or
 * "name-version@rev:number" in `hackage`; one of an archive or a repository has name and version,
 * `url` or `git` (`hg`), and `commit`.
 *
 * Identity: the name.
 *
 * Conventions:
 *   - a snapshot is a package, too: it names the compiler and the versions of all that does not
 *     stand in the list, and mostly the list is empty. Stackage's are called "lts" and "nightly",
 *     others by their place; source "snapshot". What follows, as in "lts-22.7", counts otherwise
 *     than versions of packages do, so it is the revision. osv-scalibr and syft pass them over;
 *   - `pantry-tree` is the digest of the contents and stands for them; of a snapshot at a place of
 *     its own that of the file does. The digest in `hackage` is of the description alone, which is
 * revised afterwards.
 */
#include "core/ascii.h"
#include "core/formats/shared/members.h"
#include "core/tree/yaml.h"
#include "formats.h"

static bool recognise(un_value root) {
    un_value document = un_yaml_first(root);
    return un_type_of(un_get(document, UN_SLICE("packages"))) == UN_ARRAY &&
           un_type_of(un_get(document, UN_SLICE("snapshots"))) == UN_ARRAY;
}

/* Parts "name-1.2.3" at the last hyphen, which a version begins behind. */
static bool split(un_slice text, un_slice *name, un_slice *version) {
    size_t dash = un_slice_find_last(text, '-');
    if (dash == 0 || dash + 1 >= text.len || !un_is_digit(text.ptr[dash + 1]))
        return false;
    *name = un_slice_part(text, 0, dash);
    *version = un_slice_from(text, dash + 1);
    return true;
}

/* --- packages --------------------------------------------------------------------------------- */

static void set_place(un_package *package, un_value git, un_value hg, un_value url,
                      un_value commit) {
    package->source = un_slice_of(un_string(git).len || un_string(hg).len ? "git" : NULL);
    if (un_string(hg).len)
        package->source = UN_SLICE("hg");
    else if (un_string(url).len && !package->source.ptr)
        package->source = UN_SLICE("url");
    package->revision = un_string(commit);
    package->url = un_string(un_string(git).len ? git : hg);
}

static un_status read_package(un_packages *out, un_slice key, un_value entry, un_error *error) {
    un_value hackage, name, version, git, hg, url, commit, contents;
    const un_member members[] = {
        {UN_SLICE("hackage"), &hackage}, {UN_SLICE("name"), &name},
        {UN_SLICE("version"), &version}, {UN_SLICE("git"), &git},
        {UN_SLICE("hg"), &hg},           {UN_SLICE("url"), &url},
        {UN_SLICE("commit"), &commit},   {UN_SLICE("pantry-tree"), &contents}};
    (void)key;
    un_members(un_get(entry, UN_SLICE("completed")), members, sizeof members / sizeof *members);
    un_status status = un_expect_strings(members, 7, error);
    un_package package = {.name = un_string(name),
                          .version = un_string(version),
                          .derivation = un_get_string(contents, UN_SLICE("sha256"))};
    un_slice text = un_string(hackage);
    set_place(&package, git, hg, url, commit);
    if (split(un_slice_part(text, 0, un_slice_find(text, '@')), &package.name, &package.version))
        package.source = UN_SLICE("registry");
    return status == UN_OK ? un_packages_add(out, &package, error) : status;
}

/* --- snapshots -------------------------------------------------------------------------------- */

/* Stackage's, and what parts the numbers of a version. */
static const struct {
    const char *name, *place, *mark;
    char between;
} stackage[] = {{"lts", "/lts/", "lts-", '.'}, {"nightly", "/nightly/", "nightly-", '-'}};

/* "22/7" becomes "22.7", "2024/1/2" the date 2024-01-02; absent: no memory. */
static un_slice join(un_packages *out, un_slice numbers, char between) {
    char *text = un_arena_alloc(&out->arena, 2 * numbers.len + 1);
    size_t length = 0;
    for (size_t i = 0; text && i < numbers.len; i++) {
        bool slash = numbers.ptr[i] == '/';
        bool short_part = i + 2 >= numbers.len || numbers.ptr[i + 2] == '/';
        text[length++] = slash ? between : numbers.ptr[i];
        if (slash && between == '-' && short_part)
            text[length++] = '0';
    }
    return (un_slice){text, length};
}

/* Named as a person asks for it, which is what stands there, or what the place of the file says. */
static un_status name_snapshot(un_packages *out, un_package *package, un_slice asked,
                               un_error *error) {
    un_slice url = package->name;
    for (size_t i = 0; i < sizeof stackage / sizeof *stackage; i++) {
        un_slice place = un_slice_of(stackage[i].place), mark = un_slice_of(stackage[i].mark);
        size_t at = un_slice_search(url, place) + place.len;
        if (un_slice_starts(asked, mark)) {
            package->revision = un_slice_from(asked, mark.len);
        } else if (at < url.len && un_slice_ends(url, UN_SLICE(".yaml"))) {
            package->revision =
                join(out, un_slice_part(url, at, url.len - at - 5), stackage[i].between);
            if (!package->revision.ptr)
                return un_fail(error, UN_NO_MEMORY, "out of memory");
        } else {
            continue;
        }
        package->name = un_slice_of(stackage[i].name);
        package->derivation = (un_slice){NULL, 0};
        return UN_OK;
    }
    return UN_OK;
}

static un_status read_snapshot(un_packages *out, un_slice key, un_value entry, un_error *error) {
    un_value url, digest;
    const un_member members[] = {{UN_SLICE("url"), &url}, {UN_SLICE("sha256"), &digest}};
    (void)key;
    un_members(un_get(entry, UN_SLICE("completed")), members, sizeof members / sizeof *members);
    un_status status = un_expect_strings(members, sizeof members / sizeof *members, error);
    un_package package = {
        .name = un_string(url), .source = UN_SLICE("snapshot"), .derivation = un_string(digest)};
    if (status == UN_OK)
        status = name_snapshot(out, &package, un_get_string(entry, UN_SLICE("original")), error);
    return status == UN_OK ? un_packages_add(out, &package, error) : status;
}

static un_status read_stack(un_packages *out, un_value root, un_error *error) {
    un_value document = un_yaml_first(root);
    un_status status = un_each(out, un_get(document, UN_SLICE("packages")), UN_ARRAY, "packages",
                               read_package, error);
    if (status == UN_OK)
        status = un_each(out, un_get(document, UN_SLICE("snapshots")), UN_ARRAY, "snapshots",
                         read_snapshot, error);
    return status;
}

static const char *const filenames[] = {"stack.yaml.lock", NULL};

const un_format un_format_stack = {
    .name = "stack",
    .title = "Stack stack.yaml.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_YAML,
    .scheme = UN_SCHEME_PVP,
    .identity = UN_IDENTITY_SET,
    .recognise = recognise,
    .read = read_stack,
};
