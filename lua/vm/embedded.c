#include "embedded.h"
#include <lauxlib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *name, const void *module) {
    return strcmp(name, ((const un_module *)module)->name);
}

const un_module *un_module_find(const char *name) {
    return bsearch(name, un_modules, un_modules_count, sizeof *un_modules, compare);
}

int un_module_load(lua_State *L, const un_module *module) {
    const char *name = lua_pushfstring(L, "=%s", module->name);
    int status = luaL_loadbufferx(L, (const char *)module->bytes, module->size, name, "b");
    lua_remove(L, -2);
    return status;
}

/* Pushes the value of a C library or an embedded module; false: neither has that name. */
static int load_known(lua_State *L, const char *name, const luaL_Reg *libraries) {
    for (; libraries->name; libraries++)
        if (strcmp(libraries->name, name) == 0) {
            luaL_requiref(L, name, libraries->func, 0);
            return 1;
        }
    const un_module *module = un_module_find(name);
    if (!module)
        return 0;
    if (un_module_load(L, module) != LUA_OK)
        lua_error(L);
    lua_pushstring(L, name);
    lua_call(L, 1, 1);
    return 1;
}

/*
 * Upvalues: the libraries, the fallback or nil, the table of loaded modules, which answers most
 * calls. In the place of the package library's: that costs more to open than a module to load, and
 * looks at files. What the fallback gives is its own to remember.
 */
static int require(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    lua_settop(L, 1);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, lua_upvalueindex(3)) != LUA_TNIL)
        return 1;
    if (load_known(L, name, lua_touserdata(L, lua_upvalueindex(1)))) {
        lua_pushvalue(L, 1);
        lua_pushvalue(L, -2);
        lua_rawset(L, lua_upvalueindex(3));
        return 1;
    }
    if (lua_isnil(L, lua_upvalueindex(2)))
        return luaL_error(L, "no module '%s'", name);
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

void un_module_push_require(lua_State *L, const luaL_Reg *libraries, lua_CFunction fallback) {
    lua_pushlightuserdata(L, (void *)(uintptr_t)libraries);
    if (fallback)
        lua_pushcfunction(L, fallback);
    else
        lua_pushnil(L);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushcclosure(L, require, 3);
}
