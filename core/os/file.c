#include "file.h"
#include "ours.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

/* From statfs(2) and the file systems' own sources. */
#define NFS_MAGIC    0x00006969U
#define SMB_MAGIC    0x0000517bU
#define SMB2_MAGIC   0xfe534d42U
#define CIFS_MAGIC   0xff534d42U
#define CEPH_MAGIC   0x00c36400U
#define AFS_MAGIC    0x5346414fU
#define CODA_MAGIC   0x73757245U
#define V9FS_MAGIC   0x01021997U
#define OCFS2_MAGIC  0x7461636fU
#define GFS2_MAGIC   0x01161970U
#define LUSTRE_MAGIC 0x0bd00bd0U
#define GPFS_MAGIC   0x47504653U

static un_status fail_file(un_error *error, un_status status, const char *path,
                           const char *message) {
    un_fail(error, status, "%s", message);
    un_error_file(error, un_slice_of(path));
    return status;
}

/* Wraps beyond the year 2262 instead of overflowing: a stamp is only compared. */
static int64_t nanoseconds(struct timespec time) {
    return (int64_t)((uint64_t)time.tv_sec * 1000000000U + (uint64_t)time.tv_nsec);
}

void un_stamp_of(un_stamp *out, const struct stat *found) {
    *out = (un_stamp){
        .device = found->st_dev,
        .inode = found->st_ino,
        .size = found->st_size,
        .modified = nanoseconds(found->st_mtim),
        .changed = nanoseconds(found->st_ctim),
    };
}

static un_status check(const struct stat *found, const char *path, size_t limit, unsigned flags,
                       un_error *error) {
    if (!S_ISREG(found->st_mode))
        return fail_file(error, UN_ARGUMENT, path, "not a regular file");
    if ((flags & UN_FILE_OWNED) && !un_is_ours(found))
        return fail_file(error, UN_FOREIGN, path, "owned by somebody else");
    if ((uint64_t)found->st_size > limit)
        return fail_file(error, UN_LIMIT, path, "larger than accepted");
    return UN_OK;
}

/* A file of somebody else's may be closed to us: that too makes it not ours, and not a fault. */
static un_status fail_open(int dir, const char *path, unsigned flags, un_error *error) {
    int sys = errno;
    if (sys == ENXIO) /* a socket, a device without a driver */
        return fail_file(error, UN_ARGUMENT, path, "not a regular file");
    if (sys == ELOOP && (flags & UN_FILE_NO_FOLLOW))
        return fail_file(error, UN_FOREIGN, path, "a symbolic link, which is not followed");
    if ((flags & UN_FILE_OWNED) && un_is_closed_to_us(dir, path, sys))
        return fail_file(error, UN_FOREIGN, path, "owned by somebody else");
    return un_fail_system(error, sys, path, "cannot open");
}

/* Moves to memory for `length` bytes and their padding; false: there is none. */
static bool make_room(un_bytes *bytes, size_t length) {
    char *grown = realloc((char *)(uintptr_t)bytes->slice.ptr, length + UN_PADDING);
    if (!grown)
        return false;
    bytes->slice.ptr = grown;
    bytes->room = length + UN_PADDING;
    return true;
}

static char *end_of(const un_bytes *bytes) {
    return (char *)(uintptr_t)bytes->slice.ptr + bytes->slice.len;
}

/* Reads to the end, though the file may grow; one byte of room more tells when it has. */
static un_status read_all(un_bytes *out, int fd, size_t size, size_t limit, const char *path,
                          un_error *error) {
    bool ended = false;
    while (!ended) {
        size_t used = out->slice.len;
        if (out->room <= used + UN_PADDING && !make_room(out, used ? 2 * used : size + 1))
            return fail_file(error, UN_NO_MEMORY, path, "out of memory");
        ssize_t got = un_os_read(fd, end_of(out), out->room - UN_PADDING - used);
        if (got < 0)
            return un_fail_system(error, errno, path, "cannot read");
        out->slice.len += (size_t)got;
        if (out->slice.len > limit)
            return fail_file(error, UN_LIMIT, path, "larger than accepted");
        ended = got == 0 || out->slice.len == size;
    }
    memset(end_of(out), 0, UN_PADDING);
    return UN_OK;
}

un_status un_file_read(un_bytes *out, int dir, const char *path, size_t limit, unsigned flags,
                       un_stamp *stamp, un_error *error) {
    *out = (un_bytes){0};
    struct stat found;
    int follow = flags & UN_FILE_NO_FOLLOW ? O_NOFOLLOW : 0;
    int fd = un_os_open(dir, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | follow, 0);
    if (fd < 0)
        return fail_open(dir, path, flags, error);
    un_status status = UN_OK;
    if (un_os_fstat(fd, &found) != 0)
        status = un_fail_system(error, errno, path, "cannot examine");
    if (status == UN_OK)
        status = check(&found, path, limit, flags, error);
    if (status == UN_OK)
        status = read_all(out, fd, (size_t)found.st_size, limit, path, error);
    if (status == UN_OK && stamp)
        un_stamp_of(stamp, &found);
    un_os_close(fd);
    return status;
}

un_status un_file_examine(un_stamp *stamp, int fd, const char *path, size_t limit,
                          un_error *error) {
    struct stat found;
    if (un_os_fstat(fd, &found) != 0)
        return un_fail_system(error, errno, path, "cannot examine");
    un_stamp_of(stamp, &found);
    return check(&found, path, limit, 0, error);
}

un_status un_bytes_copy(un_bytes *out, un_slice bytes, un_error *error) {
    *out = (un_bytes){0};
    if (!make_room(out, bytes.len))
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    return un_bytes_append(out, bytes, error);
}

un_status un_bytes_append(un_bytes *bytes, un_slice more, un_error *error) {
    size_t length = bytes->slice.len + more.len;
    if (length + UN_PADDING > bytes->room && !make_room(bytes, 2 * length))
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    if (more.len)
        memcpy(end_of(bytes), more.ptr, more.len);
    bytes->slice.len = length;
    memset(end_of(bytes), 0, UN_PADDING);
    return UN_OK;
}

un_status un_file_look(struct stat *found, const char *path, un_error *error) {
    if (un_os_stat(AT_FDCWD, path, found, true) != 0)
        return un_fail_system(error, errno, path, "cannot find");
    return UN_OK;
}

un_status un_file_stamp(un_stamp *out, const char *path, un_error *error) {
    struct stat found;
    un_status status = un_file_look(&found, path, error);
    if (status == UN_OK)
        un_stamp_of(out, &found);
    return status;
}

un_status un_file_shared(bool *shared, const char *path, un_error *error) {
    static const uint64_t types[] = {NFS_MAGIC,   SMB_MAGIC,  SMB2_MAGIC,   CIFS_MAGIC,
                                     CEPH_MAGIC,  AFS_MAGIC,  CODA_MAGIC,   V9FS_MAGIC,
                                     OCFS2_MAGIC, GFS2_MAGIC, LUSTRE_MAGIC, GPFS_MAGIC};
    uint64_t type;
    if (un_os_filesystem(path, &type) != 0)
        return un_fail_system(error, errno, path, "cannot find");
    *shared = false;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        *shared = *shared || types[i] == type;
    return UN_OK;
}

void un_bytes_free(un_bytes *bytes) {
    free((char *)(uintptr_t)bytes->slice.ptr);
    *bytes = (un_bytes){0};
}
