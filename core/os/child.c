#include "child.h"
#include "os.h"
#include "printed.h"
#include "process.h"
#include "spawn.h"
#include <errno.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a child that was told to end may take, in nanoseconds. */
#define GRACE ((int64_t)2 * 1000000000)
/* Seconds; what is longer counts as this, and does not overflow. */
#define TIMEOUT_MOST 1000000000
/* Milliseconds between two looks at the child where the kernel has no pidfd. */
#define LOOK 50

typedef struct run {
    const un_child_options *options;
    pid_t pid;
    un_printed printed;
    int signals, end; /* readable when a signal came, when the child has ended; -1: none */
    int64_t deadline; /* of un_os_monotonic */
    bool told, expired;
    int caught; /* a signal that asked us to end */
} run;

/* What a call changes in this process, and puts back. */
typedef struct guard {
    sigset_t blocked, before;
    struct sigaction children;
} guard;

/* --- how it ends ------------------------------------------------------------------------------ */

/* Asks the group to end the first time, and kills it the second time. */
static void end_group(run *r) {
    /* Nobody else has its number before it is reaped. It may have moved to another group. */
    kill(r->pid, r->told ? SIGKILL : SIGTERM);
    kill(-r->pid, r->told ? SIGKILL : SIGTERM);
    r->deadline = un_os_monotonic() + GRACE;
    r->told = true;
}

static void take_signal(run *r) {
    struct signalfd_siginfo info;
    if (read(r->signals, &info, sizeof info) != (ssize_t)sizeof info || r->caught)
        return;
    r->caught = (int)info.ssi_signo;
    if (!r->told)
        end_group(r);
}

/* Does not reap it, so that its number stays its own while we still signal the group. */
static bool has_ended(const run *r) {
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)r->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0)
        return errno == ECHILD;
    return info.si_pid == r->pid;
}

static void wait_for_news(run *r) {
    struct pollfd fds[] = {{r->printed.fds[UN_STREAM_OUTPUT], POLLIN, 0},
                           {r->printed.fds[UN_STREAM_ERRORS], POLLIN, 0},
                           {r->signals, POLLIN, 0},
                           {r->end, POLLIN, 0}};
    int left = un_process_left(r->deadline);
    if (r->end < 0 && left > LOOK)
        left = LOOK;
    if (left > 0 && poll(fds, 4, left) > 0 && fds[2].revents)
        take_signal(r);
    if (un_process_left(r->deadline) == 0) {
        r->expired = r->expired || !r->told;
        end_group(r);
    }
}

/* Until the command itself has ended; who else holds the pipes does not matter. */
static un_status attend(run *r, un_error *error) {
    un_printed *printed = &r->printed;
    un_status status = UN_OK;
    while (!has_ended(r)) {
        wait_for_news(r);
        un_printed_take(printed, UN_STREAM_ERRORS, NULL);
        if (status == UN_OK)
            status = un_printed_take(printed, UN_STREAM_OUTPUT, error);
        if (status != UN_OK && printed->fds[UN_STREAM_OUTPUT] >= 0) {
            un_process_close(&printed->fds[UN_STREAM_OUTPUT]);
            if (!r->told)
                end_group(r);
        }
    }
    if (status == UN_OK)
        status = un_printed_take_rest(printed, UN_STREAM_OUTPUT, error);
    un_printed_take_rest(printed, UN_STREAM_ERRORS, NULL);
    un_printed_end_line(printed);
    return status;
}

