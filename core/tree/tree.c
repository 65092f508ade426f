#include "tree.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

un_value un_tree_root(const un_tree *tree) {
    return (un_value){tree, 1};
}

void un_tree_free(un_tree *tree) {
    if (tree->owner)
        tree->release(tree->owner);
    *tree = (un_tree){0};
}

const char *un_type_name(un_type type) {
    static const char *const names[] = {"nothing",  "null",     "a boolean", "a number",
                                        "a string", "an array", "an object"};
    return names[type];
}

bool un_integer(un_value value, int64_t *out) {
    if (!value.tree || un_tape_kind(value.tree, value.at) != 'l')
        return false;
    memcpy(out, &value.tree->tape[value.at + 1], sizeof *out);
    return true;
}

bool un_number(un_value value, double *out) {
    char kind = un_type_of(value) == UN_NUMBER ? un_tape_kind(value.tree, value.at) : 0;
    const uint64_t *word = kind ? &value.tree->tape[value.at + 1] : NULL;
    int64_t integer = 0;
    if (kind == 'd') {
        memcpy(out, word, sizeof *out);
    } else if (kind == 'l') {
        memcpy(&integer, word, sizeof integer);
        *out = (double)integer;
    } else if (kind == 'u') {
        *out = (double)*word;
    }
    return kind != 0;
}

un_value un_get(un_value object, un_slice key) {
    un_slice found = {NULL, 0};
    un_value value;
    un_cursor cursor = un_walk(object);
    if (un_type_of(object) == UN_OBJECT)
        while (un_next(&cursor, &found, &value))
            if (un_slice_equal(found, key))
                return value;
    return (un_value){NULL, 0};
}

un_slice un_get_string(un_value object, un_slice key) {
    return un_string(un_get(object, key));
}

/* --- places ----------------------------------------------------------------------------------- */

/* How many strings there are on the tape up to `found`. */
static size_t strings_before(const un_tree *tree, size_t found) {
    size_t count = 0;
    for (size_t at = 1; at <= found; at++) {
        char kind = un_tape_kind(tree, at);
        count += kind == '"';
        at += kind == 'l' || kind == 'u' || kind == 'd';
    }
    return count;
}

/* Offset of the string of that number (from 1) in valid JSON; 0 for number 0. */
static size_t offset_of_string(un_slice text, size_t number) {
    size_t opening = 0;
    for (size_t at = 0; number && at < text.len; at++)
        if (text.ptr[at] == '"') {
            number--;
            opening = at++;
            while (at < text.len && text.ptr[at] != '"')
                at += text.ptr[at] == '\\' ? 2 : 1;
        }
    return opening;
}

static size_t offset_of(un_value value) {
    const un_tree *tree = value.tree;
    return tree->places ? tree->places[value.at]
                        : offset_of_string(tree->text, strings_before(tree, value.at));
}

/* Words and place of an error; without the text there is no place. */
static un_status fail(un_error *error, un_status status, un_value value, const char *what) {
    if (value.tree && value.tree->text.ptr)
        un_fail_offset(error, value.tree->text, offset_of(value), "%s", what);
    else
        un_fail(error, status, "%s", what);
    if (error)
        error->status = status;
    return status;
}

un_status un_fail_value(un_error *error, un_value value, const char *format, ...) {
    char what[UN_MESSAGE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return fail(error, UN_FORMAT, value, what);
}

un_status un_fail_type(un_error *error, un_value value, const char *wanted) {
    return un_fail_value(error, value, "expected %s, found %s", wanted,
                         un_type_name(un_type_of(value)));
}

/* --- what readers let pass: duplicate keys, and one level too many ---------------------------- */

un_status un_tree_inspect(const un_tree *tree, un_error *error) {
    size_t culprit = 0;
    un_tape_fault found = un_tape_inspect(tree, UN_TREE_DEPTH, &culprit);
    un_value value = {tree, culprit};
    char what[UN_MESSAGE];
    un_slice key;
    switch (found) {
    case UN_TAPE_FINE:
        return UN_OK;
    case UN_TAPE_NO_MEMORY:
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    case UN_TAPE_DEEP:
        snprintf(what, sizeof what, "deeper than %d levels", UN_TREE_DEPTH);
        return fail(error, UN_LIMIT, value, what);
    default:
        key = un_string(value);
        snprintf(what, sizeof what, "duplicate key \"%.*s\"", un_slice_shown(key), key.ptr);
        return fail(error, UN_SYNTAX, value, what);
    }
}
