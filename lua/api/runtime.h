/*
 * runtime.h: the trusted lua_State, which reads and writes records.
 */
#ifndef UN_RUNTIME_H
#define UN_RUNTIME_H

#include <lua.h>
#include <stdbool.h>

/*
 * errno, which is a host's, is after each of these what it was before.
 *
 * A new state. base and string are open; the other libraries, lua-cjson and the embedded modules
 * open at their first use, and the package library when a module is none of those. NULL: out of
 * memory. Its garbage collector waits for un_runtime_run. Close with un_runtime_close.
 */
lua_State *un_runtime_new(void);
void un_runtime_close(lua_State *L);

/*
 * Fills the image of a program (image.h) with a state in which body() has run; un_runtime_new gives
 * that state then, once. For the build. Returns the image's size; 0: it failed, with the message on
 * top of *out, unless that is NULL or has none: then there was no room.
 */
size_t un_runtime_build(lua_CFunction body, lua_State **out);

/* Pushes function `name` of a module of ours. Raises: call it inside un_runtime_run. */
void un_runtime_require(lua_State *L, const char *module, const char *name);

/* The same of "upnudge.runtime", which is not asked for twice. */
void un_runtime_function(lua_State *L, const char *name);

/*
 * Empties the stack and runs body(argument as light userdata), protected, leaving `results` values.
 * Returns LUA_OK, or an error code with the message left instead; then what the body has let go of
 * is released, locks above all. Everything that may raise belongs into a body: outside of one an
 * error would end the process.
 */
int un_runtime_run(lua_State *L, lua_CFunction body, void *argument, int results);

/*
 * `require` for names that are neither libraries nor embedded: asks the package library, with its
 * search paths and UPNUDGE_LUA_PATH before them (package.c). The small program has no such library
 * (main.c).
 */
int un_package_require(lua_State *L);

/*
 * Whether this product has the process to itself. A library, which library.c makes of a product
 * that does not say, loads no C modules of others: their lua_* would be those of whatever other Lua
 * its process has. And what a team's own strategy says does not end its host.
 */
extern const bool un_is_program;

#endif
