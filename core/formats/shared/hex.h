/*
 * hex.h: what the lockfiles of Hex's packages have in common, which Mix and rebar3 write; between
 * those formats only.
 *
 * Both are nested terms, of which a reader takes what it needs:
 *
 *     un_terms terms = {.text = text, .comment = '#', .error = error};
 *     if (!un_terms_take(&terms, '{'))
 *         return un_terms_fail(&terms, "expected '{'");
 */
#ifndef UN_FORMATS_HEX_H
#define UN_FORMATS_HEX_H

#include "core/packages.h"

/* Where a reader stands. */
typedef struct un_terms {
    un_slice text;
    char comment; /* begins one, up to the end of the line */
    size_t at;
    size_t depth; /* of brackets that are open */
    un_error *error;
} un_terms;

/* The byte where the reader stands; NUL at the end. */
static inline char un_terms_look(const un_terms *terms) {
    return terms->at < terms->text.len ? terms->text.ptr[terms->at] : '\0';
}

/* UN_SYNTAX where the reader stands; at the end of the text "truncated: " goes before `what`. */
un_status un_terms_fail(const un_terms *terms, const char *what);

/* Skips blanks, ends of lines and comments; the byte behind them. */
char un_terms_next(un_terms *terms);

/* Takes `c`, whatever space is in front of it; false: something else stands there. */
bool un_terms_take(un_terms *terms, char c);

/* A text in the quotes that the reader stands at. An escape stays as it is written: no name or
 * version has one. */
un_status un_terms_quoted(un_terms *terms, un_slice *out);

/* Notes that one more bracket is open; UN_LIMIT beyond UN_TREE_DEPTH. */
un_status un_terms_open(un_terms *terms);

/* Sets what identifies the build, the inner digest and the outer one, each of which may be absent:
 * the outer one before the other, and both, for Hex did not always write the outer one. */
un_status un_hex_digests(un_packages *packages, un_package *package, un_slice inner, un_slice outer,
                         un_error *error);

#endif
