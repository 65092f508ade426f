/*
 * cjson.h: lua-cjson, for processes that must go on when there is no memory.
 *
 * lua-cjson ends its process where malloc gives it nothing, and forgets its buffers where Lua
 * raises an error under it. The build renames what our copy of its archive calls (cjson.names): a
 * want of memory becomes an error of the state that calls lua-cjson, raised before anything that
 * outlives the call has changed, and what a failed call has allocated is freed.
 */
#ifndef UN_PRIVATE_CJSON_H
#define UN_PRIVATE_CJSON_H

#include <lua.h>

/* In the place of luaopen_cjson. Its encoder keeps no buffer between two calls. */
int un_private_cjson(lua_State *L);

#endif
