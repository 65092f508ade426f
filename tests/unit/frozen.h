/*
 * frozen.h: a directory on a disk that answers nobody. Who looks into it waits, and is not even
 * killed, until the disk is gone.
 *
 * It is a file system of ours (FUSE) that takes what it is asked, but for its first greeting, and
 * says nothing. Needs root and /dev/fuse; what is mounted is seen by this process and its children.
 */
#ifndef UN_FROZEN_H
#define UN_FROZEN_H

#include "check.h"
#include <linux/fuse.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>

/* In the server: it greets, then hears and says nothing. */
static inline void frozen_serve(int device) {
    static char request[1 << 17];
    for (;;) {
        ssize_t got = read(device, request, sizeof request);
        struct fuse_in_header asked;
        if (got < (ssize_t)sizeof asked)
            _exit(0);
        memcpy(&asked, request, sizeof asked);
        if (asked.opcode != FUSE_INIT)
            continue;
        struct {
            struct fuse_out_header head;
            struct fuse_init_out body;
        } answer = {{sizeof answer, 0, asked.unique},
                    {.major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096}};
        if (write(device, &answer, sizeof answer) != (ssize_t)sizeof answer)
            _exit(1);
    }
}

/* Mounts it at `path`. Its server, which frozen_end ends, or -1 where there can be none. */
static inline pid_t frozen_begin(const char *path) {
    char options[100];
    int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (device < 0 || unshare(CLONE_NEWNS) != 0 ||
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return -1;
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
    if (mkdir(path, 0700) != 0 || mount("frozen", path, "fuse", MS_NOSUID | MS_NODEV, options) != 0)
        return -1;
    pid_t server = fork();
    if (server == 0)
        frozen_serve(device);
    close(device);
    return server;
}

static inline void frozen_end(pid_t server, const char *path) {
    CHECK_INT(kill(server, SIGKILL), 0);
    check_wait(server);
    CHECK_INT(umount2(path, MNT_DETACH), 0);
    CHECK_INT(rmdir(path), 0);
}

#endif
