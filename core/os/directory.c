#include "directory.h"
#include "ours.h"
#include <dirent.h>
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
static un_status fail_open(int parent, const char *name, const char *path, un_error *error) {
    int sys = errno;
    struct stat found;
    bool there = un_os_stat(parent, name, &found, false) == 0;
    if (there && S_ISLNK(found.st_mode))
        return refuse(error, path, "a symbolic link, which is not followed");
    if (there && S_ISDIR(found.st_mode) && !un_is_ours(&found))
        return refuse_owner(error, path, found.st_uid);
    return un_fail_system(error, sys, path, "cannot open the directory");
}

/* Whether others could replace what is in it; access lists show in the bits of the group. */
static un_status check_ours(const struct stat *found, const char *path, un_error *error) {
    if (S_ISLNK(found->st_mode))
        return refuse(error, path, "a symbolic link, which is not followed");
    if (!S_ISDIR(found->st_mode))
        return un_fail_system(error, ENOTDIR, path, "cannot open the directory");
    if (!un_is_ours(found))
        return refuse_owner(error, path, found->st_uid);
    if (found->st_mode & (S_IWGRP | S_IWOTH))
        return refuse(error, path, "others can write to it; take that from them (chmod go-w)");
    return UN_OK;
}

/* Examined after it was opened, so nobody can swap it in between. Closes `fd` unless it is ours. */
static un_status accept_ours(int *out, int fd, const char *path, un_error *error) {
    struct stat found;
    un_status status = un_os_fstat(fd, &found) == 0
                           ? check_ours(&found, path, error)
                           : un_fail_system(error, errno, path, "cannot examine the directory");
    if (status == UN_OK)
        *out = fd;
    else
        un_os_close(fd);
    return status;
}

