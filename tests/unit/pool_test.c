#include "check.h"
#include "lua/vm/pool.h"
#include <lauxlib.h>
#include <lualib.h>
#include <stdint.h>

/* Above this a block has a malloc of its own. */
#define SMALL ((size_t)UN_POOL_CLASSES * 16)

static char *take(un_pool *pool, size_t size) {
    return un_pool_resize(pool, NULL, 0, size);
}

static void give_back(un_pool *pool, void *block, size_t size) {
    CHECK(un_pool_resize(pool, block, size, 0) == NULL);
}

static bool is_aligned(const void *block) {
    return block && (uintptr_t)block % _Alignof(max_align_t) == 0;
}

/* How many bytes at the front of a block are not as `fill` left them. */
static unsigned differing(const char *block, size_t size, unsigned char fill) {
    unsigned wrong = 0;
    for (size_t i = 0; i < size; i++)
        wrong += (unsigned char)block[i] != fill;
    return wrong;
}

static void blocks_of_each_size_are_aligned_and_apart(void) {
    un_pool pool = {0};
    static char *blocks[3 * SMALL];
    unsigned wrong = 0;
    for (size_t i = 1; i < 3 * SMALL; i++) {
        blocks[i] = take(&pool, i);
        wrong += !is_aligned(blocks[i]);
        memset(blocks[i], (int)(i % 251), i);
    }
    for (size_t i = 1; i < 3 * SMALL; i++)
        wrong += differing(blocks[i], i, (unsigned char)(i % 251));
    CHECK_INT(wrong, 0);
    un_pool_free(&pool);
}

static void gives_a_block_again_within_its_class(void) {
    un_pool pool = {0};
    char *block = take(&pool, 17);
    give_back(&pool, block, 17);
    CHECK(take(&pool, 16) != block);
    CHECK(take(&pool, 33) != block);
    CHECK(take(&pool, 32) == block);
    CHECK(take(&pool, 32) != block);
    un_pool_free(&pool);
}

static void a_block_that_fits_stays_in_place(void) {
    un_pool pool = {0};
    char *block = take(&pool, 33);
    CHECK(un_pool_resize(&pool, block, 33, 48) == block);
    CHECK(un_pool_resize(&pool, block, 48, 34) == block);
    CHECK(un_pool_resize(&pool, block, 34, 49) != block);
    CHECK(take(&pool, 40) == block);
    /* Whoever wants less gives the rest back. */
    CHECK(un_pool_resize(&pool, block, 40, 20) != block);
    CHECK(take(&pool, 48) == block);
    un_pool_free(&pool);
}

static void answers_nothing_for_nothing(void) {
    un_pool pool = {0};
    CHECK(!un_pool_resize(&pool, NULL, 0, 0));
    /* Without a block, `old` is a type of Lua's. */
    char *block = un_pool_resize(&pool, NULL, LUA_TTABLE, 56);
    CHECK(is_aligned(block));
    give_back(&pool, block, 56);
    CHECK(take(&pool, 56) == block);
    un_pool_free(&pool);
}

/* Grows and shrinks one block through all sizes around the bound, with neighbours that must stay.
 */
static void keeps_contents_across_the_bound(void) {
    un_pool pool = {0};
    size_t size = 1;
    unsigned wrong = 0;
    char *left = take(&pool, 500), *right = take(&pool, 700), *block = take(&pool, size);
    memset(left, 'l', 500);
    memset(right, 'r', 700);
    memset(block, 'b', size);
    for (size_t step = 0; step < 400; step++) {
        size_t next = step < 200 ? size + step % 11 * 3 : size - size / 40;
        block = un_pool_resize(&pool, block, size, next);
        wrong += !is_aligned(block) || differing(block, size < next ? size : next, 'b');
        memset(block, 'b', next);
        size = next;
    }
    CHECK(size < SMALL);
    CHECK_INT(wrong + differing(left, 500, 'l') + differing(right, 700, 'r'), 0);
    un_pool_free(&pool);
}

static void grows_by_chunks(void) {
    un_pool pool = {0};
    unsigned wrong = 0;
    CHECK(!pool.chunks && pool.left == 0);
    char *first = take(&pool, 1);
    memset(first, 'f', 1);
    CHECK(pool.chunks != NULL);
    /* Some 16 MB, 500 chunks. */
    for (size_t i = 0; i < 65536; i++) {
        char *block = take(&pool, 256);
        wrong += !is_aligned(block);
        memset(block, 'x', 256);
    }
    CHECK_INT(wrong + differing(first, 1, 'f'), 0);
    CHECK(!pool.large);
    un_pool_free(&pool);
}

static void large_blocks_leave_in_any_order(void) {
    un_pool pool = {0};
    char *blocks[9];
    static const size_t order[] = {4, 0, 8, 2, 6, 1, 7, 3, 5};
    for (size_t i = 0; i < 9; i++) {
        blocks[i] = take(&pool, 1000 + i);
        memset(blocks[i], (int)i, 1000 + i);
    }
    for (size_t i = 0; i < 9; i++) {
        CHECK_INT(differing(blocks[order[i]], 1000 + order[i], (unsigned char)order[i]), 0);
        give_back(&pool, blocks[order[i]], 1000 + order[i]);
    }
    CHECK(!pool.large);
    un_pool_free(&pool);
}

