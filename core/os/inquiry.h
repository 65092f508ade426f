/*
 * inquiry.h: ask something that may block, and give up in time.
 *
 * A question to a server goes through libraries that block and know no deadline in milliseconds. So
 * it is asked in a forked child, which writes its answer to a pipe; when the time is over the child
 * is killed and whatever it was about to say is not heard. The child has the caller's memory as it
 * was and nothing else of it: descriptors are closed, standard input and output are /dev/null, and
 * it dies with its parent. So it holds none of the caller's locks, and a lock of another thread
 * that it might find taken for ever delays nobody beyond the deadline.
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
