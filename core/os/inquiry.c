#include "inquiry.h"
#include "os.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIECE ((size_t)16 << 10)

/* --- the child -------------------------------------------------------------------------------- */

static void silence(void) {
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; null >= 0 && fd < 3; fd++)
        if (null != fd)
            dup2(null, fd);
}

/* A handler of the host's is not for the child, and a closed pipe is seen by write. */
static void reset_signals(void) {
    sigset_t none;
    static const int asked[] = {SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGCHLD};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        signal(asked[i], SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void answer_in_child(un_inquiry ask, void *context, int output, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    reset_signals();
    silence();
    if (output != 3)
        output = dup2(output, 3);
    close_range(4, ~0U, 0);
    ask(context, output);
    _exit(0);
}

/* --- the caller ------------------------------------------------------------------------------- */

/* Room for one more piece behind what is there. */
static un_status reserve(un_bytes *answer, size_t *room, un_error *error) {
    size_t used = answer->slice.len;
    if (*room - used >= PIECE + UN_PADDING)
        return UN_OK;
    size_t larger = (used + PIECE + UN_PADDING) * 2;
    char *grown = realloc((char *)(uintptr_t)answer->slice.ptr, larger);
    if (!grown)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    answer->slice.ptr = grown;
    *room = larger;
    return UN_OK;
}

/* *more: whether the child may say more. */
static un_status read_piece(un_bytes *answer, int input, size_t limit, size_t *room, bool *more,
                            un_error *error) {
    un_status status = reserve(answer, room, error);
    if (status != UN_OK)
        return status;
    char *buffer = (char *)(uintptr_t)answer->slice.ptr;
    ssize_t got = read(input, buffer + answer->slice.len, PIECE);
    if (got < 0)
        return errno == EINTR ? UN_OK
                              : un_fail_system(error, errno, NULL, "cannot hear the answer");
    answer->slice.len += (size_t)got;
    memset(buffer + answer->slice.len, 0, UN_PADDING);
    *more = got > 0;
    return answer->slice.len <= limit
               ? UN_OK
               : un_fail(error, UN_LIMIT, "the answer has more than %zu bytes", limit);
}

static un_status listen_until(un_bytes *answer, int input, int64_t deadline, size_t limit,
                              un_error *error) {
    size_t room = answer->slice.len + UN_PADDING;
    bool more = true;
    un_status status = UN_OK;
    while (status == UN_OK && more) {
        struct pollfd news = {input, POLLIN, 0};
        int64_t left = (deadline - un_os_monotonic() + 999999) / 1000000;
        int ready = left > 0 ? poll(&news, 1, (int)left) : 0;
        if (ready > 0)
            status = read_piece(answer, input, limit, &room, &more, error);
        else if (ready == 0)
            status = un_fail(error, UN_TIMEOUT, "no answer in time");
        else if (errno != EINTR)
            status = un_fail_system(error, errno, NULL, "cannot wait for the answer");
    }
    return status;
}

/* A host that reaps every child, or ignores them, has taken its status: that is no failure. */
static void end_child(pid_t child) {
    kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
}

un_status un_inquire(un_bytes *answer, un_inquiry ask, void *context, int64_t milliseconds,
                     size_t limit, un_error *error) {
    int ends[2];
    int64_t deadline = un_os_monotonic() + milliseconds * 1000000;
    pid_t parent = getpid();
    un_status status = un_bytes_copy(answer, (un_slice){NULL, 0}, error);
    if (status != UN_OK)
        return status;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return un_fail_system(error, errno, NULL, "cannot make a pipe");
    pid_t child = fork();
    if (child == 0)
        answer_in_child(ask, context, ends[1], parent);
    int sys = errno;
    close(ends[1]);
    if (child > 0) {
        status = listen_until(answer, ends[0], deadline, limit, error);
        end_child(child);
    } else {
        status = un_fail_system(error, sys, NULL, "cannot start a process");
    }
    close(ends[0]);
    return status;
}
