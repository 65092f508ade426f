#include "metatable.h"
#include "budget.h"
#include <lauxlib.h>
#include <string.h>

/* What an event costs beside the instructions of its handler, and one link of a chain. */
#define PER_EVENT 10
/* What a metatable costs once: its functions. */
#define PER_METATABLE 100
/* Links after which a chain is taken for a circle, as Lua does. */
#define LONGEST_CHAIN 2000

/* Light userdata, which no policy can have: in ours, the policy's; in the policy's, ours; in the
 * registry, the functions of the events. */
static const char theirs, ours, events;

#define KEY(name) ((void *)(uintptr_t) & (name))

/* Pushes a field of the metatable that the policy gave to the value; nil: it has none such. */
static int push_handler(lua_State *L, int index, const char *event) {
    index = lua_absindex(L, index);
    if (!lua_getmetatable(L, index)) {
        lua_pushnil(L);
        return LUA_TNIL;
    }
    if (lua_rawgetp(L, -1, KEY(theirs)) == LUA_TNIL) {
        lua_pop(L, 1); /* one of our own */
        lua_pushstring(L, event);
        lua_rawget(L, -2);
    } else {
        lua_pushstring(L, event);
        lua_rawget(L, -2);
        lua_remove(L, -2);
    }
    lua_remove(L, -2);
    return lua_type(L, -1);
}

int un_metatable_field(lua_State *L, int index, const char *event) {
    return push_handler(L, index, event);
}

/* ---- events ---------------------------------------------------------------------------------- */

/* Calls the handler on top with the first `arguments` values, for one result. */
static int call_handler(lua_State *L, int arguments) {
    luaL_checkstack(L, arguments + 1, NULL);
    for (int i = 1; i <= arguments; i++)
        lua_pushvalue(L, i);
    lua_call(L, arguments, 1);
    return 1;
}

static const char chain_too_long[] = "'%s' chain too long; possibly a loop";

/* v[k], for the value at 1 and the key at 2, when v has no such field. */
static int on_index(lua_State *L) {
    lua_settop(L, 2);
    for (int i = 0; i < LONGEST_CHAIN; i++) {
        un_vm_charge(L, PER_EVENT);
        int handler = push_handler(L, 1, "__index");
        if (handler == LUA_TNIL)
            return 1;
        if (handler == LUA_TFUNCTION)
            return call_handler(L, 2);
        lua_replace(L, 1); /* and so on with what stands for it */
        if (handler != LUA_TTABLE) {
            lua_gettable(L, 1);
            return 1;
        }
        lua_pushvalue(L, 2);
        if (lua_rawget(L, 1) != LUA_TNIL)
            return 1;
        lua_settop(L, 2);
    }
    return luaL_error(L, chain_too_long, "__index");
}

/* v[k] = value, at 1, 2 and 3, when v has no such field. */
static int on_newindex(lua_State *L) {
    lua_settop(L, 3);
    for (int i = 0; i < LONGEST_CHAIN; i++) {
        un_vm_charge(L, PER_EVENT);
        int handler = push_handler(L, 1, "__newindex");
        if (handler == LUA_TNIL) {
            lua_settop(L, 3);
            lua_rawset(L, 1);
            return 0;
        }
        if (handler == LUA_TFUNCTION) {
            call_handler(L, 3);
            return 0;
        }
        lua_replace(L, 1);
        lua_pushvalue(L, 2);
        if (handler != LUA_TTABLE || lua_rawget(L, 1) != LUA_TNIL) {
            lua_settop(L, 3);
            lua_settable(L, 1);
            return 0;
        }
        lua_settop(L, 3);
    }
    return luaL_error(L, chain_too_long, "__newindex");
}

/* The event's name is the upvalue: that of the first operand which has a handler. */
static bool push_binary(lua_State *L) {
    const char *event = lua_tostring(L, lua_upvalueindex(1));
    un_vm_charge(L, PER_EVENT);
    lua_settop(L, 2);
    if (push_handler(L, 1, event) != LUA_TNIL)
        return true;
    lua_pop(L, 1);
    return push_handler(L, 2, event) != LUA_TNIL;
}

static int on_arithmetic(lua_State *L) {
    if (push_binary(L))
        return call_handler(L, 2);
    int culprit = lua_type(L, 1) == LUA_TNUMBER ? 2 : 1;
    return luaL_error(L, "attempt to perform arithmetic on a %s value", luaL_typename(L, culprit));
}

static int on_bitwise(lua_State *L) {
    if (push_binary(L))
        return call_handler(L, 2);
    int culprit = lua_type(L, 1) == LUA_TNUMBER ? 2 : 1;
    return luaL_error(L, "attempt to perform bitwise operation on a %s value",
                      luaL_typename(L, culprit));
}

static int on_concat(lua_State *L) {
    if (push_binary(L))
        return call_handler(L, 2);
    int culprit = lua_type(L, 1) == LUA_TSTRING || lua_type(L, 1) == LUA_TNUMBER ? 2 : 1;
    return luaL_error(L, "attempt to concatenate a %s value", luaL_typename(L, culprit));
}

static int on_order(lua_State *L) {
    if (push_binary(L))
        return call_handler(L, 2);
    const char *a = luaL_typename(L, 1), *b = luaL_typename(L, 2);
    if (strcmp(a, b) == 0)
        return luaL_error(L, "attempt to compare two %s values", a);
    return luaL_error(L, "attempt to compare %s with %s", a, b);
}

