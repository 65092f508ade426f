#include "inquiry.h"
#include "answer.h"
#include "os.h"
#include "process.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Milliseconds that a child may take to end which was killed. One that waits for a disk takes more.
 */
#define PARTING 100

/* --- the child -------------------------------------------------------------------------------- */

/* That nobody listens, and that a file may not grow, write tells it. */
static void reset_signals(void) {
    sigset_t none;
    sigemptyset(&none);
    signal(SIGALRM, SIG_DFL);
    signal(SIGCHLD, SIG_DFL);
    un_process_usual_signals(&none);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

static void silence(void) {
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; null >= 0 && fd < 3; fd++)
        un_process_redirect(null, fd);
}

static _Noreturn void answer_in_child(un_inquiry ask, void *context, int output, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    reset_signals();
    silence();
    un_process_keep_only(&output, 1);
    ask(context, output);
    _exit(0);
}

/* --- the caller ------------------------------------------------------------------------------- */

/* What has not ended when we are done with it is killed. A host that reaps every child, or ignores
 * them, takes its status, which is no failure. */
un_status un_inquire(un_bytes *answer, un_inquiry ask, void *context, int64_t milliseconds,
                     size_t limit, un_error *error) {
    int ends[2];
    int64_t deadline = un_os_monotonic() + milliseconds * 1000000;
    pid_t parent = getpid();
    un_process_reap();
    un_status status;
    *answer = (un_bytes){.room = 0};
    if (!un_process_pipe(ends))
        return un_fail_system(error, errno, NULL, "cannot make a pipe");
    pid_t child = fork();
    if (child == 0)
        answer_in_child(ask, context, ends[1], parent);
    int sys = errno;
    un_process_close(&ends[1]);
    if (child > 0) {
        status = un_answer_hear(answer, ends[0], -1, deadline, limit, error);
        kill(child, SIGKILL);
        un_process_part(child, PARTING);
    } else {
        status = un_fail_system(error, sys, NULL, "cannot start a process");
    }
    un_process_close(&ends[0]);
    return status;
}
