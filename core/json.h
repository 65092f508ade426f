/*
 * json.h: read JSON strictly and fast, and walk it without copying it.
 *
 * simdjson parses (UTF-8 validated, nothing but RFC 8259 accepted); its tape, whose layout simdjson
 * documents in doc/tape.md, is walked here in C. simdjson and its C++ runtime live in a shared
 * object of their own (upnudge-json.so), which the first parse loads: a process that parses no
 * lockfile does not pay for them. On top of simdjson: nesting beyond 64 is refused, so are
 * duplicate keys; a byte order mark is accepted; an error says line, column and what was expected.
 *
 * An un_json owns everything that its values and slices point to.
 */
#ifndef UN_JSON_H
#define UN_JSON_H

#include "error.h"
#include "file.h"

#define UN_JSON_DEPTH 64

typedef struct un_json {
    const uint64_t *tape;
    const char *strings;
    void *owner; /* simdjson's parser */
} un_json;

typedef enum un_json_type {
    UN_JSON_ABSENT, /* no such value: what a look-up that found nothing gives */
    UN_JSON_NULL,
    UN_JSON_BOOLEAN,
    UN_JSON_NUMBER,
    UN_JSON_STRING,
    UN_JSON_ARRAY,
    UN_JSON_OBJECT,
} un_json_type;

/* A place in a document; cheap to copy. A zeroed one is UN_JSON_ABSENT, and every function below
 * takes an absent or mistyped value and answers "absent", so look-ups chain without checks. */
typedef struct un_json_value {
    const un_json *doc;
    size_t at;
} un_json_value;

/* Walks the members of an object or the elements of an array. */
typedef struct un_json_cursor {
    un_json_value container;
    size_t next, end;
} un_json_cursor;

/*
 * Parses `bytes` (of an un_bytes: padded). Nothing of *bytes is needed afterwards. UN_SYNTAX,
 * UN_LIMIT (depth), UN_NO_MEMORY, or UN_SYSTEM when upnudge-json.so cannot be loaded.
 * Release with un_json_free, also after a failure.
 */
un_status un_json_parse(un_json *out, const un_bytes *bytes, un_error *error);
void un_json_free(un_json *json);

un_json_value un_json_root(const un_json *json);
un_json_type un_json_typeof(un_json_value value);
/* The string's bytes; the absent slice for any other type. */
un_slice un_json_string(un_json_value value);
bool un_json_true(un_json_value value);
/* false: not an integer that int64_t holds. */
bool un_json_integer(un_json_value value, int64_t *out);
/* The member of that name; absent where there is none. Linear in the number of members. */
un_json_value un_json_get(un_json_value object, un_slice key);
/* un_json_string(un_json_get(...)). */
un_slice un_json_get_string(un_json_value object, un_slice key);

un_json_cursor un_json_walk(un_json_value container);
/* false at the end. `key` (may be NULL) is set for members of an object. */
bool un_json_next(un_json_cursor *cursor, un_slice *key, un_json_value *value);

#endif
