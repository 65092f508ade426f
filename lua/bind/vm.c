/*
 * vm.c: the policy VM as Lua sees it.
 */
#include "lua/vm/vm.h"
#include "bind.h"
#include "module.h"

#define VM "upnudge.vm"

static const un_bind_type vm_type;

static un_vm *check_vm(lua_State *L) {
    un_vm *vm = luaL_checkudata(L, 1, VM);
    luaL_argcheck(L, vm->L, 1, "the policy VM is closed");
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
    un_vm *vm = un_bind_new(L, sizeof *vm, &vm_type);
    if (!un_vm_open(vm, policy ? &un_vm_for_policy : &un_vm_for_format, L)) {
        lua_pushnil(L);
        lua_insert(L, -2);
        return 2;
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
    if (un_vm_call(vm, L, name, lua_gettop(L) - 2))
        return 1;
    lua_pushnil(L);
    lua_insert(L, -2);
    return 2;
}

/* vm:refill(): a new budget; calls share one until then. */
static int vm_refill(lua_State *L) {
    un_vm_refill(check_vm(L));
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

static const luaL_Reg vm_methods[] = {{"call", vm_call},     {"refill", vm_refill},
                                      {"close", vm_close},   {"__gc", vm_close},
                                      {"__close", vm_close}, {NULL, NULL}};
static const un_bind_type vm_type = {VM, vm_methods};

void un_bind_vm(lua_State *L) {
    lua_pushcfunction(L, vm_new);
    lua_setfield(L, -2, "vm");
}
