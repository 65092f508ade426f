/*
 * packages.h: the packages that a lockfile lists.
 *
 *     un_packages packages = {.format = "npm", .scheme = UN_SCHEME_SEMVER};
 *     status = un_packages_add(&packages, &(un_package){.name = name}, &error);
 *     for (size_t i = 0; i < packages.count; i++) use(&packages.items[i]);
 *     un_packages_free(&packages);
 *
 * Readers fill such a list, whoever chose them, and diff.h compares two of them. What the slices of
 * a package point to must live as long as the list: the parsed document, or the list's own arena,
 * where a reader puts what it has made up. A zeroed list is a valid empty one.
 */
#ifndef UN_PACKAGES_H
#define UN_PACKAGES_H

#include "arena.h"
#include "error.h"
#include "scheme.h"
#include <stdint.h>

/* Bytes of the longest name and version: longer than any registry takes, and than any file that we
 * know has. */
#define UN_NAME_LIMIT ((size_t)1024)

/* Whether the people whose lockfile it is asked for a package by its name. */
typedef enum un_direct {
    UN_DIRECT_UNKNOWN, /* the lockfile does not say */
    UN_DIRECT_YES,
    UN_DIRECT_NO, /* something else brought it along */
} un_direct;

/* Absent fields are absent slices; `version` is the empty string where a package has none. */
typedef struct un_package {
    un_slice name; /* what the people who use the format call it */
    un_slice version;
    un_slice system;     /* "x86_64-linux" (see system.h); absent: any */
    un_slice group;      /* "dev": only for development; "optional"; else the format's own word */
    un_slice source;     /* where it comes from: "registry", "git", "path", "url", "catalog" */
    un_slice revision;   /* commit or content revision of the source */
    un_slice derivation; /* identifies the exact build: derivation, integrity hash */
    un_slice location;   /* place in the tree where one name can stand several times */
    un_slice url;        /* its home page, or its repository's (see url.h) */
    /* Where several hashes identify the build, all of them, in the order of their bytes; they are
     * in the list's arena. A release that shares one of them with another is the same. */
    const un_slice *hashes;
    int64_t released; /* when it came out, seconds UTC; 0: the lockfile does not say */
    uint32_t hash_count;
    uint32_t at; /* its entry in the document (see tree.h), for messages; 0: not known */
    un_direct direct;
    bool bound : 1;  /* only some systems get it, also where `system` names none */
    bool owned : 1;  /* it is one of the binaries of another package, and moves with that alone */
    bool python : 1; /* in a list of another ecosystem: its name and version are Python's */
} un_package;

/* How packages of two lists are matched. */
typedef enum un_identity {
    UN_IDENTITY_FIRST, /* (name, system): the first of a duplicate wins */
    UN_IDENTITY_SET,   /* (name, system): one name may stand in several versions */
} un_identity;

/* Which names mean the same package. They are shown as the file writes them. */
typedef enum un_names {
    UN_NAMES_EXACT,
    UN_NAMES_CASELESS,
    UN_NAMES_PYTHON, /* PEP 503: caseless, and any run of "-", "_" and "." is one */
} un_names;

typedef struct un_packages {
    const char *format; /* its short name: only lists of one format can be compared */
    un_scheme scheme;
    un_identity identity;
    un_names names;
    un_package *items;
    size_t count, capacity;
    size_t skipped;      /* entries that no name could be found for, or none that can be one */
    size_t overlong;     /* the latter */
    un_package nameless; /* the first of the former */
    /* What the derivations depend on beside what is built, as the tool that digested; builds of two
     * lists compare only where it is the same. */
    un_slice digested_by;
    un_arena arena;
} un_packages;

/* Appends a copy of the package; one without a name, or with one beyond UN_NAME_LIMIT, is left out
 * and counted, since one odd entry says nothing against the others. Its `url` is any text, of which
 * an address that can be shown is made, or none (see url.h). The items move with it. */
un_status un_packages_add(un_packages *packages, const un_package *package, un_error *error);

/* Makes `hashes`, of which each is present, those of a package; sorts them. */
void un_package_hashes(un_package *package, un_slice *hashes, size_t count);

/* <0, 0 or >0 of the names, each as its ecosystem compares them, in linear time; `names` are those
 * of the list. */
int un_package_compare(un_names names, const un_package *a, const un_package *b);

/* What all names that compare as equal have in common: at most as long as the name, put into `out`.
 * Its length. */
size_t un_name_fold(un_names names, un_slice name, char *out);

/*
 * The packages by name and system, those of one name and system in the list's order; where the
 * first of a duplicate wins, the others are left out. *count of them, from `arena`. NULL: out of
 * memory.
 */
const un_package **un_packages_sorted(const un_packages *packages, un_arena *arena, size_t *count);

/* Idle and repeated calls do nothing. */
void un_packages_free(un_packages *packages);

#endif
