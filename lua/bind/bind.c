#include "bind.h"

int un_bind_fail(lua_State *L, const un_error *error) {
    char text[1024];
    if (error->status == UN_NO_MEMORY)
        return luaL_error(L, UN_BIND_NO_MEMORY);
    size_t length = un_error_text(error, text, sizeof text);
    lua_pushnil(L);
    lua_pushlstring(L, text, length);
    lua_pushstring(L, un_status_code(error->status));
    return 3;
}

/* Pushes the metatable of a type. It is registered as a whole, or another time. */
static void push_metatable(lua_State *L, const un_bind_type *type) {
    if (luaL_getmetatable(L, type->name) != LUA_TNIL)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushstring(L, type->name);
    lua_setfield(L, -2, "__name");
    luaL_setfuncs(L, type->methods, 0);
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, type->name);
}

void un_bind_register(lua_State *L, const un_bind_type *type) {
    push_metatable(L, type);
    lua_pop(L, 1);
}

void *un_bind_new(lua_State *L, size_t size, const un_bind_type *type) {
    void *object = lua_newuserdatauv(L, size, 0);
    memset(object, 0, size);
    push_metatable(L, type);
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
