#include "json.h"
#include "json_locate.h"
#include "json_simdjson.h"
#include "os.h"
#include <dlfcn.h>
#include <limits.h>
#include <link.h>
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
    uint64_t seed; /* of the hash of keys, so that nobody can make keys that collide */
    char fault[512];
} reader;

/* The file that holds this code: a library, or the program (of which the linker has no path). */
static bool own_file(char *out, size_t capacity) {
    Dl_info info;
    struct link_map *map = NULL;
    if (dladdr1((void *)(uintptr_t)own_file, &info, (void **)(void *)&map, RTLD_DL_LINKMAP) &&
        map->l_name[0])
        return (size_t)snprintf(out, capacity, "%s", map->l_name) < capacity;
    ssize_t length = readlink("/proc/self/exe", out, capacity - 1);
    out[length > 0 ? length : 0] = '\0';
    return length > 0;
}

static bool own_directory(char *out, size_t capacity) {
    char *slash = own_file(out, capacity) ? strrchr(out, '/') : NULL;
    if (slash)
        *slash = '\0';
    return slash;
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
    reader.seed = un_os_random();
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

/* --- what simdjson lets pass: duplicate keys, and an empty container one level too deep --------
 */

#define FEW       16
#define SATURATED 0xFFFFFF

typedef struct inspection {
    const un_json *json;
    uint64_t *slots; /* hash's upper half and a key's tape index, which has 32 bits; 0: free */
    size_t room;
    size_t culprit; /* tape index of a key that stood in its object before */
    bool out_of_memory;
} inspection;

/* The keys of a small object. `filter` has one bit a key: most keys need no comparison at all. */
typedef struct seen {
    uint64_t filter, marks[FEW];
    size_t places[FEW], count;
} seen;

/* Ends and length of a key in one word: keys whose marks differ are not equal. */
static inline uint64_t mark_of(un_slice key) {
    uint64_t head = 0, tail = 0;
    if (key.len >= 8) {
        memcpy(&head, key.ptr, 8);
        memcpy(&tail, key.ptr + key.len - 8, 8);
    } else if (key.len >= 4) {
        memcpy(&head, key.ptr, 4);
        memcpy(&tail, key.ptr + key.len - 4, 4);
    } else if (key.len) {
        memcpy(&head, key.ptr, 1);
        memcpy(&tail, key.ptr + key.len / 2, key.len - key.len / 2);
    }
    return (head ^ (tail << 29 | tail >> 35) ^ key.len) * 0x9E3779B97F4A7C15;
}

static inline bool is_new(seen *s, const un_json *json, size_t at) {
    un_slice key = string_at(json, at);
    uint64_t mark = mark_of(key), bit = (uint64_t)1 << (mark >> 58);
    if (s->filter & bit)
        for (size_t i = 0; i < s->count; i++)
            if (s->marks[i] == mark && un_slice_equal(string_at(json, s->places[i]), key))
                return false;
    s->filter |= bit;
    s->marks[s->count] = mark;
    s->places[s->count++] = at;
    return true;
}

static bool make_room(inspection *in, size_t room) {
    if (room > in->room) {
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
    un_slice key = string_at(in->json, at);
    uint64_t hash = XXH3_64bits_withSeed(key.ptr, key.len, reader.seed);
    size_t slot = hash & mask;
    for (; in->slots[slot]; slot = (slot + 1) & mask)
        if ((in->slots[slot] & ~low) == (hash & ~low) &&
            un_slice_equal(string_at(in->json, in->slots[slot] & low), key))
            return true;
    in->slots[slot] = (hash & ~low) | at;
    return false;
}

/* Duplicates among `count` keys from tape index `first` on. */
static bool inspect_many(inspection *in, size_t first, size_t end, size_t count) {
    size_t room = 64;
    while (room < count * 2)
        room *= 2;
    in->out_of_memory = !make_room(in, room);
    if (in->out_of_memory)
        return false;
    for (size_t at = first; at < end; at = after(in->json, at + 1))
        if (is_in_table(in, room - 1, at)) {
            in->culprit = at;
            return false;
        }
    return true;
}

/* The tape counts members in 24 bits. */
static size_t count_members(const un_json *json, size_t at, size_t end) {
    size_t count = json->tape[at] >> 32 & SATURATED;
    if (count < SATURATED)
        return count;
    count = 0;
    for (size_t key = at + 1; key < end; key = after(json, key + 1))
        count++;
    return count;
}

static bool inspect(inspection *in, size_t at, size_t depth);

static inline bool inspect_value(inspection *in, size_t at, size_t depth) {
    char kind = kind_at(in->json, at);
    return (kind != '{' && kind != '[') || inspect(in, at, depth + 1);
}

static bool inspect_object(inspection *in, size_t at, size_t depth) {
    size_t end = after(in->json, at) - 1, count = count_members(in->json, at, end);
    seen few;
    few.filter = few.count = 0;
    if (count > FEW && !inspect_many(in, at + 1, end, count))
        return false;
    for (size_t key = at + 1; key < end; key = after(in->json, key + 1)) {
        if (count <= FEW && !is_new(&few, in->json, key)) {
            in->culprit = key;
            return false;
        }
        if (!inspect_value(in, key + 1, depth))
            return false;
    }
    return true;
}

/* false: something is wrong with the container at tape index `at`, or inside it. */
static bool inspect(inspection *in, size_t at, size_t depth) {
    if (depth > UN_JSON_DEPTH)
        return false;
    if (kind_at(in->json, at) == '{')
        return inspect_object(in, at, depth);
    size_t end = after(in->json, at) - 1;
    for (size_t item = at + 1; item < end; item = after(in->json, item))
        if (!inspect_value(in, item, depth))
            return false;
    return true;
}

/* How many strings there are on the tape up to `found`. */
static size_t string_ordinal(const un_json *json, size_t found) {
    size_t ordinal = 0;
    for (size_t at = 1; at <= found; at++) {
        char kind = kind_at(json, at);
        ordinal += kind == '"';
        at += kind == 'l' || kind == 'u' || kind == 'd';
    }
    return ordinal;
}

static un_status inspect_document(const un_json *json, un_slice text, un_error *error) {
    inspection in = {.json = json};
    bool fine = inspect_value(&in, 1, 0);
    free(in.slots);
    if (in.out_of_memory)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    size_t string = in.culprit ? string_ordinal(json, in.culprit) : 0;
    return fine ? UN_OK : un_json_locate(text, UN_JSON_DEPTH, string, error);
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
    return inspect_document(out, text, error);
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
    bool object = kind_at(doc, cursor->container.at) == '{';
    if (key)
        *key = object ? string_at(doc, cursor->next) : (un_slice){NULL, 0};
    cursor->next += object;
    *value = (un_json_value){doc, cursor->next};
    cursor->next = after(doc, cursor->next);
    return true;
}
