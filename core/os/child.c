#include "child.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How long a child that was told to end may take, in milliseconds. */
#define GRACE 2000
/* Seconds; what is longer counts as this, and does not overflow. */
#define TIMEOUT_MOST 1000000000
/* Milliseconds between two looks at the child where the kernel has no pidfd. */
#define LOOK  50
#define PIECE 65536

typedef struct run {
    const un_child_options *options;
    un_child_result *result;
    pid_t pid;
    int output, errors, signals, end; /* descriptors that we watch; -1 when closed */
    size_t room, logged;
    size_t line; /* length of the line of standard error being read, in pending */
    char pending[sizeof((un_child_result *)0)->last_line];
    int64_t deadline; /* milliseconds of the monotonic clock */
    bool told, expired;
    int caught; /* a signal that asked us to end */
} run;

/* What a call changes in this process, and puts back. */
typedef struct guard {
    sigset_t blocked, before;
    struct sigaction children;
} guard;

static const int asked[] = {SIGINT, SIGTERM, SIGHUP};
#define ASKED (sizeof asked / sizeof *asked)

static int64_t milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void close_fd(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static bool is_ignored(int number) {
    struct sigaction present;
    return sigaction(number, NULL, &present) == 0 && present.sa_handler == SIG_IGN;
}

/* --- in the child, between fork and exec: async-signal-safe calls only ------------------------ */

static bool redirect(int from, int to) {
    return from == to ? fcntl(from, F_SETFD, 0) == 0 : dup2(from, to) >= 0;
}

static int most_descriptors(void) {
    long most = sysconf(_SC_OPEN_MAX);
    return most > 0 && most < 65536 ? (int)most : 65536;
}

/* Inherited descriptors of the host's callers included, which nobody marked. */
static void mark_descriptors(void) {
    if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
        return;
    for (int fd = 3, most = most_descriptors(); fd < most; fd++)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/* A handler of the host's must not run in the child; what it ignores stays ignored. */
static void reset_signals(const sigset_t *mask) {
    for (size_t i = 0; i < ASKED; i++)
        if (!is_ignored(asked[i]))
            signal(asked[i], SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    pthread_sigmask(SIG_SETMASK, mask, NULL);
}

static _Noreturn void become(char *const *argv, int output, int errors, int report,
                             const sigset_t *mask) {
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    setpgid(0, 0);
    if (null >= 0 && redirect(null, STDIN_FILENO) && redirect(output, STDOUT_FILENO) &&
        redirect(errors, STDERR_FILENO)) {
        mark_descriptors();
        reset_signals(mask);
        execvp(argv[0], argv);
    }
    int sys = errno;
    _exit(write(report, &sys, sizeof sys) == (ssize_t)sizeof sys ? 127 : 126);
}

/* --- starting it ------------------------------------------------------------------------------ */

static size_t count_of(const char *const *list) {
    size_t count = 0;
    while (list && list[count])
        count++;
    return count;
}

static bool is_replaced(const char *entry, const char *const *additions, size_t count) {
    size_t name = strcspn(entry, "=") + 1;
    for (size_t i = 0; i < count; i++)
        if (strncmp(entry, additions[i], name) == 0)
            return true;
    return false;
}

/* Each name once, for programs differ in which of two they take. The array alone is ours. */
static const char **extended_environment(const char *const *additions) {
    const char *const *present = (const char *const *)(void *)environ;
    size_t more = count_of(additions), count = more;
    const char **whole = calloc(more + count_of(present) + 1, sizeof *whole);
    if (!whole)
        return NULL;
    for (size_t i = 0; i < more; i++)
        whole[i] = additions[i];
    for (; present && *present; present++)
        if (!is_replaced(*present, additions, more))
            whole[count++] = *present;
    return whole;
}

/* Returns errno. *report: what says why exec failed, and ends when it did not. */
static int fork_child(run *r, const sigset_t *mask, const char **environment, int *report) {
    int output[2] = {-1, -1}, errors[2] = {-1, -1}, status[2] = {-1, -1};
    if (pipe2(output, O_CLOEXEC) == 0 && pipe2(errors, O_CLOEXEC) == 0 &&
        pipe2(status, O_CLOEXEC) == 0)
        r->pid = fork();
    if (r->pid == 0) {
        environ = (char **)(void *)environment;
        become(r->options->argv, output[1], errors[1], status[1], mask);
    }
    int sys = r->pid > 0 ? 0 : errno;
    close_fd(&output[1]);
    close_fd(&errors[1]);
    close_fd(&status[1]);
    r->output = output[0];
    r->errors = errors[0];
    *report = status[0];
    return sys;
}

static int wait_for(pid_t pid, int *status) {
    pid_t got;
    do
        got = waitpid(pid, status, 0);
    while (got < 0 && errno == EINTR);
    return got == pid ? 0 : errno;
}

/* Returns the errno of an exec that failed; 0: the command runs. */
static int read_report(int report) {
    int sys = 0;
    ssize_t got;
    do
        got = read(report, &sys, sizeof sys);
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof sys ? sys : 0;
}

/* Both sides call setpgid, so that the group exists whoever runs first. */
static un_status watch(run *r, int report, un_error *error) {
    setpgid(r->pid, r->pid);
    fcntl(r->output, F_SETFL, O_NONBLOCK);
    fcntl(r->errors, F_SETFL, O_NONBLOCK);
    int sys = read_report(report);
    if (sys == 0) {
        r->end = (int)syscall(SYS_pidfd_open, r->pid, 0);
        return UN_OK;
    }
    wait_for(r->pid, NULL);
    return un_fail_system(error, sys, r->options->argv[0], "cannot run this command");
}

static un_status start(run *r, const sigset_t *mask, un_error *error) {
    int report = -1;
    const char **environment = extended_environment(r->options->environment);
    if (!environment)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    int sys = fork_child(r, mask, environment, &report);
    un_status status =
        sys ? un_fail_system(error, sys, r->options->argv[0], "cannot start this command")
            : watch(r, report, error);
    close_fd(&report);
    free(environment);
    return status;
}

/* --- what it prints --------------------------------------------------------------------------- */

static un_status take_output(run *r, const char *bytes, size_t length, un_error *error) {
    un_bytes *output = &r->result->output;
    size_t used = output->slice.len;
    if (length > r->options->output_limit - used)
        return un_fail(error, UN_LIMIT, "%s: printed more than %zu bytes", r->options->argv[0],
                       r->options->output_limit);
    char *buffer = (char *)(uintptr_t)output->slice.ptr;
    if (used + length + UN_PADDING > r->room) {
        size_t room = (used + length + UN_PADDING) * 2;
        char *grown = realloc(buffer, room);
        if (!grown)
            return un_fail(error, UN_NO_MEMORY, "out of memory");
        buffer = grown;
        r->room = room;
    }
    memcpy(buffer + used, bytes, length);
    memset(buffer + used + length, 0, UN_PADDING);
    output->slice = (un_slice){buffer, used + length};
    return UN_OK;
}

/* A log that takes no more is left alone: it is no reason to end a check. */
static void log_errors(run *r, const char *bytes, size_t length) {
    size_t allowed = r->options->log < 0 ? 0 : r->options->log_limit - r->logged;
    if (length > allowed)
        length = allowed;
    while (length > 0) {
        ssize_t written = write(r->options->log, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            r->logged = r->options->log_limit;
            return;
        }
        r->logged += (size_t)written;
        bytes += written;
        length -= (size_t)written;
    }
}

static void end_line(run *r) {
    if (strspn(r->pending, " ") < r->line)
        memcpy(r->result->last_line, r->pending, sizeof r->pending);
    memset(r->pending, 0, sizeof r->pending);
    r->line = 0;
}

static void take_errors(run *r, const char *bytes, size_t length) {
    log_errors(r, bytes, length);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == '\n' || c == '\r')
            end_line(r);
        else if (r->line < sizeof r->pending - 1)
            r->pending[r->line++] = (char)(c == '\t' ? ' ' : c < ' ' || c == 127 ? '?' : c);
    }
}

/* One piece, which may be nothing: *took says how much. */
static un_status take(run *r, int *fd, size_t *took, un_error *error) {
    char piece[PIECE];
    *took = 0;
    if (*fd < 0)
        return UN_OK;
    ssize_t got = read(*fd, piece, sizeof piece);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return UN_OK;
    if (got <= 0) {
        close_fd(fd);
        return UN_OK;
    }
    *took = (size_t)got;
    if (fd == &r->output)
        return take_output(r, piece, *took, error);
    take_errors(r, piece, *took);
    return UN_OK;
}

/* What is in the pipe now, and no more: a grandchild may fill it for ever. */
static un_status take_rest(run *r, int *fd, un_error *error) {
    int present = 0;
    if (*fd < 0 || ioctl(*fd, FIONREAD, &present) != 0 || present < 0)
        return UN_OK;
    size_t left = (size_t)present, took = 1;
    un_status status = UN_OK;
    while (status == UN_OK && left > 0 && took > 0) {
        status = take(r, fd, &took, error);
        left = took < left ? left - took : 0;
    }
    return status;
}

/* --- how it ends ------------------------------------------------------------------------------ */

/* The first time it is asked, the second time it is made to. */
static void end_group(run *r) {
    /* Unreaped, so the number is its own; it may have moved to another group meanwhile. */
    kill(r->pid, r->told ? SIGKILL : SIGTERM);
    kill(-r->pid, r->told ? SIGKILL : SIGTERM);
    r->deadline = milliseconds() + GRACE;
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

/* Left unreaped, so that its number stays its own while we still signal the group. */
static bool has_ended(const run *r) {
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)r->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0)
        return errno == ECHILD;
    return info.si_pid == r->pid;
}

