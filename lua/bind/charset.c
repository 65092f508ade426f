/*
 * charset.c: text in the encoding of a locale.
 */
#include "core/os/charset.h"
#include "bind.h"
#include "module.h"

/* core.encode(text, charset): the bytes, "?" for what it lacks; nil, message: no such encoding. */
static int encode(lua_State *L) {
    un_slice text = un_bind_slice(L, 1);
    const char *charset = luaL_checkstring(L, 2);
    un_error error = {0};
    un_bytes *bytes = un_bind_new(L, sizeof *bytes, &un_bind_bytes);
    un_status status = un_charset_encode(bytes, text, charset, &error);
    if (status == UN_OK)
        lua_pushlstring(L, bytes->slice.ptr, bytes->slice.len);
    un_bytes_free(bytes);
    return status == UN_OK ? 1 : un_bind_fail(L, &error);
}

/* core.codeset(locale): the encoding of a locale, or nothing where there is no such locale. */
static int codeset(lua_State *L) {
    char name[64];
    lua_pushstring(L, un_charset_of_locale(name, luaL_checkstring(L, 1)));
    return 1;
}

void un_bind_charset(lua_State *L) {
    static const luaL_Reg functions[] = {{"encode", encode}, {"codeset", codeset}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
