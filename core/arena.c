#include "arena.h"
#include <stdint.h>
#include <stdlib.h>

#define ALIGNMENT   16
#define CHUNK_FIRST 4096
#define CHUNK_MOST  ((size_t)1 << 20)

struct un_arena_chunk {
    un_arena_chunk *before;
    size_t size;
};

_Static_assert(sizeof(un_arena_chunk) <= ALIGNMENT, "the first block follows one alignment unit");

/* Chunks double up to a megabyte, so that small documents stay small. */
static bool add_chunk(un_arena *arena, size_t wanted) {
    size_t size = arena->chunks ? arena->chunks->size * 2 : CHUNK_FIRST;
    if (size > CHUNK_MOST)
        size = CHUNK_MOST;
    if (size < wanted + 2 * ALIGNMENT)
        size = wanted + 2 * ALIGNMENT;
    un_arena_chunk *chunk = calloc(1, size);
    if (!chunk)
        return false;
    chunk->before = arena->chunks;
    chunk->size = size;
    arena->chunks = chunk;
    arena->next = (char *)chunk + ALIGNMENT;
    arena->left = size - ALIGNMENT;
    return true;
}

void *un_arena_alloc(un_arena *arena, size_t size) {
    if (size > SIZE_MAX / 2)
        return NULL;
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (rounded == 0)
        rounded = ALIGNMENT;
    if (rounded > arena->left && !add_chunk(arena, rounded))
        return NULL;
    void *block = arena->next;
    arena->next += rounded;
    arena->left -= rounded;
    return block;
}

void *un_arena_grow(un_arena *arena, void *items, size_t *capacity, size_t wanted, size_t element) {
    if (wanted <= *capacity)
        return items;
    size_t grown = *capacity < 8 ? 8 : *capacity * 2;
    if (grown < wanted)
        grown = wanted;
    if (grown > SIZE_MAX / 2 / element)
        return NULL;
    void *moved = un_arena_alloc(arena, grown * element);
    if (!moved)
        return NULL;
    if (items)
        memcpy(moved, items, *capacity * element);
    *capacity = grown;
    return moved;
}

un_slice un_arena_copy(un_arena *arena, un_slice bytes) {
    char *copy = un_arena_alloc(arena, bytes.len + 1);
    if (!copy)
        return (un_slice){NULL, 0};
    if (bytes.len)
        memcpy(copy, bytes.ptr, bytes.len);
    return (un_slice){copy, bytes.len};
}

void un_arena_free(un_arena *arena) {
    while (arena->chunks) {
        un_arena_chunk *before = arena->chunks->before;
        free(arena->chunks);
        arena->chunks = before;
    }
    *arena = (un_arena){0};
}
