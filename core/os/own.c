#include "own.h"
#include "ours.h"
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>

static un_status refuse(un_error *error, un_status status, const char *path, const char *why) {
    un_fail(error, status, "%s", why);
    un_error_file(error, un_slice_of(path));
    return status;
}

static un_status check(const struct stat *found, const char *path, un_error *error) {
    bool sticky = S_ISDIR(found->st_mode) && (found->st_mode & S_ISVTX);
    if (!un_is_ours(found) && found->st_uid != 0)
        return refuse(error, UN_FOREIGN, path, "owned by somebody else");
    if ((found->st_mode & S_IWOTH) && !sticky)
        return refuse(error, UN_FOREIGN, path, "everybody may write to it");
    return UN_OK;
}

static un_status check_at(const char *path, bool file, un_error *error) {
    struct stat found;
    if (un_os_stat(AT_FDCWD, path, &found, false) != 0)
        return un_fail_system(error, errno, path, "cannot examine");
    if (file && !S_ISREG(found.st_mode))
        return refuse(error, UN_ARGUMENT, path, "not a regular file");
    return check(&found, path, error);
}

/* From the file up to the root; `path` is canonical, so no component of it is a link. */
un_status un_file_own(char *out, const char *path, un_error *error) {
    char above[PATH_MAX];
    if (!realpath(path, out))
        return un_fail_system(error, errno, path, "cannot find");
    un_status status = check_at(out, true, error);
    strcpy(above, out);
    while (status == UN_OK && above[1]) {
        char *slash = strrchr(above, '/');
        slash[slash == above] = '\0';
        status = check_at(above, false, error);
    }
    return status;
}
