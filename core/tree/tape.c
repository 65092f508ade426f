#include "tape.h"
#include "core/os/os.h"
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define FEW 16

typedef struct inspection {
    const un_tree *tree;
    uint64_t seed;   /* of the hash of keys, so that nobody can make keys that collide */
    uint64_t *slots; /* hash's upper half and a key's tape index, which has 32 bits; 0: free */
    size_t room;
    size_t most; /* levels allowed */
    size_t culprit;
    un_tape_fault fault;
} inspection;

static bool accuse(inspection *in, un_tape_fault fault, size_t at) {
    in->fault = fault;
    in->culprit = at;
    return false;
}

/* The keys of a small object. `filter` has one bit a key: most keys need no comparison at all. */
typedef struct seen {
    uint64_t filter, marks[FEW];
    size_t places[FEW], count;
} seen;

/* Ends and length of a key in one word: keys whose marks differ are not equal. Its length stands in
 * front of it and a NUL behind, so that what is loaded is of the strings, however short it is. */
static inline uint64_t mark_of(un_slice key) {
    uint64_t head = 0, tail = 0;
    if (key.len >= 4) {
        memcpy(&head, key.ptr - 4, 8);
        memcpy(&tail, key.ptr + key.len - 8, 8);
    } else {
        memcpy(&head, key.ptr - 4, 4);
        memcpy(&tail, key.ptr + key.len - 3, 4);
    }
    return (head ^ (tail << 29 | tail >> 35)) * 0x9E3779B97F4A7C15;
}

static inline bool is_new(seen *s, const un_tree *tree, size_t at) {
    un_slice key = un_tape_string(tree, at);
    uint64_t mark = mark_of(key), bit = (uint64_t)1 << (mark >> 58);
    if (s->filter & bit)
        for (size_t i = 0; i < s->count; i++)
            if (s->marks[i] == mark && un_slice_equal(un_tape_string(tree, s->places[i]), key))
                return false;
    s->filter |= bit;
    s->marks[s->count] = mark;
    s->places[s->count++] = at;
    return true;
}

static bool make_room(inspection *in, size_t room) {
    if (room > in->room) {
        if (!in->room)
            in->seed = un_os_random();
        free(in->slots);
        in->slots = malloc(room * sizeof *in->slots);
        in->room = in->slots ? room : 0;
    }
    if (!in->slots)
        return false;
    memset(in->slots, 0, room * sizeof *in->slots);
    return true;
}

static bool is_in_table(const inspection *in, size_t mask, size_t at) {
    const uint64_t low = 0xFFFFFFFF;
    un_slice key = un_tape_string(in->tree, at);
    uint64_t hash = XXH3_64bits_withSeed(key.ptr, key.len, in->seed);
    size_t slot = hash & mask;
    for (; in->slots[slot]; slot = (slot + 1) & mask)
        if ((in->slots[slot] & ~low) == (hash & ~low) &&
            un_slice_equal(un_tape_string(in->tree, in->slots[slot] & low), key))
            return true;
    in->slots[slot] = (hash & ~low) | at;
    return false;
}

/* Duplicates among `count` keys from tape index `first` on. */
static bool inspect_many(inspection *in, size_t first, size_t end, size_t count) {
    size_t room = 64;
    while (room < count * 2)
        room *= 2;
    if (!make_room(in, room))
        return accuse(in, UN_TAPE_NO_MEMORY, first);
    for (size_t at = first; at < end; at = un_tape_after(in->tree, at + 1))
        if (is_in_table(in, room - 1, at))
            return accuse(in, UN_TAPE_DUPLICATE, at);
    return true;
}

/* The tape counts members in 24 bits. */
static size_t count_members(const un_tree *tree, size_t at, size_t end) {
    size_t count = tree->tape[at] >> 32 & UN_TAPE_SATURATED;
    if (count < UN_TAPE_SATURATED)
        return count;
    count = 0;
    for (size_t key = at + 1; key < end; key = un_tape_after(tree, key + 1))
        count++;
    return count;
}

static bool inspect(inspection *in, size_t at, size_t depth);

/* The index of what follows the value at `at`; 0: something is wrong with it. */
static inline size_t inspect_value(inspection *in, size_t at, size_t depth) {
    char kind = un_tape_kind(in->tree, at);
    if ((kind == '{' || kind == '[') && !inspect(in, at, depth + 1))
        return 0;
    return un_tape_after(in->tree, at);
}

/* An object of few members, or of whose keys it is known that they differ. */
static bool inspect_members(inspection *in, size_t at, size_t depth, bool differ) {
    size_t end = un_tape_after(in->tree, at) - 1;
    seen few;
    few.filter = few.count = 0;
    for (size_t key = at + 1; key < end;) {
        if (!differ && !is_new(&few, in->tree, key))
            return accuse(in, UN_TAPE_DUPLICATE, key);
        key = inspect_value(in, key + 1, depth);
        if (!key)
            return false;
    }
    return true;
}

static bool inspect_object(inspection *in, size_t at, size_t depth) {
    size_t end = un_tape_after(in->tree, at) - 1, count = count_members(in->tree, at, end);
    if (count > FEW && !inspect_many(in, at + 1, end, count))
        return false;
    return inspect_members(in, at, depth, count > FEW || count == 1);
}

/* false: in->fault is wrong with the container at tape index `at`, or inside it. */
static bool inspect(inspection *in, size_t at, size_t depth) {
    if (depth > in->most)
        return accuse(in, UN_TAPE_DEEP, at);
    if (un_tape_kind(in->tree, at) == '{')
        return inspect_object(in, at, depth);
    size_t end = un_tape_after(in->tree, at) - 1;
    for (size_t item = at + 1; item < end;) {
        item = inspect_value(in, item, depth);
        if (!item)
            return false;
    }
    return true;
}

un_tape_fault un_tape_inspect(const un_tree *tree, size_t depth, size_t *culprit) {
    inspection in = {.tree = tree, .most = depth};
    inspect_value(&in, 1, 0);
    free(in.slots);
    *culprit = in.culprit;
    return in.fault;
}
