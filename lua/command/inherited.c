#include "inherited.h"
#include "core/os/os.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
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

/* What is enough for whatever policy (upnudge.h), and what for an ordinary one. */
#define STACK_WANTED ((size_t)512 << 10)
#define STACK_NEEDED ((size_t)64 << 10)

static bool take_stack(void) {
    return un_os_widen_stack(STACK_WANTED) >= STACK_NEEDED;
}

bool un_inherited_settle_activation(void) {
    un_os_keep_user();
    return take_stack();
}

void un_inherited_stop_timers(void) {
    stop(ITIMER_VIRTUAL);
    stop(ITIMER_PROF);
}

bool un_inherited_settle(void) {
    take_descriptors();
    stop(ITIMER_REAL);
    signal(SIGCHLD, SIG_DFL);
    signal(SIGXFSZ, SIG_IGN);
    un_inherited_stop_timers();
    return un_inherited_settle_activation();
}

/* Several times what it takes. */
static bool has_room(int resource, rlim_t room) {
    struct rlimit limit;
    return getrlimit(resource, &limit) != 0 || limit.rlim_cur >= room;
}

bool un_inherited_could_start(void) {
    int spare = un_os_occupy();
    if (spare >= 0)
        un_os_close(spare);
    return take_stack() && spare >= 0 && has_room(RLIMIT_AS, (rlim_t)32 << 20) &&
           has_room(RLIMIT_DATA, (rlim_t)4 << 20);
}
