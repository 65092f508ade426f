/*
 * main.c: the command, upnudge.
 *
 * `notify` runs at every activation, `prompt` at every prompt, and both are to cost hardly more
 * than /bin/true. So this program is linked statically, without the readers of lockfiles; it
 * understands the usual options of these two and goes straight to the C API. For everything else it
 * becomes upnudge-cli (cli.c), which knows all commands and options, and begins again with the same
 * words.
 *
 * An activation comes to that point late when it turns out that it needs what is not here: a
 * policy's strategy Lua modules of others, because it is a team's own; a lockfile that was written
 * anew its reader. Whoever does calls core.hand_over. Nothing has been said or written then, and
 * locks are released by exec, so the full command finds what this program found. A database is
 * asked by upnudge-cli as well, but as every host asks it: in a process of its own.
 */
#include "activation.h"
#include "core/os/beside.h"
#include "core/os/os.h"
#include "deadline.h"
#include "failure.h"
#include "image.h"
#include "inherited.h"
#include "lua/api/runtime.h"
#include "lua/bind/module.h"
#include "lua/vm/image.h"
#include "prompt.h"
#include <lauxlib.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOT_FOUND "upnudge-cli, which is neither beside upnudge nor in ../lib/upnudge"

static char **words;

/* Returns when there is none. An activation does not find out from a linker what it lacks. */
static void become_full_command(void) {
    char path[PATH_MAX];
    if (un_failure_is_activation(words) && !un_inherited_could_start())
        exit(un_failure_say(words, UN_INHERITED_TOO_LITTLE));
    if (un_beside(path, "upnudge-cli"))
        execv(path, words);
}

/* The full command arms a deadline of its own; without one ours goes on, and begins anew. */
static void hand_over(void) {
    un_deadline(0);
    become_full_command();
    un_deadline(UN_DEADLINE_NOTIFY);
}

/*
 * core.hand_over(reason): never returns, for the full command takes our place; or nil and a message
 * that begins with `reason`, as "the strategy 'own'", when there is no full command. true behind
 * them: it is too late, for something was said.
 */
static int core_hand_over(lua_State *L) {
    const char *reason = luaL_checkstring(L, 1);
    bool is_late = un_activation_has_spoken();
    if (!is_late)
        hand_over();
    lua_pushnil(L);
    lua_pushfstring(L, "%s needs %s", reason,
                    is_late ? "upnudge-cli, before anything is said" : NOT_FOUND);
    if (!is_late)
        return 2;
    lua_pushboolean(L, is_late);
    return 3;
}

static void bind_hand_over(lua_State *L) {
    lua_pushcfunction(L, core_hand_over);
    lua_setfield(L, -2, "hand_over");
}

/* An activation reads no lockfile but to hash it, and runs nothing but what asks a database. */
const un_face un_faces[] = {un_bind_system, un_bind_agent,    un_bind_directory, un_bind_builtin,
                            un_bind_vm,     un_bind_question, bind_hand_over,    NULL};

const bool un_is_program = true;

/* Nothing that this program carries asks for what is not here; and it could load no C module. */
int un_package_require(lua_State *L) {
    return luaL_error(L, "no module '%s'", luaL_checkstring(L, 1));
}

/*
 * Most activations end here, so nothing is settled before that this does not need. It looks at a
 * dozen files and loops over nothing else, so there is no deadline yet (deadline.h). What ends here
 * has no streams to flush.
 */
static void end_where_an_answer_stands(const un_activation *options) {
    un_os_keep_user();
    if (un_activation_stands(options))
        _exit(0);
}

int main(int argc, char **argv) {
    un_activation options;
    un_prompt prompt;
    words = argv;
    if (argc == 3 && strcmp(argv[1], UN_IMAGE_BUILD) == 0 && un_image_open() && !un_image_root())
        return un_image_build(argv[2]);
    if (argc > 2 && strcmp(argv[1], "notify") == 0 &&
        un_activation_read(&options, argc - 2, argv + 2)) {
        end_where_an_answer_stands(&options);
        if (!un_inherited_settle_activation())
            return 0;
        un_inherited_stop_timers();
        un_deadline(UN_DEADLINE_NOTIFY);
        return un_activation_notify(&options);
    }
    if (argc > 1 && strcmp(argv[1], "prompt") == 0 && un_prompt_read(&prompt, argc - 2, argv + 2)) {
        if (!un_inherited_settle_activation())
            return 0;
        un_inherited_stop_timers();
        un_deadline(UN_DEADLINE_NOTIFY);
        return un_prompt_show(&prompt);
    }
    become_full_command();
    return un_failure_say(
        argv, "cannot find upnudge-cli beside it or in ../lib/upnudge; install it again");
}
