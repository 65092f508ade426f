/*
 * url.h: pages of packages, as lockfiles name them.
 *
 * People are shown such an address and may follow it, so it is one of http or https, of visible
 * ASCII alone, with a host and without a user, a password or a fragment; anything else is none. No
 * host is made up here.
 */
#ifndef UN_URL_H
#define UN_URL_H

#include "arena.h"

/* Bytes of the longest. One that is cut would lead elsewhere. */
#define UN_URL_LIMIT ((size_t)512)

/*
 * Makes `*url` such an address, which may be preceded by the name of a version control system
 * ("git+https://…"); absent: it is none. `repository`: it has no query either, which says what is
 * wanted of the repository. What has a user is copied into `arena`; false: out of memory.
 */
bool un_url_page(un_slice *url, bool repository, un_arena *arena);

#endif
