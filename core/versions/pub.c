/*
 * pub.c: versions of Dart's packages.
 *
 * Source: the documentation of pub_semver. Three numbers, which may have leading zeros, and as
 * semver.org has it, but build metadata have an order: 0.10.5+8 comes before 0.10.5+9.
 */
#include "parts.h"

static bool parse(un_parsed *out, un_slice text) {
    return un_parse_prerelease(out, text, false) && un_dots(out->release) == 2;
}

const un_scheme_rules un_scheme_pub = {.parse = parse, .compare = un_compare_with_metadata};
