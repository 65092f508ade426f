#include "question.h"
#include "answer.h"
#include "os.h"
#include "process.h"
#include "start.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* Milliseconds that a program may take to end which has answered or was killed. */
#define PARTING 100
#define LATE    "no answer in time"

/* --- who asks --------------------------------------------------------------------------------- */

static bool make_line(int ends[2]) {
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        ends[0] = ends[1] = -1;
        return false;
    }
    ends[0] = un_os_above(ends[0]);
    ends[1] = un_os_above(ends[1]);
    return ends[0] >= 0 && ends[1] >= 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

/* Returns errno. */
static int start(pid_t *child, const un_question *question, int64_t deadline, int line) {
    char time[24];
    const char *words[] = {question->program, question->subject, time, NULL};
    snprintf(time, sizeof time, "%lld", (long long)deadline);
    return un_start_program(child, &(un_start){question->program, words, line, false});
}

/* That it has ended without hearing all of it, its answer tells. */
static un_status tell(int line, un_slice text, int end, int64_t deadline, un_error *error) {
    while (text.len) {
        ssize_t sent = send(line, text.ptr, text.len, MSG_NOSIGNAL);
        if (sent >= 0) {
            text = un_slice_from(text, (size_t)sent);
            continue;
        }
        if (errno != EAGAIN && errno != EINTR)
            break;
        un_process_news news = un_process_await(line, POLLOUT, end, deadline);
        if (news == UN_PROCESS_LATE)
            return un_fail(error, UN_TIMEOUT, LATE);
        if (news != UN_PROCESS_READY)
            break;
    }
    shutdown(line, SHUT_WR);
    return UN_OK;
}

/* Whether a program has not ended that has nothing to say any more. */
static bool has_stayed(int end) {
    int64_t patience = un_os_monotonic() + INT64_C(1000000) * PARTING;
    return end >= 0 && un_process_await(-1, 0, end, patience) == UN_PROCESS_LATE;
}

/*
 * It ends no earlier than it was asked. So its number is not another's when we get its pidfd, be
 * the host's other threads as fast to take the status of children as they may; and if it has died
 * all the same, its side of the line is closed, so that we hear of its end and kill nobody.
 */
static un_status converse(un_bytes *answer, const un_question *question, int line, pid_t child,
                          int64_t deadline, un_error *error) {
    int end = un_process_end(child);
    bool gone = end < 0 && errno == ESRCH;
    un_status status = tell(line, question->text, end, deadline, error);
    if (status == UN_OK)
        status = un_answer_hear(answer, line, end, deadline, question->limit, error);
    /* It may have looked at the clock before we did. */
    if (status == UN_OK && !answer->slice.len && un_process_left(deadline) == 0)
        status = un_fail(error, UN_TIMEOUT, LATE);
    if (status != UN_OK || has_stayed(end))
        un_process_kill(end);
    if (!gone)
        un_process_part_by(end, child, PARTING);
    return status;
}

un_status un_question_ask(un_bytes *answer, const un_question *question, un_error *error) {
    int64_t deadline = un_os_monotonic() + question->milliseconds * 1000000;
    int line[2];
    pid_t child;
    un_status status;
    *answer = (un_bytes){.room = 0};
    un_process_reap();
    int sys = make_line(line) ? 0 : errno;
    if (sys) {
        status = un_fail_system(error, sys, NULL, "cannot make a socket");
    } else if ((sys = start(&child, question, deadline, line[1])) != 0) {
        status = un_fail_system(error, sys, question->program, "cannot start this program");
    } else {
        un_process_close(&line[1]);
        status = converse(answer, question, line[0], child, deadline, error);
    }
    un_process_close(&line[0]);
    un_process_close(&line[1]);
    return status;
}

/* --- who is asked ----------------------------------------------------------------------------- */

/* The kernel sends it whatever the process does then, and not before: who asks knows by the clock
 * why there is no answer. A time that is over is no timer. */
static void end_at(int64_t deadline) {
    int64_t left = (deadline - un_os_monotonic()) / 1000 + 1;
    struct itimerval timer = {.it_value = {.tv_sec = left > 0 ? left / 1000000 : 0,
                                           .tv_usec = left > 0 ? left % 1000000 : 1}};
    signal(SIGALRM, SIG_DFL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

/* Its maker is who asks, and our parent until it dies. */
static bool is_asked_by(pid_t parent) {
    struct ucred maker;
    socklen_t size = sizeof maker;
    return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_PEERCRED, &maker, &size) == 0 &&
           maker.pid == parent;
}

un_status un_question_take(un_bytes *text, const char *deadline, size_t limit, un_error *error) {
    char *behind;
    long long ends = strtoll(deadline, &behind, 10);
    *text = (un_bytes){.room = 0};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (*behind || !is_asked_by(getppid()))
        return un_fail(error, UN_ARGUMENT, "this is asked by upnudge alone");
    end_at(ends);
    signal(SIGPIPE, SIG_IGN);
    un_process_keep_only(NULL, 0);
    return un_answer_hear(text, STDIN_FILENO, -1, ends, limit, error);
}

/* The line is closed for whoever else may hold a copy of it. */
_Noreturn void un_question_answer(un_slice text) {
    while (text.len) {
        ssize_t sent = send(STDOUT_FILENO, text.ptr, text.len, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            break;
        if (sent > 0)
            text = un_slice_from(text, (size_t)sent);
    }
    shutdown(STDOUT_FILENO, SHUT_RDWR);
    _exit(0);
}
