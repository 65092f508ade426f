/*
 * ours.h: whether a file is ours to touch, and still the one at its path.
 *
 * What somebody else owns is never written, locked or believed: so `sudo tool activate` leaves
 * nothing of root's in a user's directories, and nobody makes us read what they prepared.
 */
#ifndef UN_OURS_H
#define UN_OURS_H

#include "os.h"
#include <errno.h>

static inline bool un_is_ours(const struct stat *found) {
    return found->st_uid == un_os_user();
}

static inline bool un_is_our_file(const struct stat *found) {
    return S_ISREG(found->st_mode) && un_is_ours(found);
}

/* Whether a file that could not be opened, which errno `sys` says why, is closed to us because it
 * is somebody else's. */
static inline bool un_is_closed_to_us(int dir, const char *path, int sys) {
    struct stat found;
    return sys == EACCES && un_os_stat(dir, path, &found, false) == 0 && !un_is_ours(&found);
}

/* Whether `path` still leads to the file that was examined, which somebody may have replaced. */
static inline bool un_is_still_at(const struct stat *held, int dir, const char *path) {
    struct stat there;
    return un_os_stat(dir, path, &there, false) == 0 && held->st_dev == there.st_dev &&
           held->st_ino == there.st_ino;
}

#endif
