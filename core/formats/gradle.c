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

/* Whether the text is free of blanks and of what Gradle allows in no name. */
static bool is_plain(un_slice text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] <= ' ' || strchr("/\\<>\"?*|{}", text.ptr[i]))
            return false;
    return true;
}

/* Gradle takes three parts between colons, neither more nor less. */
static bool split(un_slice text, un_slice *name, un_slice *version, un_slice *configurations) {
    size_t equals = un_slice_find(text, '=');
    un_slice module = un_slice_part(text, 0, equals);
    size_t first = un_slice_find(module, ':'), last = un_slice_find_last(module, ':');
    if (equals == text.len || first == 0 || first + 1 >= last || last + 1 >= module.len ||
        !is_plain(text))
        return false;
    *name = un_slice_part(module, 0, last);
    *version = un_slice_from(module, last + 1);
    *configurations = un_slice_from(text, equals + 1);
    return un_slice_find(un_slice_from(*name, first + 1), ':') == name->len - first - 1;
}

static bool is_empty(un_slice text) {
    return un_slice_starts(text, UN_SLICE("empty=")) && is_plain(text);
}

static bool has_header(un_slice text) {
    return un_slice_starts(text, UN_SLICE("# This is a Gradle generated file"));
}

static bool recognise(un_slice text) {
    un_slice name, version, configurations;
    un_line line = {0};
    return has_header(text) ||
           (un_next_code(text, UN_SLICE("#"), &line) && line.indent == 0 &&
            (is_empty(line.text) || split(line.text, &name, &version, &configurations)));
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
    bool known = has_header(text);
    while (status == UN_OK && un_next_code(text, UN_SLICE("#"), &line)) {
        known = true;
        if (is_empty(line.text))
            continue;
        if (!split(line.text, &package.name, &package.version, &configurations))
            return un_fail_line(error, &line, "expected: group:artifact:version=configurations");
        package.group = un_slice_of(are_of_tests(configurations) ? "dev" : NULL);
        status = un_packages_add(out, &package, error);
    }
    if (status == UN_OK && !known)
        return un_fail_at(error, 1, 1, "nothing but comments, and none of Gradle's");
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
