/*
 * role.h: what each process does, with the C API, and what came of it.
 */
#ifndef SIMULATION_ROLE_H
#define SIMULATION_ROLE_H

#include "lua/api/upnudge.h"
#include "world.h"

#define ROLE_ENVIRONMENT "/home/project"
#define ROLE_STATE       "/home/state"
/* Seconds within which the policy speaks once, and for which a snooze is. */
#define ROLE_WINDOW       3600
#define ROLE_SNOOZE_LASTS 600
/* How often a host that stays open asks. */
#define ROLE_NOTICES 3
/* The result that is there when a run begins, and that of whom comes when it is over; that of
 * process N is N + ROLE_FIRST. */
#define ROLE_KNOWN 1U
#define ROLE_FIRST 10U
#define ROLE_LAST  99U

/* One answer; times in seconds between which it was given. */
typedef struct told {
    bool is_notified;
    int64_t from, to;
    unsigned began; /* world_order */
    unsigned cuts;  /* before it */
    upnudge_reason reason;
} told;

typedef struct outcome {
    upnudge_status status; /* of the last that failed; OK: nothing did */
    upnudge_reason reason;
    char words[200];
    told told[ROLE_NOTICES];
    unsigned told_count;
    /* world_order, 0 what has not come: the check was begun, its commit came back; somebody's
     * choice was taken. */
    unsigned began, committed, chosen, forgot_began, forgot;
    int64_t began_at, chosen_at; /* seconds */
    unsigned cuts;               /* before it was done */
} outcome;

/* Opens a handle for each process under a strategy, in the world as it is: who is asked later is a
 * host that has been at work for a while, in another environment. */
void role_open(strategy which);
/* Those of a schedule's processes. */
void role_play(unsigned number);

/* The same for who is outside. */
void role_notify(strategy which, outcome *out);
void role_check(strategy which, unsigned version, outcome *out);

outcome *role_outcome(unsigned number);
/* Files and policies as they are before anything has happened. */
void role_furnish(void);
/* The lockfile that upgrade `version` would produce. */
void role_lockfile(char *out, size_t room, unsigned version);

#endif
