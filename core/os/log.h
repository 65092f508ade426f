/*
 * log.h: append lines to a bounded log.
 *
 * Each append is one write to a file opened for appending, so the lines of processes that write at
 * once do not mix (on a local file system). A log that would outgrow its limit becomes NAME.old in
 * the place of the one before it, so both together hold between one and two limits of the newest
 * lines. Nothing is locked and nothing is synced: a log that is written at every activation must
 * cost next to nothing, and two processes that rename at the same instant lose old lines, not new.
 */
#ifndef UN_LOG_H
#define UN_LOG_H

#include "core/error.h"

/*
 * Appends `lines` (at most `limit` bytes) to file `name` (at most 59 bytes) of the open directory
 * `dir`, made with mode 0600. A file that is no regular one of ours is UN_FOREIGN. Does not block.
 */
un_status un_log_append(int dir, const char *name, un_slice lines, size_t limit, un_error *error);

/*
 * The same where the log goes on: one that would have to begin, since it is not there or would
 * outgrow its limit, is left as it is, and the answer is UN_NOT_FOUND. So who opens each log with
 * more than these lines need not look whether one begins.
 */
un_status un_log_continue(int dir, const char *name, un_slice lines, size_t limit, un_error *error);

/*
 * Opens file `name` of the open directory `dir`, made with mode 0600, for a log that begins anew
 * and that somebody else appends to: it is emptied. A file that is no regular one of ours, or is
 * known under another name too, is UN_FOREIGN, and as it was. *out is closed by the caller.
 */
un_status un_log_begin(int *out, int dir, const char *name, un_error *error);

#endif
