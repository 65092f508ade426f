#include "newest.h"
#include "os.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static bool is_key(const char *name) {
    return strspn(name, "0123456789abcdef") == UN_NEWEST_KEY && !name[UN_NEWEST_KEY];
}

static bool is_newer(const un_newest *one, const un_newest *other) {
    return one->written != other->written ? one->written > other->written
                                          : strcmp(one->key, other->key) < 0;
}

static void look(un_newest *out, int dir, const char *key, const char *file) {
    char path[UN_NEWEST_KEY + 1 + NAME_MAX + 1];
    struct stat found;
    memcpy(out->key, key, sizeof out->key);
    snprintf(path, sizeof path, "%s/%s", key, file);
    out->written = un_os_stat(dir, path, &found, false) == 0
                       ? (int64_t)found.st_ctim.tv_sec * 1000000000 + found.st_ctim.tv_nsec
                       : 0;
}

/* The list is a heap with the oldest on top, which is the next to go: puts `one` at `at` or below.
 */
static void sink(un_newest *list, size_t count, size_t at, un_newest one) {
    for (size_t below = 2 * at + 1; below < count; below = 2 * at + 1) {
        if (below + 1 < count && is_newer(&list[below], &list[below + 1]))
            below++;
        if (!is_newer(&one, &list[below]))
            break;
        list[at] = list[below];
        at = below;
    }
    list[at] = one;
}

static void rise(un_newest *list, size_t at, un_newest one) {
    for (; at > 0 && is_newer(&list[(at - 1) / 2], &one); at = (at - 1) / 2)
        list[at] = list[(at - 1) / 2];
    list[at] = one;
}

static void sort(un_newest *list, size_t count) {
    while (count > 1) {
        un_newest last = list[--count];
        list[count] = list[0];
        sink(list, count, 0, last);
    }
}

/* Returns errno, 0 at the end of the directory. */
static int keep(un_newest *list, size_t room, size_t *kept, size_t *count, int dir, DIR *names,
                const char *file) {
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(names);
        if (!entry)
            return errno;
        if (!is_key(entry->d_name))
            continue;
        un_newest one;
        look(&one, dir, entry->d_name, file);
        ++*count;
        if (*kept < room)
            rise(list, (*kept)++, one);
        else if (room && is_newer(&one, &list[0]))
            sink(list, room, 0, one);
    }
}

un_status un_newest_find(un_newest *list, size_t room, size_t *kept, size_t *count, int dir,
                         const char *file, un_error *error) {
    /* Opened anew, for a duplicate would share the offset of the caller's. */
    int own = un_os_open(dir, ".", O_RDONLY | O_DIRECTORY, 0);
    DIR *names = own < 0 ? NULL : fdopendir(own);
    int sys = names ? 0 : errno;
    *kept = *count = 0;
    if (!names && own >= 0)
        un_os_close(own);
    if (names) {
        sys = keep(list, room, kept, count, dir, names, file);
        closedir(names);
    }
    if (sys)
        return un_fail_system(error, sys, NULL, "cannot list the directory");
    sort(list, *kept);
    return UN_OK;
}
