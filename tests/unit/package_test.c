/*
 * Lua's package library, opened where there is no memory: whatever request of it is refused, the
 * next attempt opens it as if there had been none.
 */
#include "check.h"
#include "lua/api/runtime.h"
#include "lua/vm/embedded.h"
#include <lauxlib.h>
#include <lualib.h>

static long asked, refused;

/* From the n-th request on all are refused: a single one Lua repeats, when it has collected. */
static void *resize(void *ud, void *block, size_t old, size_t size) {
    (void)ud;
    bool more = size > 0 && (!block || size > old);
    if (more && ++asked >= refused && refused > 0)
        return NULL;
    if (size > 0)
        return realloc(block, size);
    free(block);
    return NULL;
}

static const luaL_Reg libraries[] = {{NULL, NULL}};

static int prepare(lua_State *L) {
    luaL_requiref(L, LUA_GNAME, luaopen_base, 1);
    luaL_requiref(L, LUA_STRLIBNAME, luaopen_string, 1);
    un_module_push_require(L, libraries, un_package_require);
    lua_setglobal(L, "require");
    return 0;
}

static const char *run(lua_State *L, const char *source) {
    lua_settop(L, 0);
    if (luaL_dostring(L, source) == LUA_OK)
        return "done";
    return lua_tostring(L, -1);
}

/* One refusal, and what is there after it. Whether it came to one. */
static bool play(long n) {
    lua_State *L = lua_newstate(resize, NULL);
    refused = 0;
    lua_pushcfunction(L, prepare);
    CHECK_INT(lua_pcall(L, 0, 0, 0), LUA_OK);
    CHECK_INT(luaL_loadstring(L, "ours = require; return require 'lfs'"), LUA_OK);
    asked = 0;
    refused = n;
    bool came = lua_pcall(L, 0, 1, 0) != LUA_OK;
    refused = 0;
    CHECK(!came || strstr(lua_tostring(L, -1), "not enough memory"));
    CHECK_STR(run(L, "assert(require == ours and (not package or package.loadlib == nil))"),
              "done");
    CHECK_STR(run(L, "assert(require 'lfs'.attributes('/', 'mode') == 'directory')"), "done");
    /* As a library has it: nothing that comes from C, or from where somebody happens to be. */
    CHECK_STR(run(L, "assert(package.cpath == '' and package.loadlib == nil and require == ours "
                     "and #package.searchers == 2 and package.loaded.package == package)"),
              "done");
    CHECK_STR(run(L, "for entry in package.path:gmatch '[^;]+' do assert(entry:sub(1, 1) == '/') "
                     "end"),
              "done");
    CHECK(
        strstr(run(L, "require 'nowhere.to.be.found'"), "module 'nowhere.to.be.found' not found"));
    lua_close(L);
    return came;
}

int main(void) {
    long n = 1;
    while (play(n))
        n++;
    CHECK(n > 40);
    return check_done();
}
