/*
 * bazel.c: versions of Bazel's modules.
 *
 * Source: "Version format" of Bazel's documentation of modules. As semver.org has it, but the
 * release has any count of parts, which may be words (20240116.2.bcr.1); fewer of them come first.
 * Metadata have no order.
 */
#include "parts.h"

static bool parse(un_parsed *out, un_slice text) {
    size_t plus = un_slice_find(text, '+'), dash;
    if (plus < text.len && !un_are_identifiers(un_slice_from(text, plus + 1), false))
        return false;
    text.len = plus;
    dash = un_slice_find(text, '-');
    if (dash < text.len)
        out->rest = un_slice_from(text, dash + 1);
    out->release = un_slice_part(text, 0, dash);
    return un_are_identifiers(out->release, false) &&
           (dash == text.len || un_are_identifiers(out->rest, false));
}

static int compare(const un_parsed *a, const un_parsed *b) {
    int order = un_compare_identifiers(a->release, b->release, un_slice_compare);
    return order ? order : un_compare_prerelease(a->rest, b->rest, un_slice_compare);
}

const un_scheme_rules un_scheme_bazel = {.parse = parse, .compare = compare};
