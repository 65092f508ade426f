/*
 * spawn.h: start a command under a keeper (keeper.h) and hold what it prints by two pipes; between
 * child.c and spawn.c only.
 */
#ifndef UN_SPAWN_H
#define UN_SPAWN_H

#include "core/error.h"
#include <signal.h>

typedef struct un_spawned {
    pid_t keeper;
    int output, errors; /* to be closed by the caller, also after a failure; -1: closed */
    int news;           /* so is this, by which the keeper tells un_news */
} un_spawned;

/*
 * Has a keeper start argv[0], looked up in PATH, in `directory` (NULL: where we are) and a session
 * of its own, with /dev/null as standard input, no other descriptor above 2, the signals of `mask`
 * blocked, and `environment` (may be NULL) over ours. Does not wait for it: whether it could be
 * executed is news. Reading from the three does not block.
 */
un_status un_spawn(un_spawned *out, char *const *argv, const char *directory,
                   const char *const *environment, const sigset_t *mask, un_error *error);

#endif
