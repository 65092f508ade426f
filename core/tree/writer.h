/*
 * writer.h: make a tree token by token, for readers that are not simdjson.
 *
 *     un_tree_writer writer = {0};
 *     un_write_open(&writer, '{', place);
 *     un_write_string(&writer, key, place);  un_write_string(&writer, value, place);
 *     un_write_close(&writer);
 *     status = un_tree_finish(&tree, &writer, UN_OK, text, &error);
 *
 * Members of an object are written key, value, key, value. Writing never fails by itself: what went
 * wrong (memory, more than UN_TREE_DEPTH levels) is remembered and un_tree_finish says it, so a
 * reader asks `writer.status` only to stop early. `place` is the token's offset in the text. A
 * zeroed writer is valid; un_tree_finish and un_tree_drop leave an idle one.
 */
#ifndef UN_TREE_WRITER_H
#define UN_TREE_WRITER_H

#include "tree.h"

typedef struct un_tree_store un_tree_store;

typedef struct un_tree_writer {
    un_tree_store *store; /* the tree to be */
    size_t words, capacity, used, room;
    size_t depth, members[UN_TREE_DEPTH + 1], opened[UN_TREE_DEPTH + 1];
    un_status status; /* sticky */
    size_t culprit;   /* place of the container that is one level too deep */
} un_tree_writer;

/* kind: '{' or '['. */
void un_write_open(un_tree_writer *writer, char kind, size_t place);
void un_write_close(un_tree_writer *writer);
/* Copies the bytes: also keys. */
void un_write_string(un_tree_writer *writer, un_slice text, size_t place);
void un_write_integer(un_tree_writer *writer, int64_t number, size_t place);
void un_write_real(un_tree_writer *writer, double number, size_t place);
void un_write_boolean(un_tree_writer *writer, bool value, size_t place);
void un_write_null(un_tree_writer *writer, size_t place);

/*
 * Ends the document, whose containers must all be closed, and inspects it (see un_tree_inspect).
 * `text` becomes tree->text. `reading` is how the reader ended: where it failed for a reason of its
 * own, which is in *error, what was written is thrown away and that is the answer. Release *out
 * with un_tree_free, also after a failure.
 */
un_status un_tree_finish(un_tree *out, un_tree_writer *writer, un_status reading, un_slice text,
                         un_error *error);

/* Throws away what was written. */
void un_tree_drop(un_tree_writer *writer);

#endif
