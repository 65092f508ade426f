/*
 * Runs a program, and all that it starts, as if the kernel were older than what we would like to
 * have of it: old PROGRAM WORD...
 *
 * It knows no close_range, pidfd_open and openat2, no locks of open files and no file without a
 * name. Exits with 77 where this system can forbid itself nothing.
 */
#include "filter.h"

static struct sock_filter steps[] = {
    LOAD(NUMBER),       IF(SYS_close_range, 1),
    ANSWER(ENOSYS),     IF(SYS_pidfd_open, 1),
    ANSWER(ENOSYS),     IF(SYS_openat2, 1),
    ANSWER(ENOSYS),     IF(SYS_fcntl, 8),
    LOAD(ARGUMENT(1)),  IF(F_OFD_SETLK, 1),
    ANSWER(EINVAL),     IF(F_OFD_SETLKW, 1),
    ANSWER(EINVAL),     IF(F_OFD_GETLK, 1),
    ANSWER(EINVAL),     ALLOW,
    IF(SYS_openat, 4),  LOAD(ARGUMENT(2)),
    MASK(O_TMPFILE),    IF(O_TMPFILE, 1),
    ANSWER(EOPNOTSUPP), ALLOW,
};

/* What is forbidden is forbidden. */
static int is_old(void) {
    struct flock whole = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return syscall(SYS_pidfd_open, getpid(), 0) < 0 && errno == ENOSYS &&
           syscall(SYS_close_range, 100, 100, 0) < 0 && errno == ENOSYS &&
           fcntl(fd, F_OFD_SETLK, &whole) < 0 && errno == EINVAL &&
           open("/tmp", O_TMPFILE | O_RDWR, 0600) < 0 && errno == EOPNOTSUPP && close(fd) == 0;
}

int main(int argc, char **argv) {
    (void)argc;
    return filter_run(steps, sizeof steps / sizeof *steps, is_old, argv);
}
