#include "runtime.h"
#include "lua/bind/module.h"
#include "lua/private/cjson.h"
#include "lua/vm/embedded.h"
#include "lua/vm/image.h"
#include "lua/vm/pool.h"
#include "lua/vm/vm.h"
#include <errno.h>
#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>

/* Kilobytes that a state holds before its garbage collector starts. */
#define COLLECT_FROM 1024

static const char modules_key = 0;

static int refuse_to_exit(lua_State *L) {
    return luaL_error(L, "os.exit: a library does not end its host");
}

static int open_os(lua_State *L) {
    luaopen_os(L);
    if (!un_is_program) {
        lua_pushcfunction(L, refuse_to_exit);
        lua_setfield(L, -2, "exit");
    }
    return 1;
}

/* Opened when a module or a global of that name is asked for. */
static const luaL_Reg libraries[] = {{LUA_TABLIBNAME, luaopen_table},
                                     {LUA_MATHLIBNAME, luaopen_math},
                                     {LUA_OSLIBNAME, open_os},
                                     {LUA_IOLIBNAME, luaopen_io},
                                     {LUA_UTF8LIBNAME, luaopen_utf8},
                                     {LUA_COLIBNAME, luaopen_coroutine},
                                     {LUA_DBLIBNAME, luaopen_debug},
                                     {"cjson", un_private_cjson},
                                     {"upnudge.core", luaopen_upnudge_core},
                                     {NULL, NULL}};

/* __index of _G: a library that is named for the first time. */
static int open_global(lua_State *L) {
    const char *name = lua_tostring(L, 2);
    for (const luaL_Reg *library = libraries; name && library->func != un_private_cjson; library++)
        if (strcmp(library->name, name) == 0) {
            luaL_requiref(L, name, library->func, 1);
            return 1;
        }
    return 0;
}

static int prepare(lua_State *L) {
    luaL_requiref(L, LUA_GNAME, luaopen_base, 1);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, open_global);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    luaL_requiref(L, LUA_STRLIBNAME, luaopen_string, 1);
    un_module_push_require(L, libraries, un_package_require);
    lua_setglobal(L, "require");
    return 0;
}

static un_pool *pool_of(lua_State *L) {
    void *pool;
    lua_getallocf(L, &pool);
    return pool;
}

/* What an image has. */
typedef struct opened {
    lua_State *L;
    int kilobytes; /* that it holds */
} opened;

/* The state that the build has opened, to who asks first; NULL: there is none. A library, whose
 * host may have threads, has no image, and writes nothing. */
static lua_State *take_opened(void) {
    /* What begins as zero stands on a page that nothing else of an activation touches. */
    static bool is_there = true;
    if (!is_there || !un_image_open())
        return NULL;
    is_there = false;
    const opened *image = un_image_root();
    return image ? image->L : NULL;
}

static lua_State *new_state(void) {
    un_pool *pool = un_pool_new();
    lua_State *L = pool ? lua_newstate(un_pool_resize, pool) : NULL;
    if (!L) {
        un_pool_delete(pool);
        return NULL;
    }
    /* Most states end before there is any garbage worth collecting. */
    lua_gc(L, LUA_GCSTOP);
    lua_pushcfunction(L, prepare);
    if (lua_pcall(L, 0, 0, 0) == LUA_OK)
        return L;
    un_runtime_close(L);
    return NULL;
}

lua_State *un_runtime_new(void) {
    lua_State *L = take_opened();
    if (L)
        return L;
    int sys = errno;
    L = new_state();
    errno = sys;
    return L;
}

size_t un_runtime_build(lua_CFunction body, lua_State **out) {
    opened *image = un_image_open() ? un_image_begin(sizeof *image) : NULL;
    lua_State *L = *out = image ? un_runtime_new() : NULL;
    if (!L || un_runtime_run(L, body, NULL, 1) != LUA_OK)
        return 0;
    lua_settop(L, 0);
    lua_gc(L, LUA_GCCOLLECT);
    image->kilobytes = lua_gc(L, LUA_GCCOUNT);
    un_pool_settle(pool_of(L));
    image->L = un_vm_fresh_thread(L);
    return un_image_end();
}

void un_runtime_close(lua_State *L) {
    int sys = errno;
    un_pool *pool = pool_of(L);
    un_pool_end(pool);
    lua_close(L);
    un_pool_delete(pool);
    errno = sys;
}

void un_runtime_require(lua_State *L, const char *module, const char *name) {
    lua_getglobal(L, "require");
    lua_pushstring(L, module);
    lua_call(L, 1, 1);
    lua_getfield(L, -1, name);
    lua_replace(L, -2);
}

void un_runtime_function(lua_State *L, const char *name) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &modules_key) != LUA_TTABLE) {
        lua_getglobal(L, "require");
        lua_pushliteral(L, "upnudge.runtime");
        lua_call(L, 1, 1);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &modules_key);
        lua_replace(L, -2);
    }
    lua_getfield(L, -1, name);
    lua_replace(L, -2);
}

/* In kilobytes. What an image holds is no garbage. */
static int collect_from(lua_State *L) {
    const opened *image = un_image_root();
    return COLLECT_FROM + (image && image->L == L ? image->kilobytes : 0);
}

int un_runtime_run(lua_State *L, lua_CFunction body, void *argument, int results) {
    int sys = errno;
    /* Once: each start begins a cycle, however little was made since the last one. */
    if (!lua_gc(L, LUA_GCISRUNNING) && lua_gc(L, LUA_GCCOUNT) > collect_from(L))
        lua_gc(L, LUA_GCRESTART);
    lua_settop(L, 0);
    lua_pushcfunction(L, body);
    lua_pushlightuserdata(L, argument);
    int status = lua_pcall(L, 1, results, 0);
    if (status != LUA_OK)
        lua_gc(L, LUA_GCCOLLECT);
    errno = sys;
    return status;
}
