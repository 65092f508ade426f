/*
 * c_modules.c: a library loads no C modules of others. Their lua_* would be those of whatever other
 * Lua its process has, not of the one that we carry and show nobody.
 */
#include "runtime.h"

const bool un_package_c_modules = false;
