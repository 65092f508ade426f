/*
 * budget.h: how a VM's budget is spent (see vm.h), for the functions in C that it has.
 *
 * Each of them charges what it is about to do before it does it. Charging raises when the budget is
 * gone.
 */
#ifndef UN_BUDGET_H
#define UN_BUDGET_H

#include "vm.h"

/* The VM of a state. */
un_vm *un_vm_of(lua_State *L);

void un_vm_charge(lua_State *L, size_t instructions);

/* The same, and looks at the clock as the hook does: now and then in a loop over the nodes of a
 * table, of which each may take long. */
void un_vm_charge_slow(lua_State *L, size_t instructions);

/* The two without raising, for what must first be put away; and why nothing is left, or NULL. */
const char *un_vm_take(un_vm *vm, size_t instructions);
const char *un_vm_take_slow(un_vm *vm, size_t instructions);

/* What spent the budget, "file:line: rule 'name': " as far as it is known; valid while the VM is
 * open. */
const char *un_vm_spender(un_vm *vm);

/* Instructions that handling so many bytes is worth. */
size_t un_vm_bytes(size_t bytes);

/*
 * When the table or function at `index` was made, as a number that grows; 0: neither, or a function
 * in C without upvalues, which nobody made.
 */
uint64_t un_vm_made(lua_State *L, int index);

/* lua_Alloc, with the VM as its `ud`. */
void *un_vm_allocate(void *vm, void *block, size_t old, size_t size);

/* Before each call; the hook is armed as the budget asks for. */
void un_vm_enter(un_vm *vm);
void un_vm_leave(un_vm *vm);

/* The host works for a policy that looks something up: that takes none of the policy's time. */
void un_vm_pause(un_vm *vm);

/*
 * Functions of the VM:
 * charge(n): takes n instructions off the budget.
 * charged(f, n, bytes): f, a function in C without upvalues, which takes n instructions before, and
 *     one more for so many bytes of text (or values) that it is given.
 * pcall: that of Lua, but hands on what cannot be caught.
 * attempt: the same for our own modules, free of charge; the message is a text that says where, see
 *     un_fault_told.
 * compile(text, chunkname, environment): the function, or nil and a message.
 */
int un_vm_lua_charge(lua_State *L);
int un_vm_lua_charged(lua_State *L);
int un_vm_lua_pcall(lua_State *L);
int un_vm_lua_attempt(lua_State *L);
int un_vm_lua_compile(lua_State *L);

#endif
