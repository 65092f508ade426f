/*
 * lock.h: advisory locks between processes that die with their holder.
 *
 * An open-file-description lock on a file that is never renamed or unlinked. Calling sequence:
 *
 *     un_lock lock = {0};
 *     status = un_lock_try(&lock, dir, "check.lock", &error);     UN_BUSY: somebody else has it
 *     ... work ...
 *     un_lock_release(&lock);                                     does nothing when not held
 *
 * After acquiring, the file locked is still the one at that path: a lock file that was replaced
 * meanwhile is opened again. The kernel frees the lock when the last descriptor of the open file
 * goes, so a killed holder frees it at once. A child that was forked without exec shares the
 * descriptor and keeps the lock alive: a forking host closes or execs (descriptors are
 * close-on-exec) in the child.
 *
 * Where the file system has no locks a file beside stands in for each (standin.h). It does all of
 * the above, but that one of a killed process is freed by the next who wants it; it belongs to the
 * process that took it, not to its forked children (but un_lock_adopt); and exec does not free it:
 * release it before. A file system has to have locks for all who use it, or for none of them: a
 * machine that mounted it with locks of its own (nolock) is excluded from neither.
 */
#ifndef UN_LOCK_H
#define UN_LOCK_H

#include "standin.h"

typedef struct un_lock {
    bool held;
    int fd;
    un_standin standin;
} un_lock;

/*
 * Takes the lock at once or returns UN_BUSY. Creates the file (mode 0600) where it is missing.
 * A symbolic link, or a file owned by somebody else, is UN_FOREIGN. `dir` is an open directory or
 * AT_FDCWD; `name` is used in messages.
 */
un_status un_lock_try(un_lock *lock, int dir, const char *name, un_error *error);

/*
 * As un_lock_try, but waits up to `milliseconds`, polling with growing, jittered pauses (1 to
 * 50 ms). UN_BUSY when the time is over. Blocks; uses no signal.
 */
un_status un_lock_wait(un_lock *lock, int dir, const char *name, int64_t milliseconds,
                       un_error *error);

/*
 * Whether un_lock_try would succeed just now, with its errors; takes no lock and creates no file,
 * so that nobody else notices.
 */
un_status un_lock_probe(int dir, const char *name, un_error *error);

/*
 * A note of the holder for the next one: two times in seconds, which the lock's file bears as its
 * own. Unlike all else it takes no room, so that it can be left where nothing can be written. A
 * lock that bears none has `until` no later than `from`.
 */
un_status un_lock_note(const un_lock *lock, int64_t from, int64_t until, un_error *error);
un_status un_lock_noted(const un_lock *lock, int64_t *from, int64_t *until, un_error *error);

/*
 * A holder goes on in a child that it forks, which keeps these descriptors open: how many there
 * are, none of a lock that is not held. Then the child adopts it (UN_BUSY: the parent ended before,
 * and somebody has it, which only happens where a file stands in for it; the child holds none
 * then), and the parent parts with it: it holds it no more, and does not free it. There it waits
 * for the child, a second at most.
 */
int un_lock_descriptors(const un_lock *lock, int out[2]);
un_status un_lock_adopt(un_lock *lock, un_error *error);
void un_lock_part(un_lock *lock);

/* Frees the lock. Idle and repeated calls do nothing. The file stays. */
void un_lock_release(un_lock *lock);

#endif
