/*
 * activation.h: `upnudge notify` with its usual options, straight to the C API. Both programs of
 * the command have it: the small one, and the full one that it becomes when a policy needs more.
 */
#ifndef UN_ACTIVATION_H
#define UN_ACTIVATION_H

#include "lua/api/upnudge.h"
#include <stdbool.h>

/* How often --set may stand here. */
#define UN_ACTIVATION_SAID 32

typedef struct un_activation {
    upnudge_options runtime;
    upnudge_activation about; /* its attributes are not set: see un_activation_notify */
    const char *said[UN_ACTIVATION_SAID + 1];
    int said_count;
    bool exit_code; /* whether a notice, or else a check, is told by the exit code */
    bool project;   /* whether about.environment is where the search for it begins */
    bool check;     /* whether a check is started that is due */
} un_activation;

/* What follows the word "notify". false: something that only the full command understands. */
bool un_activation_read(un_activation *options, int count, char **arguments);

/* Nothing that happens to an activation of the full program makes it fail: it takes no longer than
 * its deadline, and that nobody reads what it says any more ends it not. */
void un_activation_begin(void);

/* Whether an answer stands that makes asking needless: silence, and no check is due. What is asked
 * after it leaves one (standing.h). */
bool un_activation_stands(const un_activation *options);

/* Tells what there is to tell on standard error, and that nobody reads it is no failure. The exit
 * code; whatever fails is silence and 0. The deadline runs already. */
int un_activation_notify(const un_activation *options);

/* Whether it has told something: who began again would find that it was told. */
bool un_activation_has_spoken(void);

#endif
