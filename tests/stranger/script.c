#include "script.h"
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

/* Errors and coroutines jump, strings and tables make garbage: whatever of it ran in another Lua
 * would not come back. */
static const char script[] =
    "local time = ... kept = kept or {} "
    "for i = 1, 3000 do kept[i % 50 + 1] = ('x'):rep(i % 100) .. i end "
    "local sum, next = 0, coroutine.wrap(function() for i = 1, 9 do coroutine.yield(i) end end) "
    "for _ = 1, 9 do sum = sum + next() end assert(sum == 45) "
    "local ok, message = pcall(error, { 'mine' }) assert(not ok and message[1] == 'mine') "
    "assert(not pcall(string.rep) and not pcall(setmetatable, 1)) "
    "setmetatable({}, { __gc = function() end }) collectgarbage() "
    "assert(#table.concat(kept, ',') > 1000 and tostring(1.5) == '1.5') "
    "times = (times or 0) + 1 assert(times == time) "
    "return _VERSION .. (jit and ' jit' or '') .. ' for the ' .. time .. '. time'";

__attribute__((visibility("default"))) void *stranger_open(void) {
    lua_State *L = luaL_newstate();
    if (L)
        luaL_openlibs(L);
    return L;
}

__attribute__((visibility("default"))) const char *stranger_run(void *state, int time) {
    lua_State *L = state;
    lua_settop(L, 0);
    if (luaL_loadstring(L, script) == 0) {
        lua_pushinteger(L, time);
        lua_pcall(L, 1, 1, 0);
    }
    return lua_tostring(L, -1);
}

__attribute__((visibility("default"))) void stranger_close(void *state) {
    lua_close(state);
}
