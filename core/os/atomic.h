/*
 * atomic.h: replace a file all or nothing.
 *
 *     un_atomic file = {0};
 *     if (un_atomic_begin(&file, dir, "record.json", &error) == UN_OK) {
 *         un_atomic_write(&file, bytes);              errors are sticky: checked once, at commit
 *         status = un_atomic_commit(&file, true, &error);
 *     }
 *     un_atomic_abandon(&file);                       does nothing after a commit
 *
 * The bytes go to a temporary in the same directory, which is synced, renamed over the target and
 * made to last by syncing the directory. Whatever fails, the target is the old one or the new one,
 * and the temporary is removed. A failed fsync is never tried again: the kernel may have dropped
 * the pages, so a second one would lie.
 *
 * A writer holds a lock on its temporary while it lives. So a temporary that can be locked belongs
 * to a writer that died, whatever its age, and un_atomic_sweep removes it. Where the file system
 * has no locks the name of a temporary says who its writer is (owner.h).
 */
#ifndef UN_ATOMIC_H
#define UN_ATOMIC_H

#include "core/error.h"
#include "owner.h"

typedef struct un_atomic {
    bool open;
    int dir; /* borrowed: the caller's, open until commit or abandon */
    int fd;
    un_error error; /* the first that failed */
    char temporary[UN_OWNER_TEMPORARY];
    char target[64];
} un_atomic;

/*
 * Opens a temporary for `name` (at most 63 bytes, no slash) in the open directory `dir`. The
 * target's permissions are kept where it exists, else 0600. A target that is no regular file, or
 * is owned by somebody else, is UN_FOREIGN.
 */
un_status un_atomic_begin(un_atomic *file, int dir, const char *name, un_error *error);

void un_atomic_write(un_atomic *file, un_slice bytes);

/*
 * Puts the file in its place. durable: sync the file before and the directory after the rename, so
 * that it outlives a power cut; otherwise it outlives only the process (enough, and 100 times
 * faster, where losing the newest state costs little). Blocks as fsync does. The file is closed
 * whatever happens.
 */
un_status un_atomic_commit(un_atomic *file, bool durable, un_error *error);

/* Gives up: removes the temporary. Idle and repeated calls do nothing. */
void un_atomic_abandon(un_atomic *file);

/* begin, write, commit in one. */
un_status un_atomic_replace(int dir, const char *name, un_slice bytes, bool durable,
                            un_error *error);

/*
 * The same, durable, for a file that nobody looks for before another names it, as content by its
 * digest: one that is not there yet is written where it will be, for a temporary less. A death on
 * the way may leave it in part, and the next call replaces it.
 */
un_status un_atomic_place(int dir, const char *name, un_slice bytes, un_error *error);

/*
 * Replaces file `name` in the directory at `path`, whoever's that is, for everybody to read (mode
 * 0644): for what other programs pick up there. As un_atomic_replace otherwise, and not durable.
 */
un_status un_atomic_publish(const char *path, const char *name, un_slice bytes, un_error *error);

/*
 * Whether a replacement by `size` bytes would succeed just now, with the errors of un_atomic_begin
 * and un_atomic_commit. It is written, to a file without a name that is gone at the end: so that a
 * full disk shows, and nothing is left. Where no such file can be had, it is taken that it would.
 */
un_status un_atomic_probe(int dir, const char *name, size_t size, un_error *error);

/*
 * Removes the temporaries that dead writers left in `dir`. Reports how many in *removed (may be
 * NULL). Temporaries of living writers stay.
 */
un_status un_atomic_sweep(int dir, size_t *removed, un_error *error);

#endif
