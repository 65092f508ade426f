/*
 * go.c: versions of Go modules.
 *
 * Source: "Versions" and "Pseudo-versions" of the Go Modules Reference. Semantic Versioning behind
 * a "v", which must be there; "v1" and "v1.2" stand for v1.0.0 and v1.2.0. A pseudo-version is a
 * prerelease that begins with a time, so that it comes after the release that it names as its base
 * and before the next one. "+incompatible" has no order, nor has anything else behind "+".
 */
#include "parts.h"

static bool parse(un_parsed *out, un_slice text) {
    if (!text.len || *text.ptr != 'v')
        return false;
    text = un_slice_from(text, 1);
    size_t release = un_release_length(text);
    bool short_form = release && release == text.len && un_dots(text) < 2;
    if (!short_form)
        return un_parse_semver(out, text);
    out->release = text;
    return !un_has_padding(text);
}

const un_scheme_rules un_scheme_go = {.parse = parse, .compare = un_compare_semver};
