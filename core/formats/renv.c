/*
 * renv.c: R's renv.lock.
 *
 * Source: "The lockfile" of renv's documentation.
 *
 * `Packages.<name>`: Package, Version, Source, Hash, RemoteSha.
 *
 * Identity: the name. R itself (`R.Version`) is no package.
 *
 * Conventions: source "Repository" and "Bioconductor" are "registry", hosts of code are "git" with
 * RemoteSha for the revision; the Hash identifies what has none. It digests what the package says
 * of itself and the series of R, and versions of renv digest differently, so two of them tell of
 * another build only where R and renv are the same. Nothing says what is asked for.
 */
#include "core/formats/shared/members.h"
#include "formats.h"

static bool recognise(un_value root) {
    return un_type_of(un_get(root, UN_SLICE("R"))) == UN_OBJECT &&
           un_type_of(un_get(root, UN_SLICE("Packages"))) == UN_OBJECT;
}

static un_slice source_of(un_slice source, bool commit) {
    static const char *const hosts[] = {"GitHub", "GitLab", "Bitbucket", "git", "git2r", "xgit"};
    if (!source.len || un_slice_equal(source, UN_SLICE("Repository")) ||
        un_slice_equal(source, UN_SLICE("CRAN")) ||
        un_slice_equal(source, UN_SLICE("Bioconductor")))
        return UN_SLICE("registry");
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        if (un_slice_equal(source, un_slice_of(hosts[i])))
            return UN_SLICE("git");
    return un_slice_equal(source, UN_SLICE("Local")) ? UN_SLICE("path")
           : commit                                  ? UN_SLICE("git")
                                                     : source;
}

/* DESCRIPTION lists addresses, parted by commas and blanks. */
static un_slice first_page(un_slice list) {
    size_t end = 0;
    while (end < list.len && !(list.ptr[end] && strchr(", \n\t", list.ptr[end])))
        end++;
    return un_slice_part(list, 0, end);
}

/* A commit of 40 digits tells a host of code that we do not know by name. */
static un_status read_package(un_packages *out, un_slice key, un_value object, un_error *error) {
    un_value name, version, source, hash, commit, page, place;
    const un_member members[] = {{UN_SLICE("Package"), &name},     {UN_SLICE("Version"), &version},
                                 {UN_SLICE("Source"), &source},    {UN_SLICE("Hash"), &hash},
                                 {UN_SLICE("RemoteSha"), &commit}, {UN_SLICE("URL"), &page},
                                 {UN_SLICE("RemoteUrl"), &place}};
    if (un_type_of(object) != UN_OBJECT)
        return un_fail_value(error, object, "Packages.%.*s is no object", un_slice_shown(key),
                             key.ptr);
    un_members(object, members, sizeof members / sizeof *members);
    un_package package = {.at = (uint32_t)object.at,
                          .name = un_string(name).len ? un_string(name) : key,
                          .version = un_string(version),
                          .source = source_of(un_string(source), un_string(commit).len == 40),
                          .derivation = un_string(hash),
                          .url = first_page(un_string(un_string(page).len ? page : place))};
    if (un_slice_equal(package.source, UN_SLICE("git")))
        package.revision = un_string(commit);
    if (package.revision.len)
        package.derivation = (un_slice){NULL, 0};
    return un_packages_add(out, &package, error);
}

/* "4.3 1.0.7" */
static un_status name_digest(un_packages *out, un_slice r, un_slice renv, un_error *error) {
    size_t first = un_slice_find(r, '.');
    un_slice minor = first < r.len ? un_slice_from(r, first + 1) : UN_SLICE("");
    size_t series = first + (first < r.len) + un_slice_find(minor, '.');
    char *text = un_arena_alloc(&out->arena, series + 1 + renv.len);
    if (!text)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    if (series)
        memcpy(text, r.ptr, series);
    text[series] = ' ';
    if (renv.len)
        memcpy(text + series + 1, renv.ptr, renv.len);
    out->digested_by = (un_slice){text, series + 1 + renv.len};
    return UN_OK;
}

static un_status read_renv(un_packages *out, un_value root, un_error *error) {
    un_value packages = un_get(root, UN_SLICE("Packages"));
    un_slice r = un_get_string(un_get(root, UN_SLICE("R")), UN_SLICE("Version"));
    un_slice renv = un_get_string(un_get(packages, UN_SLICE("renv")), UN_SLICE("Version"));
    /* R writes an empty list as an array. */
    un_cursor c = un_walk(packages);
    bool none = un_type_of(packages) == UN_ARRAY && !un_next(&c, NULL, &(un_value){0});
    un_status status =
        none ? UN_OK : un_each(out, packages, UN_OBJECT, "Packages", read_package, error);
    return status == UN_OK ? name_digest(out, r, renv, error) : status;
}

static const char *const filenames[] = {"renv.lock", NULL};
static const char *const header[] = {"R", "Bioconductor", "Python", NULL};
static const char *const lists[] = {"Packages", NULL};

const un_format un_format_renv = {
    .name = "renv",
    .title = "R renv.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_CRAN,
    .identity = UN_IDENTITY_FIRST,
    .recognise = recognise,
    .header = header,
    .lists = lists,
    .read = read_renv,
};
