/*
 * os.c: core/os/os.h over a virtual machine (world.h) in the place of the kernel, and what the C
 * library would ask the kernel past it: names of directories, where a path leads, clocks. Those the
 * linker leads here (--wrap).
 */
#include "core/os/os.h"
#include "world.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define USER 1000

/* --- what is told ----------------------------------------------------------------------------- */

/* Keys and digests say little. */
static void print_short(const char *text) {
    while (*text) {
        size_t digits = strspn(text, "0123456789abcdef");
        if (digits == 32)
            printf("%.4s~", text);
        else
            printf("%.*s", (int)(digits ? digits : 1), text);
        text += digits ? digits : 1;
    }
}

/* The result, told with its call. */
__attribute__((format(printf, 2, 3))) static long said(long result, const char *format, ...) {
    char text[2 * WORLD_PATH];
    va_list list;
    const process *p = the_world.current;
    int sys = errno;
    if (!the_world.is_told || !p)
        return result;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    printf("  %-14s %4u  ", p->name, p->calls);
    print_short(text);
    if (result < 0)
        printf(" = %s\n", strerrorname_np(sys));
    else
        printf(" = %ld\n", result);
    errno = sys;
    return result;
}

static int failed(int sys) {
    errno = sys;
    return -1;
}

/* --- descriptors ------------------------------------------------------------------------------ */

static descriptor *descriptor_of(int fd) {
    process *p = the_world.current;
    if (fd < WORLD_FIRST || fd >= WORLD_FIRST + WORLD_DESCRIPTORS)
        return NULL;
    descriptor *d = &p->descriptors[fd - WORLD_FIRST];
    return d->inode ? d : NULL;
}

static const char *path_of(int fd) {
    const descriptor *d = fd == AT_FDCWD ? NULL : descriptor_of(fd);
    return d ? d->path : "";
}

/* A path as it is told; until the next one. */
static const char *whole(int dir, const char *path) {
    static char text[2 * WORLD_PATH];
    if (path[0] == '/')
        return path;
    snprintf(text, sizeof text, "%s/%s", path_of(dir), path);
    return text;
}

static int new_descriptor(unsigned inode, int flags, const char *path) {
    process *p = the_world.current;
    for (int i = 0; i < WORLD_DESCRIPTORS; i++)
        if (!p->descriptors[i].inode) {
            descriptor *d = &p->descriptors[i];
            *d = (descriptor){.inode = inode, .flags = flags};
            snprintf(d->path, sizeof d->path, "%s", path);
            return WORLD_FIRST + i;
        }
    return failed(EMFILE);
}

static disk_inode *inode_of(const descriptor *d) {
    return disk_at(the_world.disk, d->inode);
}

/* --- paths ------------------------------------------------------------------------------------ */

/* Where a path leads: to `inode`, or to nothing, by the name `name` in `parent`. */
typedef struct place {
    unsigned parent, inode;
    char name[DISK_NAME];
    char path[WORLD_PATH];
} place;

static bool is_dot(const char *name) {
    return !*name || strcmp(name, ".") == 0;
}

/* One component further; there are no links, and nobody asks for "..". */
static int step(place *at, const char *name, size_t length) {
    if (!at->inode)
        return failed(ENOENT);
    if (!disk_at(the_world.disk, at->inode)->is_directory)
        return failed(ENOTDIR);
    if (length >= DISK_NAME)
        return failed(ENAMETOOLONG);
    snprintf(at->name, sizeof at->name, "%.*s", (int)length, name);
    if (is_dot(at->name))
        return 0;
    size_t used = strlen(at->path);
    snprintf(at->path + used, sizeof at->path - used, "/%s", at->name);
    at->parent = at->inode;
    at->inode = disk_find(the_world.disk, at->parent, at->name);
    return 0;
}

static int find(place *out, int dir, const char *path) {
    const descriptor *from = path[0] == '/' || dir == AT_FDCWD ? NULL : descriptor_of(dir);
    *out = (place){.inode = from ? from->inode : DISK_ROOT};
    if (!from && path[0] != '/' && dir != AT_FDCWD)
        return failed(EBADF);
    snprintf(out->path, sizeof out->path, "%s", from ? from->path : "");
    int result = 0;
    while (result == 0 && *path) {
        size_t length = strcspn(path, "/");
        if (length)
            result = step(out, path, length);
        path += length;
        path += strspn(path, "/");
    }
    return result;
}

