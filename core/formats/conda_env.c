/*
 * conda_env.c: environment.yml, as `conda env export` and micromamba write it.
 *
 * Source: "Managing environments" of conda's documentation, and what the tools write.
 *
 * `dependencies` lists name=version=build, or name=version with --no-builds, perhaps with a channel
 * in front, "conda-forge::name"; an element `pip` lists requirements of pip.
 *
 * Identity: the name; conda and pip may both have a package of that name. What pip
 * installs goes by the rules of Python.
 *
 * Conventions:
 *   - name=1.2 is taken for an exact version, as trivy has it: an export means it so, whereas
 *     conda, which installs from it, would take 1.2.3;
 *   - what is not pinned (no version, a range, a "*") is no package, as in requirements.c; trivy
 *     lists it without a version. A file in which nothing is pinned is no lockfile, and the message
 *     says so;
 *   - the derivation is the build string; there is no platform in the file;
 *   - channels are passed over: a package is the same in another one.
 */
#include "core/formats/shared/charts.h"
#include "core/formats/shared/conda.h"
#include "core/formats/shared/requirement.h"
#include "core/tree/yaml.h"
#include "formats.h"

/* Helm's charts have dependencies in a list, too, of which each is an object with a name. */
static bool is_dependency(un_value value) {
    return un_type_of(value) == UN_STRING || un_get(value, UN_SLICE("pip")).tree;
}

static bool recognise(un_value root) {
    un_value first, document = un_yaml_first(root);
    un_value list = un_get(document, UN_SLICE("dependencies"));
    bool channels = un_type_of(un_get(document, UN_SLICE("channels"))) == UN_ARRAY ||
                    un_type_of(un_get(document, UN_SLICE("prefix"))) == UN_STRING;
    bool named = un_type_of(un_get(document, UN_SLICE("name"))) == UN_STRING;
    un_cursor c = un_walk(list);
    if (un_type_of(list) == UN_ARRAY && un_next(&c, NULL, &first))
        return (channels || named) && is_dependency(first);
    return channels && (un_type_of(list) == UN_ARRAY || un_type_of(list) == UN_NULL);
}

/* An empty list may be one of charts as well, which say more. */
static bool accept(un_value root) {
    un_value first, list = un_get(un_yaml_first(root), UN_SLICE("dependencies"));
    un_cursor c = un_walk(list);
    if (un_type_of(list) != UN_ARRAY)
        return false;
    return un_next(&c, NULL, &first) ? is_dependency(first) : !un_are_charts(root);
}

typedef struct reader {
    un_packages *out;
    bool asked; /* whether there was a dependency */
    un_error *error;
} reader;

static size_t find_any(un_slice text, const char *set) {
    size_t at = 0;
    while (at < text.len && !(text.ptr[at] && strchr(set, text.ptr[at])))
        at++;
    return at;
}

/* "=1.0=py311_0", "==1.0" and " 1.0 py311_0"; nothing of it, or a range, pins no version. */
static void read_version(un_package *package, un_slice text) {
    size_t equals = 0;
    text = un_slice_trim(text);
    while (equals < text.len && equals < 2 && text.ptr[equals] == '=')
        equals++;
    text = un_slice_trim(un_slice_from(text, equals));
    size_t end = find_any(text, " =");
    un_slice version = un_slice_part(text, 0, end);
    if (find_any(version, "*<>!~,|[") < version.len)
        return;
    package->version = version;
    un_slice build = end < text.len ? un_slice_trim(un_slice_from(text, end + 1)) : UN_SLICE("");
    if (find_any(build, "* ") == build.len)
        package->derivation = build;
}

/* A URL names a package as in a list that is explicit. */
static void read_url(un_package *package, un_slice url) {
    url = un_slice_part(url, 0, un_slice_find(url, '#'));
    package->derivation = un_conda_read_url(package, url);
    package->system = (un_slice){NULL, 0};
}

static un_status read_dependency(reader *r, un_slice text) {
    un_package package = {.source = UN_SLICE("registry")};
    text = un_slice_trim(text);
    if (un_slice_search(text, UN_SLICE("://")) < text.len) {
        read_url(&package, text);
        return un_packages_add(r->out, &package, r->error);
    }
    size_t channel = un_slice_search(text, UN_SLICE("::"));
    if (channel < text.len)
        text = un_slice_from(text, channel + 2);
    size_t end = find_any(text, " =<>!~[");
    package.name = un_slice_part(text, 0, end);
    read_version(&package, un_slice_from(text, end));
    return package.version.len || !package.name.len ? un_packages_add(r->out, &package, r->error)
                                                    : UN_OK;
}

/* What begins with a hyphen is an option of pip, or one is behind the requirement. */
static un_status read_requirement(const reader *r, un_slice text) {
    un_requirement requirement;
    un_package package = {.name = {NULL, 0}};
    un_status status = UN_OK;
    text = un_slice_trim(text);
    if (un_slice_starts(text, UN_SLICE("-")))
        return UN_OK;
    text = un_slice_part(text, 0, un_slice_search(text, UN_SLICE(" -")));
    if (un_requirement_parse(&requirement, text)) {
        if (!un_requirement_is_pinned(&requirement) ||
            (un_requirement_is_local(&requirement) && !requirement.name.len))
            return UN_OK;
        status = un_requirement_package(&package, &r->out->arena, &requirement, r->error);
        package.python = true;
    }
    return status == UN_OK ? un_packages_add(r->out, &package, r->error) : status;
}

static un_status read_pip(reader *r, un_value list) {
    un_value value;
    un_status status = UN_OK;
    for (un_cursor c = un_walk(list); status == UN_OK && un_next(&c, NULL, &value);) {
        r->asked = true;
        status = read_requirement(r, un_string(value));
    }
    return status;
}

static un_status read_conda_env(un_packages *out, un_value root, un_error *error) {
    reader r = {.out = out, .error = error};
    un_value value;
    un_status status = UN_OK;
    un_cursor c = un_walk(un_get(un_yaml_first(root), UN_SLICE("dependencies")));
    while (status == UN_OK && un_next(&c, NULL, &value)) {
        if (un_type_of(value) == UN_OBJECT) {
            status = read_pip(&r, un_get(value, UN_SLICE("pip")));
        } else {
            r.asked = true;
            status = read_dependency(&r, un_string(value));
        }
    }
    if (status == UN_OK && r.asked && !out->count)
        return un_fail_value(error, root,
                             "no dependency is pinned to a version, so this is no lockfile; "
                             "`conda env export` pins them");
    return status;
}

static const char *const filenames[] = {"environment.yml", "environment.yaml", NULL};

const un_format un_format_conda_env = {
    .name = "conda-env",
    .title = "environment.yml of conda env export",
    .filenames = filenames,
    .syntax = UN_SYNTAX_YAML,
    .scheme = UN_SCHEME_CONDA,
    .identity = UN_IDENTITY_SET,
    .names = UN_NAMES_CASELESS,
    .recognise = recognise,
    .accept = accept,
    .read = read_conda_env,
};
