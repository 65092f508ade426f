/*
 * nuget.c: versions of NuGet packages.
 *
 * Source: "Package versioning" of NuGet's documentation. Semantic versions with one to four
 * numbers, labels whose letters' case does not count, metadata that have no order.
 */
#include "parts.h"

/* One to four numbers, which may have leading zeros. */
static bool parse(un_parsed *out, un_slice text) {
    return un_parse_prerelease(out, text, false) && out->release.len && un_dots(out->release) <= 3;
}

static int compare(const un_parsed *a, const un_parsed *b) {
    int order = un_compare_release(a->release, b->release, NULL);
    return order ? order : un_compare_prerelease(a->rest, b->rest, un_compare_caseless);
}

const un_scheme_rules un_scheme_nuget = {.parse = parse, .compare = compare, .spellings = true};
