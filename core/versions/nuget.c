/*
 * nuget.c: versions of NuGet packages.
 *
 * Source: "Package versioning" of NuGet's documentation. Semantic versions with one to four
 * numbers, labels whose letters' case does not count, metadata that have no order.
 */
#include "parts.h"

/* As semver, but with one to four numbers, which may have leading zeros. */
static bool parse(un_parsed *out, un_slice text) {
    size_t plus = un_slice_find(text, '+');
    if (plus < text.len && !un_are_identifiers(un_slice_from(text, plus + 1), false))
        return false;
    text.len = plus;
    out->release = un_slice_part(text, 0, un_release_length(text));
    out->rest = un_slice_from(text, out->release.len);
    if (!out->release.len || un_dots(out->release) > 3)
        return false;
    if (!out->rest.len)
        return true;
    bool dash = *out->rest.ptr == '-';
    out->rest = un_slice_from(out->rest, 1);
    return dash && un_are_identifiers(out->rest, false);
}

static int compare(const un_parsed *a, const un_parsed *b) {
    int order = un_compare_release(a->release, b->release, NULL);
    return order ? order : un_compare_prerelease(a->rest, b->rest, un_compare_caseless);
}

const un_scheme_rules un_scheme_nuget = {parse, compare};
