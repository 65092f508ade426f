/*
 * standin.h: a file that stands in for a lock, on a file system that has none.
 *
 *     un_standin held = {.dir = -1};
 *     status = un_standin_try(&held, dir, "check.lock", &error);     UN_BUSY: somebody else has it
 *     ... work ...
 *     un_standin_release(&held);                                     does nothing when not held
 *
 * "check.lock.held" is there while somebody holds the lock, and says who (owner.h). It comes by
 * link(2) from a temporary that is written already: so it is never half a file, and of many who
 * link one succeeds, on NFS of any age, too. (O_EXCL was first made atomic there by version 3;
 * open(2) therefore recommends this way, and not to believe the answer of link, which may be that
 * of a repeated request, but to look: RFC 1813, sections 3.3.8, 3.3.15 and 4.5.)
 *
 * One whose owner is gone is replaced by rename(2), which leaves no moment without one. Who does
 * that holds a stand-in of its own for it, "check.lock.held.held", and looks again when he has it.
 * So a file of a process that is gone is changed by nobody between that look and the rename: its
 * owner cannot, and others need that second stand-in. It, in turn, is replaced in the same way,
 * as often as it takes, which is once for every process that was killed in the very middle of it.
 */
#ifndef UN_STANDIN_H
#define UN_STANDIN_H

#include "core/error.h"
#include "owner.h"

/* Room for a name with all that is added to it, and for what is in the file. */
#define UN_STANDIN_NAME 96
#define UN_STANDIN_TEXT (UN_OWNER_TEXT + 20 + UN_OWNER_MACHINE)

typedef struct un_standin {
    bool held;
    int dir; /* its own */
    pid_t by;
    char name[UN_STANDIN_NAME];
    char text[UN_STANDIN_TEXT];
} un_standin;

/*
 * Takes the place of the lock `name` (at most 63 bytes) in the open directory `dir`, at once, or
 * returns UN_BUSY. UN_SYSTEM with ENOLCK where it cannot: the message says why, and what to do.
 */
un_status un_standin_try(un_standin *out, int dir, const char *name, un_error *error);

/* Whether un_standin_try would find it free; changes nothing. */
un_status un_standin_probe(int dir, const char *name, un_error *error);

/* Removes it if it is one's own still. In a child that was forked: leaves it to the parent. */
void un_standin_release(un_standin *held);

/*
 * In a child that was forked, whose parent parts with it: it is the child's from now on. UN_BUSY:
 * the parent ended before, and somebody has taken over. Whatever fails, the child has none then.
 * The parent waits for that, a second at most, for a file of a process that has ended is anybody's.
 */
un_status un_standin_adopt(un_standin *held, un_error *error);
void un_standin_part(un_standin *held);

/* Who holds it, for people. */
typedef struct un_holder {
    char machine[UN_OWNER_MACHINE];
    pid_t pid;
    int64_t since; /* seconds UTC, by the clock of the file system */
    bool near;     /* a process that is seen from here */
} un_holder;

/* UN_NOT_FOUND: nobody. */
un_status un_standin_holder(un_holder *out, int dir, const char *name, un_error *error);

#endif
