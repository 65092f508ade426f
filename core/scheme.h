/*
 * scheme.h: schemes of versions: how each ecosystem reads and orders them.
 *
 * The schemes are listed in core/versions/list.h; each is described where its rules are, in
 * core/versions/<name>.c. A scheme decides whether two strings are comparable at all. Where either
 * does not parse, or the two are of different kinds (a date and a release number), the answer is
 * "unknown": a change of numbering is not a downgrade.
 */
#ifndef UN_SCHEME_H
#define UN_SCHEME_H

#include "core/versions/list.h"
#include "slice.h"

typedef enum un_scheme {
#define UN_SCHEME_ENUM(name, rules) UN_SCHEME_##name,
    UN_SCHEME_MAP(UN_SCHEME_ENUM)
#undef UN_SCHEME_ENUM
    UN_SCHEMES, /* how many there are */
} un_scheme;

/* The first numeric release component that differs; everything after the second is "patch". */
#define UN_LEVEL_MAP(X)                                                                            \
    X(NONE, "none") X(UNKNOWN, "unknown") X(MAJOR, "major") X(MINOR, "minor") X(PATCH, "patch")

typedef enum un_level {
#define UN_LEVEL_ENUM(name, text) UN_LEVEL_##name,
    UN_LEVEL_MAP(UN_LEVEL_ENUM)
#undef UN_LEVEL_ENUM
} un_level;

/* false: not comparable. Otherwise *order is <0, 0 or >0 as a is older, equal or newer than b. */
bool un_version_compare(un_scheme scheme, un_slice a, un_slice b, int *order);

/* Whether both are one version: written alike, or in two ways that the ecosystem does not tell
 * apart, as "1.0" and "1.0.0" of Python; of Maven those are two. */
bool un_version_same(un_scheme scheme, un_slice a, un_slice b);

/* The bump from `from` to `to`; UN_LEVEL_NONE when equal, UNKNOWN when not comparable. */
un_level un_version_level(un_scheme scheme, un_slice from, un_slice to);

/* "semver" and so on; "major" and so on. Static text. */
const char *un_scheme_name(un_scheme scheme);
const char *un_level_name(un_level level);
/* false: no scheme of that name. */
bool un_scheme_find(un_scheme *out, un_slice name);

#endif
