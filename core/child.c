#include "child.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How long a child that was told to end may take, in milliseconds. */
#define GRACE 2000
#define PIECE 65536

typedef struct run {
    const un_child_options *options;
    un_child_result *result;
    pid_t pid;
    int output, errors, signals; /* descriptors that we read; -1 when closed */
    size_t room, logged;
    size_t line; /* length of the line being read, within last_line's buffer */
    char pending[200];
    int64_t deadline; /* milliseconds of the monotonic clock */
    bool told, expired;
    int caught; /* a signal that asked us to end */
} run;

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

/* --- in the child, between fork and exec: async-signal-safe calls only ------------------------ */

static void redirect(int from, int to) {
    if (from == to)
        fcntl(from, F_SETFD, 0);
    else
        dup2(from, to);
}

static void become(const un_child_options *options, int output, int errors, int report,
                   const sigset_t *mask) {
    int null = open("/dev/null", O_RDONLY);
    setpgid(0, 0);
    redirect(null, STDIN_FILENO);
    redirect(output, STDOUT_FILENO);
    redirect(errors, STDERR_FILENO);
    /* All else is close-on-exec, inherited descriptors of the host's callers included. */
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(options->argv[0], options->argv);
    int sys = errno;
    if (write(report, &sys, sizeof sys) != (ssize_t)sizeof sys)
        _exit(126);
    _exit(127);
}

/* --- in the parent ---------------------------------------------------------------------------- */

static size_t count_of(const char *const *list) {
    size_t count = 0;
    while (list && list[count])
        count++;
    return count;
}

/* environ with the additions behind it; the array alone is ours. NULL: out of memory. */
static const char **extended_environment(const char *const *additions) {
    size_t ours = count_of((const char *const *)(void *)environ), more = count_of(additions);
    const char **whole = calloc(more + ours + 1, sizeof *whole);
    if (!whole)
        return NULL;
    /* Ours last: getenv takes the first of a name. */
    for (size_t i = 0; i < more; i++)
        whole[i] = additions[i];
    for (size_t i = 0; i < ours; i++)
        whole[more + i] = environ[i];
    return whole;
}

static un_status fork_child(run *r, const sigset_t *mask, const char **environment, int *report) {
    int output[2] = {-1, -1}, errors[2] = {-1, -1}, status[2] = {-1, -1};
    if (pipe2(output, O_CLOEXEC) == 0 && pipe2(errors, O_CLOEXEC) == 0 &&
        pipe2(status, O_CLOEXEC) == 0)
        r->pid = fork();
    if (r->pid == 0) {
        environ = (char **)(void *)environment;
        become(r->options, output[1], errors[1], status[1], mask);
    }
    int sys = errno;
    close_fd(&output[1]);
    close_fd(&errors[1]);
    close_fd(&status[1]);
    r->output = output[0];
    r->errors = errors[0];
    *report = status[0];
    if (r->pid > 0) {
        setpgid(r->pid, r->pid);
        fcntl(r->output, F_SETFL, O_NONBLOCK);
        fcntl(r->errors, F_SETFL, O_NONBLOCK);
    }
    errno = sys;
    return r->pid > 0 ? UN_OK : UN_SYSTEM;
}

/* Starts the command; an exec that failed is told through a pipe that a successful one closes. */
static un_status start(run *r, const sigset_t *mask, un_error *error) {
    int report = -1, sys = 0;
    const char *command = r->options->argv[0];
    const char **environment = extended_environment(r->options->environment);
    if (!environment)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    un_status status = fork_child(r, mask, environment, &report);
    if (status != UN_OK) {
        status = un_fail_system(error, errno, command, "cannot start");
    } else if (read(report, &sys, sizeof sys) == (ssize_t)sizeof sys) {
        waitpid(r->pid, NULL, 0);
        r->pid = -1;
        status = un_fail_system(error, sys, command, "cannot run");
    }
    close_fd(&report);
    free(environment);
    return status;
}

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

static void end_line(run *r) {
    if (r->line == 0)
        return;
    memcpy(r->result->last_line, r->pending, r->line);
    r->result->last_line[r->line] = '\0';
    r->line = 0;
}

static void take_errors(run *r, const char *bytes, size_t length) {
    size_t allowed = r->options->log_limit - r->logged;
    size_t written = length < allowed ? length : allowed;
    if (r->options->log >= 0 && written > 0 && write(r->options->log, bytes, written) > 0)
        r->logged += written;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == '\n')
            end_line(r);
        else if (r->line < sizeof r->pending - 1)
            r->pending[r->line++] = (char)(c < ' ' || c == 127 ? '?' : c);
    }
}

