/*
 * python.h: what the lockfiles of Python packages have in common; between those formats only.
 */
#ifndef UN_FORMATS_PYTHON_H
#define UN_FORMATS_PYTHON_H

#include "core/packages.h"
#include "core/tree/tree.h"

/*
 * What stands for the contents of a release, of the tables in `files`, each with `hash` and with a
 * name in `file`, or mere hashes: the hash of the source distribution, which stays while wheels are
 * added, else the first.
 */
un_slice un_python_hash(un_value files);

/* The group of a package in `groups`: absent in `ordinary` or where there are none; "dev" where
 * that is one of them; else the first. */
un_slice un_python_group(un_value groups, un_slice ordinary);

/* Whether a path dependency is the project itself. */
bool un_python_is_project(un_slice path);

#endif
