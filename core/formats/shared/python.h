/*
 * python.h: what the lockfiles of Python packages have in common; between those formats only.
 */
#ifndef UN_FORMATS_PYTHON_H
#define UN_FORMATS_PYTHON_H

#include "core/packages.h"
#include "core/tree/tree.h"
#include "index.h"

/*
 * Gives a package the hashes of a release: of the tables in `files`, each with `hash` and with a
 * name in `file` or a place in `url`, or mere hashes; and that of `source`, the source distribution
 * where it stands apart. The hash of the source distribution, which stays while wheels are added,
 * is the derivation, else the first. The release came out when the first of these files did, as far
 * as that is known.
 */
un_status un_python_hashes(un_packages *out, un_package *package, un_value source, un_value files,
                           un_error *error);

/* Takes it into account when a file of the release was uploaded. The first upload counts: wheels
 * for other systems are added to a release later, and make it no newer. */
void un_python_note_upload(un_package *package, un_value file);

/* The files of releases, by a key, as old lockfiles have them. Each release is read once, however
 * many packages ask for it. */
typedef struct un_python_releases {
    un_index files;
    un_package *known; /* with the hashes of each entry of `files` that was asked for */
} un_python_releases;

un_status un_python_releases_build(un_python_releases *out, un_arena *arena, un_value files,
                                   un_error *error);
/* Gives a package the hashes of the release of that key, if there is one. */
un_status un_python_release_hashes(un_packages *out, un_package *package,
                                   const un_python_releases *releases, un_slice key,
                                   un_error *error);

/* The group of a package in `groups`: absent in `ordinary` or where there are none; "dev" where
 * that is one of them; else the first. */
un_slice un_python_group(un_value groups, un_slice ordinary);

/* Whether a path dependency is the project itself. */
bool un_python_is_project(un_slice path);

#endif
