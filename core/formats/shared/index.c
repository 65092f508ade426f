#include "index.h"
#include <stdlib.h>

static int by_key(const void *a, const void *b) {
    const un_index_entry *left = a, *right = b;
    return un_slice_compare(left->key, right->key);
}

static size_t count_members(un_value container) {
    size_t count = 0;
    un_value value;
    for (un_cursor c = un_walk(container); un_next(&c, NULL, &value);)
        count++;
    return count;
}

bool un_index_build(un_index *out, un_arena *arena, un_value container, un_slice prefix) {
    un_slice key;
    un_value value;
    bool object = un_type_of(container) == UN_OBJECT;
    *out = (un_index){un_arena_alloc(arena, count_members(container) * sizeof *out->entries), 0};
    if (!out->entries)
        return false;
    for (un_cursor c = un_walk(container); un_next(&c, &key, &value);) {
        if (!object)
            key = un_string(value);
        if (key.ptr && un_slice_starts(key, prefix))
            out->entries[out->count++] = (un_index_entry){un_slice_from(key, prefix.len), value};
    }
    if (out->count)
        qsort(out->entries, out->count, sizeof *out->entries, by_key);
    return true;
}

const un_index_entry *un_index_entry_of(const un_index *index, un_slice key) {
    const un_index_entry wanted = {.key = key};
    return index->count ? bsearch(&wanted, index->entries, index->count, sizeof wanted, by_key)
                        : NULL;
}

un_value un_index_find(const un_index *index, un_slice key) {
    const un_index_entry *found = un_index_entry_of(index, key);
    return found ? found->value : (un_value){NULL, 0};
}
