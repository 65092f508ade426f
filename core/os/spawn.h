/*
 * spawn.h: start a command and hold what it prints by two pipes; between child.c and spawn.c only.
 */
#ifndef UN_SPAWN_H
#define UN_SPAWN_H

#include "core/error.h"
#include <signal.h>

typedef struct un_spawned {
    pid_t pid;
    int output, errors; /* to be closed by the caller, also after a failure; -1: closed */
} un_spawned;

/*
 * Starts argv[0], looked up in PATH, in a process group of its own, with /dev/null as standard
 * input, no other descriptor above 2, the signals of `mask` blocked, and `environment` (may be
 * NULL) over ours. Reading what it prints does not block. A command that cannot be executed is an
 * error that names it.
 */
un_status un_spawn(un_spawned *out, char *const *argv, const char *const *environment,
                   const sigset_t *mask, un_error *error);

#endif
