/*
 * variables.c: the environment, as our copies of other people's archives see it (all.names).
 */
#include "core/os/os.h"
#include <stdint.h>
#include <string.h>

char *un_private_getenv(const char *name);

/*
 * Lua's search paths are for the Lua of somebody's shell, and expat prints what it does when it is
 * told to. What is left is for strategies of a team's own, and not where somebody else than the
 * owner of this process has set it (set-uid).
 */
__attribute__((visibility("hidden"))) char *un_private_getenv(const char *name) {
    if (strncmp(name, "LUA_", 4) == 0 || strncmp(name, "EXPAT_", 6) == 0)
        return NULL;
    return (char *)(uintptr_t)un_os_variable(name);
}
