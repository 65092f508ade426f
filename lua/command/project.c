#include "project.h"
#include "lua/api/handle.h"
#include "lua/api/runtime.h"
#include <lauxlib.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

/* upnudge.runtime.project.around(runtime, from) -> path, or nil, message, code */
static int find(lua_State *L) {
    const char *from = lua_touserdata(L, 1);
    un_runtime_require(L, "upnudge.runtime.project", "around");
    un_handle_push_runtime(L);
    lua_pushstring(L, from);
    lua_call(L, 2, 3);
    if (lua_isnil(L, -3) &&
        strcmp(lua_tostring(L, -1), un_reason_name(UPNUDGE_REASON_NO_LOCKFILE)) == 0)
        lua_pushliteral(L, "");
    else
        lua_pushvalue(L, -3);
    return 1;
}

bool un_project_find(upnudge *u, const char *from, char *out) {
    if (un_runtime_run(u->L, find, (void *)(uintptr_t)from, 1) != LUA_OK ||
        lua_type(u->L, -1) != LUA_TSTRING || lua_rawlen(u->L, -1) >= PATH_MAX)
        return false;
    strcpy(out, lua_tostring(u->L, -1));
    return true;
}

/* upnudge.runtime.due.start(runtime, path, activation) -> started, under way, later */
static int start(lua_State *L) {
    const upnudge_activation *about = lua_touserdata(L, 1);
    un_runtime_require(L, "upnudge.runtime.due", "start");
    un_handle_push_runtime(L);
    lua_pushstring(L, about->environment);
    un_argument_push(L, &un_argument_activation, about);
    lua_call(L, 3, 3);
    return 2;
}

bool un_project_check(upnudge *u, const upnudge_activation *about, int64_t *until) {
    if (un_runtime_run(u->L, start, (void *)(uintptr_t)about, 2) != LUA_OK) {
        *until = 0;
        return false;
    }
    int64_t later = (int64_t)lua_tonumber(u->L, -1);
    if (!lua_isnil(u->L, -1) && later < *until)
        *until = later;
    return lua_toboolean(u->L, -2);
}
