/*
 * shards.c: Crystal's shard.lock, versions 1.0 and 2.0.
 *
 * Source: "shard.lock" of the documentation of Shards, its own reader, and real lockfiles.
 *
 * `shards.<name>`: where it comes from (`github: owner/project`, `git: URL`, `path`, ...),
 * `version`, and in version 1.0 a `commit`.
 *
 * Identity: the name; Shards installs one version of it.
 *
 * Conventions: there is no registry, and the hosts that have a word of their own are "git". What
 * follows a branch has the version that is stated there, and its commit, which version 2.0 writes
 * behind the version ("0.1.0+git.commit.cafe"), is the revision.
 *
 * Versions have as many parts as one likes, and words in them are prereleases that compare word by
 * number, as RubyGems has it; semver has neither.
 */
#include "core/formats/shared/edition.h"
#include "core/formats/shared/members.h"
#include "core/tree/yaml.h"
#include "formats.h"

static bool recognise(un_value root) {
    un_value document = un_yaml_first(root), shards = un_get(document, UN_SLICE("shards"));
    un_type type = un_type_of(shards);
    return un_get_string(document, UN_SLICE("version")).len && shards.tree &&
           (type == UN_OBJECT || type == UN_NULL);
}

/* What a shard's member means that says where it comes from. */
static const struct {
    const char *key, *source;
} resolvers[] = {{"github", "git"}, {"gitlab", "git"}, {"bitbucket", "git"}, {"codeberg", "git"},
                 {"git", "git"},    {"path", "path"},  {"hg", "hg"},         {"fossil", "fossil"}};

/* Only the address that it is cloned from is one; "github: owner/name" is of version 1. */
static void set_source(un_package *package, un_value shard) {
    un_slice key;
    un_value value;
    for (un_cursor c = un_walk(shard); un_next(&c, &key, &value);)
        for (size_t i = 0; i < sizeof resolvers / sizeof *resolvers; i++)
            if (un_slice_equal(key, un_slice_of(resolvers[i].key))) {
                package->source = un_slice_of(resolvers[i].source);
                package->url = un_string(value);
                return;
            }
}

/* "1.2.3+git.commit.cafe" */
static void part_commit(un_package *package) {
    un_slice mark = UN_SLICE(".commit.");
    size_t plus = un_slice_find(package->version, '+');
    size_t at = un_slice_search(un_slice_from(package->version, plus), mark) + plus;
    if (at == package->version.len)
        return;
    package->revision = un_slice_from(package->version, at + mark.len);
    package->version.len = plus;
}

static un_status read_shard(un_packages *out, un_slice name, un_value shard, un_error *error) {
    un_value version, commit;
    const un_member members[] = {{UN_SLICE("version"), &version}, {UN_SLICE("commit"), &commit}};
    if (un_type_of(shard) != UN_OBJECT)
        return un_fail_value(error, shard, "shards.%.*s is no object", un_slice_shown(name),
                             name.ptr);
    un_members(shard, members, sizeof members / sizeof *members);
    un_package package = {
        .name = name, .version = un_string(version), .revision = un_string(commit)};
    set_source(&package, shard);
    part_commit(&package);
    un_status status = un_expect_strings(members, sizeof members / sizeof *members, error);
    return status == UN_OK ? un_packages_add(out, &package, error) : status;
}

static un_status read_shards(un_packages *out, un_value root, un_error *error) {
    un_value document = un_yaml_first(root), version = un_get(document, UN_SLICE("version"));
    if (un_major(un_string(version)) > 2)
        return un_fail_newer(error, version, "shard.lock version", un_string(version),
                             "1.0 and 2.0");
    return un_each(out, un_get(document, UN_SLICE("shards")), UN_OBJECT, "shards", read_shard,
                   error);
}

static const char *const filenames[] = {"shard.lock", NULL};

const un_format un_format_shards = {
    .name = "shards",
    .title = "Crystal shard.lock, versions 1.0 and 2.0",
    .filenames = filenames,
    .syntax = UN_SYNTAX_YAML,
    .scheme = UN_SCHEME_RUBYGEMS,
    .identity = UN_IDENTITY_FIRST,
    .recognise = recognise,
    .read = read_shards,
};
