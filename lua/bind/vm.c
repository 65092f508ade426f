/*
 * vm.c: the policy VM as Lua sees it, and where things stand in what it was given.
 */
#include "lua/vm/vm.h"
#include "bind.h"
#include "lua/vm/source.h"
#include "module.h"
#include <string.h>

#define VM "upnudge.vm"

static const un_bind_type vm_type;

static un_vm *check_vm(lua_State *L) {
    un_vm *vm = luaL_checkudata(L, 1, VM);
    luaL_argcheck(L, vm->L, 1, "the policy VM is closed");
    return vm;
}

/* The message on top is the answer, behind nil, unless there was no memory for a better one. */
static int fail(lua_State *L, const un_vm *vm) {
    if (vm->starved)
        return luaL_error(L, UN_BIND_NO_MEMORY);
    lua_pushnil(L);
    lua_insert(L, -2);
    return 2;
}

/* In the registry: a VM that nobody has used. */
static const char spare;

void un_bind_vm_spare(lua_State *L, const char *module) {
    un_vm *vm = un_bind_new(L, sizeof *vm, &vm_type);
    if (!un_vm_open(vm, &un_vm_for_policy, L) || !un_vm_open_module(vm, L, module))
        lua_error(L);
    un_vm_settle(vm);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &spare);
}

/* Pushes the spare VM; NULL: there is none, and nothing is pushed. */
static un_vm *take_spare(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &spare) == LUA_TNIL) {
        lua_pop(L, 1);
        return NULL;
    }
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &spare);
    un_vm *vm = lua_touserdata(L, -1);
    un_vm_adopt(vm);
    return vm;
}

/*
 * core.vm(fetch): a fresh VM for a policy. fetch(what): what a policy may look at but rarely does.
 * core.vm(): one for a team's format, which may spend more.
 */
static int vm_new(lua_State *L) {
    bool policy = !lua_isnoneornil(L, 1);
    if (policy)
        luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    un_vm *vm = policy ? take_spare(L) : NULL;
    if (!vm) {
        vm = un_bind_new(L, sizeof *vm, &vm_type);
        if (!un_vm_open(vm, policy ? &un_vm_for_policy : &un_vm_for_format, L))
            return fail(L, vm);
    }
    if (policy) {
        lua_pushvalue(L, 1);
        vm->fetch = luaL_ref(L, LUA_REGISTRYINDEX);
    }
    return 1;
}

/* vm:call(entry, ...): the entry's answer, or nil and the policy's error. */
static int vm_call(lua_State *L) {
    un_vm *vm = check_vm(L);
    const char *name = luaL_checkstring(L, 2);
    luaL_checkstack(L, 16, NULL);
    return un_vm_call(vm, L, name, lua_gettop(L) - 2) ? 1 : fail(L, vm);
}

/* vm:refill(): a new budget; calls share one until then. */
static int vm_refill(lua_State *L) {
    un_vm_refill(check_vm(L));
    return 0;
}

/* vm:adopt(): one that was opened in another process becomes this one's. */
static int vm_adopt(lua_State *L) {
    un_vm_adopt(check_vm(L));
    return 0;
}

/* vm:settle() */
static int vm_settle(lua_State *L) {
    un_vm_settle(check_vm(L));
    return 0;
}

/* vm:close() */
static int vm_close(lua_State *L) {
    un_vm *vm = luaL_checkudata(L, 1, VM);
    un_vm_close(vm);
    luaL_unref(L, LUA_REGISTRYINDEX, vm->fetch);
    vm->fetch = LUA_NOREF;
    return 0;
}

static const luaL_Reg vm_methods[] = {
    {"call", vm_call},   {"refill", vm_refill}, {"adopt", vm_adopt},   {"settle", vm_settle},
    {"close", vm_close}, {"__gc", vm_close},    {"__close", vm_close}, {NULL, NULL}};
static const un_bind_type vm_type = {VM, vm_methods};

/* core.code(text): the text of a policy with blanks for comments and strings, byte for byte. */
static int source_code(lua_State *L) {
    luaL_Buffer buffer;
    un_slice text = un_bind_slice(L, 1);
    char *bytes = luaL_buffinitsize(L, &buffer, text.len);
    memcpy(bytes, text.ptr, text.len);
    un_source_blank(bytes, text.len);
    luaL_pushresultsize(&buffer, text.len);
    return 1;
}

/* A place in a text, from a number that begins with 1. */
static size_t check_place(lua_State *L, int index, un_slice text) {
    lua_Integer place = luaL_checkinteger(L, index);
    luaL_argcheck(L, place >= 1, index, "no place");
    return (size_t)place <= text.len ? (size_t)place - 1 : text.len;
}

static int push_place(lua_State *L, un_slice text, size_t place) {
    if (place >= text.len)
        return 0;
    lua_pushinteger(L, (lua_Integer)place + 1);
    return 1;
}

/* core.find_lead(code, from, lead), see un_source_lead: where, or nothing. */
static int source_lead(lua_State *L) {
    un_slice code = un_bind_slice(L, 1);
    size_t from = check_place(L, 2, code);
    return push_place(L, code, un_source_lead(code.ptr, code.len, from, luaL_checkstring(L, 3)));
}

/* core.find_key(code, from, key, depth), see un_source_find; depth may be nil. */
static int source_find(lua_State *L) {
    un_slice code = un_bind_slice(L, 1), key = un_bind_slice(L, 3);
    size_t from = check_place(L, 2, code);
    int depth = (int)luaL_optinteger(L, 4, -1);
    return push_place(L, code, un_source_find(code.ptr, code.len, from, key.ptr, key.len, depth));
}

/* core.line_at(text, place): the number of the line, and where it begins. */
static int line_at(lua_State *L) {
    un_slice text = un_bind_slice(L, 1);
    size_t place = check_place(L, 2, text);
    const char *line = text.ptr, *end = text.ptr + place, *next;
    lua_Integer number = 1;
    while ((next = memchr(line, '\n', (size_t)(end - line)))) {
        line = next + 1;
        number++;
    }
    lua_pushinteger(L, number);
    lua_pushinteger(L, line - text.ptr + 1);
    return 2;
}

/* core.line_start(text, line): where it begins, or nothing. */
static int line_start(lua_State *L) {
    un_slice text = un_bind_slice(L, 1);
    const char *line = text.ptr, *end = text.ptr + text.len;
    for (lua_Integer left = luaL_checkinteger(L, 2); left > 1 && line; left--) {
        line = memchr(line, '\n', (size_t)(end - line));
        line = line ? line + 1 : NULL;
    }
    if (!line)
        return 0;
    lua_pushinteger(L, line - text.ptr + 1);
    return 1;
}

void un_bind_vm(lua_State *L) {
    static const luaL_Reg functions[] = {{"vm", vm_new},
                                         {"code", source_code},
                                         {"find_lead", source_lead},
                                         {"find_key", source_find},
                                         {"line_at", line_at},
                                         {"line_start", line_start},
                                         {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
