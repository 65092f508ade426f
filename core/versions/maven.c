/*
 * maven.c: versions of Maven and Gradle.
 *
 * Source: "Version Order Specification" of Maven's POM reference. Tokens are parted by ".", "-" and
 * where digits and letters meet. What is nothing ("0", "", "final", "ga", "release") is taken from
 * the end of each part that a hyphen begins. Then tokens are compared in turn, and the shorter
 * version is filled with nothing.
 */
#include "parts.h"

/* More parts than this is no version. */
#define TOKENS 64

typedef struct token {
    char separator; /* '.' or '-' */
    un_slice text;  /* empty: "0" where a number is expected, else "" */
    bool number;
    bool meets; /* a number follows at once, be it one that is nothing */
} token;

typedef struct tokens {
    token list[TOKENS];
    size_t count;
} tokens;

/* Maven takes anything, but nobody writes versions with empty parts or blanks. */
static bool parse(un_parsed *out, un_slice text) {
    size_t parts = 1;
    bool inside = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c <= ' ' || c > '~' || (un_is_separator(c) && !inside))
            return false;
        parts +=
            un_is_separator(c) || (inside && i && un_is_digit(c) != un_is_digit(text.ptr[i - 1]));
        inside = !un_is_separator(c);
    }
    out->release = un_slice_part(text, 0, un_release_length(text));
    out->rest = text;
    return inside && parts <= TOKENS;
}

static bool is_nothing(const token *t) {
    static const char *const words[] = {"", "final", "ga", "release"};
    if (t->number)
        return un_compare_numbers(t->text, (un_slice){NULL, 0}) == 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (un_equal_caseless(t->text, un_slice_of(words[i])))
            return true;
    return false;
}

/* An empty token is a zero. */
static void split(tokens *out, un_slice text) {
    char separator = '.';
    out->count = 0;
    while (out->count < TOKENS) {
        size_t digits = un_digits(text), length = digits;
        if (!digits)
            while (length < text.len && !un_is_separator(text.ptr[length]) &&
                   !un_is_digit(text.ptr[length]))
                length++;
        token *t = &out->list[out->count++];
        /* ".RC1" is "-RC1", also for the zeros before it. */
        if (length && !digits)
            separator = '-';
        *t = (token){separator, un_slice_part(text, 0, length), digits || !length, false};
        text = un_slice_from(text, length);
        t->meets = !t->number && un_digits(text) > 0;
        if (!text.len)
            return;
        /* Where letters and digits meet, there is a hyphen. */
        separator = un_is_separator(*text.ptr) && *text.ptr == '.' ? '.' : '-';
        if (un_is_separator(*text.ptr))
            text = un_slice_from(text, 1);
    }
}

/* Drops what is nothing at the end of the version, and before every hyphen. */
static void trim(tokens *t) {
    size_t kept = t->count, end = t->count;
    while (end > 0) {
        size_t first = end;
        while (first > 0 && is_nothing(&t->list[first - 1]))
            first--;
        memmove(&t->list[first], &t->list[end], (kept - end) * sizeof *t->list);
        kept -= end - first;
        end = first;
        while (end > 0 && t->list[end - 1].separator != '-')
            end--;
        end -= end > 0;
    }
    t->count = kept;
}

/* "a1" is alpha-1, and so on: only where a number follows at once. */
static int rank_of(const token *t) {
    static const char *const words[] = {"alpha", "beta", "milestone", "rc", "snapshot", "", "sp"};
    static const char *const others[] = {"a", "b", "m", "cr"};
    for (int i = 0; i < 7; i++)
        if (un_equal_caseless(t->text, un_slice_of(words[i])))
            return i;
    for (int i = 0; i < 4; i++)
        if (un_equal_caseless(t->text, un_slice_of(others[i])) && (i == 3 || t->meets))
            return i;
    return is_nothing(t) ? 5 : 7;
}

/* ".word" = "-word" < "-number" < ".number" */
static int class_of(const token *t) {
    return !t->number ? 0 : t->separator == '-' ? 1 : 2;
}

static int compare_words(const token *a, const token *b) {
    int x_rank = rank_of(a), y_rank = rank_of(b);
    if (x_rank != y_rank)
        return x_rank < y_rank ? -1 : 1;
    return x_rank == 7 ? un_compare_caseless(a->text, b->text) : 0;
}

/* What the shorter version lacks is filled with nothing, of the kind that stands opposite. */
static int compare(const un_parsed *left, const un_parsed *right) {
    tokens a, b;
    split(&a, left->rest);
    split(&b, right->rest);
    trim(&a);
    trim(&b);
    for (size_t i = 0; i < a.count || i < b.count; i++) {
        const token *other = i < a.count ? &a.list[i] : &b.list[i];
        token nothing = {
            other->separator, {NULL, 0}, other->separator == '.' && other->number, false};
        if (other->number)
            nothing.number = true;
        const token *x = i < a.count ? &a.list[i] : &nothing,
                    *y = i < b.count ? &b.list[i] : &nothing;
        int x_class = class_of(x), y_class = class_of(y);
        int order = x_class != y_class ? (x_class < y_class ? -1 : 1)
                    : x_class          ? un_compare_numbers(x->text, y->text)
                                       : compare_words(x, y);
        if (order)
            return order;
    }
    return 0;
}

const un_scheme_rules un_scheme_maven = {.parse = parse, .compare = compare};
