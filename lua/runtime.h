/*
 * runtime.h: the trusted lua_State, which reads and writes records.
 */
#ifndef UN_RUNTIME_H
#define UN_RUNTIME_H

#include <lua.h>

/*
 * A new state with base, package, string, table, math and os open, the embedded modules in front of
 * every other, and lua-cjson. io, utf8, coroutine and debug wait for a `require`. NULL: out of
 * memory.
 */
lua_State *un_runtime_new(void);

/* Pushes function `name` of module "upnudge". Raises: call it inside un_runtime_run. */
void un_runtime_function(lua_State *L, const char *name);

/*
 * Empties the stack and runs body(argument as light userdata), protected, leaving `results` values.
 * Returns LUA_OK, or an error code with the message left instead. Everything that may raise belongs
 * into a body: outside of one an error would end the process.
 */
int un_runtime_run(lua_State *L, lua_CFunction body, void *argument, int results);

#endif
