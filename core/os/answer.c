#include "answer.h"
#include "process.h"
#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* The stack of a host's thread may be small. */
#define PIECE 4096

/* *more: whether more may come; a socket is reset by who ends without having heard all. */
static un_status read_piece(un_bytes *answer, int input, size_t limit, bool *more,
                            un_error *error) {
    char piece[PIECE];
    ssize_t got = read(input, piece, sizeof piece);
    if (got < 0 && errno == ECONNRESET)
        got = 0;
    if (got < 0)
        return errno == EINTR ? UN_OK
                              : un_fail_system(error, errno, NULL, "cannot hear the answer");
    *more = got > 0;
    if ((size_t)got > limit - answer->slice.len)
        return un_fail(error, UN_LIMIT, "the answer has more than %zu bytes", limit);
    return un_bytes_append(answer, (un_slice){piece, (size_t)got}, error);
}

/* Who has ended says nothing more, but what was said may have come while we looked. */
static bool is_left(int input) {
    struct pollfd news = {input, POLLIN, 0};
    return poll(&news, 1, 0) > 0;
}

un_status un_answer_hear(un_bytes *answer, int input, int end, int64_t deadline, size_t limit,
                         un_error *error) {
    bool more = true;
    un_status status = un_bytes_copy(answer, (un_slice){NULL, 0}, error);
    while (status == UN_OK && more) {
        un_process_news news = un_process_await(input, POLLIN, end, deadline);
        if (news == UN_PROCESS_READY || (news == UN_PROCESS_ENDED && is_left(input)))
            status = read_piece(answer, input, limit, &more, error);
        else if (news == UN_PROCESS_ENDED)
            more = false;
        else if (news == UN_PROCESS_LATE)
            status = un_fail(error, UN_TIMEOUT, "no answer in time");
        else
            status = un_fail_system(error, errno, NULL, "cannot wait for the answer");
    }
    return status;
}
