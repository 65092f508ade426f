#include "check.h"
#include "lua/vm/image.h"
#include "lua/vm/pool.h"
#include <stdint.h>

/* As much as a program has that is to hold a little. */
_Alignas(4096) char un_image[64 << 10];
const size_t un_image_room = sizeof un_image;

static bool is_in_image(const void *memory) {
    return (const char *)memory >= un_image && (const char *)memory < un_image + sizeof un_image;
}

static void an_empty_one_holds_nothing(void) {
    memset(un_image, 0, sizeof un_image);
    CHECK(un_image_root() == NULL);
    CHECK(un_image_begin(16) == NULL);
    CHECK(un_image_open());
    CHECK(un_image_root() == NULL);
    CHECK(un_image_take(16) == NULL);
    CHECK(un_image_holds(un_image) && un_image_holds(un_image + sizeof un_image - 1));
    CHECK(!un_image_holds(un_image + sizeof un_image) && !un_image_holds(NULL));
}

static void what_a_pool_takes_while_it_is_built_stays(void) {
    un_pool **root = un_image_begin(sizeof *root);
    CHECK(root && *root == NULL && is_in_image(root));
    un_pool *pool = *root = un_pool_new();
    char *small = un_pool_resize(pool, NULL, 0, 20), *large = un_pool_resize(pool, NULL, 0, 2000);
    CHECK(is_in_image(pool) && is_in_image(small) && is_in_image(large));
    CHECK((uintptr_t)small % 16 == 0 && (uintptr_t)large % 16 == 0);
    memset(large, 7, 2000);
    CHECK(un_image_end() > 0);
    CHECK(un_image_root() == root);

    large = un_pool_resize(pool, large, 2000, 9000);
    CHECK(large && !is_in_image(large) && large[0] == 7 && large[1999] == 7);
    large = un_pool_resize(pool, large, 9000, 12000);
    CHECK(large && large[1999] == 7);
    CHECK(un_pool_resize(pool, large, 12000, 0) == NULL);
    un_pool_delete(pool);
}

static void a_settled_pool_gives_no_old_room(void) {
    un_pool *pool = un_pool_new();
    char *block = un_pool_resize(pool, NULL, 0, 32);
    un_pool_resize(pool, block, 32, 0);
    un_pool_settle(pool);
    char *other = un_pool_resize(pool, NULL, 0, 32), *next = un_pool_resize(pool, NULL, 0, 32);
    CHECK(other != block && next == other + 32);
    un_pool_delete(pool);
}

static void too_much_is_told(void) {
    CHECK(un_image_begin(16) != NULL);
    CHECK(un_image_take(sizeof un_image) == NULL);
    CHECK(un_image_take(16) == NULL);
    CHECK_INT(un_image_end(), 0);
}

int main(void) {
    an_empty_one_holds_nothing();
    what_a_pool_takes_while_it_is_built_stays();
    a_settled_pool_gives_no_old_room();
    too_much_is_told();
    return check_done();
}
