/*
 * composer.c: versions of PHP packages.
 *
 * Source: VersionParser and Comparator of composer/semver, and PHP's version_compare(). One to four
 * numbers, or a date; a stability (dev, alpha, beta, RC, patch) with numbers; branches like
 * 1.0.x-dev. A branch without numbers (dev-main) has no order.
 */
#include "parts.h"

enum {
    RELEASE, /* compared as four numbers */
    DATED    /* as many numbers as there are */
};

/* dev < alpha < beta < RC < (a number, or nothing) < patch; 0: no such word. */
static int rank_of(un_slice word) {
    static const struct {
        const char *word;
        int rank;
    } words[] = {{"dev", 1}, {"alpha", 2}, {"a", 2},  {"beta", 3}, {"b", 3},
                 {"rc", 4},  {"patch", 6}, {"pl", 6}, {"p", 6},    {"stable", 5}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (un_equal_caseless(word, un_slice_of(words[i].word)))
            return words[i].rank;
    return 0;
}

#define NOTHING 5

/* Takes the next word or number of a suffix. */
static un_slice next_token(un_slice *suffix) {
    while (suffix->len && un_is_separator(*suffix->ptr))
        *suffix = un_slice_from(*suffix, 1);
    size_t digits = un_digits(*suffix);
    un_slice token = un_slice_part(*suffix, 0, digits ? digits : un_letters(*suffix));
    *suffix = un_slice_from(*suffix, token.len);
    return token;
}

/* [._-]?(stability with numbers)?([.-]?dev)? */
static bool is_suffix(un_slice suffix) {
    bool word = false, ended = false;
    while (suffix.len) {
        un_slice before = suffix, token = next_token(&suffix);
        size_t gap = (size_t)(token.ptr - before.ptr);
        int rank = token.len && !un_is_digit(*token.ptr) ? rank_of(token) : 0;
        bool number = token.len && un_is_digit(*token.ptr);
        if (ended || gap > 1 || !token.len || (number && !word) || (!number && !rank) ||
            (rank && word && rank != 1))
            return false;
        word |= rank > 1;
        ended = rank == 1;
    }
    return true;
}

/* The length of the numbers of "1.0.x": up to four, of which the last may be x or *. */
static size_t branch_length(un_slice text, size_t release) {
    if (release + 1 < text.len && text.ptr[release] == '.' &&
        strchr("xX*", text.ptr[release + 1]) && text.ptr[release + 1])
        return release + 2;
    return 0;
}

static bool parse_branch(un_parsed *out, un_slice text, size_t length) {
    un_slice rest = un_slice_from(text, length);
    while (rest.len > 1 && *rest.ptr == '.' && strchr("xX*", rest.ptr[1]) && rest.ptr[1])
        rest = un_slice_from(rest, 2);
    if (rest.len && un_is_separator(*rest.ptr))
        rest = un_slice_from(rest, 1);
    /* What follows a branch has no number: it comes after every release of it. */
    out->dev.rank = 1;
    return un_equal_caseless(rest, UN_SLICE("dev"));
}

/* YYYY, then two digits each and at most two shorter parts, apart or not. */
static bool parse_date(un_parsed *out, un_slice text) {
    size_t at = 0;
    if (un_digits(text) < 6 && !(un_digits(text) == 4 && text.len > 4))
        return false;
    while (at < text.len &&
           (un_is_digit(text.ptr[at]) || (at + 1 < text.len && strchr(".:-", text.ptr[at]) &&
                                          text.ptr[at] && un_is_digit(text.ptr[at + 1]))))
        at++;
    out->kind = DATED;
    out->release = un_slice_part(text, 0, at);
    out->rest = un_slice_from(text, at);
    return is_suffix(out->rest);
}

/* Behind "+" stands what has no order. What is neither numbers nor a branch may be a date. */
static bool parse(un_parsed *out, un_slice text) {
    text = un_slice_trim(text);
    size_t plus = un_slice_find(text, '+');
    if (plus > 0 && plus + 1 < text.len)
        text.len = plus;
    if (text.len && un_lower(*text.ptr) == 'v')
        text = un_slice_from(text, 1);
    size_t release = un_release_length(text), branch = branch_length(text, release);
    out->release = un_slice_part(text, 0, release);
    out->rest = un_slice_from(text, release);
    if (branch && un_dots(out->release) < 3)
        return parse_branch(out, text, branch);
    if (release && un_digits(text) <= 5 && un_dots(out->release) <= 3 && is_suffix(out->rest))
        return true;
    return parse_date(out, text);
}

static int compare_tokens(un_slice a, un_slice b) {
    bool a_number = a.len && un_is_digit(*a.ptr), b_number = b.len && un_is_digit(*b.ptr);
    if (a_number && b_number)
        return un_compare_numbers(a, b);
    int x = a.len && !a_number ? rank_of(a) : NOTHING,
        y = b.len && !b_number ? rank_of(b) : NOTHING;
    if (x != y)
        return x < y ? -1 : 1;
    /* A number comes after nothing, but both come before "patch". */
    return a_number - b_number;
}

static int compare_suffixes(un_slice a, un_slice b) {
    while (a.len || b.len) {
        un_slice x = next_token(&a), y = next_token(&b);
        int order = compare_tokens(x, y);
        if (order)
            return order;
    }
    return 0;
}

static un_slice next_date_part(un_slice *date) {
    un_slice part = un_slice_part(*date, 0, un_digits(*date));
    *date = un_slice_from(*date, part.len < date->len ? part.len + 1 : part.len);
    return part;
}

static int compare_dates(un_slice a, un_slice b) {
    while (a.len && b.len) {
        un_slice x = next_date_part(&a), y = next_date_part(&b);
        int order = un_compare_numbers(x, y);
        if (order)
            return order;
    }
    return (a.len > 0) - (b.len > 0);
}

/* 1.0.x is 1.0.9999999.9999999: beyond every number that is written out. */
static int compare_branches(const un_parsed *a, const un_parsed *b) {
    size_t index, a_count = un_dots(a->release) + 1, b_count = un_dots(b->release) + 1;
    int order = un_compare_release(a->release, b->release, &index);
    if (a->dev.rank && (!b->dev.rank || a_count < b_count) && (!order || index >= a_count))
        return 1;
    if (b->dev.rank && (!a->dev.rank || b_count < a_count) && (!order || index >= b_count))
        return -1;
    return order;
}

static int compare(const un_parsed *a, const un_parsed *b) {
    if (a->kind == DATED) {
        int order = compare_dates(a->release, b->release);
        return order ? order : compare_suffixes(a->rest, b->rest);
    }
    if (a->dev.rank || b->dev.rank)
        return compare_branches(a, b);
    int order = un_compare_release(a->release, b->release, NULL);
    return order ? order : compare_suffixes(a->rest, b->rest);
}

const un_scheme_rules un_scheme_composer = {.parse = parse, .compare = compare, .spellings = true};
