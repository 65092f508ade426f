/*
 * bind.h: what the faces of "upnudge.core" share (module.h tells which there are).
 *
 * Manners of a face: failure is `nil, message, code` (code as un_status_code), misuse raises, and
 * so does want of memory, which is no answer about what was asked: nobody shall believe for it that
 * a file is not there, or broken. A userdata is made first, empty, with its metatable, and acquires
 * after; so nothing is held across a call that may raise. Each has __gc and __close, and releasing
 * twice does nothing.
 */
#ifndef UN_BIND_H
#define UN_BIND_H

#include "core/error.h"
#include <lauxlib.h>
#include <lua.h>

/* Lua's own words for it. */
#define UN_BIND_NO_MEMORY "not enough memory"

/* Pushes nil, the error's text and its code. Returns 3; raises want of memory. */
int un_bind_fail(lua_State *L, const un_error *error);

/* The type of an un_lock, of directory.c. */
#define UN_BIND_LOCK "upnudge.lock"

/* A type of userdata: its name and methods, registered at the first object; __index is itself. */
typedef struct un_bind_type {
    const char *name;
    const luaL_Reg *methods;
} un_bind_type;

/* Registers a type before its first object. */
void un_bind_register(lua_State *L, const un_bind_type *type);

/* A new userdata of `size` zeroed bytes; pushed. */
void *un_bind_new(lua_State *L, size_t size, const un_bind_type *type);

/* The bytes of a file while they are handed to Lua; an un_bytes. */
extern const un_bind_type un_bind_bytes;

/* The slice of a string argument, valid while the string is on the stack. */
un_slice un_bind_slice(lua_State *L, int index);

/* Pushes the slice, or nil when it is absent. */
void un_bind_push(lua_State *L, un_slice slice);

/* t[name] = slice for the table on top, unless absent or empty. */
void un_bind_field(lua_State *L, const char *name, un_slice slice);

#endif
