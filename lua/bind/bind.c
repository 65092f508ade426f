#include "bind.h"

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
