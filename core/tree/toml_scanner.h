/*
 * toml_scanner.h: where a reader of TOML stands in its text; between toml.c and its parts.
 */
#ifndef UN_TOML_SCANNER_H
#define UN_TOML_SCANNER_H

#include "core/error.h"

typedef struct un_toml_scanner {
    un_slice text; /* valid UTF-8 without NUL, which therefore stands for the end */
    size_t at;
    /* Strings that are not spelled as they stand in the text. As long as the text, since nothing
     * is longer than its spelling; NULL: none so far. */
    char *decoded;
    size_t kept; /* of it: keys, which stay; any other string goes with the next */
    un_error *error;
} un_toml_scanner;

/* The byte `ahead` of where the scanner stands; NUL beyond the end. */
static inline char un_toml_peek(const un_toml_scanner *s, size_t ahead) {
    return ahead < s->text.len - s->at ? s->text.ptr[s->at + ahead] : '\0';
}

static inline void un_toml_skip_blanks(un_toml_scanner *s) {
    while (un_toml_peek(s, 0) == ' ' || un_toml_peek(s, 0) == '\t')
        s->at++;
}

/* Length of the line's end (LF or CR LF) where the scanner stands; 0: there is none. */
static inline size_t un_toml_line_end(const un_toml_scanner *s) {
    if (un_toml_peek(s, 0) == '\n')
        return 1;
    return un_toml_peek(s, 0) == '\r' && un_toml_peek(s, 1) == '\n' ? 2 : 0;
}

/* Whether the byte may stand nowhere, not even in a comment; line ends and NUL are none. */
static inline bool un_toml_is_control(char c) {
    return ((unsigned char)c < 0x20 && c != '\t' && c != '\n' && c != '\0') || c == 0x7F;
}

/* UN_SYNTAX where the scanner stands; at the end of the text "truncated: " goes before `what`. */
un_status un_toml_fail(const un_toml_scanner *scanner, const char *what);

/* Skips blanks, comments and ends of lines. */
un_status un_toml_skip_lines(un_toml_scanner *scanner);

/* Skips to the next line: nothing may stand there but a comment. */
un_status un_toml_end_line(un_toml_scanner *scanner);

#endif
