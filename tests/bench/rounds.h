/*
 * rounds.h: the same work again and again, in processor time, which is what it takes however many
 * others want the processors.
 */
#ifndef UN_TESTS_ROUNDS_H
#define UN_TESTS_ROUNDS_H

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 31

/* Keeps what is freed for the next round, as the heaps of the readers that are compared do. */
static inline void keep_memory(void) {
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

/* Microseconds of this process. */
static inline double spent(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static inline int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline double median(double times[ROUNDS]) {
    qsort(times, ROUNDS, sizeof *times, ascending);
    return times[ROUNDS / 2];
}

#endif
