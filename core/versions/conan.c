/*
 * conan.c: versions of Conan's packages.
 *
 * Source: "Semantic versioning" of Conan's tutorial on version ranges. Semantic Versioning, but
 * with any count of parts, letters in them (1.1.1k) and an order of metadata; zeros at the end are
 * nothing. Behind the first hyphen stands a prerelease, behind the last "+" the metadata.
 *
 * Conan compares 9 and 10 as numbers, but 10 and 9a as texts, which is no order once three versions
 * meet. Here such a part is its number first and then its text. What begins with a letter
 * (cci.20240101) is another numbering than what begins with a digit.
 */
#include "parts.h"

static bool parse(un_parsed *out, un_slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] > '~')
            return false;
    if (!text.len || !un_is_alphanumeric(*text.ptr))
        return false;
    out->kind = !un_is_digit(*text.ptr);
    size_t plus = un_slice_find_last(text, '+');
    if (plus < text.len)
        out->local = un_slice_from(text, plus + 1);
    text.len = plus;
    size_t dash = un_slice_find(text, '-');
    if (dash < text.len) {
        out->pre.rank = 1;
        out->rest = un_slice_from(text, dash + 1);
    }
    text.len = dash;
    out->release = text;
    return true;
}

static bool is_zero(un_slice part) {
    return part.len && un_digits(part) == part.len &&
           un_compare_numbers(part, (un_slice){NULL, 0}) == 0;
}

/* Without the zeros at its end. */
static un_slice trim(un_slice text) {
    for (;;) {
        size_t dot = un_slice_find_last(text, '.');
        if (dot == text.len)
            return is_zero(text) ? un_slice_part(text, 0, 0) : text;
        if (!is_zero(un_slice_from(text, dot + 1)))
            return text;
        text.len = dot;
    }
}

static int compare_parts(un_slice a, un_slice b) {
    size_t x = un_digits(a), y = un_digits(b);
    if (!x || !y)
        return un_slice_compare(a, b);
    int order = un_compare_numbers(un_slice_part(a, 0, x), un_slice_part(b, 0, y));
    return order ? order : un_slice_compare(un_slice_from(a, x), un_slice_from(b, y));
}

/* A list of parts. It is over once `more` says so, for a part may be empty. */
static un_slice next_part(un_slice *text, bool *more) {
    size_t dot = un_slice_find(*text, '.');
    un_slice part = un_slice_part(*text, 0, dot);
    *more = dot < text->len;
    *text = un_slice_from(*text, *more ? dot + 1 : dot);
    return part;
}

static int compare_lists(un_slice a, un_slice b) {
    a = trim(a);
    b = trim(b);
    bool a_more = a.len > 0, b_more = b.len > 0;
    while (a_more && b_more) {
        un_slice x = next_part(&a, &a_more), y = next_part(&b, &b_more);
        int order = compare_parts(x, y);
        if (order)
            return order;
    }
    return a_more - b_more;
}

static int compare(const un_parsed *a, const un_parsed *b) {
    int order = compare_lists(a->release, b->release);
    if (!order)
        order = b->pre.rank - a->pre.rank;
    if (!order)
        order = compare_lists(a->rest, b->rest);
    if (!order)
        order = (a->local.ptr != NULL) - (b->local.ptr != NULL);
    return order ? order : compare_lists(a->local, b->local);
}

const un_scheme_rules un_scheme_conan = {.parse = parse, .compare = compare};
