/*
 * rpm.c: versions of RPM packages, rpm-version(7).
 *
 * [epoch:]version[-release]. Numbers and words in turns, parted by anything else or by nothing:
 * "~" comes before everything, even the end, "^" after the end and before all others, words before
 * numbers; more parts come after fewer.
 */
#include "parts.h"

static bool are_allowed(un_slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (!un_is_alphanumeric(text.ptr[i]) && (!text.ptr[i] || !strchr("._+~^", text.ptr[i])))
            return false;
    return true;
}

static bool parse(un_parsed *out, un_slice text) {
    size_t colon = un_slice_find(text, ':');
    if (colon < text.len) {
        out->epoch = un_slice_part(text, 0, colon);
        text = un_slice_from(text, colon + 1);
        if (!colon || un_digits(out->epoch) != colon)
            return false;
    }
    size_t dash = un_slice_find(text, '-');
    out->rest = un_slice_part(text, 0, dash);
    if (dash < text.len) {
        out->local = un_slice_from(text, dash + 1);
        if (!out->local.len)
            return false;
    }
    out->release = un_slice_part(out->rest, 0, un_release_length(out->rest));
    return out->rest.len && are_allowed(out->rest) && are_allowed(out->local);
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
    int order = un_compare_numbers(a->epoch, b->epoch);
    if (!order)
        order = compare_parts(a->rest, b->rest);
    if (!order)
        order = (a->local.len > 0) - (b->local.len > 0);
    return order ? order : compare_parts(a->local, b->local);
}

const un_scheme_rules un_scheme_rpm = {.parse = parse, .compare = compare};
