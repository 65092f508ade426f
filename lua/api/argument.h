/*
 * argument.h: the structs that a host hands to the C API, looked at before they are believed.
 *
 * Each begins with its size as the host knows it, and grows at the end by fields that mean nothing
 * where they are 0 or NULL. So a host and a library of different ages understand each other.
 *
 * A new field is a line in upnudge.h (and a value of its initialiser) and a line here in
 * argument.c.
 */
#ifndef UN_ARGUMENT_H
#define UN_ARGUMENT_H

#include "core/hash.h"
#include "upnudge.h"
#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum un_field_kind {
    UN_FIELD_TEXT,    /* const char *; NULL where it is not set */
    UN_FIELD_SECONDS, /* int64_t */
    UN_FIELD_SWITCH,  /* int, 0 or 1 */
    UN_FIELD_PAIRS,   /* const char *const *, "NAME=VALUE" and NULL behind the last; may be NULL */
    UN_FIELD_POINTER  /* of a host's own; whatever it is */
} un_field_kind;

typedef struct un_field {
    const char *name; /* in upnudge.h; NULL behind the last */
    const char *key;  /* in Lua; NULL: it goes another way */
    size_t offset;
    un_field_kind kind;
    int64_t absent;             /* the number where it is not set: 0 or -1 */
    int64_t most;               /* the largest number */
    const char *const *choices; /* the texts that it may be, NULL behind the last; NULL: any */
    bool required;              /* neither NULL nor empty */
} un_field;

typedef struct un_argument {
    const char *name; /* of the struct */
    const char *init; /* the macro that it starts from */
    size_t first;     /* its size in the first version, which every later one has */
    size_t size;      /* its size here */
    const un_field *fields;
} un_argument;

extern const un_argument un_argument_options, un_argument_activation, un_argument_target,
    un_argument_notice, un_argument_allocator;

/* Where words for what a host does wrong go; without room nobody wants them. */
typedef struct un_words {
    char *text;
    size_t room;
    const char *function;   /* that the host called */
    upnudge_reason *reason; /* becomes UPNUDGE_REASON_USAGE; NULL: nobody wants it */
} un_words;

/*
 * Copies theirs to ours, which has room for a whole struct of this version; what theirs has not is
 * 0. false: it makes no sense, and the words say which field does not.
 */
bool un_argument_take(const un_argument *kind, const void *theirs, void *ours, un_words words);

/* Whether theirs is such a struct, of whatever version; false: the words say why not. */
bool un_argument_is(const un_argument *kind, const void *theirs, un_words words);

/* Copies ours to theirs as far as theirs goes, but for its size. */
void un_argument_give(const un_argument *kind, const void *ours, void *theirs);

/* Whether it is "NAME=VALUE", as UN_FIELD_PAIRS has them. */
bool un_argument_is_pair(const char *text);

/* The digest of all that ours says, which two have that say the same; false: it is too long. */
bool un_argument_digest(un_digest *out, const un_argument *kind, const void *ours);

/* Pushes a table of what is set in ours. */
void un_argument_push(lua_State *L, const un_argument *kind, const void *ours);

#endif
