/*
 * silence.h: what an open handle remembers of silences: that they hold, and what they rest on.
 *
 * A host that asks all day is mostly told what it was told a moment ago. So long as everything that
 * a silence rests on is as it was (lua/bind/evidence.h), and its time has not come, the handle
 * gives it again without its Lua. A minute later it is asked anew, for the words tell how long ago
 * things were. Some dozens of ways of asking are remembered, the latest.
 */
#ifndef UN_SILENCE_H
#define UN_SILENCE_H

#include "upnudge.h"
#include <stdbool.h>

typedef struct un_silences un_silences;

/* NULL: there is no memory, and nothing will be remembered. Free it. */
un_silences *un_silences_new(void);

/* NULL: nothing. */
void un_silences_free(un_silences *silences);

/*
 * Whether a silence holds that was the answer to the same question: *out is that, with texts that
 * live until the next call. If not, what is looked at from here on is the evidence of the answer to
 * come. NULL: none holds.
 */
bool un_silences_recall(un_silences *silences, const upnudge_activation *asked,
                        upnudge_notice *out);

/* The answer, in the place of another one, of which un_silences_counted has told; until: how long
 * it holds, in seconds UTC, 0 for not at all. Ends the evidence. */
void un_silences_keep(un_silences *silences, const upnudge_notice *answer, int64_t until);

/* What was given again. */
typedef struct un_counted {
    const char *environment, *code, *rule; /* rule: NULL where none wanted it */
    int64_t times, since, last;            /* times, and seconds UTC */
} un_counted;

/* Tells of each silence that was given again since the last time, for logs. */
void un_silences_counted(un_silences *silences,
                         void (*tell)(void *context, const un_counted *counted), void *context);

#endif
