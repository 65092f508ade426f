/*
 * listing.h: the names in a directory, one after the other.
 */
#ifndef UN_LISTING_H
#define UN_LISTING_H

#include <stdbool.h>

typedef struct un_listing {
    void *list; /* NULL: closed */
} un_listing;

/* false, with errno: it cannot be listed. Close it. */
bool un_listing_open(un_listing *out, const char *path);

/* The next name, "." and ".." included, which is valid until the next call; NULL: there is none. */
const char *un_listing_next(const un_listing *listing);

/* Idle and repeated calls do nothing. */
void un_listing_close(un_listing *listing);

#endif
