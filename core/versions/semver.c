/*
 * semver.c: Semantic Versioning 2.0.0, https://semver.org/spec/v2.0.0.html.
 *
 * A leading "v" or "=" is let pass, as npm writes it. Build metadata have no order.
 */
#include "parts.h"

static bool parse(un_parsed *out, un_slice text) {
    while (text.len && (*text.ptr == 'v' || *text.ptr == '='))
        text = un_slice_from(text, 1);
    return un_parse_semver(out, text);
}

const un_scheme_rules un_scheme_semver = {.parse = parse, .compare = un_compare_semver};
