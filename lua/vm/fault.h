/*
 * fault.h: where a policy went wrong.
 *
 * Files of policies keep their lines and our own modules have none, so the innermost function on
 * the stack that has a line is where the author has to look, whichever function of ours or of C
 * raised the error.
 */
#ifndef UN_FAULT_H
#define UN_FAULT_H

#include <lua.h>
#include <stdbool.h>

/* That function; false: there is none. */
bool un_fault_place(lua_State *L, lua_Debug *ar);

/* Handler of messages: a text that begins with the file, by its whole name, and the line. What
 * cannot be caught stays what it is. */
int un_fault_told(lua_State *L);

/*
 * Pushes "file:line: rule 'name': " of what is being evaluated, as far as it is known; the rule is
 * what upnudge.language notes in `asked`.
 */
void un_fault_push_evaluated(lua_State *L);

/*
 * Functions of the VM:
 * where(): "file", line of the innermost function that has one; nothing where none has.
 * where(f): where f begins; nothing where it has no lines.
 * kept(f, self, name): f as a function in C, so that whoever calls it last (return f()) stays on
 *     the stack. `self` is what f is a member of by the name `name`, and no argument of it.
 */
int un_fault_lua_where(lua_State *L);
int un_fault_lua_kept(lua_State *L);

#endif
