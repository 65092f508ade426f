/*
 * tree.h: a parsed document, whichever notation it was written in, walked without copying it.
 *
 *     un_cursor cursor = un_walk(un_get(un_tree_root(&tree), UN_SLICE("packages")));
 *     while (un_next(&cursor, &key, &value)) use(key, un_string(value));
 *
 * JSON, YAML, TOML and XML are all read into one tape, whose layout is that of simdjson's
 * doc/tape.md: simdjson writes it for JSON, writer.h for the others. A reader refuses nesting
 * beyond UN_TREE_DEPTH and duplicate keys, so nobody above has to think of either.
 *
 * A tree owns everything that its values and slices point to, but for `text`. What is called for
 * every member of a document stands here, so that the loops of its readers call nothing.
 */
#ifndef UN_TREE_H
#define UN_TREE_H

#include "core/error.h"
#include "tape.h"

#define UN_TREE_DEPTH 64

typedef enum un_type {
    UN_ABSENT, /* no such value: what a look-up that found nothing gives */
    UN_NULL,
    UN_BOOLEAN,
    UN_NUMBER,
    UN_STRING, /* also what has no type in JSON: a plain number in YAML, a date in TOML */
    UN_ARRAY,
    UN_OBJECT,
} un_type;

/* A place in a tree; cheap to copy. A zeroed one is UN_ABSENT, and every function below takes an
 * absent or mistyped value and answers "absent", so look-ups chain without checks. */
typedef struct un_value {
    const un_tree *tree;
    size_t at;
} un_value;

/* Walks the members of an object or the elements of an array. */
typedef struct un_cursor {
    un_value container;
    size_t next, end;
} un_cursor;

un_value un_tree_root(const un_tree *tree);
void un_tree_free(un_tree *tree);

static inline un_type un_type_of(un_value value) {
    if (!value.tree)
        return UN_ABSENT;
    switch (un_tape_kind(value.tree, value.at)) {
    case '{':
        return UN_OBJECT;
    case '[':
        return UN_ARRAY;
    case '"':
        return UN_STRING;
    case 't':
    case 'f':
        return UN_BOOLEAN;
    case 'n':
        return UN_NULL;
    default:
        return UN_NUMBER;
    }
}

/* "an object" and so on, for messages. */
const char *un_type_name(un_type type);

/* The string's bytes; the absent slice for any other type. */
static inline un_slice un_string(un_value value) {
    if (!value.tree || un_tape_kind(value.tree, value.at) != '"')
        return (un_slice){NULL, 0};
    return un_tape_string(value.tree, value.at);
}

static inline bool un_true(un_value value) {
    return value.tree && un_tape_kind(value.tree, value.at) == 't';
}

/* false: not an integer that int64_t holds. */
bool un_integer(un_value value, int64_t *out);
/* false: not a number. */
bool un_number(un_value value, double *out);
/* The member of that name; absent where there is none. Linear in the number of members. */
un_value un_get(un_value object, un_slice key);
/* un_string(un_get(...)). */
un_slice un_get_string(un_value object, un_slice key);

static inline un_cursor un_walk(un_value container) {
    un_type type = un_type_of(container);
    if (type != UN_OBJECT && type != UN_ARRAY)
        return (un_cursor){.next = 0, .end = 0};
    return (un_cursor){container, container.at + 1,
                       un_tape_after(container.tree, container.at) - 1};
}

/* false at the end. `key` (may be NULL) is set for members of an object. */
static inline bool un_next(un_cursor *cursor, un_slice *key, un_value *value) {
    const un_tree *tree = cursor->container.tree;
    if (cursor->next >= cursor->end)
        return false;
    bool object = un_tape_kind(tree, cursor->container.at) == '{';
    if (key)
        *key = object ? un_tape_string(tree, cursor->next) : (un_slice){NULL, 0};
    cursor->next += object;
    *value = (un_value){tree, cursor->next};
    cursor->next = un_tape_after(tree, cursor->next);
    return true;
}

/* UN_FORMAT at the place of `value` (of its key, where JSON keeps no better one). */
un_status un_fail_value(un_error *error, un_value value, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* UN_FORMAT "expected <wanted>, found <type>" at the place of `value`. */
un_status un_fail_type(un_error *error, un_value value, const char *wanted);

/*
 * For readers: refuses a document with a key that stood in its object before (UN_SYNTAX) or with
 * nesting beyond UN_TREE_DEPTH (UN_LIMIT), at its place. Expected time is linear.
 */
un_status un_tree_inspect(const un_tree *tree, un_error *error);

#endif
