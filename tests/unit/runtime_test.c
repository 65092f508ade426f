/*
 * The trusted state: what it collects while a host asks again and again.
 */
#include "check.h"
#include "lua/api/runtime.h"
#include <lauxlib.h>

/* More than a state holds before it collects, in tables. */
#define MANY 40000
#define RUNS 10000

/* Each cycle of the collector ends one sentinel, which begins the next. */
static int again(lua_State *L) {
    lua_getfield(L, LUA_REGISTRYINDEX, "cycles");
    lua_pushinteger(L, lua_tointeger(L, -1) + 1);
    lua_setfield(L, LUA_REGISTRYINDEX, "cycles");
    lua_newtable(L);
    luaL_setmetatable(L, "sentinel");
    return 0;
}

static int fill(lua_State *L) {
    luaL_newmetatable(L, "sentinel");
    lua_pushcfunction(L, again);
    lua_setfield(L, -2, "__gc");
    lua_newtable(L);
    for (int i = 1; i <= MANY; i++) {
        lua_newtable(L);
        lua_rawseti(L, -2, i);
    }
    lua_setfield(L, LUA_REGISTRYINDEX, "kept");
    return again(L);
}

static int ask(lua_State *L) {
    lua_newtable(L);
    return 0;
}

static int cycles(lua_State *L) {
    lua_getfield(L, LUA_REGISTRYINDEX, "cycles");
    return 1;
}

/* Marking all that is kept costs as much as some ten thousand questions, so it is done when as much
 * was made as is kept, and not with each of them. */
static void collects_in_proportion_to_what_is_made(void) {
    lua_State *L = un_runtime_new();
    CHECK_INT(un_runtime_run(L, fill, NULL, 0), LUA_OK);
    CHECK(lua_gc(L, LUA_GCCOUNT) > 1024);
    size_t before = (size_t)lua_gc(L, LUA_GCCOUNT);
    for (int i = 0; i < RUNS; i++)
        CHECK_INT(un_runtime_run(L, ask, NULL, 0), LUA_OK);
    CHECK_INT(un_runtime_run(L, cycles, NULL, 1), LUA_OK);
    CHECK(lua_tointeger(L, -1) <= 3);
    for (int i = 0; i < 10 * MANY; i++)
        if (un_runtime_run(L, ask, NULL, 0) != LUA_OK)
            break;
    CHECK((size_t)lua_gc(L, LUA_GCCOUNT) < 3 * before);
    CHECK_INT(un_runtime_run(L, cycles, NULL, 1), LUA_OK);
    CHECK(lua_tointeger(L, -1) >= 3);
    un_runtime_close(L);
}

int main(void) {
    collects_in_proportion_to_what_is_made();
    return check_done();
}
