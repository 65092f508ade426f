/*
 * charts.h: what the lockfiles of Helm's charts have in common; between those formats only.
 *
 * Both list `dependencies` with name, repository and version, and close with the `digest` of what
 * was asked for and the time. helmfile puts its own version in front.
 */
#ifndef UN_FORMATS_CHARTS_H
#define UN_FORMATS_CHARTS_H

#include "core/packages.h"
#include "core/tree/tree.h"

/* Whether the first document of what un_yaml_parse read is such a lockfile. */
bool un_are_charts(un_value root);

/* Lists the dependencies of that document. What stands in no repository is local. */
un_status un_charts_read(un_packages *out, un_value root, un_error *error);

#endif
