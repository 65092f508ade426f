/*
 * alpine.c: versions of Alpine's packages, apk-package(5).
 *
 * number(.number)*[letter](_suffix[number])*[~hash][-rN]. The suffixes alpha, beta, pre and rc come
 * before the version without one, cvs, svn, git, hg and p after it. A number with a leading zero
 * (1.06), but for the first, compares by its digits, as a fraction does.
 */
#include "parts.h"

/* What may stand at one place of two versions, in ascending order. */
enum {
    BEFORE_RELEASE = -1,
    END,
    REVISION,
    HASH,
    SUFFIX_NUMBER,
    SUFFIX,
    LETTER,
    NUMBER,
    FIRST
};

typedef struct token {
    int kind, rank;
    un_slice text;
} token;

/* Takes `length` bytes behind the first `skipped`. */
static token take(un_slice *text, int kind, size_t skipped, size_t length) {
    token t = {kind, 0, un_slice_part(*text, skipped, length)};
    *text = un_slice_from(*text, skipped + length);
    return t;
}

static size_t hash_length(un_slice text) {
    size_t length = 0;
    while (length < text.len &&
           (un_is_digit(text.ptr[length]) || (text.ptr[length] >= 'a' && text.ptr[length] <= 'f')))
        length++;
    return length;
}

static token take_suffix(un_slice *text) {
    static const char *const words[] = {"alpha", "beta", "pre", "rc", "cvs",
                                        "svn",   "git",  "hg",  "p"};
    un_slice word = un_slice_from(*text, 1);
    word.len = un_letters(word);
    for (int i = 0; i < 9; i++)
        if (un_slice_equal(word, un_slice_of(words[i]))) {
            token t = take(text, i < 4 ? BEFORE_RELEASE : SUFFIX, 1, word.len);
            t.rank = i;
            return t;
        }
    return (token){END, 0, {NULL, 0}};
}

/* The next token; END also where there is none, so that the text does not end. */
static token next(un_slice *text, int before) {
    token none = {END, 0, {NULL, 0}};
    un_slice rest = *text;
    if (!rest.len)
        return none;
    un_slice behind = un_slice_from(rest, 1);
    bool after_number = before == FIRST || before == NUMBER;
    bool after_suffix = before == SUFFIX || before == BEFORE_RELEASE;
    if (after_number && *rest.ptr == '.' && un_digits(behind))
        return take(text, NUMBER, 1, un_digits(behind));
    if (after_number && *rest.ptr >= 'a' && *rest.ptr <= 'z')
        return take(text, LETTER, 0, 1);
    if (after_suffix && un_digits(rest))
        return take(text, SUFFIX_NUMBER, 0, un_digits(rest));
    if (*rest.ptr == '_' && before != HASH && before != REVISION)
        return take_suffix(text);
    if (*rest.ptr == '~' && before != HASH && before != REVISION && hash_length(behind))
        return take(text, HASH, 1, hash_length(behind));
    if (*rest.ptr == '-' && before != REVISION && behind.len && *behind.ptr == 'r' &&
        un_digits(un_slice_from(behind, 1)))
        return take(text, REVISION, 2, un_digits(un_slice_from(behind, 1)));
    return none;
}

static bool parse(un_parsed *out, un_slice text) {
    out->rest = text;
    out->release = un_slice_part(text, 0, un_release_length(text));
    token t = take(&text, FIRST, 0, un_digits(text));
    bool begins = t.text.len > 0;
    while (begins && text.len && t.kind != END)
        t = next(&text, t.kind);
    return begins && !text.len;
}

static int compare_tokens(const token *a, const token *b) {
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    bool padded = a->kind == NUMBER && (*a->text.ptr == '0' || *b->text.ptr == '0');
    if (a->kind == LETTER || a->kind == HASH || padded)
        return un_slice_compare(a->text, b->text);
    if (a->kind == SUFFIX || a->kind == BEFORE_RELEASE)
        return (a->rank > b->rank) - (a->rank < b->rank);
    return un_compare_numbers(a->text, b->text);
}

static int compare(const un_parsed *left, const un_parsed *right) {
    un_slice a = left->rest, b = right->rest;
    token x = take(&a, FIRST, 0, un_digits(a)), y = take(&b, FIRST, 0, un_digits(b));
    int order = compare_tokens(&x, &y);
    while (!order && (a.len || b.len)) {
        x = next(&a, x.kind);
        y = next(&b, y.kind);
        order = compare_tokens(&x, &y);
    }
    return order;
}

const un_scheme_rules un_scheme_alpine = {.parse = parse, .compare = compare};
