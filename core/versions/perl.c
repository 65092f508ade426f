/*
 * perl.c: versions of Perl's modules and distributions.
 *
 * Source: the documentation of Perl's `version`. Versions of two kinds have one order. Dotted ones
 * ("v1.2", "1.2.3") are numbers. Of decimal ones ("1.23") the digits behind the point count by
 * threes: 1.23 is v1.230, 1.2345 is v1.234.500, so 1.10 comes before 1.9. An underscore marks what
 * is to be tried out and counts as if it were not there. What CPAN calls a trial ("1.23-TRIAL")
 * comes before the release of its number.
 */
#include "parts.h"

/* "-TRIAL", "-TRIAL2" at the end. */
static un_slice without_trial(un_parsed *out, un_slice text) {
    un_slice mark = UN_SLICE("-TRIAL");
    size_t at = un_slice_search(text, mark);
    if (at == text.len)
        return text;
    out->pre.number = un_slice_from(text, at + mark.len);
    out->pre.rank = -1;
    return un_slice_part(text, 0, at);
}

/* A dotted version has a 'v' in front or two points; out->local is present then. */
static bool parse(un_parsed *out, un_slice text) {
    un_slice rest = without_trial(out, text);
    bool marked = un_slice_starts(rest, UN_SLICE("v"));
    if (marked)
        rest = un_slice_from(rest, 1);
    out->release = out->rest = rest;
    size_t digits = un_digits(rest), points = 0, least = digits;
    rest = un_slice_from(rest, digits);
    for (; rest.len && *rest.ptr == '.'; points++) {
        least = digits;
        digits = un_digits(un_slice_from(rest, 1));
        rest = un_slice_from(rest, 1 + digits);
        if (!digits && (points || marked || rest.len))
            return false;
    }
    if (marked || points > 1)
        out->local = text;
    if (rest.len && points && digits && *rest.ptr == '_')
        rest = un_slice_from(rest, 1 + un_digits(un_slice_from(rest, 1)));
    return !rest.len && (digits || least) && text.ptr[text.len - 1] != '_' &&
           un_digits(out->pre.number) == out->pre.number.len && (!marked || un_digits(out->rest));
}

/* Digits, underscores among them, and zeros behind. */
typedef struct number {
    un_slice digits;
    size_t zeros;
} number;

/* The next number of a version whose numbers before it were `index`. */
static number next_number(un_slice *left, bool dotted, size_t index) {
    number n = {{left->ptr, 0}, 0};
    size_t taken = 0, end = un_slice_find(*left, '.');
    bool whole = dotted || index == 0;
    while (n.digits.len < end && (whole || taken < 3))
        taken += left->ptr[n.digits.len++] != '_';
    n.zeros = whole ? 0 : 3 - taken;
    *left = un_slice_from(*left, n.digits.len);
    if (left->len && *left->ptr == '.')
        *left = un_slice_from(*left, 1);
    return n;
}

/* Its next digit; '0' behind the last. */
static char next_digit(number *n) {
    while (n->digits.len && *n->digits.ptr == '_')
        n->digits = un_slice_from(n->digits, 1);
    if (!n->digits.len)
        return '0';
    char digit = *n->digits.ptr;
    n->digits = un_slice_from(n->digits, 1);
    return digit;
}

/* How many digits it has without leading zeros, which are dropped. */
static size_t width_of(number *n) {
    size_t width = 0;
    while (n->digits.len && (*n->digits.ptr == '0' || *n->digits.ptr == '_'))
        n->digits = un_slice_from(n->digits, 1);
    for (size_t i = 0; i < n->digits.len; i++)
        width += n->digits.ptr[i] != '_';
    return width ? width + n->zeros : 0;
}

static int compare_numbers(number a, number b) {
    size_t width = width_of(&a), other = width_of(&b);
    if (width != other)
        return width < other ? -1 : 1;
    while (width--) {
        char x = next_digit(&a), y = next_digit(&b);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

/* *index is that of the first number that differs. */
static int compare_releases(const un_parsed *left, const un_parsed *right, size_t *index) {
    un_slice a = left->rest, b = right->rest;
    for (*index = 0; a.len || b.len; ++*index) {
        number x = next_number(&a, left->local.ptr, *index);
        number y = next_number(&b, right->local.ptr, *index);
        int order = compare_numbers(x, y);
        if (order)
            return order;
    }
    return 0;
}

static bool differs(const un_parsed *a, const un_parsed *b, size_t *index) {
    return compare_releases(a, b, index) != 0;
}

static int compare(const un_parsed *a, const un_parsed *b) {
    size_t index;
    int order = compare_releases(a, b, &index);
    if (!order)
        order = (a->pre.rank > b->pre.rank) - (a->pre.rank < b->pre.rank);
    return order ? order : un_compare_numbers(a->pre.number, b->pre.number);
}

const un_scheme_rules un_scheme_perl = {.parse = parse, .compare = compare, .differs = differs};
