/*
 * metatable.h: what setmetatable means in a policy VM.
 *
 * A table never gets the metatable that a policy names, but one of ours, which no policy can reach.
 * Ours has a function for each event of Lua that a policy may use, and that looks up what the
 * policy's own has to say, as it is then: so fields that come later count too, except for those
 * that Lua's garbage collector would read. `__mode` and `__gc` are never in ours, wherever a policy
 * writes them: no table is weak, nothing is finalised, and nobody sees the collector at work.
 *
 * Chains, which Lua follows in one instruction, are followed here under the budget.
 */
#ifndef UN_METATABLE_H
#define UN_METATABLE_H

#include <lua.h>

/* Functions of the VM, for policies. The tables of our own modules are what they were made as. */
int un_metatable_set(lua_State *L);
int un_metatable_get(lua_State *L);

/* As luaL_getmetafield, but pushes nil where there is none, and sees what the policy wrote. */
int un_metatable_field(lua_State *L, int index, const char *event);

#endif
