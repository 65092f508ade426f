/* sort_test.c: pointers of every number in every order, equal ones included. */
#include "check.h"
#include "core/sort.h"

#define MOST 200

typedef struct item {
    int key, place;
} item;

static size_t asked;

static int by_key(const void *left, const void *right, const void *context) {
    const item *a = left, *b = right;
    asked++;
    return *(const int *)context * ((a->key > b->key) - (a->key < b->key));
}

/* Sorted, and those of one key in the order that they came in. */
static bool is_sorted(const void **items, size_t count, int direction) {
    for (size_t i = 1; i < count; i++) {
        const item *a = items[i - 1], *b = items[i];
        int order = by_key(a, b, &direction);
        if (order > 0 || (order == 0 && a->place > b->place))
            return false;
    }
    return true;
}

static void sort(item *all, size_t count, int direction) {
    const void *items[MOST], *spare[MOST];
    bool seen[MOST] = {false};
    for (size_t i = 0; i < count; i++) {
        all[i].place = (int)i;
        items[i] = &all[i];
    }
    asked = 0;
    un_sort(items, spare, count, by_key, &direction);
    size_t comparisons = asked;
    CHECK(is_sorted(items, count, direction));
    for (size_t i = 0; i < count; i++)
        seen[((const item *)items[i])->place] = true;
    for (size_t i = 0; i < count; i++)
        CHECK(seen[i]);
    asked = comparisons;
}

static void test_numbers(void) {
    item all[MOST];
    for (size_t count = 0; count < MOST; count++) {
        unsigned state = (unsigned)count + 1;
        for (size_t i = 0; i < count; i++) {
            state = state * 1103515245u + 12345u;
            all[i].key = (int)(state >> 16 & 31);
        }
        sort(all, count, 1);
        sort(all, count, -1);
    }
}

static void test_sorted(void) {
    item all[128];
    for (int i = 0; i < 128; i++)
        all[i].key = i;
    sort(all, 128, 1);
    CHECK(asked < 128);
    sort(all, 128, -1);
    CHECK(asked <= 128 * 7);
}

int main(void) {
    test_numbers();
    test_sorted();
    return check_done();
}
