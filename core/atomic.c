#include "atomic.h"
#include "os.h"
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
    if (!S_ISREG(found.st_mode) || found.st_uid != un_os_user())
        return un_fail(error, UN_FOREIGN, "%s: not a regular file of ours", name);
    *mode = found.st_mode & 07777;
    return UN_OK;
}

static bool still_there(int fd, int dir, const char *name) {
    struct stat held, there;
    return un_os_fstat(fd, &held) == 0 && un_os_stat(dir, name, &there, false) == 0 &&
           held.st_dev == there.st_dev && held.st_ino == there.st_ino;
}

/* Between creation and lock a sweeper may take the file for a dead writer's: then another name. */
static un_status open_temporary(un_atomic *file, un_error *error) {
    for (int i = 0; i < ATTEMPTS; i++) {
        snprintf(file->temporary, sizeof file->temporary, ".%016llx.tmp",
                 (unsigned long long)un_os_random());
        file->fd =
            un_os_open(file->dir, file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
        if (file->fd < 0 && errno == EEXIST)
            continue;
        if (file->fd < 0)
            return un_fail_system(error, errno, file->target, "cannot create a temporary for it");
        if (un_os_lock(file->fd, true) == 0 && still_there(file->fd, file->dir, file->temporary)) {
            file->open = true;
            return UN_OK;
        }
        un_os_unlink(file->dir, file->temporary);
        un_os_close(file->fd);
    }
    return un_fail_system(error, EAGAIN, file->target, "cannot create a temporary for it");
}

un_status un_atomic_begin(un_atomic *file, int dir, const char *name, un_error *error) {
    mode_t mode;
    *file = (un_atomic){.dir = dir};
    if (strlen(name) >= sizeof file->target || strchr(name, '/'))
        return un_fail(error, UN_ARGUMENT, "%s: no file name", name);
    memcpy(file->target, name, strlen(name) + 1);
    un_status status = target_mode(dir, name, &mode, error);
    if (status == UN_OK)
        status = open_temporary(file, error);
    if (status == UN_OK && mode != 0600 && un_os_fchmod(file->fd, mode) != 0) {
        status = un_fail_system(error, errno, name, "cannot keep the permissions");
        un_atomic_abandon(file);
    }
    return status;
}

void un_atomic_write(un_atomic *file, un_slice bytes) {
    while (file->error.status == UN_OK && bytes.len > 0) {
        ssize_t written = un_os_write(file->fd, bytes.ptr, bytes.len);
        if (written < 0) {
            keep_first(file, errno, "cannot write");
            return;
        }
        bytes = (un_slice){bytes.ptr + written, bytes.len - (size_t)written};
    }
}

static void sync_directory(un_atomic *file) {
    if (un_os_fsync(file->dir) != 0)
        keep_first(file, errno, "cannot sync the directory");
}

un_status un_atomic_commit(un_atomic *file, bool durable, un_error *error) {
    bool placed = false;
    if (!file->open)
        return un_fail(error, UN_ARGUMENT, "nothing to commit");
    if (durable && file->error.status == UN_OK && un_os_fsync(file->fd) != 0)
        keep_first(file, errno, "cannot sync");
    if (file->error.status == UN_OK) {
        placed = un_os_rename(file->dir, file->temporary, file->target) == 0;
        if (!placed)
            keep_first(file, errno, "cannot put it in place");
    }
    if (placed && durable)
        sync_directory(file);
    if (!placed)
        un_os_unlink(file->dir, file->temporary);
    un_os_close(file->fd);
    file->open = false;
    if (error && file->error.status != UN_OK)
        *error = file->error;
    return file->error.status;
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

static bool is_temporary(const char *name) {
    return strlen(name) == NAME_LENGTH && name[0] == '.' &&
           strspn(name + 1, "0123456789abcdef") == 16 && strcmp(name + 17, ".tmp") == 0;
}

/* true: it was a dead writer's and is gone. */
static bool sweep_one(int dir, const char *name) {
    int fd = un_os_open(dir, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);
    if (fd < 0)
        return false;
    bool dead =
        un_os_lock(fd, true) == 0 && still_there(fd, dir, name) && un_os_unlink(dir, name) == 0;
    un_os_close(fd);
    return dead;
}

un_status un_atomic_sweep(int dir, size_t *removed, un_error *error) {
    size_t count = 0;
    int own = un_os_open(dir, ".", O_RDONLY | O_DIRECTORY, 0);
    if (own < 0)
        return un_fail_system(error, errno, NULL, "cannot list the directory");
    DIR *list = fdopendir(own);
    if (!list) {
        un_status status = un_fail_system(error, errno, NULL, "cannot list the directory");
        un_os_close(own);
        return status;
    }
    for (struct dirent *entry = readdir(list); entry; entry = readdir(list))
        if (is_temporary(entry->d_name) && sweep_one(dir, entry->d_name))
            count++;
    closedir(list);
    if (removed)
        *removed = count;
    return UN_OK;
}
