/*
 * index.h: look-ups in a large table or list, which un_get would do one by one; between formats
 * only. Built in O(n log n), asked in O(log n).
 */
#ifndef UN_FORMATS_INDEX_H
#define UN_FORMATS_INDEX_H

#include "core/arena.h"
#include "core/tree/tree.h"

typedef struct un_index_entry {
    un_slice key;
    un_value value;
} un_index_entry;

typedef struct un_index {
    un_index_entry *entries;
    size_t count;
} un_index;

/*
 * The members of an object whose keys begin with `prefix`, which is cut off, or the strings of an
 * array that do. Anything else yields an empty index. false: no memory.
 */
bool un_index_build(un_index *out, un_arena *arena, un_value container, un_slice prefix);

/* The entry of that key; NULL: there is none. */
const un_index_entry *un_index_entry_of(const un_index *index, un_slice key);

/* Absent: there is none. Of an array it is the string itself. */
un_value un_index_find(const un_index *index, un_slice key);

#endif
