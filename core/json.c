#include "json.h"
#include "json_locate.h"
#include "json_simdjson.h"
#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#ifndef UN_LIBDIR
#define UN_LIBDIR "/usr/local/lib/upnudge"
#endif
#define OBJECT "upnudge-json.so"

/* --- the shared object ------------------------------------------------------------------------ */

static struct {
    int (*parse)(un_simdjson *, const char *, size_t, size_t);
    void (*release)(void *);
    char fault[512];
} reader;

/* The directory of the object that holds this code; false: it cannot be told. */
static bool own_directory(char *out, size_t capacity) {
    Dl_info info;
    char link[PATH_MAX] = "";
    const char *path = link;
    ssize_t length = readlink("/proc/self/exe", link, sizeof link - 1);
    if (length > 0)
        link[length] = '\0';
    if (dladdr((void *)(uintptr_t)own_directory, &info) && strchr(info.dli_fname, '/') &&
        strstr(info.dli_fname, ".so"))
        path = info.dli_fname;
    const char *slash = strrchr(path, '/');
    if (!slash || (size_t)(slash - path) >= capacity)
        return false;
    memcpy(out, path, (size_t)(slash - path));
    out[slash - path] = '\0';
    return true;
}

static void *open_at(const char *directory, const char *below) {
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s%s/%s", directory, below, OBJECT);
    if (length < 0 || (size_t)length >= sizeof path || access(path, F_OK) != 0)
        return NULL;
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!object)
        snprintf(reader.fault, sizeof reader.fault, "%s", dlerror());
    return object;
}

static void load(void) {
    static const char *const places[] = {"", "/../lib/upnudge", "/upnudge"};
    char directory[PATH_MAX];
    void *object = NULL;
    bool known = own_directory(directory, sizeof directory);
    for (size_t i = 0; known && !object && i < sizeof places / sizeof *places; i++)
        object = open_at(directory, places[i]);
    if (!object)
        object = open_at(UN_LIBDIR, "");
    if (!object) {
        if (!*reader.fault)
            snprintf(reader.fault, sizeof reader.fault,
                     "cannot find " OBJECT ", the JSON reader, in %.300s or " UN_LIBDIR
                     "; install upnudge again",
                     known ? directory : "?");
        return;
    }
    *(void **)(void *)&reader.parse = dlsym(object, "un_simdjson_parse");
    *(void **)(void *)&reader.release = dlsym(object, "un_simdjson_free");
}

static un_status load_reader(un_error *error) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    if (reader.parse && reader.release)
        return UN_OK;
    return un_fail(error, UN_SYSTEM, "%s", *reader.fault ? reader.fault : OBJECT " is not ours");
}

/* --- the tape: see simdjson's doc/tape.md ----------------------------------------------------- */

static inline char kind_at(const un_json *json, size_t at) {
    return (char)(json->tape[at] >> 56);
}

static inline uint64_t payload_at(const un_json *json, size_t at) {
    return json->tape[at] & (((uint64_t)1 << 56) - 1);
}

static inline size_t after(const un_json *json, size_t at) {
    switch (kind_at(json, at)) {
    case '{':
    case '[':
        return (uint32_t)json->tape[at];
    case 'l':
    case 'u':
    case 'd':
        return at + 2;
    default:
        return at + 1;
    }
}

static inline un_slice string_at(const un_json *json, size_t at) {
    const char *stored = json->strings + payload_at(json, at);
    uint32_t length;
    memcpy(&length, stored, sizeof length);
    return (un_slice){stored + sizeof length, length};
}

/* --- duplicate keys --------------------------------------------------------------------------- */

#define FEW 16

typedef struct keys {
    uint64_t few[FEW];
    size_t *slots; /* tape index + 1 of a key; 0: free */
    size_t room;   /* a power of two */
} keys;

/* Length and first bytes in one word: keys that differ in it are not equal. */
static inline uint64_t signature(un_slice key) {
    uint64_t word = key.len << 32;
    uint32_t head = 0;
    memcpy(&head, key.ptr, key.len < sizeof head ? key.len : sizeof head);
    return word | head;
}

static size_t duplicate_of_few(const un_json *json, keys *k, size_t first, size_t end) {
    size_t places[FEW], count = 0;
    for (size_t at = first; at < end; at = after(json, at + 1)) {
        un_slice key = string_at(json, at);
        uint64_t mine = signature(key);
        for (size_t i = 0; i < count; i++)
            if (k->few[i] == mine && un_slice_equal(string_at(json, places[i]), key))
                return at;
        k->few[count] = mine;
        places[count++] = at;
    }
    return 0;
}

static size_t duplicate_of_many(const un_json *json, keys *k, size_t first, size_t end) {
    for (size_t at = first; at < end; at = after(json, at + 1)) {
        un_slice key = string_at(json, at);
        size_t slot = XXH3_64bits(key.ptr, key.len) & (k->room - 1);
        for (; k->slots[slot]; slot = (slot + 1) & (k->room - 1))
            if (un_slice_equal(string_at(json, k->slots[slot] - 1), key))
                return at;
        k->slots[slot] = at + 1;
    }
    return 0;
}

static bool make_room(keys *k, size_t count) {
    size_t room = k->room ? k->room : 64;
    while (room < count * 2)
        room *= 2;
    if (room > k->room) {
        free(k->slots);
        k->slots = calloc(room, sizeof *k->slots);
        k->room = k->slots ? room : 0;
    } else {
        memset(k->slots, 0, k->room * sizeof *k->slots);
    }
    return k->slots;
}

