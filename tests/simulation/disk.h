/*
 * disk.h: a file system in memory that knows what a power cut may leave of it.
 *
 * A file has the bytes that everybody reads, those that fsync made last, and what was written since
 * then. A directory has its names likewise. A cut keeps any part of what was written since: whole
 * sectors of a file, in any order, its length apart from its bytes, and any of the changes of a
 * directory, those of a rename together. Syncing a file says nothing of its name, nor of the
 * directory that it is in.
 */
#ifndef SIMULATION_DISK_H
#define SIMULATION_DISK_H

#include "random.h"
#include <stddef.h>
#include <sys/stat.h>

#define DISK_NAME   160
#define DISK_SECTOR 512
#define DISK_ROOT   1U

/* A name and what it means; inode 0: nothing. */
typedef struct disk_entry {
    char name[DISK_NAME];
    unsigned inode;
} disk_entry;

typedef struct disk_names {
    disk_entry *list;
    size_t count;
} disk_names;

typedef struct disk_bytes {
    char *at;
    size_t size;
} disk_bytes;

/* Of a file: bytes that were written at `from`; none: it was cut off there. Of a directory: up to
 * two names that changed at once. */
typedef struct disk_change {
    size_t from;
    disk_bytes bytes;
    disk_entry names[2];
} disk_change;

typedef struct disk_inode {
    bool is_directory;
    bool is_nameless; /* for good: nobody will read it */
    mode_t mode;
    int64_t read, written, changed; /* seconds */
    disk_bytes bytes, safe;
    disk_names names, safe_names;
    disk_change *since; /* the last sync */
    size_t since_count;
} disk_inode;

typedef struct disk {
    disk_inode *inodes; /* whose numbers are places here; 0 is none */
    unsigned count;
    bool is_full;
} disk;

/* An empty root that a cut keeps. Nothing here is ever released: a disk ends with its process. */
disk *disk_new(void);

disk_inode *disk_at(disk *d, unsigned inode);
/* A new one that no name leads to yet. */
unsigned disk_make(disk *d, bool is_directory, mode_t mode, int64_t now);
/* The inode of a name in a directory; 0: none. */
unsigned disk_find(disk *d, unsigned directory, const char *name);
/* Gives names in a directory other meanings, at once; those with an empty name are none. */
void disk_name(disk *d, unsigned directory, const disk_entry names[2], int64_t now);

void disk_write(disk *d, unsigned file, size_t from, disk_bytes bytes, int64_t now);
void disk_truncate(disk *d, unsigned file, size_t size, int64_t now);
/* What is there now lasts. */
void disk_sync(disk *d, unsigned inode);
/* All of it does. */
void disk_sync_all(disk *d);
/* The power goes and comes back. */
void disk_cut(disk *d, luck *l);

#endif
