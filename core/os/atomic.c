#include "atomic.h"
#include "ours.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* ".<16 hex digits>.tmp" */
#define NAME_LENGTH 21
#define ATTEMPTS    16

static void keep_first(un_atomic *file, int sys, const char *doing) {
    if (file->error.status == UN_OK)
        un_fail_system(&file->error, sys, file->target, doing);
}

static un_status target_mode(int dir, const char *name, mode_t *mode, un_error *error) {
    struct stat found;
    *mode = 0600;
    if (un_os_stat(dir, name, &found, false) != 0)
        return errno == ENOENT ? UN_OK : un_fail_system(error, errno, name, "cannot examine");
    if (!un_is_our_file(&found))
        return un_fail(error, UN_FOREIGN, "%s: not a regular file of ours", name);
    *mode = found.st_mode & 0777;
    return UN_OK;
}

static bool still_there(int fd, int dir, const char *name) {
    struct stat held;
    return un_os_fstat(fd, &held) == 0 && un_is_still_at(&held, dir, name);
}

/* Makes it known whose the temporary is, that nobody sweeps it. Returns errno; EAGAIN: somebody has
 * swept it just now. Where there are no locks it has its owner in its name. */
static int own_temporary(un_atomic *file) {
    char name[UN_OWNER_TEMPORARY];
    int sys = un_os_lock(file->fd, true) == 0 ? 0 : errno;
    if (sys == 0)
        return still_there(file->fd, file->dir, file->temporary) ? 0 : EAGAIN;
    if (!un_owner_is_needed(file->fd, sys) || !un_owner_temporary(name))
        return sys;
    if (un_os_rename(file->dir, file->temporary, name) != 0)
        return errno == ENOENT ? EAGAIN : errno;
    memcpy(file->temporary, name, sizeof name);
    return 0;
}

/* UN_BUSY: this name did not work out. Between creation and lock a sweeper may take the file for a
 * dead writer's. */
