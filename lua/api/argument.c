#include "argument.h"
#include "upnudge.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* More than any version will have: what is larger is no size. */
#define SIZE_LIMIT 4096
/* Of what is longer nobody remembers that it was said. */
#define SAID 4096
/* Of a text that is none of the choices so much is told. */
#define TOLD 40
/* As lua/upnudge/lib/limits.lua has them (SAID, WORD). */
#define PAIRS_MOST 32
#define PAIR_NAME  64
/* The last second of the year 9999, and a hundred years. */
#define LAST_TIME 253402300799
#define LAST_AGE  (INT64_C(100) * 365 * 86400)

/* --- what there is -----------------------------------------------------------------------------
 */

static const char *const modes[] = {"activate", "in-place", "command", NULL};
static const char *const looks[] = {"plain", "styled", "terminal", NULL};

#define TEXT(type, name)                                                                           \
    { #name, #name, offsetof(type, name), UN_FIELD_TEXT, 0, 0, NULL, false }
#define CHOICE(type, name, choices)                                                                \
    { #name, #name, offsetof(type, name), UN_FIELD_TEXT, 0, 0, choices, false }
/* Handed to Lua by itself. */
#define REQUIRED(type, name)                                                                       \
    { #name, NULL, offsetof(type, name), UN_FIELD_TEXT, 0, 0, NULL, true }
#define SECONDS(type, name, absent, most)                                                          \
    { #name, #name, offsetof(type, name), UN_FIELD_SECONDS, absent, most, NULL, false }
#define SWITCH(type, name, key, absent)                                                            \
    { #name, key, offsetof(type, name), UN_FIELD_SWITCH, absent, 1, NULL, false }
#define PAIRS(type, name)                                                                          \
    { #name, #name, offsetof(type, name), UN_FIELD_PAIRS, 0, 0, NULL, false }
#define POINTER(type, name)                                                                        \
    { #name, NULL, offsetof(type, name), UN_FIELD_POINTER, 0, 0, NULL, false }
#define LAST                                                                                       \
    { NULL, NULL, 0, UN_FIELD_TEXT, 0, 0, NULL, false }

static const un_field options[] = {
    TEXT(upnudge_options, app),
    TEXT(upnudge_options, state_dir),
    TEXT(upnudge_options, policy),
    POINTER(upnudge_options, log),
    POINTER(upnudge_options, log_context),
    LAST,
};

static const un_field activation[] = {
    REQUIRED(upnudge_activation, environment),
    TEXT(upnudge_activation, lockfile),
    TEXT(upnudge_activation, name),
    CHOICE(upnudge_activation, mode, modes),
    TEXT(upnudge_activation, command),
    TEXT(upnudge_activation, hint),
    SECONDS(upnudge_activation, now, 0, LAST_TIME),
    SWITCH(upnudge_activation, terminal, "tty", -1),
    SWITCH(upnudge_activation, active, "active", 0),
    TEXT(upnudge_activation, session),
    PAIRS(upnudge_activation, attributes),
    CHOICE(upnudge_activation, look, looks),
    LAST,
};

static const un_field target[] = {
    REQUIRED(upnudge_target, environment),
    TEXT(upnudge_target, lockfile),
    TEXT(upnudge_target, name),
    SECONDS(upnudge_target, now, 0, LAST_TIME),
    SECONDS(upnudge_target, max_age, -1, LAST_AGE),
    LAST,
};

static const un_field allocator[] = {
    POINTER(upnudge_allocator, context),
    POINTER(upnudge_allocator, allocate),
    POINTER(upnudge_allocator, resize),
    POINTER(upnudge_allocator, release),
    LAST,
};

/* An answer is not looked into. */
static const un_field notice[] = {LAST};

/* The last field of the first version stays what it was, whatever comes after it. */
#define UP_TO(type, field) (offsetof(type, field) + sizeof(((type *)NULL)->field))

const un_argument un_argument_options = {"upnudge_options", "UPNUDGE_OPTIONS_INIT",
                                         UP_TO(upnudge_options, policy), sizeof(upnudge_options),
                                         options};
const un_argument un_argument_activation = {"upnudge_activation", "UPNUDGE_ACTIVATION_INIT",
                                            UP_TO(upnudge_activation, active),
                                            sizeof(upnudge_activation), activation};
const un_argument un_argument_target = {"upnudge_target", "UPNUDGE_TARGET_INIT",
                                        UP_TO(upnudge_target, max_age), sizeof(upnudge_target),
                                        target};
const un_argument un_argument_allocator = {"upnudge_allocator", "UPNUDGE_ALLOCATOR_INIT",
                                           UP_TO(upnudge_allocator, release),
                                           sizeof(upnudge_allocator), allocator};
const un_argument un_argument_notice = {"upnudge_notice", "UPNUDGE_NOTICE_INIT",
                                        UP_TO(upnudge_notice, next_at), sizeof(upnudge_notice),
                                        notice};

/* --- sizes -------------------------------------------------------------------------------------
 */

/* Always false. Whatever a host hands over, the words are one line of what can be printed. */
__attribute__((format(printf, 2, 3))) static bool say(un_words words, const char *format, ...) {
    va_list list;
    if (!words.room)
        return false;
    if (words.reason)
        *words.reason = UPNUDGE_REASON_USAGE;
    int length = snprintf(words.text, words.room, "%s: ", words.function);
    va_start(list, format);
    vsnprintf(words.text + length, words.room - (size_t)length, format, list);
    va_end(list);
    for (char *c = words.text; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
    return false;
}

static size_t size_of(const void *theirs) {
    size_t size;
    memcpy(&size, theirs, sizeof size);
    return size;
}

static size_t common(const un_argument *kind, const void *theirs) {
    size_t size = size_of(theirs);
    return size < kind->size ? size : kind->size;
}

bool un_argument_is(const un_argument *kind, const void *theirs, un_words words) {
    if (!theirs)
        return say(words, "the %s is NULL", kind->name);
    size_t size = size_of(theirs);
    if (size < kind->first || size > SIZE_LIMIT || size % _Alignof(size_t) != 0)
        return say(words, "the size of the %s is %zu; start it from %s", kind->name, size,
                   kind->init);
    return true;
}

/* Beyond what this version knows. */
static bool is_zero(const char *bytes, size_t from, size_t to) {
    while (from < to && !bytes[from])
        from++;
    return from == to;
}

/* --- fields ------------------------------------------------------------------------------------
 */

static const char *text_of(const un_field *field, const void *ours) {
    const char *text;
    memcpy(&text, (const char *)ours + field->offset, sizeof text);
    return text;
}

static int64_t number_of(const un_field *field, const void *ours) {
    int64_t seconds;
    int number;
    if (field->kind == UN_FIELD_SECONDS) {
        memcpy(&seconds, (const char *)ours + field->offset, sizeof seconds);
        return seconds;
    }
    memcpy(&number, (const char *)ours + field->offset, sizeof number);
    return number;
}

static bool is_choice(const un_field *field, const char *text) {
    for (const char *const *choice = field->choices; *choice; choice++)
        if (strcmp(*choice, text) == 0)
            return true;
    return false;
}

/* "'activate', 'in-place'" */
static const char *list(const char *const *choices, char *room, size_t size) {
    size_t used = 0;
    for (const char *const *choice = choices; *choice && used < size; choice++)
        used += (size_t)snprintf(room + used, size - used, "%s'%s'", used ? ", " : "", *choice);
    return room;
}

static bool check_text(const un_field *field, const char *text, un_words words) {
    char room[200];
    if (field->required && !text)
        return say(words, "%s is NULL", field->name);
    if (field->required && !*text)
        return say(words, "%s is empty", field->name);
    if (text && field->choices && !is_choice(field, text))
        return say(words, "%s is '%.*s'; it may be one of %s", field->name, TOLD, text,
                   list(field->choices, room, sizeof room));
    return true;
}

static const char *const *pairs_of(const un_field *field, const void *ours) {
    const char *const *pairs;
    memcpy(&pairs, (const char *)ours + field->offset, sizeof pairs);
    return pairs;
}

/* How long the name before the "=" is; 0: it is none. */
static size_t name_length(const char *pair) {
    static const char *const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    static const char *const all =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789.-";
    size_t length = strspn(pair, all);
    return strchr(letters, pair[0]) && length <= PAIR_NAME && pair[length] == '=' ? length : 0;
}

bool un_argument_is_pair(const char *text) {
    return name_length(text) != 0;
}

static bool check_pairs(const un_field *field, const char *const *pairs, un_words words) {
    size_t count = 0;
    for (; pairs && pairs[count]; count++) {
        if (count == PAIRS_MOST)
            return say(words, "%s are more than %d", field->name, PAIRS_MOST);
        if (!un_argument_is_pair(pairs[count]))
            return say(words, "%s[%zu] is '%.*s'; it is NAME=VALUE", field->name, count, TOLD,
                       pairs[count]);
    }
    return true;
}

static bool check_number(const un_field *field, int64_t number, un_words words) {
    int64_t least = field->absent < 0 ? field->absent : 0;
    if (number >= least && number <= field->most)
        return true;
    return say(words, "%s is %lld; it may be %lld to %lld", field->name, (long long)number,
               (long long)least, (long long)field->most);
}

static bool check(const un_field *field, const void *ours, un_words words) {
    switch (field->kind) {
    case UN_FIELD_TEXT:
        return check_text(field, text_of(field, ours), words);
    case UN_FIELD_PAIRS:
        return check_pairs(field, pairs_of(field, ours), words);
    case UN_FIELD_POINTER:
        return true;
    default:
        return check_number(field, number_of(field, ours), words);
    }
}

bool un_argument_take(const un_argument *kind, const void *theirs, void *ours, un_words words) {
    if (!un_argument_is(kind, theirs, words))
        return false;
    if (!is_zero(theirs, common(kind, theirs), size_of(theirs)))
        return say(words, "the %s was made for a newer upnudge, and has set what this one lacks",
                   kind->name);
    memset(ours, 0, kind->size);
    memcpy(ours, theirs, common(kind, theirs));
    for (const un_field *field = kind->fields; field->name; field++)
        if (!check(field, ours, words))
            return false;
    return true;
}

void un_argument_give(const un_argument *kind, const void *ours, void *theirs) {
    memcpy((char *)theirs + sizeof(size_t), (const char *)ours + sizeof(size_t),
           common(kind, theirs) - sizeof(size_t));
}

/* A table of texts by name; of one name the last. */
static bool push_pairs(lua_State *L, const char *const *pairs) {
    if (!pairs || !*pairs)
        return false;
    lua_createtable(L, 0, 4);
    for (; *pairs; pairs++) {
        size_t length = name_length(*pairs);
        lua_pushlstring(L, *pairs, length);
        lua_pushstring(L, *pairs + length + 1);
        lua_rawset(L, -3);
    }
    return true;
}

/* Pushes the value; false, and nothing, where it is not set. */
static bool push_value(lua_State *L, const un_field *field, const void *ours) {
    if (field->kind == UN_FIELD_TEXT) {
        const char *text = text_of(field, ours);
        return text && lua_pushstring(L, text);
    }
    if (field->kind == UN_FIELD_PAIRS)
        return push_pairs(L, pairs_of(field, ours));
    int64_t number = number_of(field, ours);
    if (number == field->absent)
        return false;
    if (field->kind == UN_FIELD_SECONDS)
        lua_pushinteger(L, number);
    else
        lua_pushboolean(L, number != 0);
    return true;
}

void un_argument_push(lua_State *L, const un_argument *kind, const void *ours) {
    lua_createtable(L, 0, 8);
    for (const un_field *field = kind->fields; field->name; field++)
        if (field->key && push_value(L, field, ours))
            lua_setfield(L, -2, field->key);
}

/* Bytes that are written one behind the other, as long as there is room. */
typedef struct writing {
    char *out;
    size_t room, length;
    bool full;
} writing;

static void write_bytes(writing *w, const void *bytes, size_t length) {
    w->full = w->full || length > w->room - w->length;
    if (!w->full)
        memcpy(w->out + w->length, bytes, length);
    w->length += w->full ? 0 : length;
}

/* With its end, and none told from an empty one. */
static void write_text(writing *w, const char *text) {
    write_bytes(w, text ? "=" : "-", 1);
    write_bytes(w, text ? text : "", text ? strlen(text) + 1 : 1);
}

bool un_argument_digest(un_digest *out, const un_argument *kind, const void *ours) {
    char bytes[SAID];
    writing w = {bytes, sizeof bytes, 0, false};
    for (const un_field *field = kind->fields; field->name; field++)
        if (field->kind == UN_FIELD_TEXT) {
            write_text(&w, text_of(field, ours));
        } else if (field->kind == UN_FIELD_PAIRS) {
            const char *const *pair = pairs_of(field, ours);
            for (; pair && *pair; pair++)
                write_text(&w, *pair);
            write_text(&w, NULL);
        } else if (field->kind != UN_FIELD_POINTER) {
            int64_t number = number_of(field, ours);
            write_bytes(&w, &number, sizeof number);
        }
    *out = un_hash_bytes((un_slice){bytes, w.length});
    return !w.full;
}
