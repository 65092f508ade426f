#include "spawn.h"
#include "keeper.h"
#include "process.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

typedef struct start {
    char *const *argv;
    const char *directory; /* may be NULL */
    const char **environment;
    const sigset_t *mask;
    int output, errors; /* where the command prints */
    un_keeping keeping;
} start;

/* --- in the keeper and in the command: async-signal-safe calls only ----------------------------
 */

/* It dies with its keeper, though nobody but a stranger would kill that. */
static _Noreturn void become(const start *s, pid_t keeper) {
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != keeper)
        _exit(126);
    un_keeper_tell(s->keeping.news, UN_NEWS_STARTED, getpid());
    if ((!s->directory || chdir(s->directory) == 0) &&
        un_process_redirect(s->output, STDOUT_FILENO) &&
        un_process_redirect(s->errors, STDERR_FILENO)) {
        un_process_usual_signals(s->mask);
        environ = (char **)(void *)s->environment;
        execvp(s->argv[0], s->argv);
    }
    un_keeper_tell(s->keeping.news, UN_NEWS_NOT_EXECUTED, errno);
    _exit(127);
}

/* Nothing of the host's stays open: no lock, no end of a pipe. */
static bool let_go(const start *s) {
    const int kept[] = {s->output, s->errors, s->keeping.news, s->keeping.caller_ended};
    un_process_keep_only(kept, 4);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool led = null >= 0;
    for (int fd = 0; fd < 3; fd++)
        led = led && un_process_redirect(null, fd);
    return led;
}

static _Noreturn void keep(const start *s) {
    pid_t self = getpid(), command = -1;
    un_keeper_begin();
    if (let_go(s))
        command = _Fork();
    int sys = errno;
    if (command == 0)
        become(s, self);
    if (command < 0) {
        un_keeper_tell(s->keeping.news, UN_NEWS_NOT_STARTED, sys);
        _exit(1);
    }
    close(s->output);
    close(s->errors);
    un_keep(command, &s->keeping);
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

/* Signals are blocked meanwhile, for the keeper must not run a handler of the host's. */
static pid_t fork_keeper(const start *s) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t keeper = fork();
    if (keeper == 0)
        keep(s);
    int sys = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = sys;
    return keeper;
}

/* Returns errno. */
static int start_keeper(un_spawned *out, start *s) {
    int output[2] = {-1, -1}, errors[2] = {-1, -1}, news[2] = {-1, -1};
    if (un_process_pipe(output) && un_process_pipe(errors) && un_process_pipe(news)) {
        s->output = output[1];
        s->errors = errors[1];
        s->keeping = (un_keeping){getpid(), un_process_end(getpid()), news[1]};
        out->keeper = fork_keeper(s);
    }
    int sys = out->keeper > 0 ? 0 : errno;
    un_process_close(&output[1]);
    un_process_close(&errors[1]);
    un_process_close(&news[1]);
    un_process_close(&s->keeping.caller_ended);
    *out = (un_spawned){out->keeper, output[0], errors[0], news[0]};
    return sys;
}

un_status un_spawn(un_spawned *out, char *const *argv, const char *directory,
                   const char *const *environment, const sigset_t *mask, un_error *error) {
    *out = (un_spawned){-1, -1, -1, -1};
    const char **whole = extended_environment(environment);
    if (!whole)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    start s = {.argv = argv,
               .directory = directory,
               .environment = whole,
               .mask = mask,
               .keeping = {.caller_ended = -1}};
    int sys = start_keeper(out, &s);
    free(whole);
    if (sys)
        return un_fail_system(error, sys, argv[0], "cannot start this command");
    fcntl(out->output, F_SETFL, O_NONBLOCK);
    fcntl(out->errors, F_SETFL, O_NONBLOCK);
    fcntl(out->news, F_SETFL, O_NONBLOCK);
    return UN_OK;
}
