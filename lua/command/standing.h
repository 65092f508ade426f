/*
 * standing.h: the standing answer: silence that holds until something changes.
 *
 * Most activations find what the last one found. So whoever finds silence writes down, in the file
 * `standing` beside the record, until when it holds and what it rests on (lua/bind/evidence.h).
 * Whoever comes next looks whether all of that is as it was, and is silent before any Lua has
 * started. The file has a line for each way of asking, the latest first, a few at most. Outside of
 * all projects there is no record, and the file stands in the place of the records; its answers
 * hold until a lockfile or a record may have come:
 *
 *     standing 1 COUNT SINCE UNTIL ASKED RESTS CODE RULE TAB NAMES LF
 *
 * COUNT, ten digits, is how often it was found to hold, counted in place. SINCE and UNTIL are
 * seconds UTC. ASKED is the digest of the way of asking and of the build, RESTS that of the
 * evidence whose NAMES follow. RULE is the rule that wanted silence, or "-". A file that says
 * anything else, is not ours alone or is too large counts as none. Whatever it says, it makes
 * nobody speak.
 */
#ifndef UN_STANDING_H
#define UN_STANDING_H

#include "activation.h"
#include "lua/api/silence.h"
#include "lua/bind/evidence.h"
#include <limits.h>

/* Bytes of the file. */
#define UN_STANDING_LIMIT ((size_t)24 << 10)

typedef struct un_standing {
    bool possible;       /* whether there is a place for an answer */
    const char *subject; /* the canonical path of what is asked about */
    const char *place;   /* the directory of the records */
    un_digest asked;
    int64_t now; /* seconds UTC, of the question; it may be made up */
    /* The subject, the place, and what there is on the way, one behind the other: each page that a
     * process touches costs it as much as several system calls. */
    size_t used;
    char room[4 * PATH_MAX + UN_STANDING_LIMIT];
    un_counted dropped; /* how often the answers stood that gave way; times 0: never */
    char words[512];    /* of those */
    un_evidence evidence;
} un_standing;

/*
 * Whether an answer stands: nothing is to be said then, and no check to be started. If none does,
 * *standing is for the one that comes of asking, and its evidence is filled from here on. Writes
 * nothing but a count. Blocks as the file system does. For a process that ends after it: the files
 * of an answer that stands stay open.
 */
bool un_standing_holds(un_standing *standing, const un_activation *asked);

/* The silence that came of asking. */
typedef struct un_silence {
    const char *environment; /* the canonical path; NULL: there is none */
    int64_t until;           /* seconds UTC; not in the future: it does not hold */
    const char *code;        /* the name of its reason */
    const char *rule;        /* that wanted it; NULL: none did */
} un_silence;

/* Ends the evidence and leaves the answer, if it is one that others can rely on; standing->dropped
 * tells of those that gave way to it. That it cannot be written is no failure. */
void un_standing_leave(un_standing *standing, const un_silence *silence);

#endif
