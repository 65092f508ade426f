#include "module.h"
#include <lauxlib.h>

/* About as many functions as all faces have together. */
#define FUNCTIONS 32

__attribute__((visibility("default"))) int luaopen_upnudge_core(lua_State *L) {
    luaL_checkversion(L);
    lua_createtable(L, 0, FUNCTIONS);
    for (const un_face *face = un_faces; *face; face++)
        (*face)(L);
    return 1;
}
