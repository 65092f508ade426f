/*
 * start.h: start a program of ours that nobody waits for, or whose answer is awaited.
 *
 * By posix_spawn: nothing of the host's is forked, so its threads may do what they like.
 */
#ifndef UN_START_H
#define UN_START_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct un_start {
    const char *program;      /* its absolute path */
    const char *const *words; /* NULL-terminated, its own name first */
    int line;                 /* what its standard input and output are; -1: /dev/null */
    bool alone;               /* whether it has a session of its own, and so no terminal */
} un_start;

/*
 * Starts it with /dev/null as standard error, its signals as usual, and our variables (none in a
 * set-uid process). Returns errno, and *child with 0. Blocks until it is executed.
 */
int un_start_program(pid_t *child, const un_start *start);

#endif
