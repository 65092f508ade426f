#include "runtime.h"
#include "lua/bind/module.h"
#include "lua/private/cjson.h"
#include "lua/vm/embedded.h"
#include "lua/vm/pool.h"
#include <errno.h>
#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>

/* Kilobytes that a state holds before its garbage collector starts. */
#define COLLECT_FROM 1024

static const char modules_key = 0;

static int refuse_to_exit(lua_State *L) {
    return luaL_error(L, "os.exit: a library does not end its host");
}

static int open_os(lua_State *L) {
    luaopen_os(L);
    if (!un_is_program) {
        lua_pushcfunction(L, refuse_to_exit);
        lua_setfield(L, -2, "exit");
    }
    return 1;
}

/* Opened when a module or a global of that name is asked for. */
static const luaL_Reg libraries[] = {{LUA_TABLIBNAME, luaopen_table},
                                     {LUA_MATHLIBNAME, luaopen_math},
                                     {LUA_OSLIBNAME, open_os},
                                     {LUA_IOLIBNAME, luaopen_io},
                                     {LUA_UTF8LIBNAME, luaopen_utf8},
                                     {LUA_COLIBNAME, luaopen_coroutine},
                                     {LUA_DBLIBNAME, luaopen_debug},
                                     {"cjson", un_private_cjson},
                                     {"upnudge.core", luaopen_upnudge_core},
                                     {NULL, NULL}};

/* __index of _G: a library that is named for the first time. */
static int open_global(lua_State *L) {
    const char *name = lua_tostring(L, 2);
    for (const luaL_Reg *library = libraries; name && library->func != un_private_cjson; library++)
        if (strcmp(library->name, name) == 0) {
            luaL_requiref(L, name, library->func, 1);
            return 1;
        }
    return 0;
}

static int prepare(lua_State *L) {
    luaL_requiref(L, LUA_GNAME, luaopen_base, 1);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, open_global);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    luaL_requiref(L, LUA_STRLIBNAME, luaopen_string, 1);
    un_module_push_require(L, libraries, un_package_require);
    lua_setglobal(L, "require");
    return 0;
}

static lua_State *new_state(void) {
    un_pool *pool = calloc(1, sizeof *pool);
    lua_State *L = pool ? lua_newstate(un_pool_resize, pool) : NULL;
    if (!L) {
        if (pool)
            un_pool_free(pool);
        free(pool);
        return NULL;
    }
    /* Most states end before there is any garbage worth collecting. */
    lua_gc(L, LUA_GCSTOP);
    lua_pushcfunction(L, prepare);
    if (lua_pcall(L, 0, 0, 0) == LUA_OK)
        return L;
    un_runtime_close(L);
    return NULL;
}

lua_State *un_runtime_new(void) {
    int sys = errno;
    lua_State *L = new_state();
    errno = sys;
    return L;
}

void un_runtime_close(lua_State *L) {
    int sys = errno;
    void *pool;
    lua_getallocf(L, &pool);
    un_pool_end(pool);
    lua_close(L);
    un_pool_free(pool);
    free(pool);
    errno = sys;
}

void un_runtime_require(lua_State *L, const char *module, const char *name) {
    lua_getglobal(L, "require");
    lua_pushstring(L, module);
    lua_call(L, 1, 1);
    lua_getfield(L, -1, name);
    lua_replace(L, -2);
}

void un_runtime_function(lua_State *L, const char *name) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &modules_key) != LUA_TTABLE) {
        lua_getglobal(L, "require");
        lua_pushliteral(L, "upnudge.runtime");
        lua_call(L, 1, 1);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &modules_key);
        lua_replace(L, -2);
    }
    lua_getfield(L, -1, name);
    lua_replace(L, -2);
}

int un_runtime_run(lua_State *L, lua_CFunction body, void *argument, int results) {
    int sys = errno;
    /* Once: each start begins a cycle, however little was made since the last one. */
    if (!lua_gc(L, LUA_GCISRUNNING) && lua_gc(L, LUA_GCCOUNT) > COLLECT_FROM)
        lua_gc(L, LUA_GCRESTART);
    lua_settop(L, 0);
    lua_pushcfunction(L, body);
    lua_pushlightuserdata(L, argument);
    int status = lua_pcall(L, 1, results, 0);
    if (status != LUA_OK)
        lua_gc(L, LUA_GCCOLLECT);
    errno = sys;
    return status;
}
