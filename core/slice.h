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

/* A slice of a string literal; no run-time length. The second is for tables. */
#define UN_SLICE(literal)                                                                          \
    (un_slice) {                                                                                   \
        (literal), sizeof(literal) - 1                                                             \
    }
#define UN_LITERAL(literal)                                                                        \
    { (literal), sizeof(literal) - 1 }

/* A slice of a NUL-terminated string, which must outlive it. NULL gives the absent slice. */
static inline un_slice un_slice_of(const char *text) {
    return (un_slice){text, text ? strlen(text) : 0};
}

static inline bool un_slice_equal(un_slice a, un_slice b) {
    return a.len == b.len && (b.len == 0 || memcmp(a.ptr, b.ptr, b.len) == 0);
}

/* Byte order, as memcmp, a shorter prefix first. */
static inline int un_slice_compare(un_slice a, un_slice b) {
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter ? memcmp(a.ptr, b.ptr, shorter) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static inline bool un_slice_starts(un_slice text, un_slice prefix) {
    return text.len >= prefix.len && memcmp(text.ptr, prefix.ptr, prefix.len) == 0;
}

static inline bool un_slice_ends(un_slice text, un_slice suffix) {
    return text.len >= suffix.len &&
           memcmp(text.ptr + (text.len - suffix.len), suffix.ptr, suffix.len) == 0;
}

/* `length` bytes from `at` on, or all of them, which must lie inside `text`. C has no NULL + 0. */
static inline un_slice un_slice_part(un_slice text, size_t at, size_t length) {
    return (un_slice){at ? text.ptr + at : text.ptr, length};
}

static inline un_slice un_slice_from(un_slice text, size_t at) {
    return un_slice_part(text, at, text.len - at);
}

/* Index of the first (last) byte `c`; the length of the text where there is none. */
static inline size_t un_slice_find(un_slice text, char c) {
    const char *found = text.len ? (const char *)memchr(text.ptr, c, text.len) : NULL;
    return found ? (size_t)(found - text.ptr) : text.len;
}

static inline size_t un_slice_find_last(un_slice text, char c) {
    for (size_t at = text.len; at > 0; at--)
        if (text.ptr[at - 1] == c)
            return at - 1;
    return text.len;
}

/* Index of `part`, which is not empty, in `text`; the length of the text where it does not occur.
 * Each byte of the text may be compared as often as the part is long: no stranger chooses that. */
static inline size_t un_slice_search(un_slice text, un_slice part) {
    size_t last = text.len < part.len ? 0 : text.len - part.len + 1;
    for (size_t at = 0; at < last; at++) {
        /* A byte is looked at here before a function is called for it, of which blanks are many. */
        if (text.ptr[at] != part.ptr[0])
            at += un_slice_find((un_slice){text.ptr + at, last - at}, part.ptr[0]);
        if (at < last && text.ptr[at + part.len - 1] == part.ptr[part.len - 1] &&
            memcmp(text.ptr + at, part.ptr, part.len) == 0)
            return at;
    }
    return text.len;
}

/* Without the blanks (space, tab, CR) at both ends. */
static inline un_slice un_slice_trim(un_slice text) {
    while (text.len && (*text.ptr == ' ' || *text.ptr == '\t' || *text.ptr == '\r'))
        text = un_slice_from(text, 1);
    while (text.len && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t' ||
                        text.ptr[text.len - 1] == '\r'))
        text.len--;
    return text;
}

/* For "%.*s": how many bytes of a name from a file a message repeats, whole characters only. */
static inline int un_slice_shown(un_slice text) {
    size_t length = text.len < 99 ? text.len : 99;
    while (length < text.len && length && ((unsigned char)text.ptr[length] & 0xC0) == 0x80)
        length--;
    return (int)length;
}

#endif
