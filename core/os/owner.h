/*
 * owner.h: who holds something, where the file system has no locks that tell.
 *
 * A lock of the kernel's ends with its process. Where there is none (an NFS without its lock
 * manager answers ENOLCK, a Lustre that is mounted without them ENOSYS) whoever holds something
 * writes down who he is, and whoever comes later finds out whether that one still lives: by the
 * boot of the machine, the PID namespace, the process and the time when it was started, which a
 * process that got the same number later does not share.
 *
 * Gone is only what is certainly gone. Nobody can tell that of a process of another machine, or of
 * another container, and no age proves it: a machine may sleep, or be cut off, for a week and then
 * go on with what it had begun. So theirs is never taken away; the doctor tells of it instead.
 * A machine that was started again since is known by its name and /etc/machine-id, and only
 * outside of containers, whose names say nothing of the machine.
 */
#ifndef UN_OWNER_H
#define UN_OWNER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Room for an owner as text, for a name of a temporary, and for the name of a machine. */
#define UN_OWNER_TEXT      120
#define UN_OWNER_TEMPORARY 143
#define UN_OWNER_MACHINE   65

typedef struct un_owner {
    uint64_t machine;  /* 0: not known, or a container */
    char boot[33];     /* 32 hex digits */
    uint64_t space[2]; /* in which process numbers and times mean what they do */
    pid_t pid;
    uint64_t started; /* in the kernel's ticks since it was booted */
} un_owner;

/* false: this process cannot say who it is, for /proc is missing or that of other processes. */
bool un_owner_self(un_owner *out);
/* The same of another process; false, too: there is no such process here. */
bool un_owner_of(un_owner *out, pid_t pid);

/* The name that this machine calls itself by, for people. */
void un_owner_machine(char out[UN_OWNER_MACHINE]);

void un_owner_write(char out[UN_OWNER_TEXT], const un_owner *owner);
/* Reads it from the beginning of `text`; false: that is none. */
bool un_owner_read(un_owner *out, const char *text);

/* Whether `owner` could live on this very system, as `self` sees it: same boot, same numbers. */
bool un_owner_is_near(const un_owner *owner, const un_owner *self);
/* Whether he has certainly ended. */
bool un_owner_is_gone(const un_owner *owner, const un_owner *self);

/* A name for a temporary of this process, ".<16 hex digits>.<owner>.tmp"; and whether a name is
 * such a one of a process that is gone. */
bool un_owner_temporary(char out[UN_OWNER_TEMPORARY]);
bool un_owner_left(const char *name);

/*
 * Whether a lock on `fd` was refused, with errno `sys`, because its file system has none. Who asks
 * for one to no avail may hear the same when the kernel is out of memory; but then he can ask who
 * holds it.
 */
bool un_owner_is_needed(int fd, int sys);

#endif
