/*
 * one_lua.c: a host's other Lua. The small program of the command is linked statically, so that
 * there is none (main.c).
 */
#include "runtime.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>

static bool one_lua;

static void compare(void) {
    Dl_info old, new;
    one_lua = !dladdr((void *)(uintptr_t)lua_newstate, &old) ||
              !dladdr((void *)(uintptr_t)lua_newuserdatauv, &new) || old.dli_fbase == new.dli_fbase;
}

bool un_lua_is_one(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, compare);
    return one_lua;
}
