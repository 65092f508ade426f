/*
 * seen.h: which pairs of strings were met before, for formats that list a package several times or
 * say what is known of it at several places.
 *
 *     un_seen seen = {0};
 *     status = un_seen_find(&seen, name, version, &number, &known, error);
 *     un_seen_free(&seen);
 *
 * The strings are borrowed. Expected time of a look-up is constant, whatever the strings are.
 */
#ifndef UN_FORMATS_SEEN_H
#define UN_FORMATS_SEEN_H

#include "core/tree/tree.h"

typedef struct un_seen {
    struct un_seen_pair *pairs;
    uint32_t *slots; /* number of a pair plus one; 0: free */
    size_t count, capacity, room;
    uint64_t seed;
} un_seen;

/* The number of the pair, in the order of first meeting; a new one is noted. UN_NO_MEMORY. */
un_status un_seen_find(un_seen *seen, un_slice first, un_slice second, size_t *number, bool *known,
                       un_error *error);
/* As un_seen_find, but notes nothing; false: the pair was not met. */
bool un_seen_get(const un_seen *seen, un_slice first, un_slice second, size_t *number);
/* The strings of the pair of that number. */
void un_seen_strings(const un_seen *seen, size_t number, un_slice *first, un_slice *second);
/* What the caller keeps with a pair; absent at first. It moves with the next new pair. */
un_value *un_seen_value(un_seen *seen, size_t number);
void un_seen_free(un_seen *seen);

#endif
