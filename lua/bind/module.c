#include "bind.h"
#include "lua/vm/embedded.h"

int un_bind_fail(lua_State *L, const un_error *error) {
    char text[1024];
    size_t length = un_error_text(error, text, sizeof text);
    lua_pushnil(L);
    lua_pushlstring(L, text, length);
    lua_pushstring(L, un_status_code(error->status));
    return 3;
}

void *un_bind_new(lua_State *L, size_t size, const un_bind_type *type) {
    void *object = lua_newuserdatauv(L, size, 0);
    memset(object, 0, size);
    if (luaL_newmetatable(L, type->name)) {
        luaL_setfuncs(L, type->methods, 0);
        lua_pushvalue(L, -1);
        lua_setfield(L, -2, "__index");
    }
    lua_setmetatable(L, -2);
    return object;
}

un_slice un_bind_slice(lua_State *L, int index) {
    un_slice slice;
    slice.ptr = luaL_checklstring(L, index, &slice.len);
    return slice;
}

void un_bind_push(lua_State *L, un_slice slice) {
    if (slice.ptr)
        lua_pushlstring(L, slice.ptr, slice.len);
    else
        lua_pushnil(L);
}

void un_bind_field(lua_State *L, const char *name, un_slice slice) {
    if (!slice.len)
        return;
    lua_pushlstring(L, slice.ptr, slice.len);
    lua_setfield(L, -2, name);
}

/* core.builtin(name [, kind]): the precompiled ready-made policy (or "scenario"), or nil. */
static int builtin(lua_State *L) {
    const char *name =
        lua_pushfstring(L, "%s:%s", luaL_optstring(L, 2, "policy"), luaL_checkstring(L, 1));
    const un_module *module = un_module_find(name);
    if (!module)
        return 0;
    lua_pushlstring(L, (const char *)module->bytes, module->size);
    return 1;
}

/* core.builtins([kind]): the names of what core.builtin has. */
static int builtins(lua_State *L) {
    size_t length;
    const char *kind = luaL_optlstring(L, 1, "policy", &length);
    lua_newtable(L);
    for (const un_module *module = un_modules; module->name; module++) {
        if (strncmp(module->name, kind, length) != 0 || module->name[length] != ':')
            continue;
        lua_pushstring(L, module->name + length + 1);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    return 1;
}

__attribute__((visibility("default"))) int luaopen_upnudge_core(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"builtin", builtin}, {"builtins", builtins}, {NULL, NULL}};
    luaL_checkversion(L);
    luaL_newlib(L, functions);
    un_bind_system(L);
    un_bind_directory(L);
    un_bind_lockfile(L);
    un_bind_tree(L);
    un_bind_version(L);
    un_bind_child(L);
    un_bind_vm(L);
    return 1;
}
