/*
 * inquiry.h: do something in a fork of this process that may take long, and give up in time.
 *
 * Only for a process that is ours, as the command's is: a fork of a host would find locks of other
 * threads taken for ever, and what it cannot do without is question.h's. The child writes its
 * answer to a pipe; when the time is over it is killed, and whatever it was about to say is not
 * heard. It has the caller's memory as it was and nothing else of it: descriptors are closed,
 * standard input and output are /dev/null, and it dies with its parent. So it holds none of the
 * caller's file locks.
 */
#ifndef UN_INQUIRY_H
#define UN_INQUIRY_H

#include "file.h"

/* Runs in the child; what it writes to `output` is the answer. */
typedef void (*un_inquiry)(void *context, int output);

/*
 * *answer is what the child wrote before it ended. Blocks for `milliseconds` at most, and a tenth
 * of a second for the child to end; then UN_TIMEOUT. A child that does not end, because it waits
 * for a disk, is left behind, and reaped by a later call once it has ended. An answer of more than
 * `limit` bytes is UN_LIMIT. Release with un_bytes_free, also after a failure.
 */
un_status un_inquire(un_bytes *answer, un_inquiry ask, void *context, int64_t milliseconds,
                     size_t limit, un_error *error);

#endif
