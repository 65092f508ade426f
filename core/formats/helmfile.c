/*
 * helmfile.c: helmfile's helmfile.lock.
 *
 * Source: "helmfile deps" of helmfile's documentation, and real lockfiles.
 *
 * As Helm's Chart.lock, and in front of it `version`: that of the helmfile which wrote it.
 *
 * Identity: the name; a chart stands there once for each release that uses it, and is listed once
 * for each version.
 *
 * Conventions: as in helm.c. A chart that comes out of a repository of code ("git+https:") has
 * source "git"; what `ref` names is a revision only where it is a commit. Charts of the project
 * itself do not stand in the file.
 */
#include "core/formats/shared/charts.h"
#include "core/tree/yaml.h"
#include "formats.h"

static bool recognise(un_value root) {
    return un_are_charts(root) && un_get(un_yaml_first(root), UN_SLICE("version")).tree;
}

static const char *const filenames[] = {"helmfile.lock", NULL};

const un_format un_format_helmfile = {
    .name = "helmfile",
    .title = "helmfile helmfile.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_YAML,
    .scheme = UN_SCHEME_SEMVER,
    .identity = UN_IDENTITY_SET,
    .named = true,
    .recognise = recognise,
    .read = un_charts_read,
};
