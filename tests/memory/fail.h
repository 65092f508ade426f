/*
 * fail.h: an allocator, loaded before the C library, that gives nothing when it is told to.
 */
#ifndef UN_MEMORY_FAIL_H
#define UN_MEMORY_FAIL_H

#include <stdbool.h>

/* From now on the n-th request is refused; onwards: and all that follow it. */
void memory_refuse(long n, bool onwards);

/* All is given again. How many were asked for since memory_refuse. */
long memory_give(void);

/* *noted becomes true when a refused request is for the dynamic linker's table of symbols that
 * are unique in a process, without which it ends the process (core/tree/json.c). */
void memory_watch_table(bool *noted);

/* Blocks that nobody has freed. */
long memory_live(void);

#endif
