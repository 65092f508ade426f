/*
 * slice.h: borrowed bytes.
 *
 * A slice points into memory that somebody else owns (a parsed document, an arena, a literal) and
 * carries its length, because strings that come out of a file may hold NUL. It is never freed.
 * The empty slice {NULL, 0} stands for "absent"; {non-NULL, 0} is an empty string.
 */
#ifndef UN_SLICE_H
#define UN_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct un_slice {
    const char *ptr;
    size_t len;
} un_slice;

/* A slice of a string literal; no run-time length. */
#define UN_SLICE(literal)                                                                          \
    (un_slice) {                                                                                   \
        (literal), sizeof(literal) - 1                                                             \
    }

/* A slice of a NUL-terminated string, which must outlive it. NULL gives the absent slice. */
static inline un_slice un_slice_of(const char *text) {
    return (un_slice){text, text ? strlen(text) : 0};
}

static inline bool un_slice_equal(un_slice a, un_slice b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Byte order, as memcmp, a shorter prefix first. */
static inline int un_slice_compare(un_slice a, un_slice b) {
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter ? memcmp(a.ptr, b.ptr, shorter) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

#endif
