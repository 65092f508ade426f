/*
 * Runs a program, and all that it starts, as if no file system had locks: lockless PROGRAM WORD...
 *
 * Locks of open files, of processes and flock's are answered as by an NFS without a lock manager.
 * $LOCKLESS says so to tests; where it is "linkless" there are no hard links either, so that
 * nothing can stand in for a lock. Exits with 77 where this system can forbid itself nothing.
 */
#include "filter.h"
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

static struct sock_filter steps[] = {
    LOAD(NUMBER),
    IF(SYS_flock, 1),
    ANSWER(ENOLCK),
    IF(SYS_fcntl, 14),
    LOAD(ARGUMENT(1)),
    IF(F_OFD_SETLK, 1),
    ANSWER(ENOLCK),
    IF(F_OFD_SETLKW, 1),
    ANSWER(ENOLCK),
    IF(F_OFD_GETLK, 1),
    ANSWER(ENOLCK),
    IF(F_SETLK, 1),
    ANSWER(ENOLCK),
    IF(F_SETLKW, 1),
    ANSWER(ENOLCK),
    IF(F_GETLK, 1),
    ANSWER(ENOLCK),
    ALLOW,
    ALLOW,
    ALLOW,
    ALLOW,
};

/* These take the place of the last three. */
static const struct sock_filter linkless[] = {IF(SYS_linkat, 1), ANSWER(EOPNOTSUPP), ALLOW};

static int is_lockless(void) {
    struct flock whole = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return fcntl(fd, F_OFD_SETLK, &whole) < 0 && errno == ENOLCK && flock(fd, LOCK_SH) < 0 &&
           errno == ENOLCK && close(fd) == 0;
}

int main(int argc, char **argv) {
    const char *mode = getenv("LOCKLESS");
    size_t count = sizeof steps / sizeof *steps, last = sizeof linkless / sizeof *linkless;
    (void)argc;
    setenv("LOCKLESS", mode ? mode : "yes", 1);
    if (mode && strcmp(mode, "linkless") == 0)
        memcpy(steps + count - last, linkless, sizeof linkless);
    return filter_run(steps, count, is_lockless, argv);
}
