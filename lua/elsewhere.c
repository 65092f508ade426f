/*
 * elsewhere.c: what takes a dynamically linked program: Lua modules that are not ours, and a host's
 * other Lua. The command's activation path is linked statically, and has main.c in its place.
 */
#include "runtime.h"
#include <dlfcn.h>
#include <lauxlib.h>
#include <lualib.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

/* UPNUDGE_LUA_PATH puts a tree of Lua modules (strategies of a team, say) before Lua's own path. */
static void extend_path(lua_State *L) {
    const char *path = getenv("UPNUDGE_LUA_PATH");
    if (!path || !*path)
        return;
    lua_getfield(L, -1, "path");
    lua_pushfstring(L, "%s;%s", path, lua_tostring(L, -1));
    lua_setfield(L, -3, "path");
    lua_pop(L, 1);
}

int un_require_elsewhere(lua_State *L) {
    static const char original = 0;
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &original) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_getglobal(L, "require");
        luaL_requiref(L, LUA_LOADLIBNAME, luaopen_package, 1);
        extend_path(L);
        lua_pop(L, 1);
        /* luaopen_package set its own; ours stays in front. */
        lua_getglobal(L, "require");
        lua_insert(L, -2);
        lua_setglobal(L, "require");
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &original);
    }
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

static bool one_lua;

static void compare(void) {
    Dl_info old, new;
    one_lua = !dladdr((void *)(uintptr_t)lua_newstate, &old) ||
              !dladdr((void *)(uintptr_t)lua_newuserdatauv, &new) || old.dli_fbase == new.dli_fbase;
}

bool un_lua_is_ours(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, compare);
    return one_lua;
}
