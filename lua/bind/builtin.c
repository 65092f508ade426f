/*
 * builtin.c: what is ready-made, precompiled into the product.
 */
#include "bind.h"
#include "lua/vm/embedded.h"
#include "module.h"

/* core.builtin(name [, kind]): the precompiled ready-made policy (or "scenario"), or nil. */
static int builtin(lua_State *L) {
    const char *name =
        lua_pushfstring(L, "%s:%s", luaL_optstring(L, 2, "policy"), luaL_checkstring(L, 1));
    const un_module *module = un_module_find(name);
    if (!module)
        return 0;
    lua_pushlstring(L, (const char *)module->bytes, module->size);
    return 1;
}

/* core.builtins([kind]): the names of what core.builtin has. */
static int builtins(lua_State *L) {
    size_t length;
    const char *kind = luaL_optlstring(L, 1, "policy", &length);
    lua_newtable(L);
    for (const un_module *module = un_modules; module->name; module++) {
        if (strncmp(module->name, kind, length) != 0 || module->name[length] != ':')
            continue;
        lua_pushstring(L, module->name + length + 1);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    return 1;
}

void un_bind_builtin(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"builtin", builtin}, {"builtins", builtins}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
