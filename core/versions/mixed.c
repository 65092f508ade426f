/*
 * mixed.c: versions of tools of all kinds, as Flox, mise and npins have them side by side.
 *
 * Two versions are ordered by the scheme that both fit: semver, else PEP 440, else Nix. A name in
 * front, and dates, are as in nix.c.
 *
 * The schemes contradict each other: to semver 1.0.0-1 comes before 1.0.0, to PEP 440 and Nix after
 * it. Where semver and PEP 440 do so of two versions that fit both, and where of two versions each
 * fits another scheme and their numbers are the same, the order is not known. That is what keeps
 * three versions from being ordered in a circle.
 *
 * What a version of Elixir is built for, "1.17.0-otp-27", is no prerelease, but the last number.
 */
#include "parts.h"

enum {
    SEMVER = 1,
    PEP440 = 2
};

/* Nixpkgs says "-unstable-DATE" of what comes after a release, so it is no prerelease. */
static int fits(un_slice text) {
    un_parsed semver = {.kind = 0}, pep440 = {.kind = 0};
    if (un_slice_search(text, UN_SLICE("-unstable-")) < text.len)
        return 0;
    /* An epoch would make the numbers behind it mean nothing to the other schemes. */
    return (un_scheme_semver.parse(&semver, text) ? SEMVER : 0) |
           (un_scheme_pep440.parse(&pep440, text) && !pep440.epoch.len ? PEP440 : 0);
}

/* How long the numbers in front are, with the separators of Nix between them. */
static size_t numbers_length(un_slice text) {
    size_t end = un_digits(text);
    for (size_t at = end; at < text.len;) {
        while (at < text.len && (text.ptr[at] == '.' || text.ptr[at] == '-'))
            at++;
        size_t digits = un_digits(un_slice_from(text, at));
        if (at == end || !digits)
            break;
        at += digits;
        end = at;
    }
    return end;
}

/* Takes "-otp-27" off the end and returns the number; absent: there is none. */
static un_slice take_otp(un_slice *text) {
    static const char mark[] = "-otp-";
    size_t at = un_slice_search(*text, UN_SLICE(mark));
    if (at == text->len)
        return (un_slice){NULL, 0};
    un_slice number = un_slice_from(*text, at + sizeof mark - 1);
    if (!number.len || un_digits(number) < number.len)
        return (un_slice){NULL, 0};
    text->len = at;
    return number;
}

/* pre.rank: what it fits; local: the numbers that all schemes compare alike; post: of Erlang. */
static bool parse(un_parsed *out, un_slice text) {
    un_slice otp = take_otp(&text);
    if (!text.len || !un_scheme_nix.parse(out, text))
        return false;
    out->post.number = otp;
    out->pre.rank = out->kind ? 0 : fits(out->rest);
    out->local =
        out->pre.rank ? out->release : un_slice_part(out->rest, 0, numbers_length(out->rest));
    return true;
}

static int compare_by(const un_scheme_rules *rules, const un_parsed *a, const un_parsed *b) {
    un_parsed left = {.kind = 0}, right = {.kind = 0};
    rules->parse(&left, a->rest);
    rules->parse(&right, b->rest);
    int order = rules->compare(&left, &right);
    return (order > 0) - (order < 0);
}

static un_slice next_number(un_slice *text) {
    while (text->len && !un_is_digit(*text->ptr))
        *text = un_slice_from(*text, 1);
    un_slice number = un_slice_part(*text, 0, un_digits(*text));
    *text = un_slice_from(*text, number.len);
    return number;
}

/* Missing numbers are 0. *same_count: neither has more of them. */
static int compare_numbers(const un_parsed *left, const un_parsed *right, bool *same_count) {
    un_slice a = left->local, b = right->local;
    *same_count = true;
    while (a.len || b.len) {
        un_slice x = next_number(&a), y = next_number(&b);
        int order = un_compare_numbers(x, y);
        if (order)
            return order;
        *same_count &= (x.len > 0) == (y.len > 0);
    }
    return 0;
}

static bool is_plain(const un_parsed *v) {
    return v->local.len == v->rest.len;
}

static bool comparable(const un_parsed *a, const un_parsed *b) {
    int both = a->pre.rank & b->pre.rank;
    bool same_count;
    if (both == (SEMVER | PEP440))
        return compare_by(&un_scheme_semver, a, b) == compare_by(&un_scheme_pep440, a, b);
    if (both || (!a->pre.rank && !b->pre.rank) || compare_numbers(a, b, &same_count) != 0)
        return true;
    /* 1.1.1 and 1.1.1k: nothing stands behind the numbers of one, and the other is as Nix has it.
     */
    return same_count && ((!a->pre.rank && is_plain(b)) || (!b->pre.rank && is_plain(a)));
}

static int compare_tools(const un_parsed *a, const un_parsed *b) {
    int both = a->pre.rank & b->pre.rank;
    bool same_count;
    if (both)
        return compare_by(both & SEMVER ? &un_scheme_semver : &un_scheme_pep440, a, b);
    int order = a->pre.rank || b->pre.rank ? compare_numbers(a, b, &same_count) : 0;
    return order ? order : un_scheme_nix.compare(a, b);
}

static int compare(const un_parsed *a, const un_parsed *b) {
    int order = compare_tools(a, b);
    return order ? order : un_compare_numbers(a->post.number, b->post.number);
}

const un_scheme_rules un_scheme_mixed = {
    .parse = parse, .compare = compare, .comparable = comparable};
