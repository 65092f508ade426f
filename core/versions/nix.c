/*
 * nix.c: compareVersions, "builtins.compareVersions" of the Nix manual, on what looks like a
 * version.
 *
 * Nix compares any two strings. A name in front (python3-3.11.14) must be the same on both sides,
 * and a date is comparable with dates alone, since a change of numbering is no downgrade.
 */
#include "parts.h"

/* Where the version begins in "1password-cli-2.30.3"; the length of the text: nowhere. */
static size_t version_start(un_slice text) {
    size_t digits = un_digits(text);
    if (digits && (digits == text.len || text.ptr[digits] == '.' || text.ptr[digits] == '-'))
        return 0;
    for (size_t i = 1; i < text.len; i++)
        if (un_is_digit(text.ptr[i]) && text.ptr[i - 1] == '-')
            return i;
    if (text.len > 1 && *text.ptr == 'v' && un_is_digit(text.ptr[1]))
        return 1;
    return digits ? 0 : text.len;
}

static bool is_date(un_slice text) {
    return text.len == 10 && un_digits(text) == 4 && text.ptr[4] == '-' &&
           un_digits(un_slice_from(text, 5)) == 2 && text.ptr[7] == '-' &&
           un_digits(un_slice_from(text, 8)) == 2;
}

static bool parse(un_parsed *out, un_slice text) {
    size_t start = version_start(text);
    out->rest = un_slice_from(text, start);
    /* "v1.2" and "1.2" are one numbering. */
    out->prefix = start == 1 ? (un_slice){NULL, 0} : un_slice_part(text, 0, start);
    out->kind = is_date(out->rest);
    out->release = un_slice_part(out->rest, 0, un_release_length(out->rest));
    return start < text.len;
}

static bool is_separator(char c) {
    return c == '.' || c == '-';
}

static un_slice next_component(un_slice *text) {
    while (text->len && is_separator(*text->ptr))
        *text = un_slice_from(*text, 1);
    size_t length = un_digits(*text);
    if (length == 0)
        while (length < text->len && !un_is_digit(text->ptr[length]) &&
               !is_separator(text->ptr[length]))
            length++;
    un_slice component = un_slice_part(*text, 0, length);
    *text = un_slice_from(*text, length);
    return component;
}

static int compare_components(un_slice a, un_slice b) {
    bool a_number = a.len && un_is_digit(*a.ptr), b_number = b.len && un_is_digit(*b.ptr);
    bool a_pre = un_slice_equal(a, UN_SLICE("pre")), b_pre = un_slice_equal(b, UN_SLICE("pre"));
    if (a_number && b_number)
        return un_compare_numbers(a, b);
    if ((!a.len && b_number) || (!b.len && a_number))
        return a.len ? 1 : -1;
    if (a_pre != b_pre)
        return a_pre ? -1 : 1;
    if (a_number != b_number)
        return a_number ? 1 : -1;
    return un_slice_compare(a, b);
}

static int compare(const un_parsed *left, const un_parsed *right) {
    un_slice a = left->rest, b = right->rest;
    int order = 0;
    while (!order && (a.len || b.len)) {
        un_slice x = next_component(&a);
        un_slice y = next_component(&b);
        order = compare_components(x, y);
    }
    return order;
}

const un_scheme_rules un_scheme_nix = {.parse = parse, .compare = compare};
