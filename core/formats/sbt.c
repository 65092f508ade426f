/*
 * sbt.c: build.sbt.lock of sbt-dependency-lock, version 1.
 *
 * Source: the documentation of sbt-dependency-lock, and real lockfiles.
 *
 * `dependencies`: org, name, version, `artifacts` with name and hash, and the `configurations` that
 * need it.
 *
 * Identity: "org:name", as users of Gradle and Maven write it. The version of Scala that a library
 * was built for ("cats-core_2.13") is part of its name.
 *
 * Conventions: group "dev" where every configuration is one of tests, by its name ("test", "it",
 * "test-internal"). The hashes of all artifacts identify the build, for archives of sources and of
 * platforms come and go.
 */
#include "core/formats/shared/edition.h"
#include "core/formats/shared/maven.h"
#include "core/formats/shared/members.h"
#include "formats.h"

static bool recognise(un_value root) {
    return un_type_of(un_get(root, UN_SLICE("lockVersion"))) == UN_NUMBER &&
           un_type_of(un_get(root, UN_SLICE("dependencies"))) == UN_ARRAY;
}

static bool is_of_tests(un_slice configuration) {
    return un_slice_starts(configuration, UN_SLICE("test")) ||
           un_slice_ends(configuration, UN_SLICE("test")) ||
           un_slice_equal(configuration, UN_SLICE("it")) ||
           un_slice_equal(configuration, UN_SLICE("it-internal"));
}

static bool are_of_tests(un_value configurations) {
    un_value configuration;
    size_t count = 0;
    for (un_cursor c = un_walk(configurations); un_next(&c, NULL, &configuration); count++)
        if (!is_of_tests(un_string(configuration)))
            return false;
    return count > 0;
}

static size_t count_of(un_value list) {
    size_t count = 0;
    for (un_cursor c = un_walk(list); un_next(&c, NULL, &(un_value){0});)
        count++;
    return count;
}

/* The first stands for the build, since they are in the order of their names. */
static un_status read_hashes(un_packages *out, un_package *package, un_value artifacts,
                             un_error *error) {
    un_slice *hashes = un_arena_alloc(&out->arena, (1 + count_of(artifacts)) * sizeof *hashes);
    un_value artifact;
    size_t count = 0;
    if (!hashes)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    for (un_cursor c = un_walk(artifacts); un_next(&c, NULL, &artifact);) {
        hashes[count] = un_get_string(artifact, UN_SLICE("hash"));
        count += hashes[count].len > 0;
    }
    if (count)
        package->derivation = hashes[0];
    un_package_hashes(package, hashes, count);
    return UN_OK;
}

static un_status read_dependency(un_packages *out, un_slice key, un_value object, un_error *error) {
    un_value org, name, version, artifacts, configurations;
    const un_member members[] = {{UN_SLICE("org"), &org},
                                 {UN_SLICE("name"), &name},
                                 {UN_SLICE("version"), &version},
                                 {UN_SLICE("artifacts"), &artifacts},
                                 {UN_SLICE("configurations"), &configurations}};
    (void)key;
    if (un_type_of(object) != UN_OBJECT)
        return un_fail_type(error, object, "a dependency object");
    un_members(object, members, sizeof members / sizeof *members);
    un_package package = {.version = un_string(version),
                          .group = un_slice_of(are_of_tests(configurations) ? "dev" : NULL),
                          .source = UN_SLICE("registry")};
    un_status status = un_expect_strings(members, 3, error);
    if (status == UN_OK)
        status = un_maven_name(&package.name, out, un_string(org), un_string(name), error);
    if (status == UN_OK)
        status = read_hashes(out, &package, artifacts, error);
    return status == UN_OK ? un_packages_add(out, &package, error) : status;
}

static un_status read_sbt(un_packages *out, un_value root, un_error *error) {
    static const un_edition edition = {"lockVersion", "build.sbt.lock lockVersion", "1", 1, 1};
    int64_t version;
    un_status status = un_edition_read(&version, root, &edition, error);
    return status == UN_OK ? un_each(out, un_get(root, UN_SLICE("dependencies")), UN_ARRAY,
                                     "dependencies", read_dependency, error)
                           : status;
}

static const char *const filenames[] = {"build.sbt.lock", NULL};

const un_format un_format_sbt = {
    .name = "sbt",
    .title = "sbt-dependency-lock build.sbt.lock, version 1",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_MAVEN,
    .identity = UN_IDENTITY_SET,
    .recognise = recognise,
    .read = read_sbt,
};
