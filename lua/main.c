/*
 * main.c: the command, upnudge.
 *
 * `notify` runs at every activation and is to cost hardly more than /bin/true. So this program is
 * linked statically, without the readers of lockfiles; it understands the usual options of `notify`
 * and goes straight to the C API. For everything else it becomes upnudge-cli (cli.c), which knows
 * all commands and options, and so it does when a policy asks for a module that is not ours.
 */
#include "../core/lockfile.h"
#include "bind.h"
#include "deadline.h"
#include "runtime.h"
#include "upnudge.h"
#include <errno.h>
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

/* A relative state directory and ISO times are rare enough for the full command. */
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

/* false: something that only the full command understands. */
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
    un_deadline(UN_DEADLINE_NOTIFY);
    if (upnudge_open(&runtime, &options->runtime) != UPNUDGE_OK ||
        upnudge_notify(runtime, &options->activation, &notice) != UPNUDGE_OK)
        return 0;
    int notified = notice.notified;
    if (notified)
        fprintf(stderr, "%s\n", notice.text);
    upnudge_flush(runtime);
    return notified && options->exit_code ? EXIT_SHOWN : 0;
}

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
void un_bind_lockfile(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)UN_LOCKFILE_LIMIT);
    lua_setfield(L, -2, "lockfile_limit");
}

void un_bind_tree(lua_State *L) {
    (void)L;
}

void un_bind_version(lua_State *L) {
    (void)L;
}

void un_bind_child(lua_State *L) {
    (void)L;
}

int main(int argc, char **argv) {
    notify_options options = {.activation = UPNUDGE_ACTIVATION_INIT};
    words = argv;
    if (argc > 2 && strcmp(argv[1], "notify") == 0 && read_options(&options, argc - 2, argv + 2))
        return notify(&options);
    become_full_command();
    fprintf(stderr,
            "upnudge: cannot find upnudge-cli beside it or in ../lib/upnudge; install it again\n");
    return EXIT_FAILURE;
}