static void wait_for_news(run *r) {
    struct pollfd fds[] = {{r->output, POLLIN, 0},
                           {r->errors, POLLIN, 0},
                           {r->signals, POLLIN, 0},
                           {r->end, POLLIN, 0}};
    int64_t left = r->deadline - milliseconds(), most = r->end < 0 ? LOOK : 3600 * 1000;
    if (left > 0 && poll(fds, 4, (int)(left < most ? left : most)) > 0 && fds[2].revents)
        take_signal(r);
    if (r->deadline <= milliseconds()) {
        r->expired = r->expired || !r->told;
        end_group(r);
    }
}

/* Until the command itself has ended; who else holds the pipes does not matter. */
static un_status attend(run *r, un_error *error) {
    un_status status = UN_OK;
    size_t took;
    while (!has_ended(r)) {
        wait_for_news(r);
        take(r, &r->errors, &took, NULL);
        if (status == UN_OK)
            status = take(r, &r->output, &took, error);
        if (status != UN_OK && r->output >= 0) {
            close_fd(&r->output);
            if (!r->told)
                end_group(r);
        }
    }
    if (status == UN_OK)
        status = take_rest(r, &r->output, error);
    take_rest(r, &r->errors, NULL);
    end_line(r);
    return status;
}

static un_status reap(run *r, un_error *error) {
    int status = 0;
    /* Whoever the command left behind in its group ends with a run that was given up. */
    if (r->told)
        kill(-r->pid, SIGKILL);
    int sys = wait_for(r->pid, &status);
    if (sys)
        return un_fail_system(error, sys, r->options->argv[0], "somebody else took its status");
    r->result->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    r->result->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return UN_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* Where children are ignored the kernel throws away how they ended. */
static void enter(guard *g) {
    struct sigaction usual = {.sa_handler = SIG_DFL};
    sigemptyset(&g->blocked);
    for (size_t i = 0; i < ASKED; i++)
        if (!is_ignored(asked[i]))
            sigaddset(&g->blocked, asked[i]);
    pthread_sigmask(SIG_BLOCK, &g->blocked, &g->before);
    sigaction(SIGCHLD, NULL, &g->children);
    if (g->children.sa_handler == SIG_IGN || (g->children.sa_flags & SA_NOCLDWAIT))
        sigaction(SIGCHLD, &usual, NULL);
}

/* To the process, as it came: the host may wait for it in another thread. */
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

static un_status run_guarded(run *r, const guard *g, un_error *error) {
    un_status status = un_bytes_copy(&r->result->output, (un_slice){NULL, 0}, error);
    if (status == UN_OK && (r->signals = signalfd(-1, &g->blocked, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
        status = un_fail_system(error, errno, r->options->argv[0], "cannot watch for signals");
    if (status == UN_OK)
        status = start(r, &g->before, error);
    if (status == UN_OK) {
        status = attend(r, error);
        un_status reaped = reap(r, status == UN_OK ? error : NULL);
        status = status == UN_OK ? reaped : status;
    }
    return status == UN_OK ? conclude(r, error) : status;
}

un_status un_child_run(un_child_result *result, const un_child_options *options, un_error *error) {
    guard g;
    run r = {.options = options, .result = result, .pid = -1, .room = UN_PADDING};
    int64_t timeout = options->timeout < TIMEOUT_MOST ? options->timeout : TIMEOUT_MOST;
    r.output = r.errors = r.signals = r.end = -1;
    r.deadline = milliseconds() + (timeout > 0 ? timeout : 0) * 1000;
    *result = (un_child_result){.exit_code = -1};
    enter(&g);
    un_status status = run_guarded(&r, &g, error);
    close_fd(&r.output);
    close_fd(&r.errors);
    close_fd(&r.signals);
    close_fd(&r.end);
    leave(&g, r.caught);
    return status;
}

void un_child_free(un_child_result *result) {
    un_bytes_free(&result->output);
}

/* --- going on alone --------------------------------------------------------------------------- */

static void close_descriptors(void) {
    if (close_range(3, ~0U, 0) == 0)
        return;
    for (int fd = 3, most = most_descriptors(); fd < most; fd++)
        close(fd);
}

/* In the middle process: ends it with an errno, or returns in the one that is left alone. */
static void leave_session(int null, int log) {
    setsid();
    pid_t alone = fork();
    if (alone != 0)
        _exit(alone < 0 ? errno : 0);
    redirect(null, STDIN_FILENO);
    redirect(null, STDOUT_FILENO);
    redirect(log, STDERR_FILENO);
    close_descriptors();
}

un_status un_child_detach(bool *parent, int log, un_error *error) {
    un_status status = UN_OK;
    int ended = 0, spare = -1;
    /* Above 2, for the host's first three may be closed, or be the log. */
    int opened = open("/dev/null", O_RDWR | O_CLOEXEC);
    int null = opened < 0 ? -1 : fcntl(opened, F_DUPFD_CLOEXEC, 3);
    if (null >= 0)
        spare = fcntl(log >= 0 ? log : null, F_DUPFD_CLOEXEC, 3);
    pid_t middle = spare < 0 ? -1 : fork();
    int sys = errno;
    *parent = middle != 0;
    if (middle == 0) {
        leave_session(null, spare);
        return UN_OK;
    }
    /* It ends at once. Where children are ignored it leaves no status, which is no failure. */
    if (middle > 0)
        sys = wait_for(middle, &ended) == 0 && WIFEXITED(ended) ? WEXITSTATUS(ended) : 0;
    if (middle < 0 || sys)
        status = un_fail_system(error, sys, NULL, "cannot go to the background");
    close_fd(&opened);
    close_fd(&null);
    close_fd(&spare);
    return status;
}