static int on_equal(lua_State *L) {
    if (push_binary(L))
        return call_handler(L, 2);
    lua_pushboolean(L, 0);
    return 1;
}

static int on_length(lua_State *L) {
    lua_settop(L, 1);
    un_vm_charge(L, PER_EVENT);
    if (push_handler(L, 1, "__len") != LUA_TNIL)
        return call_handler(L, 1);
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, 1));
    return 1;
}

static int on_call(lua_State *L) {
    un_vm_charge(L, PER_EVENT + (size_t)lua_gettop(L));
    luaL_checkstack(L, 2, NULL);
    if (push_handler(L, 1, "__call") == LUA_TNIL)
        return luaL_error(L, "attempt to call a %s value", luaL_typename(L, 1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

static int on_close(lua_State *L) {
    un_vm_charge(L, PER_EVENT);
    lua_settop(L, 2);
    if (push_handler(L, 1, "__close") != LUA_TNIL)
        call_handler(L, 2);
    return 0;
}

/* ---- metatables ------------------------------------------------------------------------------ */

static const luaL_Reg handlers[] = {{"__index", on_index},
                                    {"__newindex", on_newindex},
                                    {"__call", on_call},
                                    {"__len", on_length},
                                    {"__eq", on_equal},
                                    {"__lt", on_order},
                                    {"__le", on_order},
                                    {"__concat", on_concat},
                                    {"__add", on_arithmetic},
                                    {"__sub", on_arithmetic},
                                    {"__mul", on_arithmetic},
                                    {"__div", on_arithmetic},
                                    {"__mod", on_arithmetic},
                                    {"__pow", on_arithmetic},
                                    {"__unm", on_arithmetic},
                                    {"__idiv", on_arithmetic},
                                    {"__band", on_bitwise},
                                    {"__bor", on_bitwise},
                                    {"__bxor", on_bitwise},
                                    {"__shl", on_bitwise},
                                    {"__shr", on_bitwise},
                                    {"__bnot", on_bitwise},
                                    {NULL, NULL}};

/* Pushes the table of the handlers, made once in a VM. */
static void push_handlers(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, KEY(events)) != LUA_TNIL)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    for (const luaL_Reg *event = handlers; event->name; event++) {
        lua_pushstring(L, event->name);
        lua_pushcclosure(L, event->func, 1);
        lua_setfield(L, -2, event->name);
    }
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, KEY(events));
}

static bool has(lua_State *L, int table, const char *field) {
    lua_pushstring(L, field);
    bool found = lua_rawget(L, table) != LUA_TNIL;
    lua_pop(L, 1);
    return found;
}

/* Pushes ours for the policy's at 2. What has to be closed says so when it is declared, and what
 * has not is an error then; so this event alone is there only where the policy has it. */
static void push_ours(lua_State *L) {
    if (lua_rawgetp(L, 2, KEY(ours)) == LUA_TNIL) {
        un_vm_charge(L, PER_METATABLE);
        lua_pop(L, 1);
        lua_createtable(L, 0, (int)(sizeof handlers / sizeof *handlers) + 1);
        push_handlers(L);
        for (lua_pushnil(L); lua_next(L, -2);) {
            lua_pushvalue(L, -2);
            lua_insert(L, -2);
            lua_rawset(L, -5);
        }
        lua_pop(L, 1);
        lua_pushvalue(L, 2);
        lua_rawsetp(L, -2, KEY(theirs));
        lua_pushvalue(L, -1);
        lua_rawsetp(L, 2, KEY(ours));
    }
    if (has(L, 2, "__close")) {
        lua_pushcfunction(L, on_close);
        lua_setfield(L, -2, "__close");
    }
}

/* Whether the metatable of the value at 1 may not be looked at or changed: it says so, or it is one
 * of our own. */
static bool is_locked(lua_State *L) {
    if (!lua_getmetatable(L, 1))
        return false;
    bool locked =
        lua_rawgetp(L, -1, KEY(theirs)) == LUA_TNIL || has(L, lua_gettop(L), "__metatable");
    lua_pop(L, 2);
    return locked;
}

int un_metatable_set(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, lua_isnil(L, 2) || lua_istable(L, 2), 2, "nil or table");
    lua_settop(L, 2);
    un_vm_charge(L, PER_EVENT);
    if (is_locked(L))
        return luaL_error(L, "cannot change a protected metatable");
    if (lua_isnil(L, 2)) {
        lua_setmetatable(L, 1);
        return 1;
    }
    if (has(L, 2, "__gc") || has(L, 2, "__mode"))
        return luaL_error(L, "setmetatable: __gc and __mode are not for policies");
    push_ours(L);
    lua_setmetatable(L, 1);
    lua_settop(L, 1);
    return 1;
}

/* What the policy gave, or what it wants to be seen of it; nil for everything of ours. */
int un_metatable_get(lua_State *L) {
    luaL_checkany(L, 1);
    un_vm_charge(L, PER_EVENT);
    if (!lua_istable(L, 1) || !lua_getmetatable(L, 1) ||
        lua_rawgetp(L, -1, KEY(theirs)) == LUA_TNIL) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushliteral(L, "__metatable");
    if (lua_rawget(L, -2) == LUA_TNIL)
        lua_pop(L, 1);
    return 1;
}
