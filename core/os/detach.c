#include "detach.h"
#include "os.h"
#include "process.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the middle process: ends it with an errno, or returns in the one that is left alone. */
static void leave_session(int null, int log, const int *kept, int count) {
    setsid();
    pid_t alone = fork();
    if (alone != 0)
        _exit(alone < 0 ? errno : 0);
    un_process_redirect(null, STDIN_FILENO);
    un_process_redirect(null, STDOUT_FILENO);
    un_process_redirect(log, STDERR_FILENO);
    un_process_keep_only(kept, count);
}

/* The middle process ends at once. Where children are ignored it leaves no status, which is no
 * failure. */
static int errno_of_middle(pid_t middle) {
    int status = 0;
    return un_process_wait(middle, &status) == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

/* Two forks, because the leader of a session could get a terminal again and its child cannot. */
un_status un_detach(bool *parent, int log, const int *kept, int count, un_error *error) {
    un_status status = UN_OK;
    int spare = -1;
    /* A copy, for the log may be one of the first three. */
    int null = un_os_open(AT_FDCWD, "/dev/null", O_RDWR, 0);
    if (null >= 0)
        spare = fcntl(log >= 0 ? log : null, F_DUPFD_CLOEXEC, 3);
    pid_t middle = spare < 0 ? -1 : fork();
    int sys = errno;
    *parent = middle != 0;
    if (middle == 0) {
        leave_session(null, spare, kept, count);
        return UN_OK;
    }
    if (middle > 0)
        sys = errno_of_middle(middle);
    if (middle < 0 || sys)
        status = un_fail_system(error, sys, NULL, "cannot go to the background");
    un_process_close(&null);
    un_process_close(&spare);
    return status;
}
