#include "seen.h"
#include "core/os/os.h"
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

struct un_seen_pair {
    un_slice first, second;
    uint64_t hash;
    un_value value;
};

static uint64_t hash_of(const un_seen *seen, un_slice first, un_slice second) {
    uint64_t hash = XXH3_64bits_withSeed(first.ptr, first.len, seen->seed);
    return second.len ? XXH3_64bits_withSeed(second.ptr, second.len, hash) : hash;
}

/* The slot of the pair, or the free one where it belongs. */
static size_t slot_of(const un_seen *seen, const struct un_seen_pair *pair) {
    size_t slot = pair->hash & (seen->room - 1);
    for (; seen->slots[slot]; slot = (slot + 1) & (seen->room - 1)) {
        const struct un_seen_pair *found = &seen->pairs[seen->slots[slot] - 1];
        if (found->hash == pair->hash && un_slice_equal(found->first, pair->first) &&
            un_slice_equal(found->second, pair->second))
            break;
    }
    return slot;
}

/* Twice the slots, so that at least half of them are free. */
static bool spread(un_seen *seen) {
    size_t room = seen->room ? 2 * seen->room : 64;
    uint32_t *slots = calloc(room, sizeof *slots);
    if (!slots)
        return false;
    free(seen->slots);
    seen->slots = slots;
    seen->room = room;
    for (size_t i = 0; i < seen->count; i++)
        slots[slot_of(seen, &seen->pairs[i])] = (uint32_t)i + 1;
    return true;
}

static bool make_room(un_seen *seen) {
    if (!seen->room)
        seen->seed = un_os_random();
    if (2 * (seen->count + 1) > seen->room && !spread(seen))
        return false;
    if (seen->count < seen->capacity)
        return true;
    size_t capacity = seen->capacity + seen->capacity / 2 + 32;
    struct un_seen_pair *pairs = realloc(seen->pairs, capacity * sizeof *pairs);
    if (!pairs)
        return false;
    seen->pairs = pairs;
    seen->capacity = capacity;
    return true;
}

un_status un_seen_find(un_seen *seen, un_slice first, un_slice second, size_t *number, bool *known,
                       un_error *error) {
    if (!make_room(seen))
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    struct un_seen_pair pair = {first, second, hash_of(seen, first, second), {NULL, 0}};
    size_t slot = slot_of(seen, &pair);
    *known = seen->slots[slot] != 0;
    if (!*known) {
        seen->pairs[seen->count++] = pair;
        seen->slots[slot] = (uint32_t)seen->count;
    }
    *number = seen->slots[slot] - 1;
    return UN_OK;
}

bool un_seen_get(const un_seen *seen, un_slice first, un_slice second, size_t *number) {
    struct un_seen_pair pair = {first, second, hash_of(seen, first, second), {NULL, 0}};
    uint32_t found = seen->room ? seen->slots[slot_of(seen, &pair)] : 0;
    *number = found ? found - 1 : 0;
    return found;
}

void un_seen_strings(const un_seen *seen, size_t number, un_slice *first, un_slice *second) {
    *first = seen->pairs[number].first;
    *second = seen->pairs[number].second;
}

un_value *un_seen_value(un_seen *seen, size_t number) {
    return &seen->pairs[number].value;
}

void un_seen_free(un_seen *seen) {
    free(seen->pairs);
    free(seen->slots);
    *seen = (un_seen){0};
}
