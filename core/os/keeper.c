#include "keeper.h"
#include "os.h"
#include "process.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Milliseconds between two looks at the caller where the kernel has no pidfd. */
#define LOOK 50
/* Milliseconds between two looks at children that were killed. */
#define PAUSE_MOST 50

typedef struct keeper {
    const un_keeping *about;
    pid_t command;
    int signals; /* readable when a child has ended and when we are told to end */
    bool told, gone;
    bool reaped;
    int status;       /* of the command, once it is reaped */
    int64_t deadline; /* of un_os_monotonic, once told */
} keeper;

void un_keeper_tell(int pipe, un_news_kind kind, int value) {
    un_news news = {(int32_t)kind, value};
    while (write(pipe, &news, sizeof news) < 0 && errno == EINTR)
        continue;
}

void un_keeper_begin(void) {
    setpgid(0, 0);
    prctl(PR_SET_NAME, "keeper");
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    /* A host that ignores its children would have us never hear of ours. */
    signal(SIGCHLD, SIG_DFL);
}

/* --- who there is ----------------------------------------------------------------------------- */

/* Whether /proc speaks of the processes that we can name: it may be that of another namespace. */
static bool is_our_proc(int proc) {
    char self[24] = "";
    ssize_t length = readlinkat(proc, "self", self, sizeof self - 1);
    return length > 0 && strtol(self, NULL, 10) == getpid();
}

/* The parent of the process called `name`; 0: there is none. Its own name may hold anything. */
static pid_t parent_of(int proc, const char *name) {
    char path[32], text[512];
    size_t length = strlen(name);
    if (length > sizeof path - sizeof "/stat")
        return 0;
    memcpy(path, name, length);
    memcpy(path + length, "/stat", sizeof "/stat");
    int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    text[got > 0 ? got : 0] = '\0';
    /* ") S 123" */
    const char *behind = strrchr(text, ')');
    return behind && strlen(behind) > 4 ? (pid_t)strtol(behind + 4, NULL, 10) : 0;
}

/* Nobody but we asks how our children ended, so a number stays theirs until we do. */
static void signal_if_ours(int proc, const char *name, int number) {
    pid_t pid = (pid_t)strtol(name, NULL, 10);
    if (pid > 0 && parent_of(proc, name) == getpid())
        kill(pid, number);
}

/* Our children, adopted ones included: who was theirs is ours next. false: nobody tells us which
 * there are. */
static bool signal_children(int number) {
    char piece[8192] __attribute__((aligned(_Alignof(struct dirent64))));
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool known = proc >= 0 && is_our_proc(proc);
    long got = known ? 1 : 0;
    while (got > 0) {
        got = syscall(SYS_getdents64, proc, piece, sizeof piece);
        for (long at = 0; at < got;) {
            const struct dirent64 *entry = (const void *)(piece + at);
            signal_if_ours(proc, entry->d_name, number);
            at += entry->d_reclen;
        }
    }
    un_process_close(&proc);
    return known;
}

/* --- how it ends ------------------------------------------------------------------------------ */

/* Takes the status of all that has ended. false: no child is left. */
static bool reap(keeper *k) {
    for (;;) {
        int status = 0;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid < 0 && errno == EINTR)
            continue;
        if (pid <= 0)
            return pid == 0;
        if (pid == k->command) {
            k->reaped = true;
            k->status = status;
        }
    }
}

/* Sends it to all children until none is left, or so many nanoseconds have passed. */
static bool end_children(keeper *k, int number, int64_t patience) {
    int64_t deadline = un_os_monotonic() + patience;
    int pause = 1;
    bool known = signal_children(number);
    while (reap(k) && known && un_process_left(deadline) > 0) {
        poll(NULL, 0, pause);
        pause = pause * 2 < PAUSE_MOST ? pause * 2 : PAUSE_MOST;
        signal_children(number);
    }
    return !reap(k);
}

/* A child that waits for a disk does not end before it; it is left behind in time. */
static void kill_all(keeper *k) {
    end_children(k, SIGKILL, UN_KEEPER_KILLING);
}

