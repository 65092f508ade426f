/*
 * memory.h: how much memory an input took at its worst, counted by the sanitizer's hooks. For one
 * thread.
 */
#ifndef UN_FUZZ_MEMORY_H
#define UN_FUZZ_MEMORY_H

#include <stddef.h>

/* Counts from here on, for the rest of the process. */
void fuzz_memory_watch(void);

/* Begins with an input. */
void fuzz_memory_begin(void);

/* Ends with the program where one of `size` bytes took more than `floor` and `times` its size. */
void fuzz_memory_end(size_t size, size_t floor, size_t times);

#endif
