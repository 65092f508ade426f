/*
 * embedded.h: the Lua modules and ready-made policies, precompiled into a product.
 *
 * Each product has a table of its own, made at build time: graph.lua beside this tells which
 * modules it carries (see lua/products.lua), embed.lua compiles them. Modules go by their `require`
 * name ("upnudge.record"), policies by "policy:NAME", scenarios by "scenario:NAME".
 */
#ifndef UN_EMBEDDED_H
#define UN_EMBEDDED_H

#include <lauxlib.h>
#include <lua.h>
#include <stddef.h>

typedef struct un_module {
    const char *name;
    const unsigned char *bytes;
    size_t size;
} un_module;

/* Sorted by name; ends with an entry whose name is NULL, which does not count. */
extern const un_module un_modules[];
extern const size_t un_modules_count;

/* Another one in each build whose modules are others. */
extern const char un_modules_build[];

/* NULL: there is no such module. */
const un_module *un_module_find(const char *name);

/*
 * Pushes the loaded, not yet run, chunk of `module`. Returns LUA_OK, or an error code with the
 * message pushed instead.
 */
int un_module_load(lua_State *L, const un_module *module);

/*
 * Pushes a `require` for a state without the package library: it gives modules that are loaded,
 * then the C libraries of `libraries` (which must live on), then the embedded modules. For any
 * other name it raises or, where `fallback` is set, opens the package library and asks that.
 */
void un_module_push_require(lua_State *L, const luaL_Reg *libraries, lua_CFunction fallback);

#endif
