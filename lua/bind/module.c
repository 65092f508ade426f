#include "module.h"
#include <lauxlib.h>

/* About as many functions as all faces have together. */
#define FUNCTIONS 32

/* A Lua that is older has none of these, or only the last; core.so is loaded all the same. */
#pragma weak lua_newuserdatauv
#pragma weak lua_version
#pragma weak luaL_error

__attribute__((visibility("default"))) int luaopen_upnudge_core(lua_State *L) {
    if (!luaL_error)
        return 0;
    if (!lua_newuserdatauv || !lua_version || lua_version(L) != LUA_VERSION_NUM)
        return luaL_error(L, "upnudge needs Lua 5.4");
    luaL_checkversion(L);
    lua_createtable(L, 0, FUNCTIONS);
    for (const un_face *face = un_faces; *face; face++)
        (*face)(L);
    /* The build says it; it stands in upnudge.h, which is above us. */
    lua_pushliteral(L, UN_VERSION);
    lua_setfield(L, -2, "version");
    return 1;
}
