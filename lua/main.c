/*
 * main.c: the command.
 *
 * `notify` runs at every activation, so its usual options are read here and go straight to the C
 * API. Everything else, and every `notify` that asks for help, JSON or something unusual, goes to
 * the Lua side (lua/upnudge/cli/), which knows all options.
 */
#include "runtime.h"
#include "upnudge.h"
#include <errno.h>
#include <lauxlib.h>
#include <lfs.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_SHOWN 100

typedef struct notify_options {
    upnudge_options runtime;
    upnudge_activation activation;
    bool exit_code;
} notify_options;

typedef struct string_option {
    const char *name;
    size_t offset;
} string_option;

/* A relative state directory and ISO times are rare enough for the Lua side. */
static bool take_time(notify_options *options, const char *text) {
    char *end;
    errno = 0;
    long long seconds = strtoll(text, &end, 10);
    options->activation.now = seconds;
    return *text >= '0' && *text <= '9' && !*end && !errno && seconds > 0;
}

static bool take_string(notify_options *options, const char *name, const char *value) {
    static const string_option known[] = {
        {"--app", offsetof(notify_options, runtime.app)},
        {"--state-dir", offsetof(notify_options, runtime.state_dir)},
        {"--policy", offsetof(notify_options, runtime.policy)},
        {"--lockfile", offsetof(notify_options, activation.lockfile)},
        {"--name", offsetof(notify_options, activation.name)},
        {"--hint", offsetof(notify_options, activation.hint)}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i].name) == 0) {
            *(const char **)(void *)((char *)options + known[i].offset) = value;
            return true;
        }
    return strcmp(name, "--now") == 0 && take_time(options, value);
}

static bool take_flag(notify_options *options, const char *name) {
    if (strcmp(name, "--tty") == 0)
        options->activation.terminal = 1;
    else if (strcmp(name, "--no-tty") == 0)
        options->activation.terminal = 0;
    else if (strcmp(name, "--active") == 0)
        options->activation.active = 1;
    else if (strcmp(name, "--exit-code") == 0)
        options->exit_code = true;
    else
        return false;
    return true;
}

/* false: something that only the Lua side understands. */
static bool read_options(notify_options *options, int count, char **arguments) {
    for (int i = 0; i < count; i++) {
        const char *word = arguments[i];
        if (word[0] != '-') {
            if (options->activation.environment)
                return false;
            options->activation.environment = word;
        } else if (!take_flag(options, word)) {
            if (i + 1 == count || !take_string(options, word, arguments[++i]))
                return false;
        }
    }
    const char *state = options->runtime.state_dir;
    return options->activation.environment && (!state || state[0] == '/');
}

/*
 * The process is about to end: what the runtime holds goes with it, faster than freed. It stays
 * reachable, so that a leak checker looks at the rest.
 */
static upnudge *runtime;

static int notify(const notify_options *options) {
    upnudge_notice notice = {0};
    if (upnudge_open(&runtime, &options->runtime) != UPNUDGE_OK ||
        upnudge_notify(runtime, &options->activation, &notice) != UPNUDGE_OK || !notice.notified)
        return 0;
    fprintf(stderr, "%s\n", notice.text);
    return options->exit_code ? EXIT_SHOWN : 0;
}

typedef struct command_line {
    int count;
    char **arguments;
} command_line;

/* The command carries LuaFileSystem; a library finds it where Lua's modules are. */
static void preload(lua_State *L) {
    luaL_requiref(L, "lfs", luaopen_lfs, 0);
    lua_pop(L, 1);
}

/* require("upnudge.cli").main(arguments) -> exit code */
static int run_cli(lua_State *L) {
    const command_line *line = lua_touserdata(L, 1);
    preload(L);
    lua_getglobal(L, "require");
    lua_pushliteral(L, "upnudge.cli");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "main");
    lua_createtable(L, line->count, 0);
    for (int i = 0; i < line->count; i++) {
        lua_pushstring(L, line->arguments[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_call(L, 1, 1);
    return 1;
}

static int dispatch(int count, char **arguments) {
    command_line line = {count - 1, arguments + 1};
    lua_State *L = un_runtime_new();
    if (!L) {
        fputs("upnudge: out of memory\n", stderr);
        return EXIT_FAILURE;
    }
    int code = EXIT_FAILURE;
    lua_gc(L, LUA_GCRESTART);
    if (un_runtime_run(L, run_cli, &line, 1) == LUA_OK)
        code = (int)lua_tointeger(L, -1);
    else
        fprintf(stderr, "upnudge: %s\n", lua_isstring(L, -1) ? lua_tostring(L, -1) : "failed");
    un_runtime_close(L);
    if (fflush(stdout) != 0 && code == 0) {
        perror("upnudge: standard output");
        code = EXIT_FAILURE;
    }
    return code;
}

int main(int argc, char **argv) {
    notify_options options = {.activation = UPNUDGE_ACTIVATION_INIT};
    if (argc > 2 && strcmp(argv[1], "notify") == 0 && read_options(&options, argc - 2, argv + 2))
        return notify(&options);
    return dispatch(argc, argv);
}
