#include "process.h"
#include "os.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
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

static int most_descriptors(void) {
    long most = sysconf(_SC_OPEN_MAX);
    return most > 0 && most < 65536 ? (int)most : 65536;
}

/* One by one where the kernel is older than close_range. */
void un_process_close_from(int first) {
    if (close_range((unsigned)first, ~0U, 0) == 0)
        return;
    for (int fd = first, most = most_descriptors(); fd < most; fd++)
        close(fd);
}

void un_process_mark_from(int first) {
    if (close_range((unsigned)first, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
        return;
    for (int fd = first, most = most_descriptors(); fd < most; fd++)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
}

void un_process_close(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
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
