/*
 * conda.h: what the lockfiles of conda's world have in common; between those formats only.
 */
#ifndef UN_FORMATS_CONDA_H
#define UN_FORMATS_CONDA_H

#include "core/packages.h"
#include "core/tree/tree.h"

/* Source and revision of a package of Python that was taken from a URL or a path. */
void un_conda_python_source(un_package *package, un_slice url);

/* The file name of a conda package without its ending; absent: it is none. */
un_slice un_conda_file(un_slice url);

/* "…/linux-64/name-version-build.conda": fills what the package does not have of name, version and
 * system (as conda calls it), and returns the build; absent: it is no such file. */
un_slice un_conda_read_url(un_package *package, un_slice url);

/* Reads `package` of conda-lock, which lists a package once for each platform. */
un_status un_conda_read_list(un_packages *out, un_value list, un_error *error);

#endif
