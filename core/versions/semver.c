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

/* Three numbers without leading zeros. */
static bool parse(un_parsed *out, un_slice text) {
    while (text.len && (*text.ptr == 'v' || *text.ptr == '='))
        text = un_slice_from(text, 1);
    return un_parse_prerelease(out, text, true) && un_dots(out->release) == 2 &&
           !has_padding(out->release);
}

static int compare(const un_parsed *a, const un_parsed *b) {
    int order = un_compare_release(a->release, b->release, NULL);
    return order ? order : un_compare_prerelease(a->rest, b->rest, un_slice_compare);
}

const un_scheme_rules un_scheme_semver = {parse, compare};
