/*
 * gradle.c: Gradle's gradle.lockfile and buildscript-gradle.lockfile.
 *
 * Source: "Locking versions" of Gradle's documentation.
 *
 * Lines "group:artifact:version=configuration,configuration"; "empty=" names configurations without
 * dependencies.
 *
 * Identity: group:artifact; configurations may hold several versions of it.
 *
 * Conventions: group "dev" where every configuration is one of tests, by its name
 * ("testRuntimeClasspath", "integrationTestCompileClasspath").
 */
#include "core/lines.h"
#include "formats.h"

static bool split(un_slice text, un_slice *name, un_slice *version, un_slice *configurations) {
    size_t equals = un_slice_find(text, '='), colon;
    un_slice module = un_slice_part(text, 0, equals);
    colon = un_slice_find_last(module, ':');
    if (equals == text.len || colon == module.len || colon + 1 == module.len ||
        un_slice_find(module, ' ') < module.len)
        return false;
    *name = un_slice_part(module, 0, colon);
    *version = un_slice_from(module, colon + 1);
    *configurations = un_slice_from(text, equals + 1);
    size_t inner = un_slice_find(*name, ':');
    return inner > 0 && inner + 1 < name->len;
}

static bool is_empty(un_slice text) {
    return un_slice_starts(text, UN_SLICE("empty="));
}

static bool recognise(un_slice text) {
    un_slice name, version, configurations;
    un_line line = {0};
    if (un_slice_starts(text, UN_SLICE("# This is a Gradle generated file")))
        return true;
    return un_next_code(text, UN_SLICE("#"), &line) && line.indent == 0 &&
           (is_empty(line.text) || split(line.text, &name, &version, &configurations));
}

static bool is_of_tests(un_slice configuration) {
    return un_slice_starts(configuration, UN_SLICE("test")) ||
           un_slice_search(configuration, UN_SLICE("Test")) < configuration.len;
}

static bool are_of_tests(un_slice configurations) {
    bool all = configurations.len > 0;
    while (all && configurations.len) {
        size_t end = un_slice_find(configurations, ',');
        all = is_of_tests(un_slice_part(configurations, 0, end));
        configurations = un_slice_from(configurations, end < configurations.len ? end + 1 : end);
    }
    return all;
}

static un_status read_gradle(un_packages *out, un_slice text, un_error *error) {
    un_package package = {.source = UN_SLICE("registry")};
    un_slice configurations;
    un_line line = {0};
    un_status status = UN_OK;
    while (status == UN_OK && un_next_code(text, UN_SLICE("#"), &line)) {
        if (is_empty(line.text))
            continue;
        if (!split(line.text, &package.name, &package.version, &configurations))
            return un_fail_line(error, &line, "expected: group:artifact:version=configurations");
        package.group = un_slice_of(are_of_tests(configurations) ? "dev" : NULL);
        status = un_packages_add(out, &package, error);
    }
    return status;
}

static const char *const filenames[] = {"gradle.lockfile", "buildscript-gradle.lockfile", NULL};

const un_format un_format_gradle = {
    .name = "gradle",
    .title = "Gradle gradle.lockfile",
    .filenames = filenames,
    .syntax = UN_SYNTAX_LINES,
    .scheme = UN_SCHEME_MAVEN,
    .identity = UN_IDENTITY_SET,
    .recognise_text = recognise,
    .read_text = read_gradle,
};
