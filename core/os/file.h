/*
 * file.h: read a whole regular file, bounded, and tell whether it changed.
 */
#ifndef UN_FILE_H
#define UN_FILE_H

#include "core/error.h"
#include <sys/stat.h>

/* Zeroed bytes behind every un_bytes, which let a vectorised parser read past the end. */
#define UN_PADDING 64

/* Owned bytes: `slice.ptr` is malloc'd, with UN_PADDING zeroed bytes behind `slice.len`. */
typedef struct un_bytes {
    un_slice slice;
    size_t room; /* bytes of memory, the padding included */
} un_bytes;

/* What tells a file from its successor without reading it. Times in nanoseconds since the epoch. */
typedef struct un_stamp {
    uint64_t device, inode;
    int64_t size, modified, changed;
} un_stamp;

typedef enum un_file_flags {
    UN_FILE_OWNED = 1,     /* refuse a file owned by somebody else (UN_FOREIGN) */
    UN_FILE_NO_FOLLOW = 2, /* refuse a symbolic link at the end of the path (UN_FOREIGN) */
} un_file_flags;

/*
 * Reads `path` (relative to `dir`, or AT_FDCWD). Larger than `limit` bytes is UN_LIMIT; no regular
 * file (a FIFO, a device, a directory) is UN_ARGUMENT, and opening one never blocks. *stamp (may be
 * NULL) is that of the very file read. Release with un_bytes_free, also after a failure.
 */
un_status un_file_read(un_bytes *out, int dir, const char *path, size_t limit, unsigned flags,
                       un_stamp *stamp, un_error *error);

/* The stamp of an open file, which is checked as un_file_read does: regular, and not larger. */
un_status un_file_examine(un_stamp *stamp, int fd, const char *path, size_t limit, un_error *error);

/* The stamp that an examined file has. */
void un_stamp_of(un_stamp *out, const struct stat *found);

/* Padded copy of bytes. */
un_status un_bytes_copy(un_bytes *out, un_slice bytes, un_error *error);

/* Puts `more` behind what is there; amortised, each byte is copied a few times. A failure changes
 * nothing. */
un_status un_bytes_append(un_bytes *bytes, un_slice more, un_error *error);

/* What is at `path`, links followed. */
un_status un_file_look(struct stat *found, const char *path, un_error *error);

/* The stamp of the file at `path`, links followed. */
un_status un_file_stamp(un_stamp *out, const char *path, un_error *error);

/*
 * Whether `path`, which exists, is on a file system that other machines write to as well: their
 * locks and their memory maps are not to be trusted. What is mounted through FUSE counts as ours.
 */
un_status un_file_shared(bool *shared, const char *path, un_error *error);

/* Idle and repeated calls do nothing. */
void un_bytes_free(un_bytes *bytes);

#endif
