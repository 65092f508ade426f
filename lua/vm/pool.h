/*
 * pool.h: an allocator for one lua_State.
 *
 * A state lives for one activation, allocates thousands of small blocks and then ends as a whole.
 * Small blocks come from free lists, one for each size class, over chunks; the whole pool goes at
 * once, so a state that holds nothing but memory need not be closed. Not thread-safe: a state is
 * used by one thread at a time.
 *
 * While the build fills an image (image.h) all comes from there.
 */
#ifndef UN_POOL_H
#define UN_POOL_H

#include <stddef.h>

#define UN_POOL_CLASSES 32

typedef struct un_pool_block un_pool_block;
typedef struct un_pool_large un_pool_large;

/* A zeroed one is a valid empty pool. */
typedef struct un_pool {
    un_pool_block *free[UN_POOL_CLASSES + 1]; /* by size in units of 16 bytes */
    un_pool_block *chunks;
    char *next;
    size_t left;
    un_pool_large *large; /* blocks with a malloc of their own */
    int ending;           /* nonzero: single blocks are no longer given back */
} un_pool;

/* An empty one, or NULL, and what takes it and its blocks away; NULL is fine. */
un_pool *un_pool_new(void);
void un_pool_delete(un_pool *pool);

/* As lua_Alloc, with the pool as its `ud`. */
void *un_pool_resize(void *pool, void *block, size_t old, size_t size);

/* What is taken from here on stands side by side, and not where there was room between older
 * blocks: these are on pages that are dear to change. */
void un_pool_settle(un_pool *pool);

/* Before a state is closed: what it gives back one by one goes with the pool, for less. */
void un_pool_end(un_pool *pool);

/* Releases every block. The pool is empty and usable again. */
void un_pool_free(un_pool *pool);

#endif
