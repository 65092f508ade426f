/*
 * package.c: Lua's package library, for modules that are neither a library of Lua nor embedded: a
 * team's own, LuaFileSystem, LuaDBI, argparse. It opens when the first of them is asked for.
 */
#include "core/os/os.h"
#include "runtime.h"
#include <lauxlib.h>
#include <lfs.h>
#include <lualib.h>
#include <string.h>

/*
 * Keeps the absolute entries of a search path: "./?.lua" would run code of whatever directory an
 * activation happens in. Takes the string on top of the stack for the shorter one.
 */
static void keep_absolute(lua_State *L) {
    luaL_Buffer kept;
    const char *entry = lua_tostring(L, -1);
    luaL_buffinit(L, &kept);
    while (entry && *entry) {
        size_t length = strcspn(entry, ";");
        if (*entry == '/') {
            luaL_addlstring(&kept, entry, length);
            luaL_addchar(&kept, ';');
        }
        entry += length + (entry[length] == ';');
    }
    luaL_pushresult(&kept);
    lua_remove(L, -2);
}

/* UPNUDGE_LUA_PATH puts a tree of Lua modules before Lua's own path. Expects package on top. */
static void restrict_paths(lua_State *L) {
    const char *more = un_os_variable("UPNUDGE_LUA_PATH");
    lua_getfield(L, -1, "path");
    lua_pushfstring(L, "%s;%s", more ? more : "", lua_tostring(L, -1));
    lua_remove(L, -2);
    keep_absolute(L);
    lua_setfield(L, -2, "path");
    lua_getfield(L, -1, "cpath");
    keep_absolute(L);
    lua_setfield(L, -2, "cpath");
}

/* package.cpath means nothing then, nor what somebody makes of it later. Expects package on top. */
static void forget_c_modules(lua_State *L) {
    lua_pushliteral(L, "");
    lua_setfield(L, -2, "cpath");
    lua_pushnil(L);
    lua_setfield(L, -2, "loadlib");
    /* Behind those for package.preload and for Lua files: two that look for C. */
    lua_getfield(L, -1, "searchers");
    for (lua_Integer i = (lua_Integer)lua_rawlen(L, -1); i > 2; i--) {
        lua_pushnil(L);
        lua_rawseti(L, -2, i);
    }
    lua_pop(L, 1);
}

static const char original = 0;

/*
 * Keeps the `require` that comes with the library, which takes the global's place as it opens; the
 * global `package` is there once all of it is as it should be.
 */
static int open_package(lua_State *L) {
    luaL_requiref(L, LUA_LOADLIBNAME, luaopen_package, 0);
    restrict_paths(L);
    if (!un_is_program)
        forget_c_modules(L);
    lua_getfield(L, -1, "preload");
    lua_pushcfunction(L, luaopen_lfs);
    lua_setfield(L, -2, "lfs");
    lua_pop(L, 1);
    lua_setglobal(L, LUA_LOADLIBNAME);
    lua_getglobal(L, "require");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &original);
    return 0;
}

/* For want of memory it is open in part, and is not found so by the next attempt. */
static void undo_package(lua_State *L) {
    lua_pushnil(L);
    lua_setglobal(L, LUA_LOADLIBNAME);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushnil(L);
    lua_setfield(L, -2, LUA_LOADLIBNAME);
    lua_pop(L, 1);
}

/*
 * Opens the library, once a state, and calls its `require`. Ours stays the global one, also when
 * there was no memory for more: modules of others that ask for one of ours get the embedded one.
 */
int un_package_require(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &original) == LUA_TNIL) {
        lua_getglobal(L, "require");
        lua_pushcfunction(L, open_package);
        int status = lua_pcall(L, 0, 0, 0);
        lua_pushvalue(L, 3);
        lua_setglobal(L, "require");
        if (status != LUA_OK) {
            undo_package(L);
            lua_settop(L, 4);
            return lua_error(L);
        }
        lua_rawgetp(L, LUA_REGISTRYINDEX, &original);
    }
    lua_insert(L, 1);
    lua_settop(L, 2);
    lua_call(L, 1, 1);
    return 1;
}
