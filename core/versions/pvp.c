/*
 * pvp.c: the Package Versioning Policy of Haskell's packages, https://pvp.haskell.org.
 *
 * Numbers parted by dots, without leading zeros. They compare as lists do: 1.0 comes before 1.0.0.
 * The first two of them are the major version.
 */
#include "parts.h"

static bool parse(un_parsed *out, un_slice text) {
    out->release = text;
    return text.len && un_release_length(text) == text.len && !un_has_padding(text);
}

static int compare(const un_parsed *a, const un_parsed *b) {
    int order = un_compare_release(a->release, b->release, NULL);
    size_t x = un_dots(a->release), y = un_dots(b->release);
    return order ? order : (x > y) - (x < y);
}

const un_scheme_rules un_scheme_pvp = {.parse = parse, .compare = compare, .also_major = 1};
