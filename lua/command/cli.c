/*
 * cli.c: the full command, upnudge-cli, which main.c hands over to.
 *
 * Dynamically linked: it reads lockfiles and loads Lua modules of others. All options are known to
 * lua/upnudge/cli/. Drivers of databases are loaded here alone, to answer a question (question.h).
 */
#include "activation.h"
#include "core/os/ending.h"
#include "deadline.h"
#include "failure.h"
#include "inherited.h"
#include "lua/api/runtime.h"
#include "question.h"
#include <errno.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TOO_LATE                                                                                   \
    "{\"schema\":1,\"notified\":false,\"code\":\"fault\",\"reason\":\"no answer within 2 s\"}\n"

#define TOO_LATE_FOR_PROMPT                                                                        \
    "{\"schema\":1,\"text\":\"\",\"code\":\"fault\",\"reason\":\"no answer within 2 s\"}\n"

typedef struct command_line {
    int count;
    char **words;
} command_line;

const bool un_is_program = true;

static bool is_activation;

/* Why a write to standard output failed: of that nothing is known later. */
static int output_fault;

/* require("upnudge.cli").main(words) -> exit code; at 0 is what this program was called by. */
static int run_cli(lua_State *L) {
    const command_line *line = lua_touserdata(L, 1);
    un_runtime_require(L, "upnudge.cli", "main");
    lua_createtable(L, line->count, 0);
    for (int i = 0; i < line->count; i++) {
        lua_pushstring(L, line->words[i]);
        lua_rawseti(L, -2, i);
    }
    lua_call(L, 1, 1);
    if (ferror(stdout))
        output_fault = errno;
    return 1;
}

/*
 * Whatever way the process ends by itself, main or os.exit: what it said and could not be written
 * is a failure of a command that had none. An earlier write may have failed, and left nothing to
 * flush. Of a reader that has read enough, as head, nothing is said; and an activation has no
 * failures.
 */
static void close_output(int code) {
    bool failed = ferror(stdout) != 0;
    if (failed && output_fault)
        errno = output_fault;
    failed = fclose(stdout) != 0 || failed;
    if (is_activation && code == 0)
        _exit(0);
    if (failed && code == 0) {
        if (errno != EPIPE)
            perror("upnudge: standard output");
        _exit(EXIT_FAILURE);
    }
}

/*
 * `notify` with its usual options goes the way of the small program, which may have handed over in
 * the middle of it. All else is Lua's, in a runtime whose collector does not wait: a command may
 * read much. The deadline is for activations alone; a check takes its time.
 */
int main(int argc, char **argv) {
    command_line line = {argc, argv};
    un_activation options;
    bool settled = un_inherited_settle();
    if (un_is_question(argc, argv))
        return un_answer_question(argv);
    is_activation = un_failure_is_activation(argv);
    un_at_end(close_output);
    if (!settled && is_activation)
        return un_failure_say(argv, UN_INHERITED_TOO_LITTLE);
    if (argc > 1 && strcmp(argv[1], "notify") == 0) {
        if (un_failure_is_json(argv))
            un_deadline_last_words(TOO_LATE);
        un_activation_begin();
    } else if (argc > 1 && strcmp(argv[1], "prompt") == 0) {
        if (un_failure_is_json(argv))
            un_deadline_last_words(TOO_LATE_FOR_PROMPT);
        un_activation_begin();
    }
    if (argc > 2 && strcmp(argv[1], "notify") == 0 &&
        un_activation_read(&options, argc - 2, argv + 2))
        return un_activation_stands(&options) ? 0 : un_activation_notify(&options);
    lua_State *L = un_runtime_new();
    if (!L)
        return un_failure_say(argv, "out of memory");
    int code;
    lua_gc(L, LUA_GCRESTART);
    if (un_runtime_run(L, run_cli, &line, 1) == LUA_OK)
        code = (int)lua_tointeger(L, -1);
    else
        code = un_failure_say(argv, lua_isstring(L, -1) ? lua_tostring(L, -1) : "failed");
    un_runtime_close(L);
    return code;
}