/* The same of what is there. */
static int find_there(place *out, int dir, const char *path) {
    if (find(out, dir, path) != 0)
        return -1;
    return out->inode ? 0 : failed(ENOENT);
}

static int64_t now(void) {
    return world_seconds();
}

static void name_one(unsigned directory, const char *name, unsigned inode) {
    world_mark();
    disk_entry names[2] = {{.inode = inode}};
    snprintf(names[0].name, sizeof names[0].name, "%s", name);
    disk_name(the_world.disk, directory, names, now());
}

/* --- opening ---------------------------------------------------------------------------------- */

int un_os_above(int fd) {
    return fd;
}

/* A file without a name, as O_TMPFILE has it. */
static int open_nameless(const char *path, int flags) {
    if (the_world.disk->is_full)
        return failed(ENOSPC);
    unsigned inode = disk_make(the_world.disk, false, 0600, now());
    disk_at(the_world.disk, inode)->is_nameless = true;
    return new_descriptor(inode, flags, path);
}

/* A directory that was removed is there while somebody has it open, but nothing comes into it. */
static bool is_gone(unsigned directory) {
    for (unsigned i = 1; i < the_world.disk->count; i++) {
        const disk_names *names = &disk_at(the_world.disk, i)->names;
        for (size_t j = 0; j < names->count; j++)
            if (names->list[j].inode == directory)
                return false;
    }
    return directory != DISK_ROOT;
}

static int create(place *at, int flags, mode_t mode) {
    if (is_gone(at->parent))
        return failed(ENOENT);
    if (the_world.disk->is_full)
        return failed(ENOSPC);
    at->inode = disk_make(the_world.disk, false, mode, now());
    name_one(at->parent, at->name, at->inode);
    return new_descriptor(at->inode, flags, at->path);
}

