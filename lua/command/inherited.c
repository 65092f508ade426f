#include "inherited.h"
#include "core/os/os.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>
#include <unistd.h>

/* The lowest number that is free is the one that is missing, for those below are taken. */
static void take_descriptors(void) {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && un_os_occupy() < 0)
            return;
}

static void stop(int timer) {
    static const struct itimerval off;
    setitimer(timer, &off, NULL);
}

void un_inherited_settle_activation(void) {
    stop(ITIMER_VIRTUAL);
    stop(ITIMER_PROF);
    un_os_keep_user();
}

void un_inherited_settle(void) {
    take_descriptors();
    stop(ITIMER_REAL);
    un_inherited_settle_activation();
    signal(SIGCHLD, SIG_DFL);
    signal(SIGXFSZ, SIG_IGN);
}
