#include "start.h"
#include "os.h"
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <unistd.h>

#define NOWHERE "/dev/null"

/* Where standard input, output and error lead. Returns errno, as posix_spawn does. */
static int direct(posix_spawn_file_actions_t *files, int line) {
    int sys = 0;
    for (int fd = STDIN_FILENO; !sys && fd <= STDERR_FILENO; fd++)
        sys = line >= 0 && fd != STDERR_FILENO
                  ? posix_spawn_file_actions_adddup2(files, line, fd)
                  : posix_spawn_file_actions_addopen(files, fd, NOWHERE, O_RDWR, 0);
    return sys;
}

/* Handlers are gone after exec; what the host ignores or blocks is as usual, too. */
static int usual_signals(posix_spawnattr_t *attributes, bool alone) {
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int sys = posix_spawnattr_setsigdefault(attributes, &all);
    if (!sys)
        sys = posix_spawnattr_setsigmask(attributes, &none);
    if (!sys)
        sys = posix_spawnattr_setflags(attributes,
                                       (short)(alone ? flags | POSIX_SPAWN_SETSID : flags));
    return sys;
}

/* The words are constants to the program. */
int un_start_program(pid_t *child, const un_start *start) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    int sys = posix_spawn_file_actions_init(&files);
    if (sys)
        return sys;
    sys = posix_spawnattr_init(&attributes);
    if (!sys) {
        sys = direct(&files, start->line);
        if (!sys)
            sys = usual_signals(&attributes, start->alone);
        if (!sys)
            sys = posix_spawn(child, start->program, &files, &attributes,
                              (char *const *)(uintptr_t)start->words, un_os_environment());
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&files);
    return sys;
}
