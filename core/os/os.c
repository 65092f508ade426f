#include "os.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Where the headers or the kernel lack something, its fallback stands here or in process.c. The
 * unit tests run with such a kernel too (tests/spec/core/kernel_spec.lua). */
#if defined(__has_include) && defined(SYS_openat2)
#if __has_include(<linux/openat2.h>)
#include <linux/openat2.h>
#endif
#endif

#define RETRY(call)                                                                                \
    do {                                                                                           \
        result = (call);                                                                           \
    } while (result < 0 && errno == EINTR)

int un_os_above(int fd) {
    if (fd < 0 || fd > STDERR_FILENO)
        return fd;
    int above = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1), sys = errno;
    close(fd);
    errno = sys;
    return above;
}

int un_os_open(int dir, const char *path, int flags, mode_t mode) {
    int result;
    RETRY(openat(dir, path, flags | O_CLOEXEC, mode));
    return un_os_above(result);
}

/* What keeps processes from calls that it does not know says EPERM. */
int un_os_open_direct(const char *path, int flags) {
#ifdef RESOLVE_NO_SYMLINKS
    struct open_how how = {.flags = (unsigned)(flags | O_CLOEXEC), .resolve = RESOLVE_NO_SYMLINKS};
    int result;
    RETRY((int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how));
    if (result < 0 && errno == EPERM)
        errno = ENOSYS;
    return un_os_above(result);
#else
    (void)path, (void)flags;
    errno = ENOSYS;
    return -1;
#endif
}

int un_os_find_direct(const char *path) {
#ifdef O_PATH
    return un_os_open_direct(path, O_PATH | O_DIRECTORY);
#else
    return un_os_open_direct(path, O_RDONLY | O_DIRECTORY);
#endif
}

int un_os_occupy(void) {
    int result;
#ifdef O_PATH
    RETRY(open("/", O_PATH));
#else
    RETRY(open("/", O_RDONLY));
#endif
    return result;
}

/* Linux has released the descriptor even when close reports EINTR. */
int un_os_close(int fd) {
    return close(fd);
}

ssize_t un_os_read(int fd, void *buffer, size_t size) {
    ssize_t result;
    RETRY(read(fd, buffer, size));
    return result;
}

/* --- writing: a file that may not grow any longer sends SIGXFSZ, which would end the host --- */

/* How long a file of this process may be; RLIM_INFINITY: as long as it likes. */
static rlim_t longest_file(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_FSIZE, &limit) == 0 ? limit.rlim_cur : RLIM_INFINITY;
}

/* Takes what the thread was sent meanwhile, unless it had been sent one before, which is the
 * host's. That of write is always the thread's own. */
static ssize_t write_unsignalled(int fd, const void *bytes, size_t size) {
    static const struct timespec at_once;
    sigset_t limit, pending, before;
    ssize_t result;
    sigemptyset(&limit);
    sigaddset(&limit, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &limit, &before);
    sigpending(&pending);
    RETRY(write(fd, bytes, size));
    int sys = errno;
    if (!sigismember(&pending, SIGXFSZ))
        sigtimedwait(&limit, NULL, &at_once);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = sys;
    return result;
}

/* Without a limit, as nearly always, it costs no more than to ask for that. */
ssize_t un_os_write(int fd, const void *bytes, size_t size) {
    if (longest_file() != RLIM_INFINITY)
        return write_unsignalled(fd, bytes, size);
    ssize_t result;
    RETRY(write(fd, bytes, size));
    return result;
}

int un_os_could_reach(off_t end) {
    rlim_t longest = longest_file();
    if (longest == RLIM_INFINITY || (rlim_t)end <= longest)
        return 0;
    errno = EFBIG;
    return -1;
}

ssize_t un_os_pwrite(int fd, const void *bytes, size_t size, off_t offset) {
    if (un_os_could_reach(offset + (off_t)size) != 0)
        return -1;
    ssize_t result;
    RETRY(pwrite(fd, bytes, size, offset));
    return result;
}

int un_os_fstat(int fd, struct stat *out) {
    return fstat(fd, out);
}

int un_os_stat(int dir, const char *path, struct stat *out, bool follow) {
    return fstatat(dir, path, out, follow ? 0 : AT_SYMLINK_NOFOLLOW);
}

ssize_t un_os_readlink(int fd, char *buffer, size_t size) {
    return readlinkat(fd, "", buffer, size);
}

int un_os_filesystem(const char *path, uint64_t *type) {
    struct statfs found;
    int result;
    RETRY(statfs(path, &found));
    *type = result == 0 ? (uint32_t)found.f_type : 0;
    return result;
}

/* Not restarted, not even on EINTR: a failed fsync may have dropped pages that a second one would
 * call written. */
int un_os_fsync(int fd) {
    return fsync(fd);
}

