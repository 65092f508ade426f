#include "scratch.h"
#include "ours.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#define DIGITS   "0123456789abcdef"
#define RANDOM   16 /* how many digits */
#define ATTEMPTS 16
/* A directory becomes empty in as many passes as it is deep, unless somebody goes on filling it. */
#define PASSES 4096

un_status un_scratch_make(char name[UN_SCRATCH_NAME], int dir, const char *purpose,
                          un_error *error) {
    if (strlen(purpose) > UN_SCRATCH_NAME - RANDOM - 2)
        return un_fail(error, UN_ARGUMENT, "%s: too long a name", purpose);
    for (int i = 0; i < ATTEMPTS; i++) {
        snprintf(name, UN_SCRATCH_NAME, "%s.%016llx", purpose, (unsigned long long)un_os_random());
        if (un_os_mkdir(dir, name, 0700) == 0)
            return UN_OK;
        if (errno != EEXIST)
            break;
    }
    return un_fail_system(error, errno, name, "cannot create the directory");
}

/* --- listing ---------------------------------------------------------------------------------- */

/* What is done with each entry of a directory. */
typedef void (*visit)(void *context, int dir, const char *name);

static bool is_entry(const char *name) {
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* Returns errno. `dir` is opened anew, for a duplicate would share the offset of the caller's. */
static int visit_all(int dir, visit each, void *context) {
    int own = un_os_open(dir, ".", O_RDONLY | O_DIRECTORY, 0);
    DIR *list = own < 0 ? NULL : fdopendir(own);
    int sys = list ? 0 : errno;
    if (!list && own >= 0)
        un_os_close(own);
    while (list) {
        errno = 0;
        const struct dirent *entry = readdir(list);
        sys = entry ? 0 : errno;
        if (!entry)
            break;
        if (is_entry(entry->d_name))
            each(context, dir, entry->d_name);
    }
    if (list)
        closedir(list);
    return sys;
}

/* --- removing --------------------------------------------------------------------------------- */

typedef struct pass {
    int top;      /* what is to become empty */
    size_t moved; /* what was removed, or lifted to the top */
} pass;

/* Opens a directory that its owner may have closed to himself. */
static int open_closed(int dir, const char *name) {
    int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
    int fd = un_os_open(dir, name, flags, 0);
    if (fd < 0 && errno == EACCES && un_os_chmod(dir, name, 0700) == 0)
        fd = un_os_open(dir, name, flags, 0);
    if (fd >= 0)
        un_os_fchmod(fd, 0700);
    return fd;
}

static bool remove_plain(int dir, const char *name) {
    return un_os_unlink(dir, name) == 0 || un_os_rmdir(dir, name) == 0;
}

/* What is in a directory of the top one, and is a directory that is not empty, goes to the top. It
 * can be moved only where we may write into it. */
static void lift(void *context, int dir, const char *name) {
    pass *p = context;
    char fresh[20];
    bool moved = remove_plain(dir, name);
    int fd = moved ? -1 : open_closed(dir, name);
    snprintf(fresh, sizeof fresh, "%016llx", (unsigned long long)un_os_random());
    moved = moved || un_os_move(dir, name, p->top, fresh) == 0;
    p->moved += moved;
    if (fd >= 0)
        un_os_close(fd);
}

static void remove_entry(void *context, int top, const char *name) {
    pass *p = context;
    bool gone = remove_plain(top, name);
    int fd = gone ? -1 : open_closed(top, name);
    if (fd >= 0) {
        visit_all(fd, lift, p);
        un_os_close(fd);
        gone = un_os_rmdir(top, name) == 0;
    }
    p->moved += gone;
}

/* A tree of any depth takes neither stack nor descriptors: each pass makes it less deep by one. */
static void empty(int top) {
    for (int i = 0; i < PASSES; i++) {
        pass p = {.top = top};
        if (visit_all(top, remove_entry, &p) != 0 || p.moved == 0)
            return;
    }
}

un_status un_scratch_remove(int dir, const char *name, un_error *error) {
    if (remove_plain(dir, name) || errno == ENOENT)
        return UN_OK;
    int top = open_closed(dir, name);
    if (top >= 0) {
        empty(top);
        un_os_close(top);
    }
    if (un_os_rmdir(dir, name) == 0)
        return UN_OK;
    return un_fail_system(error, errno, name, "cannot remove");
}

/* --- sweeping --------------------------------------------------------------------------------- */

typedef struct sweep {
    const char *purpose;
    size_t removed;
} sweep;

static void sweep_one(void *context, int dir, const char *name) {
    sweep *s = context;
    size_t length = strlen(s->purpose);
    bool one = strncmp(name, s->purpose, length) == 0 && name[length] == '.' &&
               strlen(name + length + 1) == RANDOM && strspn(name + length + 1, DIGITS) == RANDOM;
    if (one && un_scratch_remove(dir, name, NULL) == UN_OK)
        s->removed++;
}

un_status un_scratch_sweep(int dir, const char *purpose, size_t *removed, un_error *error) {
    sweep s = {purpose, 0};
    int sys = visit_all(dir, sweep_one, &s);
    if (removed)
        *removed = s.removed;
    return sys ? un_fail_system(error, sys, NULL, "cannot list the directory") : UN_OK;
}
