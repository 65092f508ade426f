/*
 * semver.c: Semantic Versioning 2.0.0, https://semver.org/spec/v2.0.0.html.
 *
 * A leading "v" or "=" is let pass, as npm and Go write it. Build metadata have no order.
 */
#include "parts.h"

static bool has_padding(un_slice release) {
    for (size_t at = 0; at < release.len; at++) {
        size_t length = un_digits(un_slice_from(release, at));
        if (length > 1 && release.ptr[at] == '0')
            return true;
        at += length;
    }
    return false;
}

/* Three numbers without leading zeros; behind "-" a prerelease, behind "+" what has no order. */
static bool parse(un_parsed *out, un_slice text) {
    while (text.len && (*text.ptr == 'v' || *text.ptr == '='))
        text = un_slice_from(text, 1);
    size_t plus = un_slice_find(text, '+');
    if (plus < text.len && !un_are_identifiers(un_slice_from(text, plus + 1), false))
        return false;
    text.len = plus;
    out->release = un_slice_part(text, 0, un_release_length(text));
    out->rest = un_slice_from(text, out->release.len);
    if (un_dots(out->release) != 2 || has_padding(out->release))
        return false;
    if (!out->rest.len)
        return true;
    bool dash = *out->rest.ptr == '-';
    out->rest = un_slice_from(out->rest, 1);
    return dash && un_are_identifiers(out->rest, true);
}

static int compare(const un_parsed *a, const un_parsed *b) {
    int order = un_compare_release(a->release, b->release, NULL);
    return order ? order : un_compare_prerelease(a->rest, b->rest, un_slice_compare);
}

const un_scheme_rules un_scheme_semver = {parse, compare};
