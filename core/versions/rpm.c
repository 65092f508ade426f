/*
 * rpm.c: versions of RPM packages, rpm-version(7).
 *
 * [epoch:]version[-release]. Numbers and words in turns, parted by anything else or by nothing:
 * "~" comes before everything, even the end, "^" after the end and before all others, words before
 * numbers; more parts come after fewer.
 */
#include "parts.h"

static bool parse(un_parsed *out, un_slice text) {
    return un_parse_packaged(out, text) && out->rest.len && un_are_allowed(out->rest, "._+~^") &&
           un_are_allowed(out->local, "._+~^");
}

enum {
    TILDE,
    END,
    CARET,
    WORD,
    NUMBER
};

static int next(un_slice *text, un_slice *part) {
    while (text->len && !un_is_alphanumeric(*text->ptr) && *text->ptr != '~' && *text->ptr != '^')
        *text = un_slice_from(*text, 1);
    *part = (un_slice){NULL, 0};
    if (!text->len)
        return END;
    char c = *text->ptr;
    size_t digits = un_digits(*text), letters = un_letters(*text);
    *part = un_slice_part(*text, 0, digits ? digits : letters ? letters : 1);
    *text = un_slice_from(*text, part->len);
    return c == '~' ? TILDE : c == '^' ? CARET : digits ? NUMBER : WORD;
}

static int compare_parts(un_slice a, un_slice b) {
    for (;;) {
        un_slice x, y;
        int a_kind = next(&a, &x), b_kind = next(&b, &y);
        if (a_kind != b_kind)
            return a_kind < b_kind ? -1 : 1;
        if (a_kind == END)
            return 0;
        int order = a_kind == NUMBER ? un_compare_numbers(x, y) : un_slice_compare(x, y);
        if (order)
            return order;
    }
}

static int compare(const un_parsed *a, const un_parsed *b) {
    int order = un_compare_packaged(a, b, compare_parts);
    if (!order)
        order = (a->local.len > 0) - (b->local.len > 0);
    return order ? order : compare_parts(a->local, b->local);
}

const un_scheme_rules un_scheme_rpm = {.parse = parse, .compare = compare};
