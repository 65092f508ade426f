/*
 * conda_list.c: what `conda list --export` writes, for `conda create --file`.
 *
 * Source: "Sharing an environment" of conda's documentation, and what conda writes.
 *
 * Comments, of which the first says what the file is for and one the platform, then
 * name=version=build on each line. People call it requirements.txt as often as anything else, and
 * take the comments away.
 *
 * Identity: (name, system); conda and pip may both have a package of that name.
 *
 * Conventions:
 *   - the derivation is the build string. What pip installed has the build "pypi", which says
 *     nothing about it, and goes by the rules of Python;
 *   - the platform of the list is the system of all, as in conda_explicit.c.
 */
#include "core/ascii.h"
#include "core/lines.h"
#include "core/system.h"
#include "formats.h"

static bool is_name(un_slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (!un_is_alphanumeric(text.ptr[i]) && !strchr("_-.", text.ptr[i]))
            return false;
    return text.len > 0;
}

static bool is_part(un_slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (!un_is_alphanumeric(text.ptr[i]) && !strchr("_.!+", text.ptr[i]))
            return false;
    return text.len > 0;
}

/* "name=version=build"; false: it is none. */
static bool split(un_slice text, un_slice *name, un_slice *version, un_slice *build) {
    size_t first = un_slice_find(text, '='), last = un_slice_find_last(text, '=');
    if (first == last || last == text.len)
        return false;
    *name = un_slice_part(text, 0, first);
    *version = un_slice_part(text, first + 1, last - first - 1);
    *build = un_slice_from(text, last + 1);
    return is_name(*name) && is_part(*version) && is_part(*build);
}

/* The list of an empty environment is nothing but the comments. */
static bool has_header(un_slice text) {
    un_line line = {0};
    while (un_next_line(text, &line) && line.number < 4)
        if (un_slice_starts(line.text, UN_SLICE("# $ conda create --name <env>")))
            return true;
    return false;
}

/* Conda's own builds of the libraries of C have a word, all others end in a number. */
static bool is_build(un_slice text) {
    return un_is_digit(text.ptr[text.len - 1]) || un_slice_equal(text, UN_SLICE("main")) ||
           un_slice_find(text, '_') < text.len;
}

/* Where people took the comments away, the first line tells it: versions begin with a digit. */
static bool recognise(un_slice text) {
    un_line line = {0};
    un_slice name, version, build;
    if (!un_next_code(text, UN_SLICE("#"), &line))
        return has_header(text);
    return split(un_slice_trim(line.text), &name, &version, &build) && un_is_digit(*version.ptr) &&
           is_build(build);
}

static un_status read_package(un_packages *out, const un_line *line, un_error *error) {
    un_package package = {.source = UN_SLICE("registry")};
    un_slice build;
    if (!split(un_slice_trim(line->text), &package.name, &package.version, &build))
        return un_fail_line(error, line, "expected name=version=build");
    package.python =
        un_slice_equal(build, UN_SLICE("pypi_0")) || un_slice_equal(build, UN_SLICE("pypi"));
    if (!package.python)
        package.derivation = build;
    return un_packages_add(out, &package, error);
}

static un_status read_conda_list(un_packages *out, un_slice text, un_error *error) {
    static const char platform[] = "# platform: ";
    un_slice system = {NULL, 0};
    un_line line = {0};
    un_status status = UN_OK;
    while (status == UN_OK && un_next_line(text, &line)) {
        if (un_slice_starts(line.text, UN_SLICE(platform)))
            system = un_system_name(un_slice_trim(un_slice_from(line.text, sizeof platform - 1)));
        else if (line.text.len && !un_slice_starts(line.text, UN_SLICE("#")))
            status = read_package(out, &line, error);
    }
    if (status == UN_OK && !out->count && !has_header(text))
        return un_fail_at(error, 1, 1, "no line name=version=build, as conda writes it");
    for (size_t i = 0; i < out->count; i++)
        out->items[i].system = system;
    return status;
}

static const char *const filenames[] = {"package-list.txt", NULL};

const un_format un_format_conda_list = {
    .name = "conda-list",
    .title = "conda list --export",
    .filenames = filenames,
    .syntax = UN_SYNTAX_LINES,
    .scheme = UN_SCHEME_CONDA,
    .identity = UN_IDENTITY_SET,
    .names = UN_NAMES_CASELESS,
    .recognise_text = recognise,
    .read_text = read_conda_list,
};
