/*
 * Runs a program, and all that it starts, as if the kernel were older than what we would like to
 * have of it: old PROGRAM WORD...
 *
 * It knows no close_range, pidfd_open and openat2, no locks of open files and no file without a
 * name. Exits with 77 where this system can forbid itself nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CANNOT 77

#define NUMBER offsetof(struct seccomp_data, nr)
/* The half of an argument that counts. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARGUMENT(n) (offsetof(struct seccomp_data, args) + 8 * (n))
#else
#define ARGUMENT(n) (offsetof(struct seccomp_data, args) + 8 * (n) + 4)
#endif

#define LOAD(at)      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(at))
#define ANSWER(error) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
#define ALLOW         BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
/* Whether the value is, or has all the bits of, `value`; if not, `n` steps are left out. */
#define IF(value, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(value), 0, n)
#define MASK(bits)   BPF_STMT(BPF_ALU | BPF_AND | BPF_K, (unsigned)(bits))

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
    struct sock_fprog program = {sizeof steps / sizeof *steps, steps};
    if (argc < 2)
        return 2;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        return CANNOT;
    if (!is_old()) {
        fputs("old: the kernel is as it was\n", stderr);
        return 3;
    }
    execv(argv[1], argv + 1);
    perror(argv[1]);
    return 127;
}
