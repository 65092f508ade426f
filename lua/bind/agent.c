/*
 * agent.c: whether a program that acts for a person runs the shell here.
 */
#include "bind.h"
#include "core/os/os.h"
#include "evidence.h"
#include "module.h"
#include <string.h>

/* Variables that agents set. Of the first two the value is the agent's name, as several have agreed
 * on; they come first, for an agent knows better than we what it is. */
static const struct {
    const char *variable, *name;
} agents[] = {
    {"AI_AGENT", NULL},
    {"AGENT", NULL},
    {"CLAUDECODE", "claude-code"},
    {"CODEX_THREAD_ID", "codex"},
    {"CODEX_SANDBOX", "codex"},
    {"CURSOR_AGENT", "cursor"},
    {"GEMINI_CLI", "gemini-cli"},
    {"OPENCODE", "opencode"},
    {"COPILOT_CLI", "copilot-cli"},
    {"AUGMENT_AGENT", "augment"},
    {"CLINE_ACTIVE", "cline"},
    {"ANTIGRAVITY_AGENT", "antigravity"},
    {"GOOSE_TERMINAL", "goose"},
    {"QWEN_CODE", "qwen-code"},
};

static bool is_no(const char *value) {
    return !*value || strcmp(value, "0") == 0 || strcmp(value, "false") == 0;
}

/* That there is an agent, and not which. */
static bool is_yes(const char *value) {
    return strcmp(value, "1") == 0 || strcmp(value, "true") == 0 || strcmp(value, "yes") == 0;
}

/* The variable by the caller's function, if there is one; what that gave is left on the stack. */
static const char *value_of(lua_State *L, const char *variable) {
    if (lua_isnoneornil(L, 1)) {
        const char *value = un_os_variable(variable);
        un_evidence_variable(variable, value);
        return value;
    }
    lua_pushvalue(L, 1);
    lua_pushstring(L, variable);
    lua_call(L, 1, 1);
    return lua_tostring(L, -1);
}

static int found(lua_State *L, const char *name, const char *by) {
    lua_pushstring(L, name);
    lua_pushstring(L, by);
    return 2;
}

/*
 * core.agent(variable): the agent's name, "agent" where nobody tells it, and the variable that says
 * so; false: none. variable(name) is asked in the place of the environment, unless it is nil.
 */
static int agent(lua_State *L) {
    const char *unnamed = NULL, *value;
    luaL_checkstack(L, (int)(sizeof agents / sizeof *agents) + 4, NULL);
    for (size_t i = 0; i < sizeof agents / sizeof *agents; i++) {
        const char *by = agents[i].variable, *name = agents[i].name;
        if (!(value = value_of(L, by)) || is_no(value))
            continue;
        if (name || !is_yes(value))
            return found(L, name ? name : value, by);
        unnamed = unnamed ? unnamed : by;
    }
    if (unnamed)
        return found(L, "agent", unnamed);
    /* Kiro says no more than that the terminal is its own. */
    if ((value = value_of(L, "TERM_PROGRAM")) && strcmp(value, "kiro") == 0)
        return found(L, "kiro", "TERM_PROGRAM");
    lua_pushboolean(L, false);
    return 1;
}

void un_bind_agent(lua_State *L) {
    lua_pushcfunction(L, agent);
    lua_setfield(L, -2, "agent");
}
