/*
 * listed.h: packages by a pair of strings, for formats that tell of one package at several places;
 * between formats only.
 *
 *     un_listed listed = {0};
 *     status = un_listed_add(&listed, out, name, version, &package, &before, error);
 *     found = un_listed_get(&listed, out, name, version);
 *     un_listed_free(&listed);
 *
 * A list of packages leaves out what has no name that could be one, so the number of a pair says
 * nothing of where its package is. The strings are borrowed. Expected time of a call is constant.
 */
#ifndef UN_FORMATS_LISTED_H
#define UN_FORMATS_LISTED_H

#include "core/packages.h"
#include "seen.h"

typedef struct un_listed {
    un_seen pairs;
} un_listed;

/*
 * Adds a package under a pair that is new. *before, unless it is NULL: the one that was added under
 * this pair earlier, until the next is added; NULL: there was none, or it was left out.
 * UN_NO_MEMORY.
 */
un_status un_listed_add(un_listed *listed, un_packages *out, un_slice first, un_slice second,
                        const un_package *package, un_package **before, un_error *error);

/* The package of a pair, until the next is added; NULL: there is none. */
un_package *un_listed_get(un_listed *listed, un_packages *out, un_slice first, un_slice second);

void un_listed_free(un_listed *listed);

#endif
