/*
 * conda.c: versions of conda packages.
 *
 * Source: the documentation of VersionOrder in conda.models.version. [epoch!]version[+local]; parts
 * are parted by "." and "_", each is a list of numbers and words that begins with a number;
 * "dev" < words < numbers < "post"; what is missing is 0.
 */
#include "parts.h"

/* No part may be empty, but for an underscore at the very end, as OpenSSL has it. */
static bool are_parts(un_slice text) {
    bool inside = false, dash = false, underscore = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool part = un_is_digit(c) || un_is_letter(c) || c == '*';
        bool last = i + 1 == text.len && c != '.';
        if (!part && !(un_is_separator(c) && inside))
            return false;
        dash |= c == '-' && !last;
        underscore |= c == '_' && !last;
        inside = part || last;
    }
    return inside && !(dash && underscore);
}

/* The epoch is a number in front of "!"; behind "+" stands what was built locally. */
static bool parse(un_parsed *out, un_slice text) {
    text = un_slice_trim(text);
    size_t mark = un_slice_find(text, '!');
    if (mark < text.len) {
        out->epoch = un_slice_part(text, 0, mark);
        text = un_slice_from(text, mark + 1);
        if (!mark || un_digits(out->epoch) != mark)
            return false;
    }
    size_t plus = un_slice_find(text, '+');
    out->rest = un_slice_part(text, 0, plus);
    if (plus < text.len) {
        out->local = un_slice_from(text, plus + 1);
        if (!are_parts(out->local))
            return false;
    }
    out->release = un_slice_part(out->rest, 0, un_release_length(out->rest));
    return are_parts(out->rest);
}

/* Takes the next part of a version, without what ends it. */
static un_slice next_part(un_slice *text) {
    size_t end = 0;
    while (end < text->len && (!un_is_separator(text->ptr[end]) || end + 1 == text->len))
        end++;
    un_slice part = un_slice_part(*text, 0, end);
    *text = un_slice_from(*text, end < text->len ? end + 1 : end);
    return part;
}

/* Takes the next number or word of a part. A part that begins with a word begins with a zero. */
static un_slice next_item(un_slice *part, bool first) {
    size_t digits = un_digits(*part), length = digits;
    if (first && !digits)
        return (un_slice){NULL, 0};
    bool star = part->len && *part->ptr == '*';
    if (!digits)
        while (length < part->len && !un_is_digit(part->ptr[length]) &&
               (part->ptr[length] == '*') == star)
            length++;
    un_slice item = un_slice_part(*part, 0, length);
    *part = un_slice_from(*part, length);
    return item;
}

/* dev, other words, numbers (and what is missing), post */
static int class_of(un_slice item) {
    if (!item.len || un_is_digit(*item.ptr))
        return 2;
    return un_equal_caseless(item, UN_SLICE("dev"))    ? 0
           : un_equal_caseless(item, UN_SLICE("post")) ? 3
                                                       : 1;
}

static int compare_items(un_slice a, un_slice b) {
    int x = class_of(a), y = class_of(b);
    if (x != y)
        return x < y ? -1 : 1;
    return x == 2 ? un_compare_numbers(a, b) : x == 1 ? un_compare_caseless(a, b) : 0;
}

static int compare_parts(un_slice a, un_slice b) {
    bool first = true;
    while (a.len || b.len) {
        un_slice x = next_item(&a, first), y = next_item(&b, first);
        int order = compare_items(x, y);
        if (order)
            return order;
        first = false;
    }
    return 0;
}

static int compare_all(un_slice a, un_slice b) {
    while (a.len || b.len) {
        un_slice x = next_part(&a), y = next_part(&b);
        int order = compare_parts(x, y);
        if (order)
            return order;
    }
    return 0;
}

static int compare(const un_parsed *a, const un_parsed *b) {
    int order = un_compare_numbers(a->epoch, b->epoch);
    if (!order)
        order = compare_all(a->rest, b->rest);
    return order ? order : compare_all(a->local, b->local);
}

const un_scheme_rules un_scheme_conda = {.parse = parse, .compare = compare};
