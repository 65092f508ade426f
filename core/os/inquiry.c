#include "inquiry.h"
#include "os.h"
#include "process.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PIECE ((size_t)16 << 10)
/* Milliseconds that a child may take to end which was killed. One that waits for a disk takes more.
 */
#define PARTING 100

/* --- the child -------------------------------------------------------------------------------- */

/* That nobody listens, and that a file may not grow, write tells it. */
static void reset_signals(void) {
    sigset_t none;
    sigemptyset(&none);
    signal(SIGALRM, SIG_DFL);
    signal(SIGCHLD, SIG_DFL);
    un_process_usual_signals(&none);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

static void silence(void) {
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; null >= 0 && fd < 3; fd++)
        un_process_redirect(null, fd);
}

static _Noreturn void answer_in_child(un_inquiry ask, void *context, int output, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    reset_signals();
    silence();
    un_process_keep_only(&output, 1);
    ask(context, output);
    _exit(0);
}

/* --- the caller ------------------------------------------------------------------------------- */

/* *more: whether the child may say more; the pipe ends when it has closed its end or died. */
static un_status read_piece(un_bytes *answer, int input, size_t limit, bool *more,
                            un_error *error) {
    char piece[PIECE];
    ssize_t got = read(input, piece, sizeof piece);
    if (got < 0)
        return errno == EINTR ? UN_OK
                              : un_fail_system(error, errno, NULL, "cannot hear the answer");
    *more = got > 0;
    if ((size_t)got > limit - answer->slice.len)
        return un_fail(error, UN_LIMIT, "the answer has more than %zu bytes", limit);
    return un_bytes_append(answer, (un_slice){piece, (size_t)got}, error);
}

/* The time is over also for a child that goes on talking. */
static un_status listen_until(un_bytes *answer, int input, int64_t deadline, size_t limit,
                              un_error *error) {
    bool more = true;
    un_status status = UN_OK;
    while (status == UN_OK && more) {
        struct pollfd news = {input, POLLIN, 0};
        int left = un_process_left(deadline);
        int ready = left > 0 ? poll(&news, 1, left) : 0;
        if (ready > 0)
            status = read_piece(answer, input, limit, &more, error);
        else if (ready == 0)
            status = un_fail(error, UN_TIMEOUT, "no answer in time");
        else if (errno != EINTR)
            status = un_fail_system(error, errno, NULL, "cannot wait for the answer");
    }
    return status;
}

/* What has not ended when we are done with it is killed. A host that reaps every child, or ignores
 * them, takes its status, which is no failure. */
un_status un_inquire(un_bytes *answer, un_inquiry ask, void *context, int64_t milliseconds,
                     size_t limit, un_error *error) {
    int ends[2];
    int64_t deadline = un_os_monotonic() + milliseconds * 1000000;
    pid_t parent = getpid();
    un_process_reap();
    un_status status = un_bytes_copy(answer, (un_slice){NULL, 0}, error);
    if (status != UN_OK)
        return status;
    if (!un_process_pipe(ends))
        return un_fail_system(error, errno, NULL, "cannot make a pipe");
    pid_t child = fork();
    if (child == 0)
        answer_in_child(ask, context, ends[1], parent);
    int sys = errno;
    un_process_close(&ends[1]);
    if (child > 0) {
        status = listen_until(answer, ends[0], deadline, limit, error);
        kill(child, SIGKILL);
        un_process_part(child, PARTING);
    } else {
        status = un_fail_system(error, sys, NULL, "cannot start a process");
    }
    un_process_close(&ends[0]);
    return status;
}
