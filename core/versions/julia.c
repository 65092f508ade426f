/*
 * julia.c: VersionNumber of Julia.
 *
 * Source: "Version Number Literals" of Julia's manual. One to three numbers; a prerelease needs no
 * hyphen before a letter (1.0rc1); build metadata have an order, which is how a binary package
 * (1.2.13+0, 1.2.13+1) is built anew. The bounds "1.0-" and "1.0+" are no versions of a package.
 */
#include "parts.h"

static bool parse(un_parsed *out, un_slice text) {
    if (text.len && *text.ptr == 'v')
        text = un_slice_from(text, 1);
    if (!un_take_metadata(out, &text))
        return false;
    out->release = un_slice_part(text, 0, un_release_length(text));
    out->rest = un_slice_from(text, out->release.len);
    if (!out->release.len || un_dots(out->release) > 2)
        return false;
    if (!out->rest.len)
        return true;
    if (*out->rest.ptr == '-')
        out->rest = un_slice_from(out->rest, 1);
    else if (!un_is_letter(*out->rest.ptr))
        return false;
    return un_are_identifiers(out->rest, false);
}

const un_scheme_rules un_scheme_julia = {.parse = parse, .compare = un_compare_with_metadata};
