#include "directory.h"
#include "os.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>

static un_status check_owner(int fd, const char *path, un_error *error) {
    struct stat found;
    if (un_os_fstat(fd, &found) != 0)
        return un_fail_system(error, errno, path, "cannot examine the directory");
    if (found.st_uid == un_os_user())
        return UN_OK;
    un_fail(error, UN_FOREIGN, "owned by user %u, not by us; remove it or name another directory",
            (unsigned)found.st_uid);
    un_error_file(error, un_slice_of(path));
    return UN_FOREIGN;
}

static un_status open_ours(int *out, int parent, const char *path, un_error *error) {
    int fd = un_os_open(parent, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    if (fd < 0) {
        struct stat found;
        bool link = un_os_stat(parent, path, &found, false) == 0 && S_ISLNK(found.st_mode);
        return un_fail_system(error, link ? ELOOP : errno, path,
                              link ? "a symbolic link, which is not followed"
                                   : "cannot open the directory");
    }
    un_status status = check_owner(fd, path, error);
    if (status == UN_OK)
        *out = fd;
    else
        un_os_close(fd);
    return status;
}

/* Whether we may create something below `path`: root must not, in a user's home. */
static un_status may_create_in(const char *path, un_error *error) {
    struct stat found;
    if (un_os_stat(AT_FDCWD, path, &found, true) != 0)
        return un_fail_system(error, errno, path, "cannot examine the directory");
    if (found.st_uid == un_os_user() || found.st_uid == 0)
        return UN_OK;
    un_fail(error, UN_FOREIGN, "owned by user %u: nothing is created there for user %u",
            (unsigned)found.st_uid, (unsigned)un_os_user());
    un_error_file(error, un_slice_of(path));
    return UN_FOREIGN;
}

static un_status make(const char *path, un_error *error) {
    if (un_os_mkdir(AT_FDCWD, path, 0700) == 0 || errno == EEXIST)
        return UN_OK;
    return un_fail_system(error, errno, path, "cannot create the directory");
}

/* Creates what is missing of `path`, which is cut at each slash in turn. */
static un_status make_all(char *path, un_error *error) {
    struct stat found;
    size_t length = strlen(path), cut = length;
    un_status status = UN_OK;
    while (cut > 0 && un_os_stat(AT_FDCWD, path, &found, true) != 0 && errno == ENOENT) {
        while (cut > 0 && path[--cut] != '/')
            continue;
        path[cut] = '\0';
    }
    status = may_create_in(cut ? path : "/", error);
    while (status == UN_OK && cut < length) {
        path[cut] = '/';
        cut += strlen(path + cut);
        status = make(path, error);
    }
    return status;
}

un_status un_directory_open(int *out, const char *path, bool create, un_error *error) {
    char whole[PATH_MAX];
    size_t length = strlen(path);
    un_status status = open_ours(out, AT_FDCWD, path, create ? NULL : error);
    if (status != UN_NOT_FOUND || !create)
        return status == UN_OK || !create ? status : open_ours(out, AT_FDCWD, path, error);
    if (length >= sizeof whole)
        return un_fail_system(error, ENAMETOOLONG, path, "cannot create the directory");
    memcpy(whole, path, length + 1);
    status = make_all(whole, error);
    return status == UN_OK ? open_ours(out, AT_FDCWD, path, error) : status;
}

un_status un_directory_enter(int *out, int parent, const char *name, bool create, un_error *error) {
    if (create && un_os_mkdir(parent, name, 0700) != 0 && errno != EEXIST)
        return un_fail_system(error, errno, name, "cannot create the directory");
    return open_ours(out, parent, name, error);
}
