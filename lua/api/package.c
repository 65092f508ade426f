/*
 * package.c: Lua's package library, for modules that are neither a library of Lua nor embedded: a
 * team's own, LuaDBI, argparse. It opens when the first of them is asked for.
 */
#include "runtime.h"
#include <dlfcn.h>
#include <lauxlib.h>
#include <lualib.h>
#include <stdint.h>
#include <stdlib.h>
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
    const char *more = getenv("UPNUDGE_LUA_PATH");
    lua_getfield(L, -1, "path");
    lua_pushfstring(L, "%s;%s", more ? more : "", lua_tostring(L, -1));
    lua_remove(L, -2);
    keep_absolute(L);
    lua_setfield(L, -2, "path");
    lua_getfield(L, -1, "cpath");
    keep_absolute(L);
    lua_setfield(L, -2, "cpath");
}

/*
 * C modules for Lua take its functions from the process at large. A host that loaded us for itself
 * alone (RTLD_LOCAL) has hidden the Lua that came with us.
 */
static void offer_lua(void) {
    Dl_info lua;
    if (dladdr((void *)(uintptr_t)lua_newstate, &lua))
        dlopen(lua.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL);
}

/*
 * Opens the library, once a state, and calls the `require` that comes with it. That one takes the
 * global's place as it opens, and ours is put back: modules of others that ask for one of ours get
 * the embedded one.
 */
int un_package_require(lua_State *L) {
    static const char original = 0;
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &original) == LUA_TNIL) {
        offer_lua();
        lua_pop(L, 1);
        lua_getglobal(L, "require");
        luaL_requiref(L, LUA_LOADLIBNAME, luaopen_package, 1);
        restrict_paths(L);
        lua_pop(L, 1);
        /* luaopen_package set its own; ours stays in front. */
        lua_getglobal(L, "require");
        lua_insert(L, -2);
        lua_setglobal(L, "require");
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &original);
    }
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    return 1;
}