/* How many members there are from `first` on, counted up to `most`. */
static size_t count_members(const un_json *json, size_t first, size_t end, size_t most) {
    size_t count = 0;
    for (size_t key = first; key < end && count < most; key = after(json, key + 1))
        count++;
    return count;
}

/* The tape index of a key that stands twice in the object at `at`, or 0. */
static size_t duplicate_in(const un_json *json, keys *k, size_t at, bool *memory) {
    size_t first = at + 1, end = after(json, at) - 1;
    if (count_members(json, first, end, FEW + 1) <= FEW)
        return duplicate_of_few(json, k, first, end);
    *memory = make_room(k, count_members(json, first, end, SIZE_MAX));
    return *memory ? duplicate_of_many(json, k, first, end) : 0;
}

/* The next element of the tape, into containers. */
static inline size_t step(const un_json *json, size_t at) {
    char kind = kind_at(json, at);
    return at + (kind == 'l' || kind == 'u' || kind == 'd' ? 2 : 1);
}

static size_t string_ordinal(const un_json *json, size_t found) {
    size_t ordinal = 0;
    for (size_t at = 1; at <= found; at = step(json, at))
        ordinal += kind_at(json, at) == '"';
    return ordinal;
}

static un_status refuse_duplicates(const un_json *json, un_slice text, un_error *error) {
    keys k = {.room = 0};
    size_t end = (uint32_t)json->tape[0], found = 0;
    bool memory = true;
    for (size_t at = 1; at < end && !found && memory; at = step(json, at))
        if (kind_at(json, at) == '{')
            found = duplicate_in(json, &k, at, &memory);
    free(k.slots);
    if (!memory)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    if (!found)
        return UN_OK;
    return un_json_locate(text, UN_JSON_DEPTH, string_ordinal(json, found), error);
}

/* --- the document ----------------------------------------------------------------------------- */

static un_slice without_mark(un_slice text) {
    if (text.len >= 3 && memcmp(text.ptr, "\xEF\xBB\xBF", 3) == 0)
        return (un_slice){text.ptr + 3, text.len - 3};
    return text;
}

static un_status explain(int code, un_slice text, un_error *error) {
    if (code == UN_SIMDJSON_NO_MEMORY)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    un_status status = un_json_locate(text, UN_JSON_DEPTH, 0, error);
    return status != UN_OK ? status : un_fail(error, UN_SYNTAX, "not the JSON that we read");
}

un_status un_json_parse(un_json *out, const un_bytes *bytes, un_error *error) {
    un_simdjson parsed = {NULL, NULL, NULL};
    un_slice text = without_mark(bytes->slice);
    *out = (un_json){0};
    un_status status = load_reader(error);
    if (status != UN_OK)
        return status;
    int code =
        text.len ? reader.parse(&parsed, text.ptr, text.len, UN_JSON_DEPTH) : UN_SIMDJSON_SYNTAX;
    *out = (un_json){parsed.tape, parsed.strings, parsed.owner};
    if (code != UN_SIMDJSON_OK)
        return explain(code, text.len ? text : UN_SLICE(""), error);
    return refuse_duplicates(out, text, error);
}

void un_json_free(un_json *json) {
    if (json->owner)
        reader.release(json->owner);
    *json = (un_json){0};
}

un_json_value un_json_root(const un_json *json) {
    return (un_json_value){json, 1};
}

un_json_type un_json_typeof(un_json_value value) {
    if (!value.doc)
        return UN_JSON_ABSENT;
    switch (kind_at(value.doc, value.at)) {
    case '{':
        return UN_JSON_OBJECT;
    case '[':
        return UN_JSON_ARRAY;
    case '"':
        return UN_JSON_STRING;
    case 't':
    case 'f':
        return UN_JSON_BOOLEAN;
    case 'n':
        return UN_JSON_NULL;
    default:
        return UN_JSON_NUMBER;
    }
}

un_slice un_json_string(un_json_value value) {
    if (!value.doc || kind_at(value.doc, value.at) != '"')
        return (un_slice){NULL, 0};
    return string_at(value.doc, value.at);
}

bool un_json_true(un_json_value value) {
    return value.doc && kind_at(value.doc, value.at) == 't';
}

bool un_json_integer(un_json_value value, int64_t *out) {
    if (!value.doc || kind_at(value.doc, value.at) != 'l')
        return false;
    memcpy(out, &value.doc->tape[value.at + 1], sizeof *out);
    return true;
}

un_json_value un_json_get(un_json_value object, un_slice key) {
    un_slice found = {NULL, 0};
    un_json_value value;
    un_json_cursor cursor = un_json_walk(object);
    if (un_json_typeof(object) == UN_JSON_OBJECT)
        while (un_json_next(&cursor, &found, &value))
            if (un_slice_equal(found, key))
                return value;
    return (un_json_value){NULL, 0};
}

un_slice un_json_get_string(un_json_value object, un_slice key) {
    return un_json_string(un_json_get(object, key));
}

un_json_cursor un_json_walk(un_json_value container) {
    un_json_type type = un_json_typeof(container);
    if (type != UN_JSON_OBJECT && type != UN_JSON_ARRAY)
        return (un_json_cursor){.next = 0, .end = 0};
    return (un_json_cursor){container, container.at + 1, after(container.doc, container.at) - 1};
}

bool un_json_next(un_json_cursor *cursor, un_slice *key, un_json_value *value) {
    const un_json *doc = cursor->container.doc;
    if (cursor->next >= cursor->end)
        return false;
    if (kind_at(doc, cursor->container.at) == '{') {
        if (key)
            *key = string_at(doc, cursor->next);
        cursor->next++;
    }
    *value = (un_json_value){doc, cursor->next};
    cursor->next = after(doc, cursor->next);
    return true;
}
