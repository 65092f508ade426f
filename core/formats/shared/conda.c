#include "conda.h"
#include "commit.h"
#include "core/system.h"
#include "members.h"

static bool is_archive(un_slice url) {
    return un_slice_ends(url, UN_SLICE(".whl")) || un_slice_ends(url, UN_SLICE(".tar.gz")) ||
           un_slice_ends(url, UN_SLICE(".zip"));
}

void un_conda_python_source(un_package *package, un_slice url) {
    bool remote =
        un_slice_search(url, UN_SLICE("://")) < url.len && !un_slice_starts(url, UN_SLICE("file:"));
    if (un_slice_starts(url, UN_SLICE("git+")) || un_slice_starts(url, UN_SLICE("git:"))) {
        package->source = UN_SLICE("git");
        package->revision = un_commit_in(url);
    } else if (un_slice_starts(url, UN_SLICE("direct+"))) {
        package->source = UN_SLICE("url");
    } else if (remote || !url.len) {
        package->source = UN_SLICE("registry");
    } else {
        package->source = is_archive(url) ? UN_SLICE("file") : UN_SLICE("path");
    }
}

static un_slice base_name(un_slice url) {
    size_t slash = un_slice_find_last(url, '/');
    return slash < url.len ? un_slice_from(url, slash + 1) : url;
}

un_slice un_conda_file(un_slice url) {
    static const un_slice endings[] = {UN_LITERAL(".conda"), UN_LITERAL(".tar.bz2")};
    un_slice file = base_name(url);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (un_slice_ends(file, endings[i]))
            return un_slice_part(file, 0, file.len - endings[i].len);
    return (un_slice){NULL, 0};
}

un_slice un_conda_read_url(un_package *package, un_slice url) {
    un_slice file = un_conda_file(url);
    size_t build = un_slice_find_last(file, '-');
    un_slice front = un_slice_part(file, 0, build);
    size_t version = un_slice_find_last(front, '-');
    if (build == file.len || version == front.len)
        return (un_slice){NULL, 0};
    if (!package->name.len)
        package->name = un_slice_part(front, 0, version);
    if (!package->version.len)
        package->version = un_slice_from(front, version + 1);
    un_slice directory = un_slice_part(url, 0, un_slice_find_last(url, '/'));
    if (!package->system.len && directory.len < url.len)
        package->system = base_name(directory);
    return un_slice_from(file, build + 1);
}

static un_slice group_of(un_slice category, bool optional) {
    if (category.len && !un_slice_equal(category, UN_SLICE("main")))
        return category;
    return optional ? UN_SLICE("optional") : (un_slice){NULL, 0};
}

/* The strongest of the digests. */
static un_slice hash_of(un_value hashes) {
    un_slice sha = un_get_string(hashes, UN_SLICE("sha256"));
    return sha.len ? sha : un_get_string(hashes, UN_SLICE("md5"));
}

/* The platform is that of the entry, also for what runs anywhere. */
static un_status read_listed(un_packages *out, un_value object, un_error *error) {
    un_value name, version, platform, manager, category, url, hash, optional;
    const un_member members[] = {
        {UN_SLICE("name"), &name},         {UN_SLICE("version"), &version},
        {UN_SLICE("platform"), &platform}, {UN_SLICE("manager"), &manager},
        {UN_SLICE("category"), &category}, {UN_SLICE("url"), &url},
        {UN_SLICE("hash"), &hash},         {UN_SLICE("optional"), &optional},
    };
    if (un_type_of(object) != UN_OBJECT)
        return un_fail_type(error, object, "a package");
    un_members(object, members, sizeof members / sizeof *members);
    un_status status = un_expect_strings(members, 6, error);
    if (status != UN_OK)
        return status;
    un_package package = {.at = (uint32_t)object.at,
                          .name = un_string(name),
                          .version = un_string(version),
                          .system = un_system_name(un_string(platform)),
                          .group = group_of(un_string(category), un_true(optional)),
                          .source = UN_SLICE("registry"),
                          .derivation = hash_of(hash)};
    package.python = un_slice_equal(un_string(manager), UN_SLICE("pip"));
    if (package.python)
        un_conda_python_source(&package, un_string(url));
    return un_packages_add(out, &package, error);
}

un_status un_conda_read_list(un_packages *out, un_value list, un_error *error) {
    un_value object;
    un_status status = UN_OK;
    un_type type = un_type_of(list);
    if (type != UN_ARRAY && type != UN_ABSENT && type != UN_NULL)
        return un_fail_value(error, list, "`package` is no array");
    for (un_cursor c = un_walk(list); status == UN_OK && un_next(&c, NULL, &object);)
        status = read_listed(out, object, error);
    return status;
}
