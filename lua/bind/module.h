/*
 * module.h: the C module "upnudge.core", put together from faces.
 *
 * A face is a part of the module: the functions that let Lua use one part of core/ or lua/vm. Each
 * product takes those it needs, and the linker then takes what they need: the small program of the
 * activation (lua/command/main.c) reads no lockfile and so carries no reader; all other products
 * have every face (faces.c).
 */
#ifndef UN_MODULE_H
#define UN_MODULE_H

#include <lua.h>

/* A face adds its functions to the module table on top of the stack. */
typedef void (*un_face)(lua_State *L);

void un_bind_system(lua_State *L);
void un_bind_agent(lua_State *L);
void un_bind_directory(lua_State *L);
void un_bind_builtin(lua_State *L);
void un_bind_vm(lua_State *L);
void un_bind_lockfile(lua_State *L);
void un_bind_tree(lua_State *L);
void un_bind_scheme(lua_State *L);
void un_bind_child(lua_State *L);
void un_bind_question(lua_State *L);
void un_bind_charset(lua_State *L);

/* The faces that this product has; NULL behind the last. A product without a table of its own is
 * linked with that of faces.c. */
extern const un_face un_faces[];

/* For an image (lua/vm/image.h): registers the types of directories and locks. Raises. */
void un_bind_directory_types(lua_State *L);

/* For an image (lua/vm/image.h): opens a VM for policies, and that module in it, which core.vm
 * gives to the first policy that asks. Raises. */
void un_bind_vm_spare(lua_State *L, const char *module);

/* The C module "upnudge.core". */
int luaopen_upnudge_core(lua_State *L);

#endif
