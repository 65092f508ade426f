#include "fault.h"
#include "budget.h"
#include <lauxlib.h>
#include <string.h>

/* Functions of a stack that are looked at: more of ours never stand on a policy's. */
#define DEEPEST 60
/* What calling a function through one in C costs. */
#define PER_CALL 4
/* Lua's words for an argument, which name the function. */
#define ARGUMENT "bad argument"
/* Lua's place of an error in a module that has no lines. */
#define NO_PLACE "?:-1: "

bool un_fault_place(lua_State *L, lua_Debug *ar) {
    for (int level = 0; level < DEEPEST && lua_getstack(L, level, ar); level++) {
        lua_getinfo(L, "Sl", ar);
        if (ar->currentline > 0)
            return true;
    }
    return false;
}

/* What stands behind the name of the file, which Lua shortens, and before a line; NULL: it does not
 * begin so. */
static const char *behind_file(const char *text, const char *file) {
    size_t length = strlen(file);
    if (strncmp(text, file, length) != 0 || text[length] != ':')
        return NULL;
    size_t digits = strspn(text + length + 1, "0123456789");
    return digits && text[length + 1 + digits] == ':' ? text + length : NULL;
}

static int call_kept(lua_State *L);

/* The name of the function of ours that the policy has called; NULL: it called none. */
static const char *called(lua_State *L) {
    lua_Debug ar;
    for (int level = 0; level < DEEPEST && lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "fl", &ar);
        bool is_kept = lua_tocfunction(L, -1) == call_kept;
        const char *name = is_kept && lua_getupvalue(L, -1, 3) ? lua_tostring(L, -1) : NULL;
        lua_pop(L, is_kept ? 2 : 1);
        if (is_kept || ar.currentline > 0)
            return name;
    }
    return NULL;
}

static const char *push_text(lua_State *L, int index) {
    if (lua_type(L, index) != LUA_TSTRING)
        return lua_pushfstring(L, "(the error is no text but a %s)", luaL_typename(L, index));
    const char *text = lua_tostring(L, index);
    while (strncmp(text, NO_PLACE, strlen(NO_PLACE)) == 0)
        text += strlen(NO_PLACE);
    return lua_pushstring(L, *text ? text : "(the error is an empty text)");
}

int un_fault_told(lua_State *L) {
    lua_Debug ar;
    if (lua_islightuserdata(L, 1))
        return 1;
    luaL_checkstack(L, 4, NULL);
    const char *text = push_text(L, 1);
    if (!un_fault_place(L, &ar))
        return 1;
    const char *behind = behind_file(text, ar.short_src), *name = called(L);
    if (behind)
        lua_pushfstring(L, "%s%s", ar.source + 1, behind);
    else if (name && !strstr(text, name) && strncmp(text, ARGUMENT, strlen(ARGUMENT)) != 0)
        lua_pushfstring(L, "%s:%d: %s: %s", ar.source + 1, ar.currentline, name, text);
    else if (!behind_file(text, ar.source + 1))
        lua_pushfstring(L, "%s:%d: %s", ar.source + 1, ar.currentline, text);
    return 1;
}

/* "rule 'name': ", or "". */
static void push_asked(lua_State *L) {
    lua_getglobal(L, "asked");
    if (lua_istable(L, -1)) {
        lua_pushliteral(L, "by");
        lua_rawget(L, -2);
    }
    if (lua_istable(L, -1)) {
        lua_pushliteral(L, "name");
        lua_rawget(L, -2);
        lua_pushfstring(L, "rule '%s': ", lua_isstring(L, -1) ? lua_tostring(L, -1) : "?");
    } else if (lua_isstring(L, -1)) {
        lua_pushfstring(L, "%s: ", lua_tostring(L, -1));
    } else {
        lua_pushliteral(L, "");
    }
}

void un_fault_push_evaluated(lua_State *L) {
    lua_Debug ar;
    int base = lua_gettop(L);
    luaL_checkstack(L, 8, NULL);
    if (un_fault_place(L, &ar))
        lua_pushfstring(L, "%s:%d: ", ar.source + 1, ar.currentline);
    else
        lua_pushliteral(L, "");
    push_asked(L);
    lua_replace(L, base + 2);
    lua_settop(L, base + 2);
    lua_concat(L, 2);
}

/* Where a function begins; false: it is none that has lines. */
static bool place_of(lua_State *L, int index, lua_Debug *ar) {
    lua_pushvalue(L, index);
    lua_getinfo(L, ">S", ar);
    ar->currentline = ar->linedefined;
    return ar->linedefined > 0 && strcmp(ar->source, "=?") != 0;
}

int un_fault_lua_where(lua_State *L) {
    lua_Debug ar;
    if (!(lua_isfunction(L, 1) ? place_of(L, 1, &ar) : un_fault_place(L, &ar)))
        return 0;
    lua_pushstring(L, ar.source + 1);
    lua_pushinteger(L, ar.currentline);
    return 2;
}

/* Upvalues: the function, what it is a member of, and by which name. */
static int call_kept(lua_State *L) {
    un_vm_charge(L, PER_CALL);
    if (lua_istable(L, 1) && lua_rawequal(L, 1, lua_upvalueindex(2)))
        return luaL_error(L, "%s is called with ':'; write a dot before its name",
                          lua_tostring(L, lua_upvalueindex(3)));
    luaL_checkstack(L, 1, NULL);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

int un_fault_lua_kept(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 3);
    if (!lua_iscfunction(L, 1))
        lua_pushcclosure(L, call_kept, 3);
    else
        lua_settop(L, 1);
    return 1;
}