/* What a command has left behind: a daemon, a job in the background. */
static void end_rest(keeper *k) {
    if (reap(k) && !end_children(k, SIGTERM, UN_KEEPER_GRACE))
        kill_all(k);
}

void un_keeper_end_all(void) {
    keeper k = {.command = -1};
    kill_all(&k);
}

static void tell_to_end(keeper *k) {
    k->told = true;
    k->deadline = un_os_monotonic() + UN_KEEPER_GRACE;
    /* It may have moved to another group. What was stopped hears of it only when it goes on. */
    kill(k->command, SIGTERM);
    kill(-k->command, SIGTERM);
    kill(-k->command, SIGCONT);
}

/* Nobody would continue it. */
static void end_if_stopped(keeper *k) {
    siginfo_t info = {0};
    if (k->told || waitid(P_PID, (id_t)k->command, &info, WSTOPPED | WNOHANG) != 0 ||
        info.si_pid != k->command)
        return;
    un_keeper_tell(k->about->news, UN_NEWS_STOPPED, info.si_status);
    tell_to_end(k);
}

/* What a stranger sends to the parent of the command is meant for the caller. */
static void take_signal(keeper *k) {
    struct signalfd_siginfo info;
    if (read(k->signals, &info, sizeof info) != (ssize_t)sizeof info || info.ssi_signo == SIGCHLD)
        return;
    if (info.ssi_signo != UN_KEEPER_END || (pid_t)info.ssi_pid != k->about->caller)
        kill(k->about->caller, (int)info.ssi_signo);
    else if (!k->told)
        tell_to_end(k);
}

/* Waits for what a signal or the caller's end has to say. milliseconds < 0: for ever. */
static void await_news(keeper *k, int milliseconds) {
    struct pollfd fds[] = {{k->signals, POLLIN, 0}, {k->about->caller_ended, POLLIN, 0}};
    if (k->about->caller_ended < 0 && (milliseconds < 0 || milliseconds > LOOK))
        milliseconds = LOOK;
    int ready = un_process_poll(fds, 2, milliseconds);
    k->gone = k->gone || (ready > 0 && fds[1].revents) || getppid() != k->about->caller;
    if ((ready < 0 || (ready > 0 && fds[0].revents)) && !k->gone)
        take_signal(k);
}

/* Whether the command has ended; it is not reaped here. Others that have ended are in the way. */
static bool has_ended(const keeper *k) {
    for (;;) {
        siginfo_t info = {0};
        int failed = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
        if (failed && errno == EINTR)
            continue;
        if (failed || info.si_pid == k->command)
            return true;
        if (info.si_pid == 0)
            return false;
        waitpid(info.si_pid, NULL, WNOHANG);
    }
}

static void watch_signals(keeper *k) {
    sigset_t watched;
    sigemptyset(&watched);
    sigaddset(&watched, SIGCHLD);
    sigaddset(&watched, UN_KEEPER_END);
    for (const int *asked = un_process_asked; *asked; asked++)
        sigaddset(&watched, *asked);
    k->signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
}

_Noreturn void un_keep(pid_t command, const un_keeping *about) {
    keeper k = {.about = about, .command = command};
    watch_signals(&k);
    /* Who cannot hear whether to end it ends it. */
    k.gone = k.signals < 0;
    while (!has_ended(&k) && !k.gone) {
        end_if_stopped(&k);
        int left = k.told ? un_process_left(k.deadline) : -1;
        if (left == 0)
            break;
        await_news(&k, left);
    }
    if (k.told || k.gone) {
        /* While the leader is not reaped, nobody else has the number of the group. */
        kill(command, SIGKILL);
        kill(-command, SIGKILL);
        kill_all(&k);
    } else {
        k.reaped = waitpid(command, &k.status, WNOHANG) == command;
        end_rest(&k);
    }
    un_keeper_tell(about->news, k.reaped ? UN_NEWS_ENDED : UN_NEWS_LEFT, k.status);
    _exit(0);
}
