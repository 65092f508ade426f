#include "process.h"
#include "os.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

const int un_process_asked[] = {SIGINT, SIGTERM, SIGHUP, 0};

bool un_process_ignores(int signal) {
    struct sigaction present;
    return sigaction(signal, NULL, &present) == 0 && present.sa_handler == SIG_IGN;
}

bool un_process_redirect(int from, int to) {
    return from == to ? fcntl(from, F_SETFD, 0) == 0 : dup2(from, to) >= 0;
}

/* --- children that are left behind ------------------------------------------------------------ */

/* Nanoseconds between two looks of who has no memory to wait. */
#define BLIND 10000000
/* How long a look at a child takes where the kernel has no pidfd, in milliseconds. */
#define LOOK 5
/* More of them than these are forgotten. */
#define LEFT_MOST 64

/* Each its pidfd and 1, or its pid with a minus; 0: none. A number alone may be that of another
 * child of the host's by the time that we ask. Another thread may be at it at once. */
static _Atomic int behind[LEFT_MOST];

/* In a child they are the parent's. */
static void forget_left(void) {
    for (int i = 0; i < LEFT_MOST; i++)
        atomic_store(&behind[i], 0);
}

void un_process_usual_signals(const sigset_t *mask) {
    for (int number = 1; number < NSIG; number++)
        if (number == SIGPIPE || number == SIGXFSZ || !un_process_ignores(number))
            signal(number, SIG_DFL);
    pthread_sigmask(SIG_SETMASK, mask, NULL);
}

static int most_descriptors(void) {
    long most = sysconf(_SC_OPEN_MAX);
    return most > 0 && most < 65536 ? (int)most : 65536;
}

static long close_whole_range(unsigned first, unsigned last) {
#ifdef SYS_close_range
    return syscall(SYS_close_range, first, last, 0);
#else
    return -1;
#endif
}

/* From `first` up to `last`; one by one where the kernel is older than close_range. */
static void close_between(int first, int last) {
    if (first > last || close_whole_range((unsigned)first, (unsigned)last) == 0)
        return;
    for (int fd = first, most = most_descriptors(); fd <= last && fd < most; fd++)
        close(fd);
}

void un_process_keep_only(const int *kept, int count) {
    int first = 3;
    for (;;) {
        int next = INT_MAX;
        for (int i = 0; i < count; i++)
            if (kept[i] >= first && kept[i] < next)
                next = kept[i];
        close_between(first, next == INT_MAX ? INT_MAX : next - 1);
        if (next == INT_MAX)
            break;
        first = next + 1;
    }
    forget_left();
}

void un_process_close(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

bool un_process_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) {
        ends[0] = ends[1] = -1;
        return false;
    }
    ends[0] = un_os_above(ends[0]);
    ends[1] = un_os_above(ends[1]);
    if (ends[0] >= 0 && ends[1] >= 0)
        return true;
    int sys = errno;
    un_process_close(&ends[0]);
    un_process_close(&ends[1]);
    errno = sys;
    return false;
}

int un_process_end(pid_t pid) {
#ifdef SYS_pidfd_open
    return un_os_above((int)syscall(SYS_pidfd_open, pid, 0));
#else
    (void)pid;
    return -1;
#endif
}

void un_process_kill(int end) {
    if (end >= 0)
        syscall(SYS_pidfd_send_signal, end, SIGKILL, NULL, 0);
}

int un_process_wait(pid_t pid, int *status) {
    pid_t got;
    do
        got = waitpid(pid, status, 0);
    while (got < 0 && errno == EINTR);
    return got == pid ? 0 : errno;
}

int un_process_left(int64_t deadline) {
    int64_t left = (deadline - un_os_monotonic() + 999999) / 1000000;
    return left < 0 ? 0 : left < INT_MAX ? (int)left : INT_MAX;
}

un_process_news un_process_await(int fd, short events, int end, int64_t deadline) {
    for (;;) {
        struct pollfd news[] = {{fd, events, 0}, {end, POLLIN, 0}};
        int left = un_process_left(deadline);
        int ready = left > 0 ? poll(news, 2, left) : 0;
        if (ready > 0)
            return news[0].revents ? UN_PROCESS_READY : UN_PROCESS_ENDED;
        if (left == 0)
            return UN_PROCESS_LATE;
        if (ready < 0 && errno != EINTR)
            return UN_PROCESS_FAILED;
    }
}

static void leave(int one) {
    for (int i = 0; i < LEFT_MOST; i++) {
        int none = 0;
        if (atomic_compare_exchange_strong(&behind[i], &none, one))
            return;
    }
    if (one > 0)
        close(one - 1);
}

/* Whether it has ended, and the kernel has forgotten it. */
static bool is_over(int one) {
    siginfo_t info = {0};
    if (one < 0)
        return waitpid(-one, NULL, WNOHANG) != 0;
    return waitid(P_PIDFD, (id_t)(one - 1), &info, WEXITED | WNOHANG) != 0 || info.si_pid != 0;
}

void un_process_reap(void) {
    for (int i = 0; i < LEFT_MOST; i++) {
        int one = atomic_load(&behind[i]) ? atomic_exchange(&behind[i], 0) : 0;
        if (one && !is_over(one))
            leave(one);
        else if (one > 0)
            close(one - 1);
    }
}

void un_process_part(pid_t pid, int milliseconds) {
    un_process_part_by(un_process_end(pid), pid, milliseconds);
}

void un_process_part_by(int end, pid_t pid, int milliseconds) {
    int one = end >= 0 ? end + 1 : -pid;
    int64_t deadline = un_os_monotonic() + (int64_t)milliseconds * 1000000;
    while (!is_over(one)) {
        struct pollfd news = {end, POLLIN, 0};
        int rest = un_process_left(deadline);
        if (rest == 0) {
            leave(one);
            return;
        }
        poll(&news, 1, end >= 0 || rest < LOOK ? rest : LOOK);
    }
    un_process_close(&end);
}

int un_process_poll(struct pollfd *fds, nfds_t count, int milliseconds) {
    int ready = poll(fds, count, milliseconds);
    if (ready < 0 && errno != EINTR)
        un_os_sleep(BLIND);
    return ready;
}