static int open_file(int dir, const char *path, int flags, mode_t mode) {
    place at;
    if (find(&at, dir, path) != 0)
        return -1;
    if ((flags & O_TMPFILE) == O_TMPFILE && at.inode)
        return open_nameless(at.path, flags);
    if (!at.inode)
        return flags & O_CREAT ? create(&at, flags, mode) : failed(ENOENT);
    if (flags & O_CREAT && flags & O_EXCL)
        return failed(EEXIST);
    bool is_directory = disk_at(the_world.disk, at.inode)->is_directory;
    if (!is_directory && flags & O_DIRECTORY)
        return failed(ENOTDIR);
    if (is_directory && (flags & O_ACCMODE) != O_RDONLY)
        return failed(EISDIR);
    return new_descriptor(at.inode, flags, at.path);
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

int un_os_open(int dir, const char *path, int flags, mode_t mode) {
    int fd = world_step() ? open_file(dir, path, flags, mode) : -1;
    if (fd >= 0 && ends_with(path, ".lock"))
        world_mark();
    bool is_nameless = (flags & O_TMPFILE) == O_TMPFILE;
    return (int)said(fd, "open %s%s", whole(dir, path), is_nameless ? " nameless" : "");
}

int un_os_open_direct(const char *path, int flags) {
    return un_os_open(AT_FDCWD, path, flags, 0);
}

int un_os_find_direct(const char *path) {
    return un_os_open(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);
}

int un_os_occupy(void) {
    return un_os_open(AT_FDCWD, "/", O_PATH, 0);
}

int un_os_close(int fd) {
    bool fails = !world_step();
    int sys = errno;
    descriptor *d = descriptor_of(fd);
    char path[WORLD_PATH];
    snprintf(path, sizeof path, "%s", path_of(fd));
    if (d && d->is_locked)
        world_mark();
    if (d)
        d->inode = 0;
    errno = d ? sys : EBADF;
    return (int)said(d && !fails ? 0 : -1, "close %s", path);
}

/* --- reading and writing ---------------------------------------------------------------------- */

static ssize_t read_at(descriptor *d, void *buffer, size_t size) {
    const disk_bytes *bytes = d ? &inode_of(d)->bytes : NULL;
    if (!d)
        return failed(EBADF);
    size_t left = d->offset < bytes->size ? bytes->size - d->offset : 0;
    size_t taken = left < size ? left : size;
    if (taken)
        memcpy(buffer, bytes->at + d->offset, taken);
    d->offset += taken;
    return (ssize_t)taken;
}

ssize_t un_os_read(int fd, void *buffer, size_t size) {
    ssize_t got = world_step() ? read_at(descriptor_of(fd), buffer, size) : -1;
    return said(got, "read %s", path_of(fd));
}

static ssize_t write_at(const descriptor *d, const void *bytes, size_t size, size_t from) {
    if (!d)
        return failed(EBADF);
    if (the_world.disk->is_full && from + size > inode_of(d)->bytes.size)
        return failed(ENOSPC);
    if (size && !inode_of(d)->is_nameless) {
        world_mark();
        disk_write(the_world.disk, d->inode, from, (disk_bytes){(char *)(uintptr_t)bytes, size},
                   now());
    }
    return (ssize_t)size;
}

ssize_t un_os_write(int fd, const void *bytes, size_t size) {
    bool goes = world_step();
    descriptor *d = descriptor_of(fd);
    if (d && d->flags & O_APPEND)
        d->offset = inode_of(d)->bytes.size;
    ssize_t written = goes ? write_at(d, bytes, size, d ? d->offset : 0) : -1;
    if (written > 0)
        d->offset += (size_t)written;
    return said(written, "write %s", path_of(fd));
}

int un_os_could_reach(off_t end) {
    (void)end;
    return 0;
}

ssize_t un_os_pwrite(int fd, const void *bytes, size_t size, off_t offset) {
    ssize_t written = world_step() ? write_at(descriptor_of(fd), bytes, size, (size_t)offset) : -1;
    return said(written, "write %s at %ld", path_of(fd), (long)offset);
}

int un_os_truncate(int fd, off_t size) {
    int result = world_step() ? 0 : -1;
    if (result == 0)
        disk_truncate(the_world.disk, descriptor_of(fd)->inode, (size_t)size, now());
    return (int)said(result, "truncate %s", path_of(fd));
}

/* --- what is there ---------------------------------------------------------------------------- */

static void fill_stat(struct stat *out, unsigned number) {
    const disk_inode *inode = disk_at(the_world.disk, number);
    *out = (struct stat){.st_dev = 1,
                         .st_ino = number,
                         .st_nlink = 1,
                         .st_mode = inode->mode | (inode->is_directory ? S_IFDIR : S_IFREG),
                         .st_uid = USER,
                         .st_size = (off_t)inode->bytes.size};
    /* In whole seconds: what is told apart by its times has changed long ago. */
    out->st_atim.tv_sec = inode->read;
    out->st_mtim.tv_sec = inode->written;
    out->st_ctim.tv_sec = inode->changed;
}

int un_os_fstat(int fd, struct stat *out) {
    const descriptor *d = world_step() ? descriptor_of(fd) : NULL;
    if (d)
        fill_stat(out, d->inode);
    return (int)said(d ? 0 : -1, "fstat %s", path_of(fd));
}

static int stat_path(int dir, const char *path, struct stat *out) {
    place at;
    int result = world_step() ? find_there(&at, dir, path) : -1;
    if (result == 0)
        fill_stat(out, at.inode);
    return (int)said(result, "stat %s", whole(dir, path));
}

int un_os_stat(int dir, const char *path, struct stat *out, bool follow) {
    (void)follow;
    return stat_path(dir, path, out);
}

ssize_t un_os_readlink(int fd, char *buffer, size_t size) {
    (void)fd, (void)buffer, (void)size;
    return failed(EINVAL);
}

int un_os_filesystem(const char *path, uint64_t *type) {
    (void)path;
    *type = 0xef53;
    return 0;
}

/* --- syncing ---------------------------------------------------------------------------------- */

/* What a mutant makes of it; true: nothing is left to do. */
static bool syncs_wrongly(unsigned inode) {
    bool is_directory = disk_at(the_world.disk, inode)->is_directory;
    if (!is_directory && the_world.wrong == WRONG_LATE_SYNC)
        the_world.current->late_sync = inode;
    return the_world.wrong == (is_directory ? WRONG_NO_DIRECTORY_SYNC : WRONG_NO_FILE_SYNC) ||
           (!is_directory && the_world.wrong == WRONG_LATE_SYNC);
}

int un_os_fsync(int fd) {
    const descriptor *d = world_step() ? descriptor_of(fd) : NULL;
    if (d) {
        world_mark();
        world_turn(0);
    }
    if (d && !syncs_wrongly(d->inode))
        disk_sync(the_world.disk, d->inode);
    return (int)said(d ? 0 : -1, "fsync %s", path_of(fd));
}

/* The mutant that renames before it syncs; it may be killed in between. */
static void sync_late(void) {
    unsigned inode = the_world.current->late_sync;
    the_world.current->late_sync = 0;
    if (inode && world_step())
        disk_sync(the_world.disk, inode);
}

/* --- changing --------------------------------------------------------------------------------- */

int un_os_fchmod(int fd, mode_t mode) {
    const descriptor *d = world_step() ? descriptor_of(fd) : NULL;
    if (d)
        inode_of(d)->mode = mode & 07777;
    return (int)said(d ? 0 : -1, "fchmod %s", path_of(fd));
}

int un_os_chmod(int dir, const char *path, mode_t mode) {
    place at;
    int result = world_step() ? find_there(&at, dir, path) : -1;
    if (result == 0)
        disk_at(the_world.disk, at.inode)->mode = mode & 07777;
    return (int)said(result, "chmod %s", whole(dir, path));
}

int un_os_set_times(int fd, int64_t read, int64_t written) {
    const descriptor *d = world_step() ? descriptor_of(fd) : NULL;
    if (d) {
        inode_of(d)->read = read;
        inode_of(d)->written = written;
        inode_of(d)->changed = now();
    }
    return (int)said(d ? 0 : -1, "futimens %s", path_of(fd));
}

/* Only what is in the way of a directory matters, and that is nothing here. */
static int move(int from_dir, const char *from, int to_dir, const char *to) {
    place a, b;
    if (find_there(&a, from_dir, from) != 0 || find(&b, to_dir, to) != 0)
        return -1;
    bool is_directory = disk_at(the_world.disk, a.inode)->is_directory;
    if (b.inode && disk_at(the_world.disk, b.inode)->is_directory != is_directory)
        return failed(is_directory ? ENOTDIR : EISDIR);
    if (b.inode && is_directory && disk_at(the_world.disk, b.inode)->names.count)
        return failed(ENOTEMPTY);
    if (a.parent != b.parent) {
        name_one(b.parent, b.name, a.inode);
        name_one(a.parent, a.name, 0);
        return 0;
    }
    disk_entry names[2] = {{.inode = 0}, {.inode = a.inode}};
    world_mark();
    world_turn(1);
    snprintf(names[0].name, sizeof names[0].name, "%s", a.name);
    snprintf(names[1].name, sizeof names[1].name, "%s", b.name);
    disk_name(the_world.disk, a.parent, names, now());
    disk_at(the_world.disk, a.inode)->changed = now();
    return 0;
}

int un_os_rename(int dir, const char *from, const char *to) {
    int result = world_step() ? move(dir, from, dir, to) : -1;
    said(result, "rename %s to %s", whole(dir, from), to);
    int sys = errno;
    sync_late();
    errno = sys;
    return result;
}

int un_os_move(int from_dir, const char *from, int to_dir, const char *to) {
    int result = world_step() ? move(from_dir, from, to_dir, to) : -1;
    return (int)said(result, "rename %s to %s/%s", whole(from_dir, from), path_of(to_dir), to);
}

static int link_name(int dir, const char *from, const char *to) {
    place a, b;
    if (find_there(&a, dir, from) != 0 || find(&b, dir, to) != 0)
        return -1;
    if (b.inode)
        return failed(EEXIST);
    name_one(b.parent, b.name, a.inode);
    return 0;
}

int un_os_link(int dir, const char *from, const char *to) {
    int result = world_step() ? link_name(dir, from, to) : -1;
    return (int)said(result, "link %s to %s", whole(dir, from), to);
}

static int remove_name(int dir, const char *path, bool is_directory) {
    place at;
    if (find_there(&at, dir, path) != 0)
        return -1;
    const disk_inode *inode = disk_at(the_world.disk, at.inode);
    if (inode->is_directory != is_directory)
        return failed(is_directory ? ENOTDIR : EISDIR);
    if (is_directory && inode->names.count)
        return failed(ENOTEMPTY);
    name_one(at.parent, at.name, 0);
    return 0;
}

int un_os_unlink(int dir, const char *path) {
    int result = world_step() ? remove_name(dir, path, false) : -1;
    return (int)said(result, "unlink %s", whole(dir, path));
}

int un_os_rmdir(int dir, const char *path) {
    int result = world_step() ? remove_name(dir, path, true) : -1;
    return (int)said(result, "rmdir %s", whole(dir, path));
}

static int make_directory(int dir, const char *path, mode_t mode) {
    place at;
    if (find(&at, dir, path) != 0)
        return -1;
    if (at.inode)
        return failed(EEXIST);
    if (is_gone(at.parent))
        return failed(ENOENT);
    if (the_world.disk->is_full)
        return failed(ENOSPC);
    name_one(at.parent, at.name, disk_make(the_world.disk, true, mode, now()));
    return 0;
}

int un_os_mkdir(int dir, const char *path, mode_t mode) {
    int result = world_step() ? make_directory(dir, path, mode) : -1;
    world_mark();
    return (int)said(result, "mkdir %s", whole(dir, path));
}

/* --- locks ------------------------------------------------------------------------------------ */

static bool is_in_the_way(const process *holder, const descriptor *d, bool write) {
    for (unsigned i = 0; i < WORLD_DESCRIPTORS; i++) {
        const descriptor *other = &holder->descriptors[i];
        if (other->inode == d->inode && other != d && other->is_locked &&
            (write || other->is_exclusive))
            return true;
    }
    return false;
}

static int try_lock(const descriptor *d, bool write) {
    if (!d)
        return failed(EBADF);
    bool is_busy = is_in_the_way(&the_world.outside, d, write);
    for (unsigned i = 0; i < SCHEDULE_PROCESSES; i++)
        is_busy = is_busy || is_in_the_way(&the_world.processes[i], d, write);
    return is_busy && the_world.wrong != WRONG_OPEN_LOCK ? failed(EAGAIN) : 0;
}

int un_os_lock(int fd, bool write) {
    descriptor *d = world_step() ? descriptor_of(fd) : NULL;
    int result = d ? try_lock(d, write) : -1;
    if (result == 0) {
        d->is_locked = true;
        d->is_exclusive = write;
        world_mark();
        if (ends_with(d->path, "/check.lock"))
            the_world.current->check_locked = world_order();
        if (ends_with(d->path, "/notified.lock"))
            the_world.current->notice_locked_at = now();
    }
    return (int)said(result, "lock %s", path_of(fd));
}

int un_os_could_lock(int fd) {
    const descriptor *d = world_step() ? descriptor_of(fd) : NULL;
    int result = d ? try_lock(d, true) : -1;
    return (int)said(result, "could lock %s", path_of(fd));
}

/* --- time and who this is --------------------------------------------------------------------- */

int64_t un_os_now(int32_t *nanoseconds) {
    world_step();
    world_mark();
    if (nanoseconds)
        *nanoseconds = (int32_t)(the_world.clock % 1000000000);
    return said(now(), "now");
}

int64_t un_os_monotonic(void) {
    return the_world.clock;
}

void un_os_sleep(int64_t nanoseconds) {
    said(nanoseconds, "sleep");
    world_sleep(nanoseconds);
}

uint64_t un_os_random(void) {
    return luck_next(&the_world.current->luck);
}

uid_t un_os_user(void) {
    return USER;
}

void un_os_keep_user(void) {
}

bool un_os_is_raised(void) {
    return false;
}

const char *un_os_variable(const char *name) {
    return strcmp(name, "HOME") == 0 ? "/home" : NULL;
}

size_t un_os_widen_stack(size_t wanted) {
    return wanted;
}

char *const *un_os_environment(void) {
    static char *none[] = {NULL};
    return none;
}

/* --- past os.h -------------------------------------------------------------------------------- */

char *__wrap_realpath(const char *path, char *out);
DIR *__wrap_opendir(const char *path);
DIR *__wrap_fdopendir(int fd);
struct dirent *__wrap_readdir(DIR *list);
struct dirent *__wrap_readdir64(DIR *list);
int __wrap_closedir(DIR *list);
int __wrap_stat64(const char *path, struct stat *out);
int __wrap_lstat64(const char *path, struct stat *out);
FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__wrap_fopen64(const char *path, const char *mode);
FILE *__real_fopen(const char *path, const char *mode);
int __wrap_clock_gettime(clockid_t clock, struct timespec *out);
time_t __wrap_time(time_t *out);

char *__wrap_realpath(const char *path, char *out) {
    place at;
    int result = world_step() ? find_there(&at, AT_FDCWD, path) : -1;
    said(result, "realpath %s", path);
    return result == 0 ? strcpy(out, at.path[0] ? at.path : "/") : NULL;
}

/* The names as they were at the first look. */
typedef struct listing {
    int fd;
    bool is_read;
    size_t next;
    disk_names names;
    struct dirent entry;
} listing;

DIR *__wrap_fdopendir(int fd) {
    listing *list = calloc(1, sizeof *list);
    if (list)
        list->fd = fd;
    return (DIR *)(void *)list;
}

DIR *__wrap_opendir(const char *path) {
    int fd = un_os_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);
    return fd < 0 ? NULL : __wrap_fdopendir(fd);
}

