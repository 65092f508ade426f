/*
 * helm.c: Helm's Chart.lock, and the requirements.lock of Helm 2.
 *
 * Source: Helm's documentation of chart dependencies, and real lockfiles.
 *
 * `dependencies` is a list of name, repository and version.
 *
 * Identity: the name; a chart that is used under several aliases stands there once for each, and is
 * listed once for each version.
 *
 * Conventions: a repository is one of charts ("https:", "oci:", or the "@name" that a person gave
 * it): source "registry". A chart beside this one ("file:"), and one that lies in it, which has no
 * repository, has source "path". The digest is that of what was asked for: no derivation.
 */
#include "core/formats/shared/charts.h"
#include "core/tree/yaml.h"
#include "formats.h"

static bool recognise(un_value root) {
    return un_are_charts(root) && !un_get(un_yaml_first(root), UN_SLICE("version")).tree;
}

static const char *const filenames[] = {"Chart.lock", "requirements.lock", NULL};

const un_format un_format_helm = {
    .name = "helm",
    .title = "Helm Chart.lock and requirements.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_YAML,
    .scheme = UN_SCHEME_SEMVER,
    .identity = UN_IDENTITY_SET,
    .named = true,
    .recognise = recognise,
    .read = un_charts_read,
};