/* Reads one piece. *more: whether there may be another at once. */
static un_status drain(run *r, int *fd, bool *more, un_error *error) {
    char piece[PIECE];
    *more = false;
    if (*fd < 0)
        return UN_OK;
    ssize_t got = read(*fd, piece, sizeof piece);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return UN_OK;
    if (got <= 0) {
        close_fd(fd);
        return UN_OK;
    }
    *more = true;
    if (fd == &r->errors) {
        take_errors(r, piece, (size_t)got);
        return UN_OK;
    }
    return take_output(r, piece, (size_t)got, error);
}

static void tell(run *r, int number) {
    if (r->pid > 0)
        kill(-r->pid, number);
}

/* The first time it is asked, the second time it is made to. */
static void end_group(run *r) {
    tell(r, r->told ? SIGKILL : SIGTERM);
    r->deadline = milliseconds() + GRACE;
    r->told = true;
}

static void take_signal(run *r) {
    struct signalfd_siginfo info;
    if (read(r->signals, &info, sizeof info) != (ssize_t)sizeof info)
        return;
    if (info.ssi_signo == SIGCHLD || r->caught)
        return;
    r->caught = (int)info.ssi_signo;
    end_group(r);
}

static bool reap(run *r) {
    int status;
    if (waitpid(r->pid, &status, WNOHANG) != r->pid)
        return false;
    r->result->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    r->result->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return true;
}

static void wait_for_news(run *r) {
    struct pollfd fds[] = {{r->output, POLLIN, 0}, {r->errors, POLLIN, 0}, {r->signals, POLLIN, 0}};
    int64_t left = r->deadline - milliseconds();
    if (left > 0)
        poll(fds, 3, left < 1000000 ? (int)left : 1000000);
    if (fds[2].revents & POLLIN)
        take_signal(r);
    if (r->deadline <= milliseconds()) {
        r->expired = r->expired || !r->caught;
        end_group(r);
    }
}

/* Until the command itself has ended; who else holds the pipes does not matter. */
static un_status attend(run *r, un_error *error) {
    un_status status = UN_OK;
    bool more;
    while (!reap(r)) {
        wait_for_news(r);
        un_status taken = drain(r, &r->output, &more, status == UN_OK ? error : NULL);
        drain(r, &r->errors, &more, NULL);
        if (taken != UN_OK && status == UN_OK) {
            status = taken;
            close_fd(&r->output);
            end_group(r);
        }
    }
    for (more = true; more && status == UN_OK;)
        status = drain(r, &r->output, &more, error);
    for (more = true; more;)
        drain(r, &r->errors, &more, NULL);
    end_line(r);
    return status;
}

static void block_signals(sigset_t *blocked, sigset_t *before) {
    static const int asked[] = {SIGINT, SIGTERM, SIGHUP};
    sigemptyset(blocked);
    sigaddset(blocked, SIGCHLD);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct sigaction present;
        if (sigaction(asked[i], NULL, &present) == 0 && present.sa_handler != SIG_IGN)
            sigaddset(blocked, asked[i]);
    }
    sigprocmask(SIG_BLOCK, blocked, before);
}

un_status un_child_run(un_child_result *result, const un_child_options *options, un_error *error) {
    sigset_t blocked, before;
    run r = {.options = options, .result = result, .pid = -1, .output = -1, .errors = -1};
    *result = (un_child_result){0};
    block_signals(&blocked, &before);
    r.signals = signalfd(-1, &blocked, SFD_CLOEXEC | SFD_NONBLOCK);
    r.deadline = milliseconds() + options->timeout * 1000;
    un_status status =
        r.signals < 0 ? un_fail_system(error, errno, options->argv[0], "cannot watch for signals")
                      : start(&r, &before, error);
    if (status == UN_OK)
        status = attend(&r, error);
    /* Whoever the command left behind in its group ends with a check that was given up. */
    if (r.told)
        tell(&r, SIGKILL);
    if (status == UN_OK && r.expired)
        status = un_fail(error, UN_TIMEOUT, "%s: did not end within %lld s and was ended",
                         options->argv[0], (long long)options->timeout);
    close_fd(&r.output);
    close_fd(&r.errors);
    close_fd(&r.signals);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (r.caught)
        raise(r.caught);
    return status;
}

void un_child_free(un_child_result *result) {
    un_bytes_free(&result->output);
}

static void leave_descriptors(int log) {
    int null = open("/dev/null", O_RDWR);
    redirect(null, STDIN_FILENO);
    redirect(null, STDOUT_FILENO);
    redirect(log >= 0 ? log : null, STDERR_FILENO);
    close_range(3, ~0U, 0);
}

un_status un_child_detach(bool *parent, int log, un_error *error) {
    pid_t middle = fork();
    if (middle < 0)
        return un_fail_system(error, errno, NULL, "cannot go to the background");
    *parent = middle > 0;
    if (middle > 0) {
        /* It ends at once; nobody else would reap it. */
        waitpid(middle, NULL, 0);
        return UN_OK;
    }
    setsid();
    pid_t alone = fork();
    if (alone != 0)
        _exit(alone < 0);
    leave_descriptors(log);
    return UN_OK;
}