static un_status try_name(un_atomic *file, un_error *error) {
    snprintf(file->temporary, sizeof file->temporary, ".%016llx.tmp",
             (unsigned long long)un_os_random());
    file->fd =
        un_os_open(file->dir, file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (file->fd < 0 && errno == EEXIST)
        return UN_BUSY;
    if (file->fd < 0)
        return un_fail_system(error, errno, file->target, "cannot create a temporary for it");
    int sys = own_temporary(file);
    file->open = sys == 0;
    if (file->open)
        return UN_OK;
    un_os_unlink(file->dir, file->temporary);
    un_os_close(file->fd);
    if (sys == EAGAIN)
        return UN_BUSY;
    return un_fail_system(error, sys, file->target, "cannot lock a temporary for it");
}

static un_status open_temporary(un_atomic *file, un_error *error) {
    un_status status = UN_BUSY;
    for (int i = 0; status == UN_BUSY && i < ATTEMPTS; i++)
        status = try_name(file, error);
    if (status == UN_BUSY)
        status = un_fail_system(error, EAGAIN, file->target, "cannot create a temporary for it");
    return status;
}

static un_status set_target(un_atomic *file, int dir, const char *name, un_error *error) {
    *file = (un_atomic){.dir = dir};
    if (!name[0] || strlen(name) >= sizeof file->target || strchr(name, '/'))
        return un_fail(error, UN_ARGUMENT, "%s: no file name", name);
    memcpy(file->target, name, strlen(name) + 1);
    return UN_OK;
}

un_status un_atomic_begin(un_atomic *file, int dir, const char *name, un_error *error) {
    mode_t mode = 0600;
    un_status status = set_target(file, dir, name, error);
    if (status == UN_OK)
        status = target_mode(dir, name, &mode, error);
    if (status == UN_OK)
        status = open_temporary(file, error);
    if (status == UN_OK && mode != 0600 && un_os_fchmod(file->fd, mode) != 0) {
        status = un_fail_system(error, errno, name, "cannot keep the permissions");
        un_atomic_abandon(file);
    }
    return status;
}

void un_atomic_write(un_atomic *file, un_slice bytes) {
    while (file->open && file->error.status == UN_OK && bytes.len > 0) {
        ssize_t written = un_os_write(file->fd, bytes.ptr, bytes.len);
        if (written <= 0) {
            keep_first(file, written < 0 ? errno : EIO, "cannot write");
            return;
        }
        bytes = (un_slice){bytes.ptr + written, bytes.len - (size_t)written};
    }
}

static void sync_file(un_atomic *file) {
    if (file->error.status == UN_OK && un_os_fsync(file->fd) != 0)
        keep_first(file, errno, "cannot sync");
}

static void sync_directory(un_atomic *file) {
    if (un_os_fsync(file->dir) != 0)
        keep_first(file, errno, "cannot sync the directory");
}

/* Nothing more is done with it. */
static un_status finish(un_atomic *file, un_error *error) {
    un_os_close(file->fd);
    file->open = false;
    if (error && file->error.status != UN_OK)
        *error = file->error;
    return file->error.status;
}

un_status un_atomic_commit(un_atomic *file, bool durable, un_error *error) {
    bool placed = false;
    if (!file->open)
        return un_fail(error, UN_ARGUMENT, "nothing to commit");
    if (durable)
        sync_file(file);
    if (file->error.status == UN_OK) {
        placed = un_os_rename(file->dir, file->temporary, file->target) == 0;
        if (!placed)
            keep_first(file, errno, "cannot put it in place");
    }
    if (placed && durable)
        sync_directory(file);
    if (!placed)
        un_os_unlink(file->dir, file->temporary);
    return finish(file, error);
}

void un_atomic_abandon(un_atomic *file) {
    if (!file->open)
        return;
    un_os_unlink(file->dir, file->temporary);
    un_os_close(file->fd);
    file->open = false;
}

un_status un_atomic_replace(int dir, const char *name, un_slice bytes, bool durable,
                            un_error *error) {
    un_atomic file;
    un_status status = un_atomic_begin(&file, dir, name, error);
    if (status != UN_OK)
        return status;
    un_atomic_write(&file, bytes);
    return un_atomic_commit(&file, durable, error);
}

un_status un_atomic_place(int dir, const char *name, un_slice bytes, un_error *error) {
    un_atomic file;
    un_status status = set_target(&file, dir, name, error);
    if (status != UN_OK)
        return status;
    file.fd = un_os_open(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (file.fd < 0 && errno == EEXIST)
        return un_atomic_replace(dir, name, bytes, true, error);
    if (file.fd < 0)
        return un_fail_system(error, errno, name, "cannot create");
    file.open = true;
    un_atomic_write(&file, bytes);
    sync_file(&file);
    if (file.error.status == UN_OK)
        sync_directory(&file);
    if (file.error.status != UN_OK)
        un_os_unlink(dir, name);
    return finish(&file, error);
}

un_status un_atomic_probe(int dir, const char *name, size_t size, un_error *error) {
    static const char zeros[1 << 16];
    mode_t mode;
    un_atomic file = {.dir = dir};
    snprintf(file.target, sizeof file.target, "%s", name);
    un_status status = target_mode(dir, name, &mode, error);
    if (status != UN_OK)
        return status;
    file.fd = un_os_open(dir, ".", O_TMPFILE | O_WRONLY, 0600);
    if (file.fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR))
        return UN_OK;
    if (file.fd < 0)
        return un_fail_system(error, errno, name, "cannot create a temporary for it");
    file.open = true;
    for (size_t left = size, part; left > 0; left -= part) {
        part = left < sizeof zeros ? left : sizeof zeros;
        un_atomic_write(&file, (un_slice){zeros, part});
    }
    return finish(&file, error);
}

static bool is_temporary(const char *name) {
    return strlen(name) == NAME_LENGTH && name[0] == '.' &&
           strspn(name + 1, "0123456789abcdef") == 16 && strcmp(name + 17, ".tmp") == 0;
}

/* Where there are no locks, one that has no owner in its name yet is as old as a moment, or for
 * ever; whoever lives and misses it makes another one. */
static bool is_empty(int fd) {
    struct stat found;
    return un_os_fstat(fd, &found) == 0 && found.st_size == 0;
}

static bool is_dead(int fd) {
    int sys = un_os_lock(fd, false) == 0 ? 0 : errno;
    return sys == 0 || (un_owner_is_needed(fd, sys) && is_empty(fd));
}

/* true: it was a dead writer's and is gone. A shared lock is enough to meet a living writer's, and
 * needs no permission to write: the temporary may have got that of a read-only target. */
static bool sweep_one(int dir, const char *name) {
    int fd = un_os_open(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);
    if (fd < 0)
        return false;
    bool dead = is_dead(fd) && still_there(fd, dir, name) && un_os_unlink(dir, name) == 0;
    un_os_close(fd);
    return dead;
}

static bool sweep_owned(int dir, const char *name) {
    return un_owner_left(name) && un_os_unlink(dir, name) == 0;
}

/* Returns errno, 0 at the end of the list. */
static int sweep_all(int dir, DIR *list, size_t *count) {
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(list);
        if (!entry)
            return errno;
        if (is_temporary(entry->d_name) ? sweep_one(dir, entry->d_name)
                                        : sweep_owned(dir, entry->d_name))
            ++*count;
    }
}

un_status un_atomic_sweep(int dir, size_t *removed, un_error *error) {
    size_t count = 0;
    un_status status = UN_OK;
    /* Opened anew, for a duplicate would share the offset of the caller's. */
    int own = un_os_open(dir, ".", O_RDONLY | O_DIRECTORY, 0);
    DIR *list = own < 0 ? NULL : fdopendir(own);
    int sys = list ? sweep_all(dir, list, &count) : errno;
    if (sys)
        status = un_fail_system(error, sys, NULL, "cannot list the directory");
    if (list)
        closedir(list);
    else if (own >= 0)
        un_os_close(own);
    if (removed)
        *removed = count;
    return status;
}

un_status un_atomic_publish(const char *path, const char *name, un_slice bytes, un_error *error) {
    un_atomic file = {0};
    int dir = un_os_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);
    if (dir < 0)
        return un_fail_system(error, errno, path, "cannot open the directory");
    un_status status = un_atomic_begin(&file, dir, name, error);
    if (status == UN_OK && un_os_fchmod(file.fd, 0644) != 0)
        status = un_fail_system(error, errno, name, "cannot let others read it");
    if (status == UN_OK) {
        un_atomic_write(&file, bytes);
        status = un_atomic_commit(&file, false, error);
    }
    un_atomic_abandon(&file);
    un_os_close(dir);
    return status;
}
