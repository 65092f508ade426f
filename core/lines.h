/*
 * lines.h: a text line by line, for lockfiles that are no tree.
 *
 *     un_line line = {0};
 *     while (un_next_line(text, &line)) use(line.text);
 */
#ifndef UN_LINES_H
#define UN_LINES_H

#include "error.h"

typedef struct un_line {
    un_slice text;   /* without its end (LF or CR LF) and without its indentation */
    size_t indent;   /* blanks and tabs in front */
    uint32_t number; /* from 1; 0 before the first */
    size_t next;     /* offset of the next line */
} un_line;

/* Steps to the next line; false at the end. */
bool un_next_line(un_slice text, un_line *line);

/* The next line that is neither empty nor a comment, which `mark` ("#", "//") begins. */
bool un_next_code(un_slice text, un_slice mark, un_line *line);

/* UN_SYNTAX at the beginning of what stands on the line. */
un_status un_fail_line(un_error *error, const un_line *line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
