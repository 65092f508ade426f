/*
 * sort.h: sorts pointers where the comparison needs to be told something.
 *
 * Stable, and in few comparisons where they are sorted already, as lockfiles are. (The C library's
 * own, qsort_r, is not in every one, and takes memory that nobody can see.)
 */
#ifndef UN_SORT_H
#define UN_SORT_H

#include <stddef.h>

/* <0, 0 or >0, as what `left` points at comes before `right`, with or behind it. */
typedef int (*un_order)(const void *left, const void *right, const void *context);

/* `spare` is room for as many pointers. */
void un_sort(const void **items, const void **spare, size_t count, un_order order,
             const void *context);

#endif
