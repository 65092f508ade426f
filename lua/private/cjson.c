#include "cjson.h"
#include <lauxlib.h>
#include <locale.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* Stands before what lua-cjson has allocated, and keeps that aligned. */
typedef struct block {
    _Alignas(max_align_t) struct block *next;
    struct block **link; /* what points at us */
} block;

/* A call into lua-cjson; within it garbage is collected, whose finalisers may call it again. */
typedef struct visit {
    lua_State *L;
    block *blocks; /* what it has allocated and not yet freed */
    bool makes;    /* it is for a new configuration */
    void *outer;
} visit;

/*
 * The buffer that every configuration begins with, and that none of ours uses. An error within its
 * allocation would leave the configuration to its finaliser half made.
 */
static char no_buffer[4096];

/*
 * The visit of this thread. No variable of the thread: where a library is loaded late the first
 * touch of one takes memory, and its want ends the process.
 */
static pthread_key_t key;
static bool have_key;

/* Of numbers in JSON. lua-cjson remembers how its host wrote them once, who may change that. */
static locale_t plain;

/* With the first visit of a process, which may have found the module open (lua/vm/image.h). An
 * activation that asks nobody touches none of this. */
static pthread_once_t begun = PTHREAD_ONCE_INIT;

static void begin(void) {
    have_key = pthread_key_create(&key, NULL) == 0;
    plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

/* A library may be unloaded, too. */
__attribute__((destructor)) static void end(void) {
    if (have_key)
        pthread_key_delete(key);
    if (plain)
        freelocale(plain);
}

static visit *visiting(void) {
    return have_key ? pthread_getspecific(key) : NULL;
}

/* Releases of lua-cjson have no header that says so. */
int luaopen_cjson(lua_State *L);

/* --- what lua-cjson calls --------------------------------------------------------------------- */

void *un_private_malloc(size_t size);
void *un_private_realloc(void *memory, size_t size);
void un_private_free(void *memory);
_Noreturn void un_private_exit(int code);
_Noreturn void un_private_abort(void);
_Noreturn void un_private_assert_fail(const char *what, const char *file, unsigned line,
                                      const char *function);
int un_private_say_char(int c, FILE *stream);
size_t un_private_say_bytes(const void *bytes, size_t size, size_t count, FILE *stream);
int un_private_say(FILE *stream, const char *format, ...);
int un_private_say_chk(FILE *stream, int flag, const char *format, ...);
int un_private_say_list(FILE *stream, const char *format, va_list list);
int un_private_say_list_chk(FILE *stream, int flag, const char *format, va_list list);

static _Noreturn void raise(const char *message) {
    luaL_error(visiting()->L, "%s", message);
    abort(); /* luaL_error does not return, which its declaration does not say */
}

/* Lua's own words, by which a want of memory is known. */
static _Noreturn void raise_memory(void) {
    raise("not enough memory");
}

static void enter_list(visit *v, block *b) {
    b->next = v->blocks;
    b->link = &v->blocks;
    if (b->next)
        b->next->link = &b->next;
    v->blocks = b;
}

static void leave_list(const block *b) {
    *b->link = b->next;
    if (b->next)
        b->next->link = b->link;
}

static block *block_of(void *memory) {
    return (block *)memory - 1;
}

/* All is called within a visit, but for what frees no_buffer. */
void *un_private_malloc(size_t size) {
    visit *v = visiting();
    if (v->makes && size > sizeof no_buffer)
        raise("a fault of lua-cjson");
    if (v->makes)
        return no_buffer;
    block *b = malloc(sizeof *b + size);
    if (!b)
        raise_memory();
    enter_list(v, b);
    return b + 1;
}

/* Only buffers of the visit grow; that a failure leaves them with a wrong size is then no matter.
 */
void *un_private_realloc(void *memory, size_t size) {
    block *b = block_of(memory);
    leave_list(b);
    block *moved = realloc(b, sizeof *b + size);
    enter_list(visiting(), moved ? moved : b);
    if (!moved)
        raise_memory();
    return moved + 1;
}

void un_private_free(void *memory) {
    if (!memory || memory == no_buffer)
        return;
    leave_list(block_of(memory));
    free(block_of(memory));
}

/* What follows are faults of lua-cjson's own. */

void un_private_exit(int code) {
    (void)code;
    raise("a fault of lua-cjson");
}

void un_private_abort(void) {
    raise("a fault of lua-cjson");
}

void un_private_assert_fail(const char *what, const char *file, unsigned line,
                            const char *function) {
    (void)what, (void)file, (void)line, (void)function;
    raise("a fault of lua-cjson");
}

int un_private_say_char(int c, FILE *stream) {
    (void)stream;
    return c;
}

size_t un_private_say_bytes(const void *bytes, size_t size, size_t count, FILE *stream) {
    (void)bytes, (void)size, (void)stream;
    return count;
}

int un_private_say(FILE *stream, const char *format, ...) {
    (void)stream, (void)format;
    return 0;
}

int un_private_say_chk(FILE *stream, int flag, const char *format, ...) {
    (void)stream, (void)flag, (void)format;
    return 0;
}

int un_private_say_list(FILE *stream, const char *format, va_list list) {
    (void)stream, (void)format, (void)list;
    return 0;
}

int un_private_say_list_chk(FILE *stream, int flag, const char *format, va_list list) {
    (void)stream, (void)flag, (void)format, (void)list;
    return 0;
}

/* --- who calls lua-cjson ---------------------------------------------------------------------- */

/* Calls the function under the arguments that are on the stack, as a visit. */
static int pay(lua_State *L, bool makes) {
    pthread_once(&begun, begin);
    visit v = {L, NULL, makes, visiting()};
    if (!have_key || pthread_setspecific(key, &v) != 0)
        return luaL_error(L, "not enough memory");
    locale_t outside = uselocale(plain);
    int status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
    uselocale(outside);
    pthread_setspecific(key, v.outer);
    /* What it has allocated it frees, unless an error keeps it from that. */
    while (v.blocks)
        un_private_free(v.blocks + 1);
    return status == LUA_OK ? lua_gettop(L) : lua_error(L);
}

/* encode and decode. */
static int call(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    return pay(L, false);
}

static int keep_nothing(lua_State *L) {
    lua_pushboolean(L, 0);
    return 1;
}

static int make(lua_State *L);

/* The function of that name in the table on top, with `around` around it. */
static void wrap(lua_State *L, const char *name, lua_CFunction around) {
    lua_getfield(L, -1, name);
    lua_pushcclosure(L, around, 1);
    lua_setfield(L, -2, name);
}

/* `new`, and luaopen_cjson itself: a table of functions around a configuration, which is told to
 * keep no buffer. */
static int make(lua_State *L) {
    lua_settop(L, 0);
    lua_pushvalue(L, lua_upvalueindex(1));
    pay(L, true);
    lua_getfield(L, -1, "encode_keep_buffer");
    lua_pushboolean(L, 0);
    lua_call(L, 1, 0);
    lua_pushcfunction(L, keep_nothing);
    lua_setfield(L, -2, "encode_keep_buffer");
    wrap(L, "encode", call);
    wrap(L, "decode", call);
    wrap(L, "new", make);
    return 1;
}

int un_private_cjson(lua_State *L) {
    lua_pushcfunction(L, luaopen_cjson);
    lua_pushcclosure(L, make, 1);
    lua_call(L, 0, 1);
    return 1;
}
