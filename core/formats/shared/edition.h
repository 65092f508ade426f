/*
 * edition.h: which version of its own format a lockfile states, and whether we know it.
 *
 *     static const un_edition edition = {"lockfileVersion", "npm lockfileVersion", "1 to 3", 1, 3};
 *     status = un_edition_read(&version, root, &edition, error);
 */
#ifndef UN_FORMATS_EDITION_H
#define UN_FORMATS_EDITION_H

#include "core/tree/tree.h"

typedef struct un_edition {
    const char *member; /* of the root, where it stands */
    const char *called; /* what people call it, the format in front */
    const char *known;  /* what we read, in words */
    int64_t least, most;
} un_edition;

/* *out is the number that stands there. UN_FORMAT: it is none, or one that we do not know. */
un_status un_edition_read(int64_t *out, un_value root, const un_edition *edition, un_error *error);

/* UN_FORMAT "this upnudge reads <file> of versions <least> to <most>", unless `version` of the root
 * is one of them. */
un_status un_edition_check(un_value root, const char *file, int64_t least, int64_t most,
                           un_error *error);

/* UN_FORMAT "<called> <text> is newer than this upnudge reads (<known>)", at `place`. */
un_status un_fail_newer(un_error *error, un_value place, const char *called, un_slice text,
                        const char *known);

/* The number that a version begins with: 5 of "5.4"; 0 where there is none. */
unsigned un_major(un_slice version);

#endif
