/*
 * embedded.h: the Lua modules and ready-made policies, precompiled into the library.
 *
 * The table is made at build time by embed.lua. Modules go by their `require` name
 * ("upnudge.record"), policies by "policy:NAME".
 */
#ifndef UN_EMBEDDED_H
#define UN_EMBEDDED_H

#include <lua.h>
#include <stddef.h>

typedef struct un_module {
    const char *name;
    const unsigned char *bytes;
    size_t size;
} un_module;

/* Ends with an entry whose name is NULL. */
extern const un_module un_modules[];

/* NULL: there is no such module. */
const un_module *un_module_find(const char *name);

/*
 * Pushes the loaded, not yet run, chunk of `module`. Returns LUA_OK, or an error code with the
 * message pushed instead.
 */
int un_module_load(lua_State *L, const un_module *module);

/* A package searcher over the table: require name -> loader; put it in front of package.searchers.
 */
int un_module_searcher(lua_State *L);

#endif
