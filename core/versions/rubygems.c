/*
 * rubygems.c: Gem::Version of RubyGems.
 *
 * Source: the documentation of Gem::Version. A version is a list of numbers and words; a word makes
 * a prerelease and comes before any number; zeros at the end, and those before the first word, are
 * nothing; "-" means ".pre.".
 */
#include "parts.h"

/* [0-9]+(\.[0-9a-zA-Z]+)*(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)? */
static bool parse(un_parsed *out, un_slice text) {
    bool behind_dash = false, inside = false;
    text = un_slice_trim(text);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool part = un_is_digit(c) || un_is_letter(c) || (c == '-' && behind_dash);
        if (!part && !(inside && (c == '.' || c == '-')))
            return false;
        behind_dash |= c == '-';
        inside = part;
    }
    size_t digits = un_digits(text);
    bool begins =
        digits && (digits == text.len || text.ptr[digits] == '.' || text.ptr[digits] == '-');
    out->release = un_slice_part(text, 0, un_release_length(text));
    out->rest = text;
    return inside && begins;
}

/* The segments of a version, one by one, without the zeros that are nothing. */
typedef struct walk {
    un_slice rest;
    size_t zeros; /* bytes of zeros in front of `rest` that do count */
    bool words;   /* a word was met */
    bool dash;    /* the next segment is the word that a dash stands for */
} walk;

static un_slice segment_at(un_slice text) {
    size_t digits = un_digits(text);
    return un_slice_part(text, 0, digits ? digits : un_letters(text));
}

static bool is_zero(un_slice segment) {
    for (size_t i = 0; i < segment.len; i++)
        if (segment.ptr[i] != '0')
            return false;
    return segment.len > 0;
}

/* How long the run of zero segments in front is, and whether it counts. */
static size_t run_of_zeros(const walk *w, bool *counts) {
    size_t at = 0;
    un_slice segment = {NULL, 0};
    while (at < w->rest.len) {
        segment = segment_at(un_slice_from(w->rest, at));
        if (segment.len && !is_zero(segment))
            break;
        if (w->rest.ptr[at] == '-' && !segment.len)
            break;
        at += segment.len ? segment.len : 1;
    }
    bool word = at < w->rest.len && (w->rest.ptr[at] == '-' || un_is_letter(w->rest.ptr[at]));
    *counts = at < w->rest.len && (w->words || !word);
    return at;
}

/* The next segment; the empty one at the end. */
static un_slice next_segment(walk *w) {
    bool counts;
    size_t run = w->zeros ? 0 : run_of_zeros(w, &counts);
    if (run && !counts)
        w->rest = un_slice_from(w->rest, run);
    else if (run)
        w->zeros = run;
    while (w->rest.len && *w->rest.ptr == '.') {
        w->rest = un_slice_from(w->rest, 1);
        w->zeros -= w->zeros > 0;
    }
    if (w->rest.len && *w->rest.ptr == '-') {
        w->rest = un_slice_from(w->rest, 1);
        w->zeros = 0;
        w->words = true;
        return UN_SLICE("pre");
    }
    un_slice segment = segment_at(w->rest);
    w->rest = un_slice_from(w->rest, segment.len);
    w->zeros -= segment.len < w->zeros ? segment.len : w->zeros;
    w->words |= segment.len && un_is_letter(*segment.ptr);
    return segment;
}

static int compare_segments(un_slice a, un_slice b) {
    bool a_word = a.len && un_is_letter(*a.ptr), b_word = b.len && un_is_letter(*b.ptr);
    if (a_word != b_word)
        return a_word ? -1 : 1;
    return a_word ? un_slice_compare(a, b) : un_compare_numbers(a, b);
}

static int compare(const un_parsed *left, const un_parsed *right) {
    walk a = {.rest = left->rest}, b = {.rest = right->rest};
    for (;;) {
        un_slice x = next_segment(&a), y = next_segment(&b);
        int order = compare_segments(x, y);
        if (order || (!x.len && !y.len))
            return order;
    }
}

const un_scheme_rules un_scheme_rubygems = {.parse = parse, .compare = compare};
