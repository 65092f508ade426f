#include "directory.h"
#include "ours.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>

static un_status refuse(un_error *error, const char *path, const char *why) {
    un_fail(error, UN_FOREIGN, "%s", why);
    un_error_file(error, un_slice_of(path));
    return UN_FOREIGN;
}

static un_status refuse_owner(un_error *error, const char *path, uid_t owner) {
    un_fail(error, UN_FOREIGN,
            "owned by user %u, not by us (%u); remove it or name another directory",
            (unsigned)owner, (unsigned)un_os_user());
    un_error_file(error, un_slice_of(path));
    return UN_FOREIGN;
}

/* Somebody else's directory may be closed to us; what matters is that it is not ours. */
static un_status fail_open(int parent, const char *path, un_error *error) {
    int sys = errno;
    struct stat found;
    bool there = un_os_stat(parent, path, &found, false) == 0;
    if (there && S_ISLNK(found.st_mode))
        return refuse(error, path, "a symbolic link, which is not followed");
    if (there && S_ISDIR(found.st_mode) && !un_is_ours(&found))
        return refuse_owner(error, path, found.st_uid);
    return un_fail_system(error, sys, path, "cannot open the directory");
}

/* Examined after it was opened, so nobody can swap it in between. */
static un_status open_ours(int *out, int parent, const char *path, un_error *error) {
    struct stat found;
    un_status status = UN_OK;
    int fd = un_os_open(parent, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    if (fd < 0)
        return fail_open(parent, path, error);
    if (un_os_fstat(fd, &found) != 0)
        status = un_fail_system(error, errno, path, "cannot examine the directory");
    else if (!un_is_ours(&found))
        status = refuse_owner(error, path, found.st_uid);
    if (status == UN_OK)
        *out = fd;
    else
        un_os_close(fd);
    return status;
}

/* *owner: whose the parent is, then whose `path` is. Root must not create in a user's home. */
static un_status make_one(const char *path, uid_t *owner, un_error *error) {
    struct stat found;
    bool there = un_os_stat(AT_FDCWD, path, &found, true) == 0;
    if (!there && errno != ENOENT)
        return un_fail_system(error, errno, path, "cannot examine the directory");
    if (!there && *owner != un_os_user() && *owner != 0)
        return refuse(error, path, "its parent is somebody else's: nothing is created there");
    if (!there && un_os_mkdir(AT_FDCWD, path, 0700) != 0 && errno != EEXIST)
        return un_fail_system(error, errno, path, "cannot create the directory");
    /* Asked again, for somebody else may have made it first, whose it then is. */
    if (!there && un_os_stat(AT_FDCWD, path, &found, true) != 0)
        return un_fail_system(error, errno, path, "cannot examine the directory");
    *owner = found.st_uid;
    return UN_OK;
}

/* Creates what is missing of `path`, which is cut at each slash in turn. */
static un_status make_all(char *path, un_error *error) {
    struct stat start;
    const char *from = *path == '/' ? "/" : ".";
    if (un_os_stat(AT_FDCWD, from, &start, true) != 0)
        return un_fail_system(error, errno, from, "cannot examine the directory");
    uid_t owner = start.st_uid;
    un_status status = UN_OK;
    for (char *end = path + 1; status == UN_OK && end[-1]; end++) {
        char cut = *end;
        if (cut && cut != '/')
            continue;
        *end = '\0';
        status = make_one(path, &owner, error);
        *end = cut;
    }
    return status;
}

un_status un_directory_open(int *out, const char *path, bool create, un_error *error) {
    char whole[PATH_MAX];
    size_t length = strlen(path);
    /* A slash at the end would follow a symbolic link, O_NOFOLLOW or not. */
    while (length > 1 && path[length - 1] == '/')
        length--;
    if (length >= sizeof whole)
        return un_fail_system(error, ENAMETOOLONG, path, "cannot open the directory");
    memcpy(whole, path, length);
    whole[length] = '\0';
    un_status status = open_ours(out, AT_FDCWD, whole, error);
    if (status != UN_NOT_FOUND || !create)
        return status;
    status = make_all(whole, error);
    return status == UN_OK ? open_ours(out, AT_FDCWD, whole, error) : status;
}

static bool is_component(const char *name) {
    return name[0] && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

un_status un_directory_enter(int *out, int parent, const char *name, bool create, un_error *error) {
    if (!is_component(name))
        return un_fail(error, UN_ARGUMENT, "%s: not one component of a path", name);
    if (create && un_os_mkdir(parent, name, 0700) != 0 && errno != EEXIST)
        return un_fail_system(error, errno, name, "cannot create the directory");
    return open_ours(out, parent, name, error);
}
