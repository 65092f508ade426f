/*
 * arena.h: one bump allocator per parsed document.
 *
 * Everything that a parse yields lives in one arena: one handle owns it, one free releases it, and
 * no piece of it is freed alone. A zeroed un_arena is a valid empty one. Not thread-safe.
 */
#ifndef UN_ARENA_H
#define UN_ARENA_H

#include "slice.h"

typedef struct un_arena_chunk un_arena_chunk;

typedef struct un_arena {
    un_arena_chunk *chunks;
    char *next;
    size_t left;
} un_arena;

/* `size` zeroed bytes, aligned for any type, valid until un_arena_free. NULL: out of memory. */
void *un_arena_alloc(un_arena *arena, size_t size);

/*
 * Grows the array `items` of `*capacity` elements of `element` bytes to at least `wanted` elements,
 * doubling, and copies what was there; the new tail is zeroed. Returns the (possibly moved) array
 * and updates *capacity; NULL when out of memory or when the size overflows.
 */
void *un_arena_grow(un_arena *arena, void *items, size_t *capacity, size_t wanted, size_t element);

/* A copy of the bytes, NUL-terminated beyond its length. {NULL, 0} when out of memory. */
un_slice un_arena_copy(un_arena *arena, un_slice bytes);

/* Releases everything; the arena is empty and usable again. */
void un_arena_free(un_arena *arena);

#endif
