/*
 * diff.h: what an upgrade would change.
 *
 * Packages are matched by (name, system) as the list's identity says, names as its ecosystem
 * compares them: "PyYAML" and "pyyaml" are one. Versions are equal when they are written alike, or
 * in two ways that the ecosystem does not tell apart. Two matched packages:
 *   - versions differ: upgraded or downgraded by the list's scheme of versions; where that does not
 *     know their order, unchanged if the build is the same, else `changed` with level unknown;
 *   - versions equal, builds known and the same: unchanged, even when the revision moved;
 *   - versions equal, builds known and different: rebuilt;
 *   - versions equal, builds not both known, revisions known and different: changed;
 *   - else unchanged.
 * Unmatched packages are added or removed; but where a name gets builds for single systems in the
 * place of one that runs anywhere, or loses them, or Linux is parted by its C libraries, these
 * match. Then nothing but the versions is compared. A package's own binaries for single systems
 * change with it, so only its change is listed.
 *
 * Where one name stands in several versions (UN_IDENTITY_SET): what stands in one version on both
 * sides matches, first at the same place, then anywhere; of the rest, what stands at the same place
 * matches; a version that the other side has too only moved, which is no change; what is left is
 * matched from the newest version downwards. A change that happens at several places is listed
 * once, and a version that became another one somewhere is not listed as removed elsewhere.
 * Where several hashes identify a build, two builds are the same as long as they share one: files
 * are added to a release. Digests of two algorithms ("sha512-", "sha256:") tell nothing about each
 * other, so they make no `rebuilt`.
 */
#ifndef UN_DIFF_H
#define UN_DIFF_H

#include "error.h"
#include "packages.h"

#define UN_KIND_MAP(X)                                                                             \
    X(UPGRADED, "upgraded")                                                                        \
    X(DOWNGRADED, "downgraded")                                                                    \
    X(REBUILT, "rebuilt")                                                                          \
    X(CHANGED, "changed")                                                                          \
    X(ADDED, "added")                                                                              \
    X(REMOVED, "removed")

typedef enum un_kind {
#define UN_KIND_ENUM(name, text) UN_KIND_##name,
    UN_KIND_MAP(UN_KIND_ENUM)
#undef UN_KIND_ENUM
} un_kind;

/* Borrowed from the two lists: valid while both live. */
typedef struct un_change {
    un_kind kind;
    un_level level;
    const un_package *from; /* NULL when added */
    const un_package *to;   /* NULL when removed */
    un_direct direct;       /* whether somebody asked for one that changes so, by name */
} un_change;

typedef struct un_diff {
    un_change *changes; /* ordered by name, system, old version */
    size_t count, capacity;
    un_arena arena;
} un_diff;

/* Lists of two formats cannot be compared: UN_ARGUMENT. O(n log n). Release with un_diff_free. */
un_status un_diff_compute(un_diff *out, const un_packages *from, const un_packages *to,
                          un_error *error);
void un_diff_free(un_diff *diff);

/* Whole days by which the package that comes came out after the one that is there; false: not both
 * are known, or what comes is the older one, by its date or its version. */
bool un_change_behind(const un_change *change, int64_t *days);

const char *un_kind_name(un_kind kind);

#endif
