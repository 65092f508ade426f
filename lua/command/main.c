/*
 * main.c: the command, upnudge.
 *
 * `notify` runs at every activation and is to cost hardly more than /bin/true. So this program is
 * linked statically, without the readers of lockfiles; it understands the usual options of `notify`
 * and goes straight to the C API. For everything else it becomes upnudge-cli (cli.c), which knows
 * all commands and options, and so it does when a policy asks for a module that is not ours.
 */
#include "activation.h"
#include "deadline.h"
#include "lua/api/runtime.h"
#include "lua/bind/module.h"
#include <lauxlib.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char **words;

static void become(const char *below) {
    char self[PATH_MAX], path[PATH_MAX + 64];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0)
        return;
    self[length] = '\0';
    *strrchr(self, '/') = '\0';
    snprintf(path, sizeof path, "%s%s/upnudge-cli", self, below);
    execv(path, words);
}

/* Beside us in a build tree, below lib where installed. */
static void become_full_command(void) {
    un_deadline(0);
    become("");
    become("/../lib/upnudge");
}

int un_require_elsewhere(lua_State *L) {
    become_full_command();
    return luaL_error(L, "no module '%s'", luaL_checkstring(L, 1));
}

/* Linked in, so there is one. */
bool un_lua_is_ours(void) {
    return true;
}

/* An activation reads no lockfile but to hash it, and runs nothing. */
const un_face un_faces[] = {un_bind_system, un_bind_directory, un_bind_builtin, un_bind_vm, NULL};

int main(int argc, char **argv) {
    un_activation options;
    words = argv;
    if (argc > 2 && strcmp(argv[1], "notify") == 0 &&
        un_activation_read(&options, argc - 2, argv + 2))
        return un_activation_notify(&options);
    become_full_command();
    fprintf(stderr,
            "upnudge: cannot find upnudge-cli beside it or in ../lib/upnudge; install it again\n");
    return EXIT_FAILURE;
}
