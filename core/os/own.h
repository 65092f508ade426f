/*
 * own.h: whether a file is ours alone to change.
 *
 * A file that we own says nothing yet: it may lie where others replace it.
 */
#ifndef UN_OWN_H
#define UN_OWN_H

#include "core/error.h"

/*
 * *out is the canonical path (PATH_MAX bytes) of a regular file that belongs to us or to root and
 * that others may not write to, in directories of which the same is true up to the root. A
 * directory with the sticky bit, as /tmp, lets nobody replace what is another's. Otherwise
 * UN_FOREIGN, or UN_ARGUMENT where it is no regular file; the message says which of it.
 */
un_status un_file_own(char *out, const char *path, un_error *error);

#endif
