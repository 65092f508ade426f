/*
 * conda_lock.c: conda-lock's conda-lock.yml, version 1.
 *
 * Source: conda-lock's lockfile model, and real lockfiles.
 *
 * `package` lists each package once for each platform.
 *
 * Identity: (name, system); conda and pip may both have a package of that name there. Names and
 * versions of what pip installs are Python's.
 *
 * Conventions:
 *   - system is the platform that the entry is for, also of what runs anywhere;
 *   - group is `category`, absent for "main"; "optional" for what main may do without.
 *     Both go to what is needed in turn, so nothing says what is asked for;
 *   - what conda and pip take from their channels and indexes has source "registry", with git
 *     "git"; the derivation is the sha256, else the md5.
 */
#include "core/formats/shared/conda.h"
#include "core/formats/shared/edition.h"
#include "core/tree/yaml.h"
#include "formats.h"

static un_slice version_of(un_value document) {
    return un_get_string(document, UN_SLICE("version"));
}

/* pixi has written 2 and 3 of the same shape. */
static bool recognise(un_value root) {
    un_value document = un_yaml_first(root);
    unsigned version = un_major(version_of(document));
    return un_type_of(un_get(document, UN_SLICE("package"))) == UN_ARRAY &&
           un_type_of(un_get(document, UN_SLICE("metadata"))) == UN_OBJECT && version != 2 &&
           version != 3;
}

static un_status read_conda_lock(un_packages *out, un_value root, un_error *error) {
    un_value document = un_yaml_first(root);
    if (un_major(version_of(document)) > 1)
        return un_fail_newer(error, un_get(document, UN_SLICE("version")), "conda-lock version",
                             version_of(document), "1");
    return un_conda_read_list(out, un_get(document, UN_SLICE("package")), error);
}

static const char *const filenames[] = {"conda-lock.yml", "conda-lock.yaml", NULL};
static const char *const header[] = {"version", "metadata", NULL};
static const char *const lists[] = {"package", NULL};

const un_format un_format_conda_lock = {
    .name = "conda-lock",
    .title = "conda-lock conda-lock.yml, version 1",
    .filenames = filenames,
    .syntax = UN_SYNTAX_YAML,
    .scheme = UN_SCHEME_CONDA,
    .identity = UN_IDENTITY_SET,
    .names = UN_NAMES_CASELESS,
    .recognise = recognise,
    .header = header,
    .lists = lists,
    .read = read_conda_lock,
};
