#include "pool.h"
#include "image.h"
#include <stdlib.h>
#include <string.h>

#define UNIT  ((size_t)16)
#define MOST  (UN_POOL_CLASSES * UNIT)
#define CHUNK ((size_t)32 << 10)

/* What a free block, and each chunk, begins with. */
struct un_pool_block {
    un_pool_block *next;
};

/* Stands before a large block, and has a size that keeps it aligned. */
struct un_pool_large {
    un_pool_large *next, **link; /* link: what points at us */
};

static size_t class_of(size_t size) {
    return (size + UNIT - 1) / UNIT;
}

static void push(un_pool_block **list, void *memory) {
    un_pool_block *block = memory;
    block->next = *list;
    *list = block;
}

static void *obtain(size_t size) {
    void *memory = un_image_take(size);
    return memory ? memory : malloc(size);
}

static void let_go(void *memory) {
    if (!un_image_holds(memory))
        free(memory);
}

/* A block that was given back, else the next of the chunk, else of a new one; a chunk's first unit
 * links it to the others. */
static void *take_small(un_pool *pool, size_t units) {
    un_pool_block *block = pool->free[units];
    size_t size = units * UNIT;
    if (block) {
        pool->free[units] = block->next;
        return block;
    }
    if (size > pool->left) {
        char *chunk = obtain(CHUNK);
        if (!chunk)
            return NULL;
        /* What is left of the old chunk is too little for anybody who asks often. */
        push(&pool->chunks, chunk);
        pool->next = chunk + UNIT;
        pool->left = CHUNK - UNIT;
    }
    void *fresh = pool->next;
    pool->next += size;
    pool->left -= size;
    return fresh;
}

static void link_large(un_pool *pool, un_pool_large *block) {
    block->next = pool->large;
    block->link = &pool->large;
    if (block->next)
        block->next->link = &block->next;
    pool->large = block;
}

static void unlink_large(un_pool_large *block) {
    *block->link = block->next;
    if (block->next)
        block->next->link = block->link;
}

static un_pool_large *header_of(void *block) {
    return (un_pool_large *)(void *)((char *)block - sizeof(un_pool_large));
}

/* As realloc, of which an image has none. */
static void *obtain_again(void *memory, size_t old, size_t size) {
    if (memory && !un_image_holds(memory))
        return realloc(memory, size);
    void *moved = obtain(size);
    if (moved && memory)
        memcpy(moved, memory, old < size ? old : size);
    return moved;
}

/* With or without a block. It may be moved, so it leaves the list and enters it again. */
static void *resize_large(un_pool *pool, void *block, size_t old, size_t size) {
    un_pool_large *header = block ? header_of(block) : NULL;
    if (header)
        unlink_large(header);
    un_pool_large *moved = obtain_again(header, sizeof *moved + old, sizeof *moved + size);
    if (moved)
        link_large(pool, moved);
    else if (header)
        link_large(pool, header);
    return moved ? moved + 1 : NULL;
}

static void *take(un_pool *pool, size_t size) {
    return size <= MOST ? take_small(pool, class_of(size)) : resize_large(pool, NULL, 0, size);
}

static void give_back(un_pool *pool, void *block, size_t size) {
    if (size <= MOST) {
        push(&pool->free[class_of(size)], block);
        return;
    }
    unlink_large(header_of(block));
    let_go(header_of(block));
}

/*
 * Between two sizes of one class nothing is to be done, between two large ones realloc moves the
 * least; else the block moves to where its new size belongs.
 */
void *un_pool_resize(void *ud, void *block, size_t old, size_t size) {
    un_pool *pool = ud;
    if (!block) {
        /* Nearly every call of an activation: a small block, of a chunk that has room. */
        size_t units = class_of(size), whole = units * UNIT;
        if (size - 1 < MOST && !pool->free[units] && whole <= pool->left) {
            block = pool->next;
            pool->next += whole;
            pool->left -= whole;
            return block;
        }
        return size ? take(pool, size) : NULL;
    }
    if (size == 0) {
        if (!pool->ending)
            give_back(pool, block, old);
        return NULL;
    }
    if (old > MOST && size > MOST)
        return resize_large(pool, block, old, size);
    if (old <= MOST && size <= MOST && class_of(old) == class_of(size))
        return block;
    void *moved = take(pool, size);
    /* Lua counts on a shrinking that never fails; the old block is large enough. */
    if (!moved)
        return size < old ? block : NULL;
    memcpy(moved, block, old < size ? old : size);
    give_back(pool, block, old);
    return moved;
}

un_pool *un_pool_new(void) {
    un_pool *pool = obtain(sizeof *pool);
    if (pool)
        memset(pool, 0, sizeof *pool);
    return pool;
}

void un_pool_delete(un_pool *pool) {
    if (!pool)
        return;
    un_pool_free(pool);
    let_go(pool);
}

void un_pool_settle(un_pool *pool) {
    memset(pool->free, 0, sizeof pool->free);
    pool->next = NULL;
    pool->left = 0;
}

void un_pool_end(un_pool *pool) {
    pool->ending = 1;
}

void un_pool_free(un_pool *pool) {
    while (pool->chunks) {
        un_pool_block *next = pool->chunks->next;
        let_go(pool->chunks);
        pool->chunks = next;
    }
    while (pool->large) {
        un_pool_large *block = pool->large;
        unlink_large(block);
        let_go(block);
    }
    memset(pool, 0, sizeof *pool);
}
