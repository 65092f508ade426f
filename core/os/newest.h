/*
 * newest.h: of the environments of a state directory those of which something was written last.
 *
 * Of a hundred thousand few are wanted. Memory is for these alone, and each of the others costs one
 * look at one file.
 */
#ifndef UN_NEWEST_H
#define UN_NEWEST_H

#include "core/error.h"

/* Hexadecimal digits of a key. */
#define UN_NEWEST_KEY 32

typedef struct un_newest {
    int64_t written; /* nanoseconds since the epoch; 0: there is no such file in it */
    char key[UN_NEWEST_KEY + 1];
} un_newest;

/*
 * Fills `list`, of `room` entries, with what is named like the key of an environment in the open
 * directory `dir`, the one in which `file` changed last first; of two of one time that whose name
 * is less. *kept are as many as there are of them, *count how many such names there are in all.
 */
un_status un_newest_find(un_newest *list, size_t room, size_t *kept, size_t *count, int dir,
                         const char *file, un_error *error);

#endif
