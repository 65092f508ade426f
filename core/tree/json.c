#include "json.h"
#include "core/os/beside.h"
#include "core/utf8.h"
#include "json_locate.h"
#include "json_simdjson.h"
#include <dlfcn.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define OBJECT "upnudge-json.so"
/* Bytes that must be there before the object is loaded; it and its C++ runtime take less. */
#define ROOM ((size_t)8 << 20)

/* --- the shared object ------------------------------------------------------------------------ */

/* What it gives, and why it could not be loaded. */
typedef struct reader {
    int (*parse)(un_simdjson *, const char *, size_t, size_t);
    void (*release)(void *);
    char fault[512];
} reader;

static void *open_object(reader *r) {
    char path[PATH_MAX];
    if (!un_beside(path, OBJECT)) {
        snprintf(r->fault, sizeof r->fault,
                 "cannot find " OBJECT ", the JSON reader, in %.400s; install upnudge again", path);
        return NULL;
    }
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!object)
        snprintf(r->fault, sizeof r->fault, "%s", dlerror());
    return object;
}

/*
 * libsimdjson brings libstdc++ along, whose symbols are in part unique in a process
 * (STB_GNU_UNIQUE). glibc keeps a table of these, and where it cannot make or enlarge that it says
 * "out of memory" and ends the process (do_lookup_unique, elf/dl-lookup.c). Every other want within
 * dlopen is an error that it returns. Nobody can keep it from that who loads libstdc++ into a
 * program of C; a reader that carries its runtime has no such symbols (SIMDJSON_SRC). So there must
 * be room for all of it before it begins, and what remains is that other threads take that very
 * memory at that moment.
 */
static bool is_room(void) {
    void *volatile room = malloc(ROOM);
    bool enough = room != NULL;
    free(room);
    return enough;
}

/*
 * Loaded by the first parse, and kept. A failure is not kept, for there may be memory the next
 * time, or a file. Nobody waits: threads that are first together find the same object, which the
 * linker counts.
 */
static un_status load_reader(reader *out, un_error *error) {
    static void *_Atomic kept;
    void *object = atomic_load_explicit(&kept, memory_order_acquire);
    *out = (reader){0};
    if (!object && !is_room())
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    if (!object)
        object = open_object(out);
    if (!object)
        return un_fail(error, UN_SYSTEM, "%s", out->fault);
    *(void **)(void *)&out->parse = dlsym(object, "un_simdjson_parse");
    *(void **)(void *)&out->release = dlsym(object, "un_simdjson_free");
    if (!out->parse || !out->release)
        return un_fail(error, UN_SYSTEM, OBJECT " is not ours");
    atomic_store_explicit(&kept, object, memory_order_release);
    return UN_OK;
}

static un_status explain(int code, un_slice text, un_error *error) {
    if (code == UN_SIMDJSON_NO_MEMORY)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    un_status status = un_json_locate(text, UN_TREE_DEPTH, error);
    return status != UN_OK ? status : un_fail(error, UN_SYNTAX, "not the JSON that we read");
}

un_status un_json_parse(un_tree *out, const un_bytes *bytes, un_error *error) {
    un_simdjson parsed = {NULL, NULL, NULL};
    un_slice text = un_utf8_without_mark(bytes->slice);
    *out = (un_tree){0};
    reader r;
    un_status status = load_reader(&r, error);
    if (status != UN_OK)
        return status;
    int code = text.len ? r.parse(&parsed, text.ptr, text.len, UN_TREE_DEPTH) : UN_SIMDJSON_SYNTAX;
    *out = (un_tree){parsed.tape, parsed.strings, NULL, text, parsed.owner, r.release};
    if (code != UN_SIMDJSON_OK)
        return explain(code, text.len ? text : UN_SLICE(""), error);
    status = un_tree_inspect(out, error);
    /* simdjson lets an empty container be one level too deep; the tape knows no place of it. */
    return status == UN_LIMIT ? un_json_locate(text, UN_TREE_DEPTH, error) : status;
}

/* --- relaxed JSON ----------------------------------------------------------------------------- */

/* The end of the comment at `start`; the start itself: there is none; SIZE_MAX: it has no end. */
static size_t comment_end(un_slice text, size_t start) {
    un_slice rest = un_slice_from(text, start);
    if (un_slice_starts(rest, UN_SLICE("//")))
        return start + un_slice_find(rest, '\n');
    if (!un_slice_starts(rest, UN_SLICE("/*")))
        return start;
    rest = un_slice_from(rest, 2);
    size_t length = un_slice_search(rest, UN_SLICE("*/"));
    return length < rest.len ? start + 2 + length + 2 : SIZE_MAX;
}

/* Behind the string at `at`. A quote behind a backslash may be its end all the same; the bytes up
 * to there are looked at one by one then, and once. */
static size_t string_end(un_slice text, size_t at) {
    size_t first = ++at;
    at += un_slice_find(un_slice_from(text, at), '"');
    if (at < text.len && at > first && text.ptr[at - 1] == '\\')
        for (at = first; at < text.len && text.ptr[at] != '"'; at++)
            at += text.ptr[at] == '\\';
    return at < text.len ? at + 1 : text.len;
}

/* Lines stay lines, so that errors name the right place. */
static void blank(char *from, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (from[i] != '\n')
            from[i] = ' ';
}

/* What the walk over relaxed JSON remembers: a comma that nothing follows yet, and whether it may
 * be a trailing one, since `[,]` has none. */
typedef struct relaxation {
    un_slice source;
    char *text, *comma; /* text: the same, to be written */
    bool value;         /* something stands before */
} relaxation;

static void take(relaxation *r, size_t at, bool value) {
    r->comma = r->source.ptr[at] == ',' && r->value ? r->text + at : NULL;
    r->value = value;
}

/* Of what has no end nothing is searched again. */
static size_t relax_slash(relaxation *r, size_t at) {
    size_t end = comment_end(r->source, at);
    if (end == at) {
        take(r, at, true);
        return at + 1;
    }
    if (end <= r->source.len)
        blank(r->text + at, end - at);
    return end;
}

/* Steps over what stands at `at`: a comment, a string, or one byte of anything else. */
static size_t relax_token(relaxation *r, size_t at) {
    switch (r->source.ptr[at]) {
    case '\0':
    case ' ':
    case '\t':
    case '\r':
    case '\n':
        return at + 1;
    case '"':
        take(r, at, true);
        return string_end(r->source, at);
    case '/':
        return relax_slash(r, at);
    case '}':
    case ']':
        if (r->comma)
            *r->comma = ' ';
        take(r, at, true);
        return at + 1;
    default:
        take(r, at, !strchr(",:[{", r->source.ptr[at]));
        return at + 1;
    }
}

un_status un_json_relax(un_bytes *out, un_slice text, un_error *error) {
    un_status status = un_bytes_copy(out, text, error);
    relaxation r = {.source = out->slice, .text = (char *)(uintptr_t)out->slice.ptr};
    for (size_t at = 0; status == UN_OK && at < text.len;)
        at = relax_token(&r, at);
    return status;
}
