#include "embedded.h"
#include <lauxlib.h>
#include <string.h>

const un_module *un_module_find(const char *name) {
    for (const un_module *module = un_modules; module->name; module++)
        if (strcmp(module->name, name) == 0)
            return module;
    return NULL;
}

int un_module_load(lua_State *L, const un_module *module) {
    const char *name = lua_pushfstring(L, "=%s", module->name);
    int status = luaL_loadbufferx(L, (const char *)module->bytes, module->size, name, "b");
    lua_remove(L, -2);
    return status;
}

int un_module_searcher(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    const un_module *module = un_module_find(name);
    if (!module) {
        lua_pushfstring(L, "no embedded module '%s'", name);
        return 1;
    }
    if (un_module_load(L, module) != LUA_OK)
        return lua_error(L);
    lua_pushliteral(L, ":embedded:");
    return 2;
}
