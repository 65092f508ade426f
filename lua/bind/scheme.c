/*
 * scheme.c: schemes of versions.
 */
#include "core/scheme.h"
#include "bind.h"
#include "module.h"

/* The scheme that argument `index` names; raises when there is none. */
static un_scheme check_scheme(lua_State *L, int index) {
    un_scheme scheme = UN_SCHEME_SEMVER;
    luaL_argcheck(L, un_scheme_find(&scheme, un_bind_slice(L, index)), index, "no such order");
    return scheme;
}

/* core.version_compare(a, b, scheme): -1, 0 or 1; nil: not comparable. */
static int compare(lua_State *L) {
    int order;
    if (!un_version_compare(check_scheme(L, 3), un_bind_slice(L, 1), un_bind_slice(L, 2), &order))
        return 0;
    lua_pushinteger(L, (order > 0) - (order < 0));
    return 1;
}

/* core.version_level(a, b, scheme): "major", "minor", "patch", "none" or "unknown". */
static int level(lua_State *L) {
    un_scheme scheme = check_scheme(L, 3);
    lua_pushstring(
        L, un_level_name(un_version_level(scheme, un_bind_slice(L, 1), un_bind_slice(L, 2))));
    return 1;
}

/* core.schemes(): the names of the schemes. */
static int schemes(lua_State *L) {
    lua_createtable(L, UN_SCHEMES, 0);
    for (int i = 0; i < UN_SCHEMES; i++) {
        lua_pushstring(L, un_scheme_name((un_scheme)i));
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

void un_bind_scheme(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"version_compare", compare}, {"version_level", level}, {"schemes", schemes}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
