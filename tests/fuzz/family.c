/*
 * family.c: the families whose logic is Lua, in one program, which is called as one of them is.
 *
 * NAME.lua beside this is loaded once, into the trusted state that a process of ours has, and its
 * `play` is given each input; an error is a fault. Where it has a `mutate`, that makes every other
 * new input. libFuzzer sees into no byte code, so each Lua
 * state, that of a policy too, has a hook that counts which line followed which in one of its extra
 * counters; so what leads to lines of ours that no input has reached is kept. The same hook counts
 * lines, by which the work of an input is bounded, whatever the machine is doing.
 *
 * With FUZZ_SEEDS it only writes the family's own seeds into that directory.
 */
#include "lua/api/runtime.h"
#include "lua/vm/embedded.h"
#include "memory.h"
#include <lauxlib.h>
#include <limits.h>
#include <lua.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Lines of Lua for an input of no bytes, and for each byte. */
#define LINES       ((uint64_t)400000)
#define LINES_TIMES 2000
/* Bytes of memory, likewise. */
#define FLOOR ((size_t)24 << 20)
#define TIMES 400
/* After so many inputs it is looked whether something stays, of which so many kilobytes may. */
#define ROUND 1000
#define STAYS 2048
/* Descriptors that are looked at then. */
#define DESCRIPTORS 64

typedef struct input {
    const uint8_t *data;
    size_t size;
    unsigned seed; /* of what is made of it */
} input;

const bool un_is_program = true;

__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t followed[1 << 16];

static lua_State *trusted;
static uint64_t lines;
static uint32_t last;
static lua_Hook budget; /* of a policy: there is one such function */

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

/* --- what was reached ----------------------------------------------------------------------------
 */

/* What is ours is embedded, and named "=..." after its module. */
static void reach(lua_State *L, lua_Debug *ar) {
    lines++;
    lua_getinfo(L, "S", ar);
    if (*ar->source != '=')
        return;
    uint32_t here = (uint32_t)ar->currentline * 2654435761u;
    for (const char *name = ar->source; *name; name++)
        here = (here ^ (uint8_t)*name) * 16777619u;
    uint8_t *counter = &followed[((here >> 16) ^ (last >> 17)) % sizeof followed];
    *counter = (uint8_t)(*counter + (*counter < UINT8_MAX));
    last = here;
}

static void look(lua_State *L, lua_Debug *ar) {
    if (ar->event == LUA_HOOKLINE)
        reach(L, ar);
    else
        budget(L, ar);
}

/* The linker puts these in the place of Lua's (Makefile). */
void __real_lua_sethook(lua_State *L, lua_Hook hook, int mask, int count);
void __wrap_lua_sethook(lua_State *L, lua_Hook hook, int mask, int count);
lua_State *__real_lua_newstate(lua_Alloc allocate, void *context);
lua_State *__wrap_lua_newstate(lua_Alloc allocate, void *context);

void __wrap_lua_sethook(lua_State *L, lua_Hook hook, int mask, int count) {
    budget = hook;
    __real_lua_sethook(L, look, mask | LUA_MASKLINE, count);
}

lua_State *__wrap_lua_newstate(lua_Alloc allocate, void *context) {
    lua_State *L = __real_lua_newstate(allocate, context);
    if (L)
        __real_lua_sethook(L, look, LUA_MASKLINE, 0);
    return L;
}

/* --- the family ----------------------------------------------------------------------------------
 */

static const char family_key = 0;

static void push_function(lua_State *L, const char *name) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &family_key);
    lua_getfield(L, -1, name);
}

static int load(lua_State *L) {
    const char *name = lua_touserdata(L, 1);
    if (luaL_loadfile(L, lua_pushfstring(L, "tests/fuzz/%s.lua", name)) != LUA_OK)
        lua_error(L);
    lua_call(L, 0, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &family_key);
    return 0;
}

