#include "prompt.h"
#include "lua/api/handle.h"
#include "lua/api/runtime.h"
#include <lauxlib.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* As upnudge.runtime.prompt has it, which tells what is wrong with another one. */
static bool is_format(const char *text) {
    for (; *text; text++)
        if (*text == '%' && (!*++text || !strchr("%nsmw", *text)))
            return false;
    return true;
}

static const char **place_of(un_prompt *options, const char *name) {
    if (strcmp(name, "--app") == 0)
        return &options->runtime.app;
    if (strcmp(name, "--state-dir") == 0)
        return &options->runtime.state_dir;
    if (strcmp(name, "--policy") == 0)
        return &options->runtime.policy;
    return strcmp(name, "--format") == 0 ? &options->format : NULL;
}

bool un_prompt_read(un_prompt *options, int count, char **arguments) {
    *options = (un_prompt){.runtime = UPNUDGE_OPTIONS_INIT};
    for (int i = 0; i < count; i++) {
        bool named = arguments[i][0] == '-';
        const char **place = named ? place_of(options, arguments[i++]) : &options->from;
        if (!place || i == count || (!named && *place))
            return false;
        *place = arguments[i];
    }
    const char *state = options->runtime.state_dir;
    return (!state || state[0] == '/') && (!options->format || is_format(options->format));
}

/* upnudge.runtime.prompt.text(runtime, from, format) -> text */
static int segment(lua_State *L) {
    const un_prompt *options = lua_touserdata(L, 1);
    un_runtime_require(L, "upnudge.runtime.prompt", "text");
    un_handle_push_runtime(L);
    lua_pushstring(L, options->from);
    lua_pushstring(L, options->format);
    lua_call(L, 3, 1);
    return 1;
}

/* Nobody may read it any more. */
static void say(const char *text) {
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    puts(text);
    fflush(stdout);
}

/* It ends with the process, as that of an activation. */
static upnudge *runtime;

int un_prompt_show(const un_prompt *options) {
    if (upnudge_open(&runtime, &options->runtime) != UPNUDGE_OK ||
        un_runtime_run(runtime->L, segment, (void *)(uintptr_t)options, 1) != LUA_OK)
        return 0;
    const char *text = lua_tostring(runtime->L, -1);
    if (text && *text)
        say(text);
    return 0;
}
