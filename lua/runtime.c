#include "runtime.h"
#include "bind.h"
#include "embedded.h"
#include <lauxlib.h>
#include <lua-cjson.h>
#include <lualib.h>
#include <stdlib.h>

static const char modules_key = 0;

static void put_searcher_first(lua_State *L) {
    lua_getglobal(L, LUA_LOADLIBNAME);
    lua_getfield(L, -1, "searchers");
    for (lua_Integer i = (lua_Integer)lua_rawlen(L, -1); i > 0; i--) {
        lua_rawgeti(L, -1, i);
        lua_rawseti(L, -2, i + 1);
    }
    lua_pushcfunction(L, un_module_searcher);
    lua_rawseti(L, -2, 1);
    lua_pop(L, 2);
}

/* UPNUDGE_LUA_PATH puts a tree of Lua modules (strategies of a team, say) before Lua's own path. */
static void extend_path(lua_State *L) {
    const char *path = getenv("UPNUDGE_LUA_PATH");
    if (!path || !*path)
        return;
    lua_getglobal(L, LUA_LOADLIBNAME);
    lua_getfield(L, -1, "path");
    lua_pushfstring(L, "%s;%s", path, lua_tostring(L, -1));
    lua_setfield(L, -3, "path");
    lua_pop(L, 2);
}

static void preload(lua_State *L) {
    static const luaL_Reg later[] = {{LUA_IOLIBNAME, luaopen_io},
                                     {LUA_UTF8LIBNAME, luaopen_utf8},
                                     {LUA_COLIBNAME, luaopen_coroutine},
                                     {LUA_DBLIBNAME, luaopen_debug},
                                     {"cjson", luaopen_cjson},
                                     {"upnudge.core", luaopen_upnudge_core},
                                     {NULL, NULL}};
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    luaL_setfuncs(L, later, 0);
    lua_pop(L, 1);
}

static int prepare(lua_State *L) {
    static const luaL_Reg now[] = {{LUA_GNAME, luaopen_base},
                                   {LUA_LOADLIBNAME, luaopen_package},
                                   {LUA_STRLIBNAME, luaopen_string},
                                   {LUA_TABLIBNAME, luaopen_table},
                                   {LUA_MATHLIBNAME, luaopen_math},
                                   {LUA_OSLIBNAME, luaopen_os},
                                   {NULL, NULL}};
    for (const luaL_Reg *library = now; library->name; library++) {
        luaL_requiref(L, library->name, library->func, 1);
        lua_pop(L, 1);
    }
    put_searcher_first(L);
    extend_path(L);
    preload(L);
    return 0;
}

lua_State *un_runtime_new(void) {
    lua_State *L = luaL_newstate();
    if (!L)
        return NULL;
    lua_pushcfunction(L, prepare);
    if (lua_pcall(L, 0, 0, 0) == LUA_OK)
        return L;
    lua_close(L);
    return NULL;
}

void un_runtime_function(lua_State *L, const char *name) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &modules_key) != LUA_TTABLE) {
        lua_getglobal(L, "require");
        lua_pushliteral(L, "upnudge");
        lua_call(L, 1, 1);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &modules_key);
        lua_replace(L, -2);
    }
    lua_getfield(L, -1, name);
    lua_replace(L, -2);
}

int un_runtime_run(lua_State *L, lua_CFunction body, void *argument, int results) {
    lua_settop(L, 0);
    lua_pushcfunction(L, body);
    lua_pushlightuserdata(L, argument);
    return lua_pcall(L, 1, results, 0);
}
