/*
 * requirement.h: one requirement of Python as pip takes it; between those formats only.
 *
 *     name==1.0 ; python_version > "3.8"    pinned; with extras, "name[extra]==1.0"
 *     name @ git+https://host/path@commit   taken from a place, which may stand there alone, too
 *     name>=1.0,<2                          names no version that is installed
 *
 * Source: "Requirement Specifiers" and "Requirements File Format" of pip's documentation, PEP 508.
 */
#ifndef UN_FORMATS_REQUIREMENT_H
#define UN_FORMATS_REQUIREMENT_H

#include "core/packages.h"

typedef struct un_requirement {
    un_slice name;    /* absent: nothing tells it */
    un_slice version; /* that it is pinned to; absent: none */
    un_slice place;   /* the URL or path that it is taken from; absent: an index */
    bool labelled;    /* "name @ place", with blanks, as pip writes it */
} un_requirement;

/* How many bytes of blanks are in front; a line that a backslash continues ends in one. */
size_t un_requirement_blanks(un_slice text);

/* false: it is none. The slices are those of `text`. */
bool un_requirement_parse(un_requirement *out, un_slice text);

/* Whether it is code of this machine, in a directory. */
bool un_requirement_is_local(const un_requirement *requirement);

/* Whether it says which package is installed: it has a version, or a place. */
bool un_requirement_is_pinned(const un_requirement *requirement);

/* The hash in `text`, "sha256:…" or "sha256=…", in one way of writing. Absent: no memory. */
un_slice un_requirement_hash(un_arena *arena, un_slice text);

/* The package that a pinned requirement names. UN_NO_MEMORY. */
un_status un_requirement_package(un_package *out, un_arena *arena,
                                 const un_requirement *requirement, un_error *error);

#endif
