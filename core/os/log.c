#include "log.h"
#include "ours.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define FLAGS (O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)

/* *found: what the open file is. Opening a pipe or a device that somebody put there must not block.
 */
static un_status open_log(int *out, struct stat *found, int dir, const char *name, int create,
                          un_error *error) {
    int fd = un_os_open(dir, name, FLAGS | create, 0600);
    if (fd < 0)
        return un_fail_system(error, errno, name, "cannot open");
    un_status status = UN_OK;
    if (un_os_fstat(fd, found) != 0)
        status = un_fail_system(error, errno, name, "cannot examine");
    else if (!un_is_our_file(found))
        status = un_fail(error, UN_FOREIGN, "%s: not a regular file of ours", name);
    if (status == UN_OK)
        *out = fd;
    else
        un_os_close(fd);
    return status;
}

/* Somebody else may just have begun a new log, which is not moved away. */
static un_status set_aside(int dir, const char *name, const struct stat *full, un_error *error) {
    char old[64];
    snprintf(old, sizeof old, "%s.old", name);
    if (!un_is_still_at(full, dir, name) || un_os_rename(dir, name, old) == 0)
        return UN_OK;
    return un_fail_system(error, errno, name, "cannot rename");
}

static un_status write_lines(int fd, const char *name, un_slice lines, un_error *error) {
    ssize_t written = un_os_write(fd, lines.ptr, lines.len);
    un_status status = UN_OK;
    if (written != (ssize_t)lines.len)
        status = un_fail_system(error, written < 0 ? errno : ENOSPC, name, "cannot write");
    un_os_close(fd);
    return status;
}

static bool outgrows(const struct stat *found, un_slice lines, size_t limit) {
    return (size_t)found->st_size + lines.len > limit;
}

static un_status fits(const char *name, un_slice lines, size_t limit, un_error *error) {
    if (lines.len > limit || strlen(name) > 59)
        return un_fail(error, UN_LIMIT, "%s: more than a log takes", name);
    return UN_OK;
}

un_status un_log_append(int dir, const char *name, un_slice lines, size_t limit, un_error *error) {
    int fd = -1;
    struct stat found = {0};
    un_status status = fits(name, lines, limit, error);
    if (status == UN_OK)
        status = open_log(&fd, &found, dir, name, O_CREAT, error);
    if (status == UN_OK && outgrows(&found, lines, limit)) {
        un_os_close(fd);
        status = set_aside(dir, name, &found, error);
        if (status == UN_OK)
            status = open_log(&fd, &found, dir, name, O_CREAT, error);
    }
    return status == UN_OK ? write_lines(fd, name, lines, error) : status;
}

un_status un_log_continue(int dir, const char *name, un_slice lines, size_t limit,
                          un_error *error) {
    int fd = -1;
    struct stat found = {0};
    un_status status = open_log(&fd, &found, dir, name, 0, error);
    if (status == UN_OK && outgrows(&found, lines, limit)) {
        un_os_close(fd);
        status = un_fail(error, UN_NOT_FOUND, "%s: another log begins here", name);
    }
    return status == UN_OK ? write_lines(fd, name, lines, error) : status;
}

un_status un_log_begin(int *out, int dir, const char *name, un_error *error) {
    struct stat found = {0};
    un_status status = open_log(out, &found, dir, name, O_CREAT, error);
    if (status != UN_OK)
        return status;
    if (found.st_nlink != 1)
        status = un_fail(error, UN_FOREIGN, "%s: known under another name too", name);
    else if (un_os_truncate(*out, 0) != 0)
        status = un_fail_system(error, errno, name, "cannot empty");
    if (status != UN_OK)
        un_os_close(*out);
    return status;
}
