#include "check.h"
#include "core/arena.h"
#include <stdint.h>

static bool all_zero(const char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (bytes[i])
            return false;
    return true;
}

static void blocks_are_zeroed_aligned_and_apart(void) {
    un_arena arena = {0};
    char *blocks[200];
    unsigned wrong = 0;
    for (size_t i = 0; i < 200; i++) {
        blocks[i] = un_arena_alloc(&arena, i * 7);
        wrong += !blocks[i] || (uintptr_t)blocks[i] % _Alignof(max_align_t) != 0 ||
                 !all_zero(blocks[i], i * 7);
        if (blocks[i])
            memset(blocks[i], (int)i, i * 7);
    }
    for (size_t i = 0; i < 200; i++)
        for (size_t at = 0; at < i * 7; at++)
            wrong += blocks[i][at] != (char)i;
    CHECK_INT(wrong, 0);
    un_arena_free(&arena);
}

static void takes_blocks_larger_than_a_chunk(void) {
    un_arena arena = {0};
    char *small = un_arena_alloc(&arena, 10), *large = un_arena_alloc(&arena, 5 << 20);
    CHECK(small && large && all_zero(large, 5 << 20));
    CHECK(un_arena_alloc(&arena, 100) != NULL);
    un_arena_free(&arena);
}

static void refuses_what_cannot_be(void) {
    un_arena arena = {0};
    size_t capacity = 0;
    CHECK(!un_arena_alloc(&arena, SIZE_MAX));
    CHECK(!un_arena_grow(&arena, NULL, &capacity, SIZE_MAX / 4, 64));
    CHECK_INT(capacity, 0);
    CHECK(un_arena_alloc(&arena, 1) != NULL);
    un_arena_free(&arena);
}

static void grows_arrays(void) {
    un_arena arena = {0};
    uint32_t *items = NULL;
    size_t capacity = 0;
    unsigned wrong = 0, moves = 0;
    for (uint32_t i = 0; i < 10000; i++) {
        uint32_t *moved = un_arena_grow(&arena, items, &capacity, i + 1, sizeof *items);
        moves += moved != items;
        items = moved;
        wrong += items[i] != 0;
        items[i] = i;
    }
    for (uint32_t i = 0; i < 10000; i++)
        wrong += items[i] != i;
    CHECK_INT(wrong, 0);
    CHECK(moves < 16);
    CHECK(un_arena_grow(&arena, items, &capacity, 5, sizeof *items) == items);
    un_arena_free(&arena);
}

static void copies(void) {
    un_arena arena = {0};
    un_slice copy = un_arena_copy(&arena, (un_slice){"a\0b", 3});
    CHECK(copy.len == 3 && memcmp(copy.ptr, "a\0b", 4) == 0);
    copy = un_arena_copy(&arena, UN_SLICE(""));
    CHECK(copy.ptr && copy.len == 0 && copy.ptr[0] == '\0');
    un_arena_free(&arena);
}

static void is_usable_after_free(void) {
    un_arena arena = {0};
    un_arena_free(&arena);
    CHECK(un_arena_alloc(&arena, 8) != NULL);
    un_arena_free(&arena);
    un_arena_free(&arena);
    CHECK(!arena.chunks && !arena.next && !arena.left);
    CHECK(un_arena_alloc(&arena, 8) != NULL);
    un_arena_free(&arena);
}

int main(void) {
    blocks_are_zeroed_aligned_and_apart();
    takes_blocks_larger_than_a_chunk();
    refuses_what_cannot_be();
    grows_arrays();
    copies();
    is_usable_after_free();
    return check_done();
}
