/*
 * lazy.c: lazy.nvim's lazy-lock.json.
 *
 * Source: "Lockfile" of lazy.nvim's documentation, and real lockfiles.
 *
 * The plugins of Neovim by name, each with `branch` and `commit`; nothing else.
 *
 * Identity: the name.
 *
 * Conventions: a plugin has no version, its commit is the revision. The branch is what was asked
 * for. Plugins that lie beside the configuration do not stand in the file.
 */
#include "core/formats/shared/commit.h"
#include "core/formats/shared/members.h"
#include "formats.h"

/* Every member is a plugin, of which at least one has a commit. */
static bool recognise(un_value root) {
    un_value plugin;
    bool found = false;
    if (un_type_of(root) != UN_OBJECT)
        return false;
    for (un_cursor c = un_walk(root); un_next(&c, NULL, &plugin);) {
        if (un_type_of(plugin) != UN_OBJECT)
            return false;
        found |= un_is_commit(un_get_string(plugin, UN_SLICE("commit")));
    }
    return found;
}

/* Who has no plugins has an empty object. */
static bool accept(un_value root) {
    un_value any;
    un_cursor c = un_walk(root);
    return un_type_of(root) == UN_OBJECT && !un_next(&c, NULL, &any);
}

static un_status read_plugin(un_packages *out, un_slice key, un_value plugin, un_error *error) {
    un_package package = {.name = key,
                          .source = UN_SLICE("git"),
                          .revision = un_get_string(plugin, UN_SLICE("commit"))};
    return un_packages_add(out, &package, error);
}

static un_status read_lazy(un_packages *out, un_value root, un_error *error) {
    return un_each(out, root, UN_OBJECT, "plugins", read_plugin, error);
}

static const char *const filenames[] = {"lazy-lock.json", NULL};

const un_format un_format_lazy = {
    .name = "lazy",
    .title = "lazy.nvim lazy-lock.json",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_SEMVER,
    .identity = UN_IDENTITY_FIRST,
    .recognise = recognise,
    .accept = accept,
    .read = read_lazy,
};
