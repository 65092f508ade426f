/*
 * utf8.h: well-formed UTF-8 (RFC 3629), for the readers that have no library to see to it.
 */
#ifndef UN_UTF8_H
#define UN_UTF8_H

#include "error.h"

/* Length of the well-formed sequence at `at`, which lies before `end`; 0: there is none. */
size_t un_utf8_length(const char *at, const char *end);

/* Refuses (UN_SYNTAX, at its place) what is no UTF-8, and the byte NUL. */
un_status un_utf8_check(un_slice text, un_error *error);

/* Without the byte order mark that some editors put in front. */
un_slice un_utf8_without_mark(un_slice text);

#endif
