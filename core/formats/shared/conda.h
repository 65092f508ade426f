/*
 * conda.h: what the lockfiles of conda's world have in common; between those formats only.
 */
#ifndef UN_FORMATS_CONDA_H
#define UN_FORMATS_CONDA_H

#include "core/packages.h"
#include "core/tree/tree.h"

/* Source and revision of a package of Python that was taken from a URL or a path. */
void un_conda_python_source(un_package *package, un_slice url);

/* Reads `package` of conda-lock, which lists a package once for each platform. */
un_status un_conda_read_list(un_packages *out, un_value list, un_error *error);

#endif