static un_status open_ours(int *out, int parent, const char *name, const char *path,
                           un_error *error) {
    int fd = un_os_open(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    return fd < 0 ? fail_open(parent, name, path, error) : accept_ours(out, fd, path, error);
}

/* --- the way to it ---------------------------------------------------------------------------- */

/* Links that are followed on one way, as the kernel has it. */
#define LINKS_MOST 40

/* A way through the directories of a path, one by one. */
typedef struct way {
    const char *path; /* all of it, for messages */
    char rest[PATH_MAX];
    int dir; /* where we are; O_PATH */
    unsigned links;
    bool create;
} way;

/* Cuts the next component off the rest. false: it is longer than any name. */
static bool next_component(way *w, char name[NAME_MAX + 1]) {
    size_t from = strspn(w->rest, "/"), length = strcspn(w->rest + from, "/");
    if (length > NAME_MAX)
        return false;
    memcpy(name, w->rest + from, length);
    name[length] = '\0';
    memmove(w->rest, w->rest + from + length, strlen(w->rest + from + length) + 1);
    return true;
}

static bool is_last(const way *w) {
    return !w->rest[strspn(w->rest, "/")];
}

static void go_to(way *w, int dir) {
    un_os_close(w->dir);
    w->dir = dir;
}

/* Root follows no link of somebody else's, who could lead it anywhere. `link` is closed. */
static un_status follow(way *w, int link, const struct stat *found, un_error *error) {
    char whole[PATH_MAX];
    ssize_t length = un_os_readlink(link, whole, sizeof whole - 1);
    int sys = errno;
    un_os_close(link);
    if (un_os_user() == 0 && found->st_uid != 0)
        return refuse(error, w->path, "on the way is a symbolic link of somebody else's");
    if (length < 0 || ++w->links > LINKS_MOST)
        return un_fail_system(error, length < 0 ? sys : ELOOP, w->path,
                              "cannot open the directory");
    size_t rest = strlen(w->rest);
    if ((size_t)length + 1 + rest >= sizeof whole)
        return un_fail_system(error, ENAMETOOLONG, w->path, "cannot open the directory");
    memmove(w->rest + length + 1, w->rest, rest + 1);
    memcpy(w->rest, whole, (size_t)length);
    w->rest[length] = '/';
    if (w->rest[0] != '/')
        return UN_OK;
    int root = un_os_open(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0);
    if (root < 0)
        return un_fail_system(error, errno, w->path, "cannot open the directory");
    go_to(w, root);
    return UN_OK;
}

/* Root must not create in a user's home; an ordinary user may in what is root's. */
static un_status make_here(const way *w, const char *name, un_error *error) {
    struct stat above;
    if (un_os_fstat(w->dir, &above) != 0)
        return un_fail_system(error, errno, w->path, "cannot examine the directory");
    if (!un_is_ours(&above) && above.st_uid != 0)
        return refuse(error, w->path, "its parent is somebody else's: nothing is created there");
    if (un_os_mkdir(w->dir, name, 0700) != 0 && errno != EEXIST)
        return un_fail_system(error, errno, w->path, "cannot create the directory");
    return UN_OK;
}

/* One step that is not the last. */
static un_status step(way *w, const char *name, un_error *error) {
    struct stat found;
    un_status status = UN_OK;
    int fd = un_os_open(w->dir, name, O_PATH | O_NOFOLLOW, 0);
    if (fd < 0 && errno == ENOENT && w->create) {
        status = make_here(w, name, error);
        fd = status == UN_OK ? un_os_open(w->dir, name, O_PATH | O_NOFOLLOW, 0) : -1;
    }
    if (status != UN_OK)
        return status;
    if (fd < 0 || un_os_fstat(fd, &found) != 0) {
        status = un_fail_system(error, errno, w->path, "cannot open the directory");
        if (fd >= 0)
            un_os_close(fd);
        return status;
    }
    if (S_ISLNK(found.st_mode))
        return follow(w, fd, &found, error);
    go_to(w, fd);
    return UN_OK;
}

static un_status arrive(int *out, const way *w, const char *name, un_error *error) {
    un_status status = open_ours(out, w->dir, name, w->path, error);
    if (status != UN_NOT_FOUND || !w->create)
        return status;
    status = make_here(w, name, error);
    return status == UN_OK ? open_ours(out, w->dir, name, w->path, error) : status;
}

static un_status walk(int *out, way *w, un_error *error) {
    char name[NAME_MAX + 1];
    un_status status = UN_OK;
    bool more = true;
    while (status == UN_OK && more) {
        if (!next_component(w, name))
            status = un_fail_system(error, ENAMETOOLONG, w->path, "cannot open the directory");
        more = !is_last(w);
        if (status == UN_OK)
            status = more ? step(w, name, error) : arrive(out, w, name, error);
    }
    return status;
}

static un_status go_all_the_way(int *out, const char *path, bool create, un_error *error) {
    way w = {.path = path, .create = create};
    memcpy(w.rest, path, strlen(path) + 1);
    w.dir = un_os_open(AT_FDCWD, path[0] == '/' ? "/" : ".", O_PATH | O_DIRECTORY, 0);
    if (w.dir < 0)
        return un_fail_system(error, errno, path, "cannot open the directory");
    un_status status = walk(out, &w, error);
    un_os_close(w.dir);
    return status;
}

/* Where no link is on the way, the kernel goes it at once. */
static un_status open_as_root(int *out, const char *path, un_error *error) {
    int fd = un_os_open_direct(path, O_RDONLY | O_DIRECTORY);
    if (fd >= 0)
        return accept_ours(out, fd, path, error);
    if (errno == ELOOP || errno == ENOSYS)
        return go_all_the_way(out, path, false, error);
    return fail_open(AT_FDCWD, path, path, error);
}

/* Without the slashes at its end, which would follow a symbolic link, O_NOFOLLOW or not. */
static un_status trim(char whole[PATH_MAX], const char *path, un_error *error) {
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    if (length >= PATH_MAX)
        return un_fail_system(error, ENAMETOOLONG, path, "cannot open the directory");
    memcpy(whole, path, length);
    whole[length] = '\0';
    return UN_OK;
}

un_status un_directory_open(int *out, const char *path, bool create, un_error *error) {
    char whole[PATH_MAX];
    un_status status = trim(whole, path, error);
    if (status != UN_OK)
        return status;
    status = un_os_user() == 0 ? open_as_root(out, whole, error)
                               : open_ours(out, AT_FDCWD, whole, whole, error);
    if (status == UN_NOT_FOUND && create)
        status = go_all_the_way(out, whole, true, error);
    return status;
}

un_status un_directory_examine(const char *path, un_error *error) {
    char whole[PATH_MAX];
    struct stat found;
    un_status status = trim(whole, path, error);
    if (status != UN_OK)
        return status;
    if (un_os_stat(AT_FDCWD, whole, &found, false) != 0)
        return un_fail_system(error, errno, whole, "cannot find the directory");
    return check_ours(&found, whole, error);
}

un_status un_directory_private(const char *path, un_error *error) {
    struct stat found;
    un_status status = un_directory_examine(path, error);
    if (status == UN_OK && un_os_stat(AT_FDCWD, path, &found, false) != 0)
        status = un_fail_system(error, errno, path, "cannot examine the directory");
    if (status == UN_OK && found.st_mode & (S_IRWXG | S_IRWXO))
        status = refuse(error, path, "others can look into it");
    return status;
}

un_status un_directory_reach(const char *path, un_error *error) {
    char whole[PATH_MAX];
    int fd = -1;
    if (un_os_user() != 0)
        return un_directory_examine(path, error);
    un_status status = trim(whole, path, error);
    if (status == UN_OK)
        status = open_as_root(&fd, whole, error);
    if (fd >= 0)
        un_os_close(fd);
    return status;
}

static bool is_component(const char *name) {
    return name[0] && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

un_status un_directory_enter(int *out, int parent, const char *name, bool create, un_error *error) {
    if (!is_component(name))
        return un_fail(error, UN_ARGUMENT, "%s: not one component of a path", name);
    if (create && un_os_mkdir(parent, name, 0700) != 0 && errno != EEXIST)
        return un_fail_system(error, errno, name, "cannot create the directory");
    return open_ours(out, parent, name, name, error);
}

static bool is_entry(const char *name) {
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* Returns errno, 0 at the end of the list. */
static int add_names(char *names, size_t room, size_t *length, DIR *list) {
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(list);
        if (!entry)
            return errno;
        size_t size = strlen(entry->d_name) + 1;
        if (!is_entry(entry->d_name) || size > room - *length)
            continue;
        memcpy(names + *length, entry->d_name, size);
        *length += size;
    }
}

un_status un_directory_names(char *names, size_t room, size_t *length, int dir, un_error *error) {
    /* Opened anew, for a duplicate would share the offset of the caller's. */
    int own = un_os_open(dir, ".", O_RDONLY | O_DIRECTORY, 0);
    DIR *list = own < 0 ? NULL : fdopendir(own);
    int sys = list ? 0 : errno;
    if (!list && own >= 0)
        un_os_close(own);
    *length = 0;
    if (list) {
        sys = add_names(names, room, length, list);
        closedir(list);
    }
    return sys ? un_fail_system(error, sys, NULL, "cannot list the directory") : UN_OK;
}
