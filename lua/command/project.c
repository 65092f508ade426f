#include "project.h"
#include "lua/api/handle.h"
#include "lua/api/runtime.h"
#include <lauxlib.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

/* upnudge.runtime.project.around(runtime, from) -> path or nil */
static int find(lua_State *L) {
    const char *from = lua_touserdata(L, 1);
    un_runtime_require(L, "upnudge.runtime.project", "around");
    un_handle_push_runtime(L);
    lua_pushstring(L, from);
    lua_call(L, 2, 1);
    return 1;
}

bool un_project_find(upnudge *u, const char *from, char *out) {
    if (un_runtime_run(u->L, find, (void *)(uintptr_t)from, 1) != LUA_OK ||
        lua_type(u->L, -1) != LUA_TSTRING || lua_rawlen(u->L, -1) >= PATH_MAX)
        return false;
    strcpy(out, lua_tostring(u->L, -1));
    return true;
}

/* upnudge.runtime.due.start(runtime, path, activation) -> started, under way */
static int start(lua_State *L) {
    const upnudge_activation *about = lua_touserdata(L, 1);
    un_runtime_require(L, "upnudge.runtime.due", "start");
    un_handle_push_runtime(L);
    lua_pushstring(L, about->environment);
    un_argument_push(L, &un_argument_activation, about);
    lua_call(L, 3, 2);
    return 1;
}

bool un_project_check(upnudge *u, const upnudge_activation *about) {
    return un_runtime_run(u->L, start, (void *)(uintptr_t)about, 1) == LUA_OK &&
           lua_toboolean(u->L, -1);
}
