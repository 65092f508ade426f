/*
 * content.h: what a file may hold in the place of a lockfile's text, whichever format it is meant
 * to be: told in the same words by all who read one.
 */
#ifndef UN_CONTENT_H
#define UN_CONTENT_H

#include "error.h"

/* UN_FORMAT, in one clear message: what is binary, compressed or encoded in UTF-16. Only the
 * beginning is looked at. */
un_status un_content_check(un_slice bytes, un_error *error);

/*
 * UN_SYNTAX at the first line that version control wrote around a merge conflict; UN_OK: there is
 * none. `line` is where a reader found fault, 0 where none did: "=======", which also underlines
 * titles, tells of a conflict only there or just before. Linear.
 */
un_status un_content_conflict(un_slice text, uint32_t line, un_error *error);

#endif