static void what_cannot_be_had_leaves_all_as_it_was(void) {
    un_pool pool = {0};
    char *small = take(&pool, 100), *large = take(&pool, 5000);
    memset(small, 's', 100);
    memset(large, 'l', 5000);
    CHECK(!take(&pool, SIZE_MAX / 2));
    CHECK(!un_pool_resize(&pool, small, 100, SIZE_MAX / 2));
    CHECK(!un_pool_resize(&pool, large, 5000, SIZE_MAX / 2));
    CHECK(pool.large != NULL);
    CHECK_INT(differing(small, 100, 's') + differing(large, 5000, 'l'), 0);
    give_back(&pool, large, 5000);
    CHECK(!pool.large);
    un_pool_free(&pool);
}

/* --- at random, against a model --------------------------------------------------------------- */

#define SLOTS 300

typedef struct slot {
    char *block;
    size_t size;
    unsigned char fill;
} slot;

/* xorshift: the same walk on every machine. */
static uint32_t next(uint32_t *seed) {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* Mostly small, often around the bound, seldom large. */
static size_t any_size(uint32_t *seed) {
    switch (next(seed) % 8) {
    case 0:
        return 0;
    case 1:
        return 1 + next(seed) % 30000;
    case 2:
    case 3:
        return SMALL - 20 + next(seed) % 40;
    default:
        return 1 + next(seed) % 200;
    }
}

/* One resize of a slot: what it held stays, as far as it still has room. Returns faults. */
static unsigned step(un_pool *pool, slot *s, size_t size, unsigned char fill) {
    unsigned wrong = differing(s->block, s->size, s->fill);
    char *moved = un_pool_resize(pool, s->block, s->block ? s->size : LUA_TSTRING, size);
    if (size == 0)
        wrong += moved != NULL;
    else
        wrong += !is_aligned(moved) || differing(moved, s->size < size ? s->size : size, s->fill);
    *s = (slot){moved, size, fill};
    if (moved)
        memset(moved, fill, size);
    return wrong;
}

static void walks_at_random(uint32_t seed) {
    static slot slots[SLOTS];
    un_pool pool = {0};
    unsigned wrong = 0;
    memset(slots, 0, sizeof slots);
    for (unsigned i = 0; i < 60000; i++)
        wrong += step(&pool, &slots[next(&seed) % SLOTS], any_size(&seed), (unsigned char)i);
    for (size_t i = 0; i < SLOTS; i++)
        wrong += step(&pool, &slots[i], 0, 0);
    CHECK_INT(wrong, 0);
    CHECK(!pool.large);
    un_pool_free(&pool);
}

/* --- the end ---------------------------------------------------------------------------------- */

static void gives_nothing_back_once_it_ends(void) {
    un_pool pool = {0};
    char *small = take(&pool, 64), *large = take(&pool, 4000);
    un_pool_end(&pool);
    give_back(&pool, small, 64);
    CHECK(take(&pool, 64) != small);
    give_back(&pool, large, 4000);
    CHECK(pool.large != NULL);
    /* What runs while a state closes may still grow. */
    char *grown = un_pool_resize(&pool, take(&pool, 10), 10, 1000);
    CHECK(is_aligned(grown));
    un_pool_free(&pool);
    CHECK(!pool.large && !pool.chunks);
}

static void is_usable_after_free(void) {
    un_pool pool = {0};
    un_pool_free(&pool);
    for (int i = 0; i < 3; i++) {
        CHECK(is_aligned(take(&pool, 100)) && is_aligned(take(&pool, 10000)));
        un_pool_end(&pool);
        un_pool_free(&pool);
        un_pool_free(&pool);
        CHECK(!pool.chunks && !pool.large && !pool.left && !pool.ending);
    }
    char *block = take(&pool, 64);
    give_back(&pool, block, 64);
    CHECK(take(&pool, 64) == block);
    un_pool_free(&pool);
}

/* A state that is closed gives back every block, to the byte: large ones are counted. */
static void carries_a_state(void) {
    un_pool pool = {0};
    lua_State *L = lua_newstate(un_pool_resize, &pool);
    if (!CHECK(L != NULL))
        return;
    luaL_openlibs(L);
    CHECK_INT(luaL_dostring(L, "local t, text = {}, {}\n"
                               "for i = 1, 20000 do\n"
                               "    t[i % 777] = { tostring(i), ('x'):rep(i % 1500) }\n"
                               "    text[#text + 1] = i % 10\n"
                               "end\n"
                               "collectgarbage()\n"
                               "return #table.concat(text), #t[1][2]"),
              LUA_OK);
    CHECK_INT(lua_tointeger(L, -2), 20000);
    CHECK_INT(lua_tointeger(L, -1), 19426 % 1500);
    CHECK(pool.large != NULL);
    lua_close(L);
    CHECK(!pool.large);
    un_pool_free(&pool);
}

int main(void) {
    blocks_of_each_size_are_aligned_and_apart();
    gives_a_block_again_within_its_class();
    a_block_that_fits_stays_in_place();
    answers_nothing_for_nothing();
    keeps_contents_across_the_bound();
    grows_by_chunks();
    large_blocks_leave_in_any_order();
    what_cannot_be_had_leaves_all_as_it_was();
    for (uint32_t seed = 1; seed <= 4; seed++)
        walks_at_random(seed * 2654435761u);
    gives_nothing_back_once_it_ends();
    is_usable_after_free();
    carries_a_state();
    return check_done();
}
