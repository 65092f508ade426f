#include "disk.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *grown(void *memory, size_t size) {
    void *more = realloc(memory, size ? size : 1);
    if (!more) {
        fputs("out of memory\n", stderr);
        abort();
    }
    return more;
}

disk *disk_new(void) {
    disk *d = grown(NULL, sizeof *d);
    *d = (disk){.count = 1};
    d->inodes = grown(NULL, sizeof *d->inodes);
    d->inodes[0] = (disk_inode){0};
    disk_make(d, true, 0755, 0);
    return d;
}

disk_inode *disk_at(disk *d, unsigned inode) {
    return &d->inodes[inode];
}

unsigned disk_make(disk *d, bool is_directory, mode_t mode, int64_t now) {
    d->inodes = grown(d->inodes, (d->count + 1) * sizeof *d->inodes);
    d->inodes[d->count] = (disk_inode){
        .is_directory = is_directory, .mode = mode, .read = now, .written = now, .changed = now};
    return d->count++;
}

/* --- names ------------------------------------------------------------------------------------ */

static disk_entry *entry_of(const disk_names *names, const char *name) {
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->list[i].name, name) == 0)
            return &names->list[i];
    return NULL;
}

unsigned disk_find(disk *d, unsigned directory, const char *name) {
    const disk_entry *found = entry_of(&disk_at(d, directory)->names, name);
    return found ? found->inode : 0;
}

static void set_name(disk_names *names, const disk_entry *entry) {
    disk_entry *found = entry_of(names, entry->name);
    if (found && entry->inode) {
        *found = *entry;
    } else if (found) {
        size_t behind = names->count - (size_t)(found - names->list) - 1;
        memmove(found, found + 1, behind * sizeof *found);
        names->count--;
    } else if (entry->inode) {
        names->list = grown(names->list, (names->count + 1) * sizeof *names->list);
        names->list[names->count++] = *entry;
    }
}

static void set_names(disk_names *names, const disk_entry entries[2]) {
    for (int i = 0; i < 2; i++)
        if (entries[i].name[0])
            set_name(names, &entries[i]);
}

static disk_change *add_change(disk_inode *inode) {
    inode->since = grown(inode->since, (inode->since_count + 1) * sizeof *inode->since);
    disk_change *change = &inode->since[inode->since_count++];
    *change = (disk_change){0};
    return change;
}

void disk_name(disk *d, unsigned directory, const disk_entry names[2], int64_t now) {
    disk_inode *inode = disk_at(d, directory);
    memcpy(add_change(inode)->names, names, 2 * sizeof *names);
    set_names(&inode->names, names);
    inode->written = inode->changed = now;
}

/* --- bytes ------------------------------------------------------------------------------------ */

/* What is beyond the end before reads as zeros. */
static void set_size(disk_bytes *bytes, size_t size) {
    bytes->at = grown(bytes->at, size);
    if (size > bytes->size)
        memset(bytes->at + bytes->size, 0, size - bytes->size);
    bytes->size = size;
}

static void put(disk_bytes *bytes, size_t from, const char *at, size_t size) {
    if (from + size > bytes->size)
        set_size(bytes, from + size);
    memcpy(bytes->at + from, at, size);
}

void disk_write(disk *d, unsigned file, size_t from, disk_bytes bytes, int64_t now) {
    disk_inode *inode = disk_at(d, file);
    disk_change *change = add_change(inode);
    change->from = from;
    put(&change->bytes, 0, bytes.at, bytes.size);
    put(&inode->bytes, from, bytes.at, bytes.size);
    inode->written = inode->changed = now;
}

void disk_truncate(disk *d, unsigned file, size_t size, int64_t now) {
    disk_inode *inode = disk_at(d, file);
    add_change(inode)->from = size;
    set_size(&inode->bytes, size);
    inode->written = inode->changed = now;
}

/* --- what lasts ------------------------------------------------------------------------------- */

static void keep_bytes(disk_bytes *out, const disk_bytes *bytes) {
    set_size(out, bytes->size);
    if (bytes->size)
        memcpy(out->at, bytes->at, bytes->size);
}

static void keep_names(disk_names *out, const disk_names *names) {
    out->list = grown(out->list, names->count * sizeof *names->list);
    if (names->count)
        memcpy(out->list, names->list, names->count * sizeof *names->list);
    out->count = names->count;
}

void disk_sync(disk *d, unsigned number) {
    disk_inode *inode = disk_at(d, number);
    if (inode->is_directory)
        keep_names(&inode->safe_names, &inode->names);
    else
        keep_bytes(&inode->safe, &inode->bytes);
    inode->since_count = 0;
}

void disk_sync_all(disk *d) {
    for (unsigned i = 1; i < d->count; i++)
        disk_sync(d, i);
}

/* A sector is written whole or not at all; a file may be longer before its bytes are there. */
static void cut_write(disk_bytes *bytes, const disk_change *change, luck *l, unsigned percent) {
    size_t from = change->from, end = from + change->bytes.size;
    if (!change->bytes.at) {
        if (luck_has(l, percent))
            set_size(bytes, from);
        return;
    }
    if (end > bytes->size && luck_has(l, percent))
        set_size(bytes, end);
    while (from < end) {
        size_t next = (from / DISK_SECTOR + 1) * DISK_SECTOR, to = next < end ? next : end;
        if (luck_has(l, percent))
            put(bytes, from, change->bytes.at + (from - change->from), to - from);
        from = to;
    }
}

/* How much of it is kept, of a hundred. */
typedef struct kept {
    unsigned bytes, names;
} kept;

static void cut_inode(disk_inode *inode, luck *l, kept k) {
    for (size_t i = 0; i < inode->since_count; i++) {
        const disk_change *change = &inode->since[i];
        if (!inode->is_directory)
            cut_write(&inode->safe, change, l, k.bytes);
        else if (luck_has(l, k.names))
            set_names(&inode->safe_names, change->names);
    }
    inode->since_count = 0;
    keep_names(&inode->names, &inode->safe_names);
    keep_bytes(&inode->bytes, &inode->safe);
}

/* What is worst is that all names come back and no bytes, or the other way round. */
void disk_cut(disk *d, luck *l) {
    static const kept ways[] = {{0, 100}, {100, 0}, {0, 0}, {50, 50}, {80, 80}};
    static const unsigned parts[] = {0, 50, 100};
    unsigned way = luck_below(l, 2 * sizeof ways / sizeof *ways);
    for (unsigned i = 1; i < d->count; i++) {
        kept each = {parts[luck_below(l, 3)], parts[luck_below(l, 3)]};
        if (disk_at(d, i)->since_count)
            cut_inode(disk_at(d, i), l, way < sizeof ways / sizeof *ways ? ways[way] : each);
    }
}
