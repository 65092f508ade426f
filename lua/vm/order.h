/*
 * order.h: the order of things in a policy VM.
 *
 * Lua's own `next` goes by a hash seed that is another in each process, and by addresses; a policy
 * would give another answer each time. Here a table is gone through in the order of its keys:
 * numbers, ascending; texts, by their bytes; false, true; then tables and functions in the order in
 * which they were made. That is an order of keys, not of tables: what is assigned or cleared
 * meanwhile moves nothing, and a key that is cleared before its turn does not come.
 */
#ifndef UN_ORDER_H
#define UN_ORDER_H

#include <lua.h>

/*
 * Functions of the VM, with what Lua's manual says of those of that name, but for the order.
 * `sort` is stable, and deterministic whatever the comparison says; an error leaves the list as it
 * was. It trusts that the list has no metatable.
 */
int un_order_pairs(lua_State *L);
int un_order_sort(lua_State *L);

/* Push `next`, which remembers the tables that it is going through, and `ipairs`. */
void un_order_push_next(lua_State *L);
void un_order_push_ipairs(lua_State *L);

#endif
