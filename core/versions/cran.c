/*
 * cran.c: versions of R's packages.
 *
 * Source: "The DESCRIPTION file" of Writing R Extensions, and R's compareVersion(). At least two
 * numbers, parted by "." or "-", which mean the same. They compare as lists do: 1.0 comes before
 * 1.0.0.
 */
#include "parts.h"

static bool parse(un_parsed *out, un_slice text) {
    size_t numbers = 0;
    out->release = un_slice_part(text, 0, un_release_length(text));
    for (out->rest = text;; numbers++) {
        size_t digits = un_digits(text);
        if (!digits)
            return false;
        if (digits == text.len)
            return numbers > 0;
        if (text.ptr[digits] != '.' && text.ptr[digits] != '-')
            return false;
        text = un_slice_from(text, digits + 1);
    }
}

static un_slice next_number(un_slice *text) {
    un_slice number = un_slice_part(*text, 0, un_digits(*text));
    *text = un_slice_from(*text, number.len < text->len ? number.len + 1 : number.len);
    return number;
}

static int compare(const un_parsed *left, const un_parsed *right) {
    un_slice a = left->rest, b = right->rest;
    while (a.len && b.len) {
        un_slice x = next_number(&a), y = next_number(&b);
        int order = un_compare_numbers(x, y);
        if (order)
            return order;
    }
    return (a.len > 0) - (b.len > 0);
}

const un_scheme_rules un_scheme_cran = {.parse = parse, .compare = compare};