static bool read_names(listing *list) {
    bool goes = world_step();
    const descriptor *d = descriptor_of(list->fd);
    said(goes ? 0 : -1, "getdents %s", path_of(list->fd));
    list->is_read = true;
    if (!goes || !d)
        return false;
    const disk_names *names = &inode_of(d)->names;
    list->names.list = malloc((names->count + 1) * sizeof *names->list);
    if (names->count)
        memcpy(list->names.list, names->list, names->count * sizeof *names->list);
    list->names.count = names->count;
    return true;
}

struct dirent *__wrap_readdir(DIR *open) {
    listing *list = (listing *)(void *)open;
    if ((!list->is_read && !read_names(list)) || list->next == list->names.count)
        return NULL;
    const disk_entry *entry = &list->names.list[list->next++];
    snprintf(list->entry.d_name, sizeof list->entry.d_name, "%s", entry->name);
    return &list->entry;
}

struct dirent *__wrap_readdir64(DIR *open) {
    return __wrap_readdir(open);
}

int __wrap_closedir(DIR *open) {
    listing *list = (listing *)(void *)open;
    int result = un_os_close(list->fd);
    free(list->names.list);
    free(list);
    return result;
}

int __wrap_stat64(const char *path, struct stat *out) {
    return stat_path(AT_FDCWD, path, out);
}

int __wrap_lstat64(const char *path, struct stat *out) {
    return stat_path(AT_FDCWD, path, out);
}

/* What is read that way is what the system mounts; before there is a world, mutants are. */
FILE *__wrap_fopen(const char *path, const char *mode) {
    if (!the_world.disk)
        return __real_fopen(path, mode);
    errno = ENOENT;
    return NULL;
}

FILE *__wrap_fopen64(const char *path, const char *mode) {
    return __wrap_fopen(path, mode);
}

/* No policy takes too long. */
int __wrap_clock_gettime(clockid_t clock, struct timespec *out) {
    (void)clock;
    *out = (struct timespec){.tv_sec = 1};
    return 0;
}

time_t __wrap_time(time_t *out) {
    if (out)
        *out = 1;
    return 1;
}
