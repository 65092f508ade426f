/*
 * detach.h: go on alone, in the background.
 */
#ifndef UN_DETACH_H
#define UN_DETACH_H

#include "core/error.h"

/*
 * Leaves the caller's session: fork, setsid, fork; standard input and output become /dev/null,
 * standard error becomes `log` (or /dev/null when -1), every other descriptor is closed but those
 * of `kept` (`count`), which are above 2 and go on in both, so that a lock is held without a gap
 * (un_lock_descriptors). Returns in both processes: *parent is true in the caller, which does not
 * wait for the other one. After a failure there is only the caller. Only for a single-threaded
 * process that owns itself, as the command does.
 */
un_status un_detach(bool *parent, int log, const int *kept, int count, un_error *error);

#endif
