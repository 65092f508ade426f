#include "sort.h"
#include <string.h>

/* Merges two sorted runs, of which the second begins at `middle`; the first goes to `spare`. */
static void merge(const void **items, const void **spare, size_t middle, size_t count,
                  un_order order, const void *context) {
    if (order(items[middle - 1], items[middle], context) <= 0)
        return;
    memcpy(spare, items, middle * sizeof *items);
    size_t left = 0, right = middle, at = 0;
    while (left < middle && right < count)
        items[at++] =
            order(spare[left], items[right], context) <= 0 ? spare[left++] : items[right++];
    memcpy(items + at, spare + left, (middle - left) * sizeof *items);
}

void un_sort(const void **items, const void **spare, size_t count, un_order order,
             const void *context) {
    for (size_t run = 1; run < count; run *= 2)
        for (size_t at = 0; count - at > run; at += count - at < 2 * run ? count - at : 2 * run)
            merge(items + at, spare, run, count - at < 2 * run ? count - at : 2 * run, order,
                  context);
}
