#include "writer.h"
#include <stdlib.h>

struct un_tree_store {
    uint64_t *tape;
    uint32_t *places;
    char *strings;
};

static void release(void *owner) {
    un_tree_store *store = owner;
    free(store->tape);
    free(store->places);
    free(store->strings);
    free(store);
}

static bool begin(un_tree_writer *w) {
    if (!w->store && w->status == UN_OK) {
        w->store = calloc(1, sizeof *w->store);
        w->status = w->store ? UN_OK : UN_NO_MEMORY;
    }
    return w->status == UN_OK;
}

/* A failed realloc leaves the block to its owner, so each is put in its place at once. */
static bool grow_words(un_tree_writer *w, size_t capacity) {
    uint64_t *tape = realloc(w->store->tape, capacity * sizeof *tape);
    if (tape)
        w->store->tape = tape;
    uint32_t *places = tape ? realloc(w->store->places, capacity * sizeof *places) : NULL;
    if (places) {
        w->store->places = places;
        w->capacity = capacity;
    }
    return places;
}

/* Room for `more` words; half more each time, for memory must stay in proportion to the text. */
static bool make_room(un_tree_writer *w, size_t more) {
    size_t grown = w->capacity + w->capacity / 2 + 64;
    if (w->status == UN_OK && w->words + more <= w->capacity)
        return true;
    if (!begin(w))
        return false;
    if (grown > UINT32_MAX || !grow_words(w, grown))
        w->status = UN_NO_MEMORY;
    return w->status == UN_OK;
}

/* Where the next string goes, with room for `needed` bytes; NULL: none. */
static char *string_room(un_tree_writer *w, size_t needed) {
    size_t grown = w->room + w->room / 2 + needed;
    if (w->status == UN_OK && w->used + needed <= w->room)
        return w->store->strings + w->used;
    if (!begin(w))
        return NULL;
    if (w->used + needed > w->room) {
        char *moved = realloc(w->store->strings, grown);
        if (!moved) {
            w->status = UN_NO_MEMORY;
            return NULL;
        }
        w->store->strings = moved;
        w->room = grown;
    }
    return w->store->strings + w->used;
}

static void put(un_tree_writer *w, uint64_t word, size_t place) {
    w->store->tape[w->words] = word;
    w->store->places[w->words++] = (uint32_t)place;
}

static uint64_t token(char kind, uint64_t payload) {
    return (uint64_t)(unsigned char)kind << 56 | payload;
}

/* A value of one word, or of two with `number`. */
static void put_value(un_tree_writer *w, char kind, uint64_t payload, const uint64_t *number,
                      size_t place) {
    /* The root stands in front of the first value. */
    if (!make_room(w, 3))
        return;
    if (w->words == 0)
        put(w, token('r', 0), place);
    put(w, token(kind, payload), place);
    if (number)
        put(w, *number, place);
    w->members[w->depth]++;
}

void un_write_open(un_tree_writer *w, char kind, size_t place) {
    if (w->status == UN_OK && w->depth == UN_TREE_DEPTH) {
        w->status = UN_LIMIT;
        w->culprit = place;
    }
    put_value(w, kind, 0, NULL, place);
    if (w->status != UN_OK)
        return;
    w->opened[++w->depth] = w->words - 1;
    w->members[w->depth] = 0;
}

void un_write_close(un_tree_writer *w) {
    if (!make_room(w, 1))
        return;
    size_t start = w->opened[w->depth];
    bool object = un_tape_kind(&(un_tree){.tape = w->store->tape}, start) == '{';
    size_t count = object ? w->members[w->depth] / 2 : w->members[w->depth];
    if (count > UN_TAPE_SATURATED)
        count = UN_TAPE_SATURATED;
    put(w, token(object ? '}' : ']', start), w->store->places[start]);
    w->store->tape[start] |= (uint64_t)count << 32 | w->words;
    w->depth--;
}

void un_write_string(un_tree_writer *w, un_slice text, size_t place) {
    uint32_t length = (uint32_t)text.len;
    size_t needed = sizeof length + text.len + 1;
    char *stored = string_room(w, needed);
    if (!stored)
        return;
    memcpy(stored, &length, sizeof length);
    if (text.len)
        memcpy(stored + sizeof length, text.ptr, text.len);
    stored[needed - 1] = '\0';
    put_value(w, '"', w->used, NULL, place);
    w->used += needed;
}

void un_write_integer(un_tree_writer *w, int64_t number, size_t place) {
    uint64_t bits = (uint64_t)number;
    put_value(w, 'l', 0, &bits, place);
}

void un_write_real(un_tree_writer *w, double number, size_t place) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    put_value(w, 'd', 0, &bits, place);
}

void un_write_boolean(un_tree_writer *w, bool value, size_t place) {
    put_value(w, value ? 't' : 'f', 0, NULL, place);
}

void un_write_null(un_tree_writer *w, size_t place) {
    put_value(w, 'n', 0, NULL, place);
}

/* What went wrong while writing, in words. */
static un_status fault_of(const un_tree_writer *w, un_slice text, un_error *error) {
    if (w->status == UN_OK && w->words)
        return UN_OK;
    if (w->status != UN_LIMIT)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    un_fail_offset(error, text, w->culprit, "deeper than %d levels", UN_TREE_DEPTH);
    if (error)
        error->status = UN_LIMIT;
    return UN_LIMIT;
}

un_status un_tree_finish(un_tree *out, un_tree_writer *w, un_status reading, un_slice text,
                         un_error *error) {
    /* A reader ends early where the writer could not go on, which has no words for that. */
    bool of_reader = reading != UN_OK && w->status == UN_OK;
    un_status status = of_reader ? reading : fault_of(w, text, error);
    *out = (un_tree){0};
    if (status != UN_OK) {
        un_tree_drop(w);
        return status;
    }
    *out = (un_tree){w->store->tape, w->store->strings, w->store->places, text, w->store, release};
    *w = (un_tree_writer){0};
    return un_tree_inspect(out, error);
}

void un_tree_drop(un_tree_writer *w) {
    if (w->store)
        release(w->store);
    *w = (un_tree_writer){0};
}
