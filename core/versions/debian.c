/*
 * debian.c: versions of Debian packages, deb-version(7).
 *
 * [epoch:]upstream[-revision]; letters come before other characters, "~" before everything, even
 * the end.
 */
#include "parts.h"

static bool are_allowed(un_slice text, const char *also) {
    for (size_t i = 0; i < text.len; i++)
        if (!un_is_digit(text.ptr[i]) && !un_is_letter(text.ptr[i]) &&
            (!text.ptr[i] || !strchr(also, text.ptr[i])))
            return false;
    return true;
}

/* The last hyphen begins the revision, the first colon ends the epoch. */
static bool parse(un_parsed *out, un_slice text) {
    size_t colon = un_slice_find(text, ':');
    if (colon < text.len) {
        out->epoch = un_slice_part(text, 0, colon);
        text = un_slice_from(text, colon + 1);
        if (!colon || un_digits(out->epoch) != colon || colon > 9)
            return false;
    }
    size_t dash = un_slice_find_last(text, '-');
    out->rest = un_slice_part(text, 0, dash);
    if (dash < text.len) {
        out->local = un_slice_from(text, dash + 1);
        if (!out->local.len)
            return false;
    }
    out->release = un_slice_part(out->rest, 0, un_release_length(out->rest));
    return out->release.len && are_allowed(out->rest, ".+-~:") && are_allowed(out->local, ".+~");
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
    int order = un_compare_numbers(a->epoch, b->epoch);
    if (!order)
        order = compare_parts(a->rest, b->rest);
    return order ? order : compare_parts(a->local, b->local);
}

const un_scheme_rules un_scheme_debian = {.parse = parse, .compare = compare};
