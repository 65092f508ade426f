/*
 * os.h: the few system calls that the primitives make, as a seam chosen at link time.
 *
 * core/os/os.c forwards each to the kernel. Fault tests link tests/fault/os.c in its place, which
 * can make the n-th call fail, write short, or kill the process there. Each function behaves as the
 * call it is named after (result -1 and errno), restarted on EINTR save close and fsync. Nothing
 * here blocks but un_os_sleep, and file I/O as the kernel does.
 */
#ifndef UN_OS_H
#define UN_OS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Moves a new descriptor above the first three, which are the host's even where it has closed them:
 * what it prints there must not end up in what is ours. Close-on-exec then. -1 with errno, like the
 * call that gave `fd`. Whatever makes a descriptor in a process of the host's goes through it. */
int un_os_above(int fd);
/* openat with O_CLOEXEC added, and un_os_above. `dir` may be AT_FDCWD. */
int un_os_open(int dir, const char *path, int flags, mode_t mode);
/* The same for a path without any symbolic link in it; ELOOP: there is one, ENOSYS: the kernel
 * cannot tell. */
int un_os_open_direct(const char *path, int flags);
/* The same for a directory of which nothing will be read, which is found sooner. */
int un_os_find_direct(const char *path);
/* Takes the lowest descriptor that is free, lest a file gets it, with one that nothing is read from
 * or written to. */
int un_os_occupy(void);
int un_os_close(int fd);
ssize_t un_os_read(int fd, void *buffer, size_t size);
/* Beyond the longest file that this process may write it is EFBIG, and no signal. */
ssize_t un_os_write(int fd, const void *bytes, size_t size);
/* There nothing is written, not even what has room. */
ssize_t un_os_pwrite(int fd, const void *bytes, size_t size, off_t offset);
/* 0 when a file may be so long, else -1 with EFBIG. */
int un_os_could_reach(off_t end);
int un_os_fstat(int fd, struct stat *out);
/* fstatat; follow: whether a symbolic link at the end is followed. */
int un_os_stat(int dir, const char *path, struct stat *out, bool follow);
/* readlinkat of the link that `fd` (O_PATH) is. */
ssize_t un_os_readlink(int fd, char *buffer, size_t size);
/* *type: which file system `path` is on, in the kernel's magic numbers (statfs). */
int un_os_filesystem(const char *path, uint64_t *type);
int un_os_fsync(int fd);
int un_os_fchmod(int fd, mode_t mode);
int un_os_truncate(int fd, off_t size);
/* fchmodat; a symbolic link at the end is followed. */
int un_os_chmod(int dir, const char *path, mode_t mode);
/* When the file was read and written last, in seconds (futimens). Takes no room on the disk. */
int un_os_set_times(int fd, int64_t read, int64_t written);
int un_os_rename(int dir, const char *from, const char *to);
/* renameat from one directory to another. */
int un_os_move(int from_dir, const char *from, int to_dir, const char *to);
/* linkat of a file that is no symbolic link. */
int un_os_link(int dir, const char *from, const char *to);
int un_os_unlink(int dir, const char *path);
int un_os_rmdir(int dir, const char *path);
int un_os_mkdir(int dir, const char *path, mode_t mode);
/*
 * Tries to take (write: exclusive, else shared) an open-file-description lock on the whole file.
 * -1 with EAGAIN when somebody else holds it.
 */
int un_os_lock(int fd, bool write);
/* 0 when an exclusive lock could be taken just now, -1 with EAGAIN when somebody else holds one. */
int un_os_could_lock(int fd);
/* Seconds and nanoseconds of the wall clock (UTC). */
int64_t un_os_now(int32_t *nanoseconds);
/* Nanoseconds of a clock that never jumps, for measuring waits. */
int64_t un_os_monotonic(void);
void un_os_sleep(int64_t nanoseconds);
/* 64 bits that two processes do not share; for names of temporaries, not for secrets. */
uint64_t un_os_random(void);
/* The user whose files we may touch. A host may become another at any time, so it is asked for
 * each time, unless a program that owns its process has said that it will not. */
uid_t un_os_user(void);
void un_os_keep_user(void);
/* Whether who started this process has less rights than it has (set-uid), and is not to be
 * believed.
 */
bool un_os_is_raised(void);
/* A variable of the environment; NULL: there is none, or it is not to be believed. */
const char *un_os_variable(const char *name);
/* Makes the stack of a program's first thread as large as `wanted`, or as it may become. Returns
 * how large that is at least. No system call where the limit is not smaller, as nearly always. */
size_t un_os_widen_stack(size_t wanted);
/* All of them, for a program that we start; none where they are not to be believed. NULL-terminated
 * and the process's own. */
char *const *un_os_environment(void);

#endif