static un_status reap(const run *r, un_child_result *result, un_error *error) {
    int status = 0;
    /* What the command left behind in its group must not outlive a run that was given up. */
    if (r->told)
        kill(-r->pid, SIGKILL);
    int sys = un_process_wait(r->pid, &status);
    if (sys)
        return un_fail_system(error, sys, r->options->argv[0], "somebody else took its status");
    result->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    result->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return UN_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* In a host that ignores its children the kernel forgets how they ended, so they are not ignored
 * meanwhile. */
static void enter(guard *g) {
    struct sigaction usual = {.sa_handler = SIG_DFL};
    sigemptyset(&g->blocked);
    for (const int *asked = un_process_asked; *asked; asked++)
        if (!un_process_ignores(*asked))
            sigaddset(&g->blocked, *asked);
    pthread_sigmask(SIG_BLOCK, &g->blocked, &g->before);
    sigaction(SIGCHLD, NULL, &g->children);
    if (g->children.sa_handler == SIG_IGN || (g->children.sa_flags & SA_NOCLDWAIT))
        sigaction(SIGCHLD, &usual, NULL);
}

/* The signal goes on to the whole process, for the host may wait for it in another thread. */
static void leave(const guard *g, int caught) {
    sigaction(SIGCHLD, &g->children, NULL);
    pthread_sigmask(SIG_SETMASK, &g->before, NULL);
    if (caught)
        kill(getpid(), caught);
}

static un_status conclude(const run *r, un_error *error) {
    const char *command = r->options->argv[0];
    if (r->caught)
        return un_fail_system(error, EINTR, command, "ended, because this process was told to end");
    if (r->expired)
        return un_fail(error, UN_TIMEOUT, "%s: did not end within %lld s and was ended", command,
                       (long long)r->options->timeout);
    return UN_OK;
}

_Static_assert(sizeof((un_child_result *)0)->last_line == sizeof((un_printed *)0)->last_line,
               "the last line is copied whole");

/* What it printed and how it ended is told whatever went wrong meanwhile. */
static un_status run_started(run *r, un_child_result *result, un_error *error) {
    r->end = (int)syscall(SYS_pidfd_open, r->pid, 0);
    un_status status = attend(r, error);
    un_status reaped = reap(r, result, status == UN_OK ? error : NULL);
    memcpy(result->last_line, r->printed.last_line, sizeof result->last_line);
    if (status == UN_OK)
        status = reaped;
    return status == UN_OK ? conclude(r, error) : status;
}

/* The pipes are told to `r` whatever happens, since the caller closes them. */
static un_status run_guarded(run *r, un_child_result *result, const guard *g, un_error *error) {
    const un_child_options *options = r->options;
    un_spawned child = {-1, -1, -1};
    un_status status = un_bytes_copy(&r->printed.output, (un_slice){NULL, 0}, error);
    if (status == UN_OK && (r->signals = signalfd(-1, &g->blocked, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
        status = un_fail_system(error, errno, options->argv[0], "cannot watch for signals");
    if (status == UN_OK)
        status = un_spawn(&child, options->argv, options->environment, &g->before, error);
    r->pid = child.pid;
    r->printed.fds[UN_STREAM_OUTPUT] = child.output;
    r->printed.fds[UN_STREAM_ERRORS] = child.errors;
    if (status == UN_OK)
        status = run_started(r, result, error);
    result->output = r->printed.output;
    return status;
}

un_status un_child_run(un_child_result *result, const un_child_options *options, un_error *error) {
    guard g;
    int64_t timeout = options->timeout < TIMEOUT_MOST ? options->timeout : TIMEOUT_MOST;
    run r = {
        .options = options,
        .signals = -1,
        .end = -1,
        .deadline = un_os_monotonic() + (timeout > 0 ? timeout : 0) * 1000000000,
        .printed = {.command = options->argv[0],
                    .output_limit = options->output_limit,
                    .log = options->log,
                    .log_left = options->log_limit},
    };
    *result = (un_child_result){.exit_code = -1};
    enter(&g);
    un_status status = run_guarded(&r, result, &g, error);
    un_process_close(&r.printed.fds[UN_STREAM_OUTPUT]);
    un_process_close(&r.printed.fds[UN_STREAM_ERRORS]);
    un_process_close(&r.signals);
    un_process_close(&r.end);
    leave(&g, r.caught);
    return status;
}

void un_child_free(un_child_result *result) {
    un_bytes_free(&result->output);
}
