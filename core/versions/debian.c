/*
 * debian.c: versions of Debian packages, deb-version(7).
 *
 * [epoch:]upstream[-revision]; letters come before other characters, "~" before everything, even
 * the end.
 */
#include "parts.h"

/* The last hyphen begins the revision, the first colon ends the epoch. */
static bool parse(un_parsed *out, un_slice text) {
    return un_parse_packaged(out, text) && out->epoch.len <= 9 && out->release.len &&
           un_are_allowed(out->rest, ".+-~:") && un_are_allowed(out->local, ".+~");
}

static int weight(un_slice text, size_t at) {
    if (at >= text.len || un_is_digit(text.ptr[at]))
        return 0;
    unsigned char c = (unsigned char)text.ptr[at];
    return c == '~' ? -1 : un_is_letter(text.ptr[at]) ? c : c + 256;
}

/* In turns what is no number, by weight, and what is one, by value. */
static int compare_parts(un_slice a, un_slice b) {
    while (a.len || b.len) {
        size_t at = 0;
        for (;; at++) {
            int x = weight(a, at), y = weight(b, at);
            if (x != y)
                return x < y ? -1 : 1;
            if (x == 0)
                break;
        }
        a = un_slice_from(a, at < a.len ? at : a.len);
        b = un_slice_from(b, at < b.len ? at : b.len);
        size_t a_digits = un_digits(a), b_digits = un_digits(b);
        int order =
            un_compare_numbers(un_slice_part(a, 0, a_digits), un_slice_part(b, 0, b_digits));
        if (order)
            return order;
        a = un_slice_from(a, a_digits);
        b = un_slice_from(b, b_digits);
    }
    return 0;
}

static int compare(const un_parsed *a, const un_parsed *b) {
    int order = un_compare_packaged(a, b, compare_parts);
    return order ? order : compare_parts(a->local, b->local);
}

const un_scheme_rules un_scheme_debian = {.parse = parse, .compare = compare};
