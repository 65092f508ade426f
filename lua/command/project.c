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
    lua_getglobal(L, "require");
    lua_pushliteral(L, "upnudge.runtime.project");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "around");
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

typedef struct visit {
    const upnudge_activation *about;
    upnudge_reason code;
} visit;

/* upnudge.runtime.due.start(runtime, path, activation, code) -> started, under way */
static int start(lua_State *L) {
    const visit *v = lua_touserdata(L, 1);
    lua_getglobal(L, "require");
    lua_pushliteral(L, "upnudge.runtime.due");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "start");
    un_handle_push_runtime(L);
    lua_pushstring(L, v->about->environment);
    un_argument_push(L, &un_argument_activation, v->about);
    lua_pushstring(L, upnudge_reason_name(v->code));
    lua_call(L, 4, 2);
    return 1;
}

bool un_project_check(upnudge *u, const upnudge_activation *about, upnudge_reason code) {
    visit v = {about, code};
    return un_runtime_run(u->L, start, &v, 1) == LUA_OK && lua_toboolean(u->L, -1);
}
