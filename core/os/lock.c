#include "lock.h"
#include "ours.h"
#include <errno.h>
#include <fcntl.h>

/* We never replace a lock file. Who replaces it this often does it on purpose. */
#define REOPENINGS 16

/* Nanoseconds; jitter takes up to half of a pause away. */
#define PAUSE_FIRST 2000000
#define PAUSE_MOST  50000000

/* Milliseconds: a century, and far from overflowing in nanoseconds. */
#define WAIT_MOST ((int64_t)100 * 366 * 86400 * 1000)

static un_status examine(int fd, int dir, const char *name, bool *same, un_error *error) {
    struct stat held;
    if (un_os_fstat(fd, &held) != 0)
        return un_fail_system(error, errno, name, "cannot examine the lock");
    if (!un_is_our_file(&held))
        return un_fail(error, UN_FOREIGN, "%s: owned by somebody else or no regular file", name);
    *same = un_is_still_at(&held, dir, name);
    return UN_OK;
}

/* A lock of somebody else's may be closed to us: that is no fault of the system. */
static un_status fail_open(int dir, const char *name, un_error *error) {
    int sys = errno;
    if (un_is_closed_to_us(dir, name, sys))
        return un_fail(error, UN_FOREIGN, "%s: owned by somebody else", name);
    return un_fail_system(error, sys, name, "cannot open the lock");
}

static un_status fail_lock(const char *name, int sys, un_error *error) {
    if (sys == EAGAIN)
        return un_fail(error, UN_BUSY, "%s: another process holds this lock", name);
    return un_fail_system(error, sys, name, "cannot lock");
}

/* The file of the lock is what is noted on, so it is ours there, too. */
static un_status lock_by_standin(un_lock *out, int dir, const char *name, bool *same,
                                 un_error *error) {
    un_status status = examine(out->fd, dir, name, same, error);
    return status == UN_OK && *same ? un_standin_try(&out->standin, dir, name, error) : status;
}

/* *same: whether the file that was locked is still the one at that path. */
static un_status open_and_lock(un_lock *out, int dir, const char *name, bool *same,
                               un_error *error) {
    *out = (un_lock){0};
    out->fd = un_os_open(dir, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
    if (out->fd < 0)
        return fail_open(dir, name, error);
    int sys = un_os_lock(out->fd, true) == 0 ? 0 : errno;
    un_status status;
    if (sys == 0)
        status = examine(out->fd, dir, name, same, error);
    else if (un_owner_is_needed(out->fd, sys))
        status = lock_by_standin(out, dir, name, same, error);
    else
        status = fail_lock(name, sys, error);
    out->held = status == UN_OK && *same;
    if (!out->held)
        un_os_close(out->fd);
    return status;
}

/* Whether the file could be made: by one without a name, which is gone when it is closed. Where no
 * such file can be had, it is taken that the lock could. */
static un_status probe_creation(int dir, const char *name, un_error *error) {
    int fd = un_os_open(dir, ".", O_TMPFILE | O_RDWR, 0600);
    if (fd < 0 && errno != EOPNOTSUPP && errno != EISDIR)
        return fail_open(dir, name, error);
    if (fd >= 0)
        un_os_close(fd);
    return UN_OK;
}

un_status un_lock_probe(int dir, const char *name, un_error *error) {
    bool same;
    int fd = un_os_open(dir, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);
    if (fd < 0)
        return errno == ENOENT ? probe_creation(dir, name, error) : fail_open(dir, name, error);
    un_status status = UN_OK;
    int sys = un_os_could_lock(fd) == 0 ? 0 : errno;
    if (sys && !un_owner_is_needed(fd, sys))
        status = fail_lock(name, sys, error);
    else
        status = examine(fd, dir, name, &same, error);
    if (sys && status == UN_OK)
        status = un_standin_probe(dir, name, error);
    un_os_close(fd);
    return status;
}

un_status un_lock_try(un_lock *lock, int dir, const char *name, un_error *error) {
    for (int i = 0; i < REOPENINGS; i++) {
        bool same = false;
        un_lock taken;
        un_status status = open_and_lock(&taken, dir, name, &same, error);
        if (status != UN_OK)
            return status;
        if (taken.held) {
            *lock = taken;
            return UN_OK;
        }
    }
    return un_fail(error, UN_BUSY, "%s: the lock is replaced again and again", name);
}

un_status un_lock_wait(un_lock *lock, int dir, const char *name, int64_t milliseconds,
                       un_error *error) {
    if (milliseconds > WAIT_MOST)
        milliseconds = WAIT_MOST;
    int64_t pause = PAUSE_FIRST, end = un_os_monotonic() + milliseconds * 1000000;
    for (;;) {
        un_status status = un_lock_try(lock, dir, name, error);
        int64_t left = end - un_os_monotonic();
        if (status != UN_BUSY || left <= 0)
            return status;
        int64_t jittered = pause / 2 + (int64_t)(un_os_random() % (uint64_t)(pause / 2));
        un_os_sleep(jittered < left ? jittered : left);
        pause = pause + pause / 2 < PAUSE_MOST ? pause + pause / 2 : PAUSE_MOST;
    }
}

un_status un_lock_note(const un_lock *lock, int64_t from, int64_t until, un_error *error) {
    if (un_os_set_times(lock->fd, from, until) != 0)
        return un_fail_system(error, errno, NULL, "cannot set the times of the lock");
    return UN_OK;
}

un_status un_lock_noted(const un_lock *lock, int64_t *from, int64_t *until, un_error *error) {
    struct stat found;
    if (un_os_fstat(lock->fd, &found) != 0)
        return un_fail_system(error, errno, NULL, "cannot examine the lock");
    *from = found.st_atim.tv_sec;
    *until = found.st_mtim.tv_sec;
    return UN_OK;
}

int un_lock_descriptors(const un_lock *lock, int out[2]) {
    out[0] = lock->fd;
    out[1] = lock->standin.dir;
    return !lock->held ? 0 : lock->standin.held ? 2 : 1;
}

un_status un_lock_adopt(un_lock *lock, un_error *error) {
    un_status status = lock->standin.held ? un_standin_adopt(&lock->standin, error) : UN_OK;
    if (status != UN_OK)
        un_lock_release(lock);
    return status;
}

/* The kernel frees it with the last descriptor of the open file. */
void un_lock_part(un_lock *lock) {
    un_standin_part(&lock->standin);
    un_lock_release(lock);
}

void un_lock_release(un_lock *lock) {
    un_standin_release(&lock->standin);
    if (lock->held)
        un_os_close(lock->fd);
    *lock = (un_lock){0};
}