int un_os_fchmod(int fd, mode_t mode) {
    return fchmod(fd, mode);
}

int un_os_truncate(int fd, off_t size) {
    int result;
    RETRY(ftruncate(fd, size));
    return result;
}

int un_os_chmod(int dir, const char *path, mode_t mode) {
    return fchmodat(dir, path, mode, 0);
}

int un_os_set_times(int fd, int64_t read, int64_t written) {
    const struct timespec times[2] = {{.tv_sec = read}, {.tv_sec = written}};
    return futimens(fd, times);
}

int un_os_rename(int dir, const char *from, const char *to) {
    return renameat(dir, from, dir, to);
}

int un_os_move(int from_dir, const char *from, int to_dir, const char *to) {
    return renameat(from_dir, from, to_dir, to);
}

int un_os_link(int dir, const char *from, const char *to) {
    return linkat(dir, from, dir, to, 0);
}

int un_os_unlink(int dir, const char *path) {
    return unlinkat(dir, path, 0);
}

int un_os_rmdir(int dir, const char *path) {
    return unlinkat(dir, path, AT_REMOVEDIR);
}

int un_os_mkdir(int dir, const char *path, mode_t mode) {
    return mkdirat(dir, path, mode);
}

/* A kernel that does not know these locks says EINVAL. flock's belong to an open file too, and
 * processes of one system are all told the same. */
#ifdef F_OFD_SETLK
static int lock_open_file(int fd, int command, struct flock *lock) {
    int result;
    RETRY(fcntl(fd, command, lock));
    if (result < 0 && errno == EACCES)
        errno = EAGAIN;
    return result;
}
#else
#define F_OFD_SETLK 0
#define F_OFD_GETLK 0

static int lock_open_file(int fd, int command, struct flock *lock) {
    (void)fd, (void)command, (void)lock;
    errno = EINVAL;
    return -1;
}
#endif

static int lock_as_flock(int fd, int operation) {
    int result;
    RETRY(flock(fd, operation | LOCK_NB));
    return result;
}

int un_os_lock(int fd, bool write) {
    struct flock whole = {.l_type = write ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET};
    int result = lock_open_file(fd, F_OFD_SETLK, &whole);
    return result < 0 && errno == EINVAL ? lock_as_flock(fd, write ? LOCK_EX : LOCK_SH) : result;
}

int un_os_could_lock(int fd) {
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int result = lock_open_file(fd, F_OFD_GETLK, &whole);
    if (result < 0 && errno == EINVAL && lock_as_flock(fd, LOCK_EX) == 0)
        return lock_as_flock(fd, LOCK_UN);
    if (result < 0 || whole.l_type == F_UNLCK)
        return result;
    errno = EAGAIN;
    return -1;
}

int64_t un_os_now(int32_t *nanoseconds) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (nanoseconds)
        *nanoseconds = (int32_t)now.tv_nsec;
    return now.tv_sec;
}

int64_t un_os_monotonic(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void un_os_sleep(int64_t nanoseconds) {
    struct timespec pause = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    while (nanosleep(&pause, &pause) != 0 && errno == EINTR)
        continue;
}

uint64_t un_os_random(void) {
    uint64_t value;
    if (getrandom(&value, sizeof value, GRND_NONBLOCK) == (ssize_t)sizeof value)
        return value;
    return (uint64_t)un_os_monotonic() ^ (uint64_t)getpid() << 32;
}

static struct {
    bool kept;
    uid_t is;
} user;

void un_os_keep_user(void) {
    user.is = (uid_t)getauxval(AT_EUID);
    user.kept = true;
}

uid_t un_os_user(void) {
    return user.kept ? user.is : geteuid();
}

bool un_os_is_raised(void) {
    return getauxval(AT_SECURE) != 0;
}

const char *un_os_variable(const char *name) {
    return secure_getenv(name);
}

/* The C library has asked for the limit when it started, for the stacks of threads; another one may
 * not have. */
static size_t asked_stack(void) {
    size_t size = 0;
#ifdef __GLIBC__
    pthread_attr_t attributes;
    if (pthread_getattr_default_np(&attributes) == 0) {
        pthread_attr_getstacksize(&attributes, &size);
        pthread_attr_destroy(&attributes);
    }
#endif
    return size;
}

/* It grows as far as the limit says at that time. */
size_t un_os_widen_stack(size_t wanted) {
    struct rlimit limit;
    if (asked_stack() >= wanted || getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= wanted)
        return wanted;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    return setrlimit(RLIMIT_STACK, &limit) == 0 ? (size_t)limit.rlim_cur : 0;
}

char *const *un_os_environment(void) {
    static char *none[] = {NULL};
    return un_os_is_raised() || !environ ? none : environ;
}
