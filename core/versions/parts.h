/*
 * parts.h: what the schemes of versions share; between scheme.c and those files only.
 *
 * The rules of a scheme parse a version into slices of its text and compare two of them. Nothing is
 * allocated, nothing recurses, numbers are digit strings of any length.
 */
#ifndef UN_VERSIONS_PARTS_H
#define UN_VERSIONS_PARTS_H

#include "core/ascii.h"
#include "core/slice.h"
#include "list.h"

/* A word with a number, as the "rc1" of Python. */
typedef struct un_mark {
    int rank; /* as the scheme has it; 0: there is none */
    un_slice number;
} un_mark;

typedef struct un_parsed {
    un_slice prefix;  /* versions of two prefixes are not comparable */
    int kind;         /* nor are those of two kinds */
    un_slice epoch;   /* digits; absent: none */
    un_slice release; /* begins with the numbers that a bump level is told from */
    un_slice rest;    /* what follows, as the scheme needs it */
    un_slice local;
    un_mark pre, post, dev;
} un_parsed;

typedef struct un_scheme_rules {
    /* false: the ecosystem's own tools would not take it. `out` is zeroed. */
    bool (*parse)(un_parsed *out, un_slice text);
    /* <0, 0, >0; of two that parsed, are of one prefix and kind, and comparable. */
    int (*compare)(const un_parsed *a, const un_parsed *b);
    /* Whether two have an order, where prefix and kind do not tell; NULL: they do. */
    bool (*comparable)(const un_parsed *a, const un_parsed *b);
    /* Whether two differ in a number, and the index of the first that does, where the release of
     * un_parsed does not tell; NULL: it does. */
    bool (*differs)(const un_parsed *a, const un_parsed *b, size_t *index);
    bool spellings;    /* what compares as equal is one version, however it is written */
    size_t also_major; /* how many numbers behind the first make a major bump, too */
} un_scheme_rules;

#define UN_SCHEME_DECLARE(name, rules) extern const un_scheme_rules un_scheme_##rules;
UN_SCHEME_MAP(UN_SCHEME_DECLARE)
#undef UN_SCHEME_DECLARE

/* Whether it parts the numbers and words of a version. */
static inline bool un_is_separator(char c) {
    return c == '.' || c == '-' || c == '_';
}

/* How many digits (letters) the text begins with. */
size_t un_digits(un_slice text);
size_t un_letters(un_slice text);

/* How many dots there are between the numbers of a release. */
size_t un_dots(un_slice release);

/* Whether a number of a release has leading zeros. */
bool un_has_padding(un_slice release);

/* Digit strings by value; the empty one is 0. */
int un_compare_numbers(un_slice a, un_slice b);

/* As un_slice_compare, small and capital letters alike. */
int un_compare_caseless(un_slice a, un_slice b);
bool un_equal_caseless(un_slice a, un_slice b);

/* How long "1.2.3" at the beginning of the text is; 0: it begins with no digit. */
size_t un_release_length(un_slice text);

/* The numbers that two texts begin with, one by one, missing ones being 0. *index (may be NULL) is
 * that of the first that differs. */
int un_compare_release(un_slice a, un_slice b, size_t *index);

/* Dot-separated identifiers as in semver's prereleases: numbers by value and before words, which
 * `words` compares; fewer of them come first, none at all before any. */
int un_compare_identifiers(un_slice a, un_slice b, int (*words)(un_slice, un_slice));

/* The same of prereleases: no identifier at all is the release, which comes last. */
int un_compare_prerelease(un_slice a, un_slice b, int (*words)(un_slice, un_slice));

/* Dot-separated identifiers of letters, digits and '-', none empty; where `strict`, numbers have no
 * leading zero. */
bool un_are_identifiers(un_slice text, bool strict);

/* Takes "+metadata" off the end of the text and makes it out->local; false: it is no list of
 * identifiers. */
bool un_take_metadata(un_parsed *out, un_slice *text);

/* "release[-prerelease][+metadata]": out->rest becomes the prerelease without its hyphen, and
 * out->local the metadata. `strict` is that of un_are_identifiers for a prerelease. The release may
 * be empty. */
bool un_parse_prerelease(un_parsed *out, un_slice text, bool strict);

/* The same, as semver.org has it: three numbers without leading zeros. */
bool un_parse_semver(un_parsed *out, un_slice text);

/* By release and prerelease as semver.org has it; then also by the metadata. */
int un_compare_semver(const un_parsed *a, const un_parsed *b);
int un_compare_with_metadata(const un_parsed *a, const un_parsed *b);

/* Whether it holds nothing but letters, digits and the characters of `also`. */
bool un_are_allowed(un_slice text, const char *also);

/* "[epoch:]version[-revision]", as distributions have it: out->rest becomes the version, whose
 * numbers are out->release, and out->local the revision behind the last hyphen. Neither the epoch
 * nor the revision may be empty where it is announced. */
bool un_parse_packaged(un_parsed *out, un_slice text);

/* By epoch, then by version, which `parts` compares. */
int un_compare_packaged(const un_parsed *a, const un_parsed *b, int (*parts)(un_slice, un_slice));

#endif
