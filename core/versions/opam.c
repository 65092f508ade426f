/*
 * opam.c: versions of opam's packages.
 *
 * Source: "Version ordering" of opam's manual.
 *
 * As Debian orders them, without epochs, and letters may stand in front: v0.9.0 comes after
 * 113.33.03, as Jane Street's packages need it. What has no number ("base", "dev") has no order.
 */
#include "parts.h"

static bool parse(un_parsed *out, un_slice text) {
    un_slice numbers = un_slice_from(text, un_letters(text));
    for (size_t i = 0; i < text.len; i++)
        if (!un_is_alphanumeric(text.ptr[i]) && !(text.ptr[i] && strchr("-_+.~", text.ptr[i])))
            return false;
    size_t dash = un_slice_find_last(text, '-');
    out->rest = un_slice_part(text, 0, dash);
    if (dash < text.len)
        out->local = un_slice_from(text, dash + 1);
    out->release = un_slice_part(numbers, 0, un_release_length(numbers));
    return out->release.len;
}

static int compare(const un_parsed *a, const un_parsed *b) {
    return un_scheme_debian.compare(a, b);
}

const un_scheme_rules un_scheme_opam = {.parse = parse, .compare = compare};
