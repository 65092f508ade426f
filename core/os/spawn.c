#include "spawn.h"
#include "process.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* --- in the child, between fork and exec: async-signal-safe calls only ------------------------ */

/* A handler of the host's must not run in the child; what it ignores stays ignored. */
static void reset_signals(const sigset_t *mask) {
    for (const int *asked = un_process_asked; *asked; asked++)
        if (!un_process_ignores(*asked))
            signal(*asked, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    pthread_sigmask(SIG_SETMASK, mask, NULL);
}

static _Noreturn void become(char *const *argv, int output, int errors, int report,
                             const sigset_t *mask) {
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    setpgid(0, 0);
    if (null >= 0 && un_process_redirect(null, STDIN_FILENO) &&
        un_process_redirect(output, STDOUT_FILENO) && un_process_redirect(errors, STDERR_FILENO)) {
        un_process_mark_from(3);
        reset_signals(mask);
        execvp(argv[0], argv);
    }
    int sys = errno;
    _exit(write(report, &sys, sizeof sys) == (ssize_t)sizeof sys ? 127 : 126);
}

/* --- its environment -------------------------------------------------------------------------- */

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

/* --- in the caller ---------------------------------------------------------------------------- */

/* Returns errno. *report: what says why exec failed, and ends when it did not. */
static int fork_child(un_spawned *out, char *const *argv, const char **environment,
                      const sigset_t *mask, int *report) {
    int output[2] = {-1, -1}, errors[2] = {-1, -1}, status[2] = {-1, -1};
    if (pipe2(output, O_CLOEXEC) == 0 && pipe2(errors, O_CLOEXEC) == 0 &&
        pipe2(status, O_CLOEXEC) == 0)
        out->pid = fork();
    if (out->pid == 0) {
        environ = (char **)(void *)environment;
        become(argv, output[1], errors[1], status[1], mask);
    }
    int sys = out->pid > 0 ? 0 : errno;
    un_process_close(&output[1]);
    un_process_close(&errors[1]);
    un_process_close(&status[1]);
    out->output = output[0];
    out->errors = errors[0];
    *report = status[0];
    return sys;
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
static un_status await_exec(const un_spawned *child, int report, const char *command,
                            un_error *error) {
    setpgid(child->pid, child->pid);
    fcntl(child->output, F_SETFL, O_NONBLOCK);
    fcntl(child->errors, F_SETFL, O_NONBLOCK);
    int sys = read_report(report);
    if (sys == 0)
        return UN_OK;
    un_process_wait(child->pid, NULL);
    return un_fail_system(error, sys, command, "cannot run this command");
}

un_status un_spawn(un_spawned *out, char *const *argv, const char *const *environment,
                   const sigset_t *mask, un_error *error) {
    int report = -1;
    *out = (un_spawned){-1, -1, -1};
    const char **whole = extended_environment(environment);
    if (!whole)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    int sys = fork_child(out, argv, whole, mask, &report);
    un_status status = sys ? un_fail_system(error, sys, argv[0], "cannot start this command")
                           : await_exec(out, report, argv[0], error);
    un_process_close(&report);
    free(whole);
    return status;
}
