/*
 * pep440.c: versions of Python packages.
 *
 * Source: "Version specifiers" of the Python packaging specifications (PEP 440), with every
 * normalisation that its appendix allows: case, a leading "v", separators, other spellings.
 */
#include "parts.h"

enum {
    ALPHA = 1,
    BETA,
    CANDIDATE
};

/* Takes `word` off the text, small and capital letters alike. */
static bool take(un_slice *text, const char *word) {
    size_t length = strlen(word);
    if (text->len < length ||
        !un_equal_caseless(un_slice_part(*text, 0, length), un_slice_of(word)))
        return false;
    *text = un_slice_from(*text, length);
    return true;
}

static void take_separator(un_slice *text) {
    if (text->len && un_is_separator(*text->ptr))
        *text = un_slice_from(*text, 1);
}

static un_slice take_number(un_slice *text) {
    un_slice number = un_slice_part(*text, 0, un_digits(*text));
    *text = un_slice_from(*text, number.len);
    return number;
}

/* A separator belongs to the mark only when a number follows it. */
static void take_mark_number(un_slice *text, un_mark *mark) {
    un_slice rest = *text;
    take_separator(&rest);
    if (un_digits(rest))
        *text = rest;
    mark->number = take_number(text);
}

typedef struct spelling {
    const char *word;
    int rank;
} spelling;

static bool take_mark(un_slice *text, un_mark *mark, const spelling *spellings, size_t count) {
    un_slice rest = *text;
    take_separator(&rest);
    for (size_t i = 0; i < count; i++)
        if (take(&rest, spellings[i].word)) {
            mark->rank = spellings[i].rank;
            *text = rest;
            take_mark_number(text, mark);
            return true;
        }
    return false;
}

static void take_pre(un_slice *text, un_mark *mark) {
    /* Longer spellings first. */
    static const spelling spellings[] = {
        {"alpha", ALPHA},   {"beta", BETA},    {"preview", CANDIDATE},
        {"pre", CANDIDATE}, {"rc", CANDIDATE}, {"a", ALPHA},
        {"b", BETA},        {"c", CANDIDATE}};
    take_mark(text, mark, spellings, sizeof spellings / sizeof *spellings);
}

static void take_post(un_slice *text, un_mark *mark) {
    static const spelling spellings[] = {{"post", 1}, {"rev", 1}, {"r", 1}};
    if (take_mark(text, mark, spellings, sizeof spellings / sizeof *spellings))
        return;
    /* "1.0-1" is 1.0.post1. */
    if (text->len > 1 && *text->ptr == '-' && un_is_digit(text->ptr[1])) {
        *text = un_slice_from(*text, 1);
        mark->rank = 1;
        mark->number = take_number(text);
    }
}

static bool is_local(un_slice local) {
    bool inside = false;
    for (size_t i = 0; i < local.len; i++) {
        bool part = un_is_digit(local.ptr[i]) || un_is_letter(local.ptr[i]);
        if (!part && (!inside || !strchr(".-_", local.ptr[i]) || !local.ptr[i]))
            return false;
        inside = part;
    }
    return inside;
}

/* [v][epoch!]release[pre][post][dev][+local], each part in any spelling that is normalised. */
static bool parse(un_parsed *out, un_slice text) {
    static const spelling dev[] = {{"dev", 1}};
    text = un_slice_trim(text);
    take(&text, "v");
    size_t digits = un_digits(text);
    if (digits && digits < text.len && text.ptr[digits] == '!') {
        out->epoch = un_slice_part(text, 0, digits);
        text = un_slice_from(text, digits + 1);
    }
    out->release = un_slice_part(text, 0, un_release_length(text));
    text = un_slice_from(text, out->release.len);
    take_pre(&text, &out->pre);
    take_post(&text, &out->post);
    take_mark(&text, &out->dev, dev, 1);
    if (text.len && *text.ptr == '+') {
        out->local = un_slice_from(text, 1);
        text.len = 0;
        if (!is_local(out->local))
            return false;
    }
    return out->release.len && !text.len;
}

/* A version without the mark comes before (`without` < 0) or after (> 0) those that have it. */
static int compare_marks(const un_mark *a, const un_mark *b, int without) {
    if (!a->rank || !b->rank)
        return a->rank == b->rank ? 0 : a->rank ? -without : without;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return un_compare_numbers(a->number, b->number);
}

/* Where a version without a prerelease stands: 1.0.dev1 comes before 1.0a1, 1.0 after it. */
static int compare_pre(const un_parsed *a, const un_parsed *b) {
    int a_stands = a->pre.rank ? 0 : a->dev.rank && !a->post.rank ? -1 : 1;
    int b_stands = b->pre.rank ? 0 : b->dev.rank && !b->post.rank ? -1 : 1;
    if (a_stands != b_stands)
        return a_stands < b_stands ? -1 : 1;
    return a_stands ? 0 : compare_marks(&a->pre, &b->pre, 0);
}

static un_slice next_part(un_slice *local) {
    size_t end = 0;
    while (end < local->len && (un_is_digit(local->ptr[end]) || un_is_letter(local->ptr[end])))
        end++;
    un_slice part = un_slice_part(*local, 0, end);
    *local = un_slice_from(*local, end < local->len ? end + 1 : end);
    return part;
}

/* Numbers come after words, more parts after fewer. */
static int compare_local(un_slice a, un_slice b) {
    while (a.len && b.len) {
        un_slice x = next_part(&a), y = next_part(&b);
        bool x_number = un_digits(x) == x.len, y_number = un_digits(y) == y.len;
        int order = x_number && y_number   ? un_compare_numbers(x, y)
                    : x_number != y_number ? (x_number ? 1 : -1)
                                           : un_compare_caseless(x, y);
        if (order)
            return order;
    }
    return (a.len > 0) - (b.len > 0);
}

static int compare(const un_parsed *a, const un_parsed *b) {
    int order = un_compare_numbers(a->epoch, b->epoch);
    if (!order)
        order = un_compare_release(a->release, b->release, NULL);
    if (!order)
        order = compare_pre(a, b);
    if (!order)
        order = compare_marks(&a->post, &b->post, -1);
    if (!order)
        order = compare_marks(&a->dev, &b->dev, 1);
    return order ? order : compare_local(a->local, b->local);
}

const un_scheme_rules un_scheme_pep440 = {.parse = parse, .compare = compare, .spellings = true};
