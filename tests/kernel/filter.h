/*
 * filter.h: a program of system calls that are answered with an error, for whom a host execs and
 * all that it starts.
 */
#ifndef FILTER_H
#define FILTER_H

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* This system can forbid itself nothing. */
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

/* Runs the words behind the first one so; `works` says whether the kernel has become so, for what
 * is forbidden is forbidden. The exit code, unless the program took over. */
static inline int filter_run(struct sock_filter *steps, size_t count, int (*works)(void),
                             char **argv) {
    struct sock_fprog program = {(unsigned short)count, steps};
    if (!argv[1])
        return 2;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        return CANNOT;
    if (!works()) {
        fprintf(stderr, "%s: the kernel is as it was\n", argv[0]);
        return 3;
    }
    execv(argv[1], argv + 1);
    perror(argv[1]);
    return 127;
}

#endif
