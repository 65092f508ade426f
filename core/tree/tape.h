/*
 * tape.h: the words of a tree; between tree.h, the readers and tape.c only.
 *
 * Layout: simdjson's doc/tape.md. One 64-bit word a token, its kind in the highest byte. `{` and
 * `[` carry the index behind their end (32 bits) and how many members they have (24 bits,
 * saturating); `"` carries an offset into the strings (32-bit length, bytes, NUL); `l`, `u`, `d`
 * have their number in the next word.
 */
#ifndef UN_TAPE_H
#define UN_TAPE_H

#include "core/slice.h"
#include <stdint.h>

#define UN_TAPE_SATURATED 0xFFFFFF

typedef struct un_tree {
    const uint64_t *tape;
    const char *strings;
    const uint32_t *places; /* offset in `text` of each word of the tape; NULL: from simdjson */
    un_slice text;          /* borrowed, for places in errors: only while somebody else holds it */
    void *owner;
    void (*release)(void *owner);
} un_tree;

static inline char un_tape_kind(const un_tree *tree, size_t at) {
    return (char)(tree->tape[at] >> 56);
}

/* The index of what follows the value at `at`. */
static inline size_t un_tape_after(const un_tree *tree, size_t at) {
    char kind = un_tape_kind(tree, at);
    if (kind == '{' || kind == '[')
        return (uint32_t)tree->tape[at];
    return at + 1 + (kind == 'l' || kind == 'u' || kind == 'd');
}

static inline un_slice un_tape_string(const un_tree *tree, size_t at) {
    const char *stored = tree->strings + (tree->tape[at] & (((uint64_t)1 << 56) - 1));
    uint32_t length;
    memcpy(&length, stored, sizeof length);
    return (un_slice){stored + sizeof length, length};
}

typedef enum un_tape_fault {
    UN_TAPE_FINE,
    UN_TAPE_DEEP,
    UN_TAPE_DUPLICATE,
    UN_TAPE_NO_MEMORY,
} un_tape_fault;

/* Looks for a key that stood in its object before, and for a container that is nested deeper than
 * `depth`; *culprit is its index. */
un_tape_fault un_tape_inspect(const un_tree *tree, size_t depth, size_t *culprit);

#endif
