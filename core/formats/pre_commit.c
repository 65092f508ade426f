/*
 * pre_commit.c: .pre-commit-config.yaml.
 *
 * Source: "Adding pre-commit plugins to your project" of pre-commit's documentation.
 *
 * `repos` lists repositories, each with `repo`, its URL, and `rev`; pre-commit before 1.0 had the
 * list alone, and `sha`.
 *
 * Identity: the repository; one may be listed at several revisions.
 *
 * Conventions:
 *   - the name is the URL without what only says how it is reached (https://, git@, .git), so that
 *     another way to the same repository is no change; with its host, for two hosts may have
 *     repositories of one path;
 *   - a tag is the version, a commit the revision. That of "# frozen: v1.0" stands in a comment;
 *   - "local", "meta" and prek's "builtin" are no repositories, and no packages;
 *     `additional_dependencies` are what single hooks need, asked for as people like, so they are
 *     none, either.
 */
#include "core/formats/shared/commit.h"
#include "core/formats/shared/members.h"
#include "core/tree/yaml.h"
#include "formats.h"

/* The list is the document itself in old files. */
static un_value list_of(un_value root) {
    un_value document = un_yaml_first(root);
    return un_type_of(document) == UN_ARRAY ? document : un_get(document, UN_SLICE("repos"));
}

static bool recognise(un_value root) {
    un_value first, list = list_of(root);
    un_cursor c = un_walk(list);
    if (un_type_of(list) != UN_ARRAY)
        return false;
    return un_next(&c, NULL, &first) ? un_type_of(un_get(first, UN_SLICE("repo"))) == UN_STRING
                                     : un_get(un_yaml_first(root), UN_SLICE("repos")).tree != NULL;
}

/* What stands behind the scheme and the user. */
static un_slice without_way(un_slice url) {
    size_t scheme = un_slice_search(url, UN_SLICE("://"));
    if (scheme < url.len)
        url = un_slice_from(url, scheme + 3);
    size_t at = un_slice_find(url, '@');
    if (at < un_slice_find(url, '/'))
        url = un_slice_from(url, at + 1);
    while (un_slice_ends(url, UN_SLICE("/")))
        url.len--;
    if (un_slice_ends(url, UN_SLICE(".git")))
        url.len -= 4;
    return url;
}

/* "host:path", as git has it, is called "host/path". Absent: no memory. */
static un_slice name_of(un_arena *arena, un_slice url) {
    un_slice name = without_way(url);
    size_t colon = un_slice_find(name, ':');
    bool short_form = un_slice_search(url, UN_SLICE("://")) == url.len;
    if (!short_form || colon > un_slice_find(name, '/') || colon == name.len)
        return name;
    char *copy = un_arena_alloc(arena, name.len + 1);
    if (!copy)
        return (un_slice){NULL, 0};
    memcpy(copy, name.ptr, name.len);
    copy[colon] = '/';
    return (un_slice){copy, name.len};
}

static bool is_of_the_tool(un_slice url) {
    return un_slice_equal(url, UN_SLICE("local")) || un_slice_equal(url, UN_SLICE("meta")) ||
           un_slice_equal(url, UN_SLICE("builtin"));
}

static un_status read_repository(un_packages *out, un_slice key, un_value object, un_error *error) {
    (void)key;
    un_value repository, revision, sha;
    const un_member members[] = {
        {UN_SLICE("repo"), &repository}, {UN_SLICE("rev"), &revision}, {UN_SLICE("sha"), &sha}};
    un_members(object, members, sizeof members / sizeof *members);
    un_slice url = un_string(repository);
    if (is_of_the_tool(url))
        return UN_OK;
    un_status status = un_expect_strings(members, sizeof members / sizeof *members, error);
    if (status != UN_OK)
        return status;
    un_slice wanted = un_string(revision.tree ? revision : sha);
    un_package package = {.name = url, .source = UN_SLICE("git"), .url = url};
    if (url.len)
        package.name = name_of(&out->arena, url);
    if (url.len && !package.name.ptr)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    if (un_is_commit(wanted))
        package.revision = wanted;
    else
        package.version = wanted;
    return un_packages_add(out, &package, error);
}

static un_status read_pre_commit(un_packages *out, un_value root, un_error *error) {
    return un_each(out, list_of(root), UN_ARRAY, "repos", read_repository, error);
}

static const char *const filenames[] = {".pre-commit-config.yaml", NULL};

const un_format un_format_pre_commit = {
    .name = "pre-commit",
    .title = ".pre-commit-config.yaml",
    .filenames = filenames,
    .syntax = UN_SYNTAX_YAML,
    .scheme = UN_SCHEME_MIXED,
    .identity = UN_IDENTITY_SET,
    .named = true,
    .recognise = recognise,
    .read = read_pre_commit,
};