static int play(lua_State *L) {
    const input *in = lua_touserdata(L, 1);
    push_function(L, "play");
    lua_pushlstring(L, (const char *)in->data, in->size);
    lua_call(L, 1, 0);
    return 0;
}

static int mutate(lua_State *L) {
    const input *in = lua_touserdata(L, 1);
    push_function(L, "mutate");
    if (lua_isnil(L, -1))
        return 1;
    lua_pushlstring(L, (const char *)in->data, in->size);
    lua_pushinteger(L, in->seed);
    lua_call(L, 2, 1);
    return 1;
}

static int write_seeds(lua_State *L) {
    push_function(L, "seeds");
    lua_call(L, 0, 1);
    for (lua_Integer i = 1; lua_rawgeti(L, -1, i) == LUA_TSTRING; i++) {
        size_t size;
        const char *bytes = lua_tolstring(L, -1, &size);
        FILE *file = fopen(lua_pushfstring(L, "%s/%d", getenv("FUZZ_SEEDS"), (int)i), "wb");
        if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
            return luaL_error(L, "a seed cannot be written");
        lua_pop(L, 2);
    }
    return 0;
}

/* Leaves one value. */
static void run(lua_CFunction body, void *argument) {
    lines = last = 0;
    if (un_runtime_run(trusted, body, argument, 1) == LUA_OK)
        return;
    fprintf(stderr, "%s\n", luaL_tolstring(trusted, -1, NULL));
    abort();
}

/* What a program that ends leaves to the system would hide what an input leaves. */
static void close_state(void) {
    un_runtime_close(trusted);
}

int LLVMFuzzerInitialize(int *count, char ***arguments) {
    (void)count;
    char *name = strrchr(**arguments, '/'), root[PATH_MAX], path[3 * PATH_MAX];
    if (!getcwd(root, sizeof root))
        return 1;
    snprintf(path, sizeof path, "%s/tests/fuzz/?.lua;%s/tests/?.lua", root, root);
    setenv("UPNUDGE_LUA_PATH", path, 1);
    trusted = un_runtime_new();
    run(load, name ? name + 1 : **arguments);
    if (getenv("FUZZ_SEEDS")) {
        run(write_seeds, NULL);
        exit(0);
    }
    atexit(close_state);
    fuzz_memory_watch();
    return 0;
}

/* --- an input ------------------------------------------------------------------------------------
 */

/* Whether a descriptor of what is made for inputs is open; libFuzzer has some of its own. */
static bool is_open(void) {
    const char *place = getenv("FUZZ_PLACE");
    for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS; fd++) {
        char link[32], path[PATH_MAX] = "";
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        if (readlink(link, path, sizeof path - 1) > 0 && strncmp(path, place, strlen(place)) == 0)
            return true;
    }
    return false;
}

static void look_whether_something_stays(void) {
    static long inputs;
    static int kilobytes;
    if (++inputs % ROUND != 0)
        return;
    lua_gc(trusted, LUA_GCCOLLECT);
    int now = lua_gc(trusted, LUA_GCCOUNT);
    kilobytes = kilobytes ? kilobytes : now;
    if (now > kilobytes + STAYS || is_open()) {
        fprintf(stderr, "something stays: %d kilobytes after %d, or a file is open\n", now,
                kilobytes);
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    input in = {data, size, 0};
    fuzz_memory_begin();
    run(play, &in);
    fuzz_memory_end(size, FLOOR, TIMES);
    if (lines > LINES + LINES_TIMES * size) {
        fprintf(stderr, "%llu lines for an input of %zu\n", (unsigned long long)lines, size);
        abort();
    }
    look_whether_something_stays();
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed) {
    input in = {data, size, seed};
    size_t length = 0;
    if (seed % 2)
        run(mutate, &in);
    const char *made = seed % 2 ? lua_tolstring(trusted, -1, &length) : NULL;
    if (!made || length > most)
        return LLVMFuzzerMutate(data, size, most);
    memcpy(data, made, length);
    return length;
}
