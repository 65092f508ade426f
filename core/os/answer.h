/*
 * answer.h: hear what another process has to say, until it has said it or the time is over; between
 * inquiry.c and question.c only.
 */
#ifndef UN_ANSWER_H
#define UN_ANSWER_H

#include "file.h"

/*
 * *answer is what comes by `input`, a pipe or a socket, until the other side has closed it or ended
 * (`end`: its pidfd, or -1), for another process of this host's may hold a copy of its side open.
 * UN_TIMEOUT at `deadline` (un_os_monotonic), also if it goes on talking; UN_LIMIT: more than
 * `limit` bytes. Release with un_bytes_free, also after a failure.
 */
un_status un_answer_hear(un_bytes *answer, int input, int end, int64_t deadline, size_t limit,
                         un_error *error);

#endif
