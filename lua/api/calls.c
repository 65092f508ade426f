/*
 * calls.c: what the C API has beside notices and checks. All of it goes through one method of the
 * runtime (lua/upnudge/runtime/call.lua), by which bindings get it as JSON.
 */
#include "handle.h"
#include "runtime.h"
#include <lauxlib.h>
#include <string.h>

typedef struct asking {
    const char *name;                                       /* of the call */
    void (*push)(lua_State *L, const struct asking *asked); /* its options, as a table */
    const void *about;                                      /* whatever push takes them from */
    const char *environment, *text;
    const char *const *words;
    int64_t seconds;
    upnudge_status status;
    upnudge_reason reason;
    int64_t retry_at;
} asking;

static upnudge_status status_of(const char *word) {
    static const struct {
        const char *word;
        upnudge_status status;
    } known[] = {{"ok", UPNUDGE_OK},
                 {"usage", UPNUDGE_USAGE},
                 {"fresh", UPNUDGE_FRESH},
                 {"busy", UPNUDGE_BUSY},
                 {"later", UPNUDGE_LATER}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].word, word) == 0)
            return known[i].status;
    return UPNUDGE_ERROR;
}

/* Leaves the answer and, where there are any, words for what went wrong. */
static int ask_body(lua_State *L) {
    asking *a = lua_touserdata(L, 1);
    un_handle_push_service(L, a->name ? "ask" : "call");
    if (a->name) {
        lua_pushstring(L, a->name);
        a->push(L, a);
    } else {
        lua_pushstring(L, a->text);
    }
    lua_call(L, a->name ? 3 : 2, 5);
    a->status = status_of(luaL_checkstring(L, -4));
    a->reason = un_reason_named(lua_isnil(L, -2) ? NULL : luaL_checkstring(L, -2));
    a->retry_at = (int64_t)lua_tonumber(L, -1);
    lua_pop(L, 2);
    lua_remove(L, -2);
    return 2;
}

/* *answer, where somebody wants one, is on the state's stack, and NULL where there is none. */
static upnudge_status ask(upnudge *u, asking *a, const char **answer) {
    a->status = UPNUDGE_ERROR;
    if (un_runtime_run(u->L, ask_body, a, 2) != LUA_OK)
        return un_handle_raised(u);
    u->retry_at = a->retry_at;
    if (answer)
        *answer = lua_tostring(u->L, -2);
    if (a->status == UPNUDGE_OK)
        return UPNUDGE_OK;
    un_handle_told(u, a->reason);
    return a->status;
}

/* The same, but that something went wrong is told by the handle alone. */
static upnudge_status ask_for(upnudge *u, asking *a, const char **answer) {
    upnudge_status status = ask(u, a, answer);
    if (status != UPNUDGE_OK)
        *answer = NULL;
    return status;
}

/* --- options ---------------------------------------------------------------------------------- */

static void set(lua_State *L, const char *key, const char *text) {
    lua_pushstring(L, text);
    lua_setfield(L, -2, key);
}

static void push_environment(lua_State *L, const asking *a) {
    lua_createtable(L, 0, 4);
    set(L, "environment", a->environment);
}

/* Without an environment of all. */
static void push_snooze(lua_State *L, const asking *a) {
    push_environment(L, a);
    lua_pushboolean(L, !a->environment);
    lua_setfield(L, -2, "all");
    if (!a->seconds)
        return;
    lua_pushinteger(L, a->seconds);
    lua_setfield(L, -2, "seconds");
}

static void push_list(lua_State *L, const char *const *words, const char *key) {
    lua_newtable(L);
    for (lua_Integer i = 0; words[i]; i++) {
        lua_pushstring(L, words[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, key);
}

static void push_selector(lua_State *L, const asking *a) {
    const char *const words[] = {a->text, NULL};
    push_environment(L, a);
    push_list(L, words, "packages");
}

/* A target is handed over as upnudge_check_begin does. */
static void push_command(lua_State *L, const asking *a) {
    const upnudge_target *target = a->about;
    un_argument_push(L, &un_argument_target, target);
    set(L, "environment", target->environment);
    push_list(L, a->words, "command");
    if (!a->seconds)
        return;
    lua_pushinteger(L, a->seconds);
    lua_setfield(L, -2, "timeout");
}

static void push_activation(lua_State *L, const asking *a) {
    const upnudge_activation *activation = a->about;
    un_argument_push(L, &un_argument_activation, activation);
    set(L, "environment", activation->environment);
}

/* --- functions -------------------------------------------------------------------------------- */

/* Whether an environment was named, too. */
static upnudge_status ready_for(upnudge *u, const char *function, const char *environment) {
    upnudge_status status = un_handle_ready(u, function);
    if (status == UPNUDGE_OK && !environment)
        return un_handle_misuse(u, function, "environment is NULL");
    if (status == UPNUDGE_OK && !*environment)
        return un_handle_misuse(u, function, "environment is empty");
    return status;
}

/* The same where an answer is wanted, which is NULL for now. */
static upnudge_status ready_to_answer(upnudge *u, const char *function, const char **answer) {
    upnudge_status status = un_handle_ready(u, function);
    if (answer)
        *answer = NULL;
    if (status == UPNUDGE_OK && !answer)
        return un_handle_misuse(u, function, "there is no place for the answer");
    return status;
}

upnudge_status upnudge_call(upnudge *u, const char *request, const char **answer) {
    asking a = {.text = request};
    upnudge_status status = ready_to_answer(u, "upnudge_call", answer);
    if (status != UPNUDGE_OK)
        return status;
    if (!request)
        return un_handle_misuse(u, "upnudge_call", "request is NULL");
    return ask(u, &a, answer);
}

upnudge_status upnudge_check_detach(upnudge *u, const upnudge_target *target,
                                    const char *const *argv, int64_t timeout) {
    static const char name[] = "upnudge_check_detach";
    upnudge_target taken;
    asking a = {.name = "check_detach",
                .push = push_command,
                .about = &taken,
                .words = argv,
                .seconds = timeout};
    upnudge_status status = un_handle_ready(u, name);
    if (status != UPNUDGE_OK)
        return status;
    if (!argv || !argv[0])
        return un_handle_misuse(u, name, "argv names no command");
    if (!un_argument_take(&un_argument_target, target, &taken, un_handle_words(u, name)))
        return UPNUDGE_USAGE;
    return ask(u, &a, NULL);
}

upnudge_status upnudge_explain(upnudge *u, const upnudge_activation *activation,
                               const char **json) {
    upnudge_activation taken;
    asking a = {.name = "explain", .push = push_activation, .about = &taken};
    upnudge_status status = ready_to_answer(u, "upnudge_explain", json);
    if (status != UPNUDGE_OK)
        return status;
    if (!un_argument_take(&un_argument_activation, activation, &taken,
                          un_handle_words(u, "upnudge_explain")))
        return UPNUDGE_USAGE;
    return ask_for(u, &a, json);
}

upnudge_status upnudge_changes(upnudge *u, const char *environment, const char **json) {
    asking a = {.name = "changes", .push = push_environment, .environment = environment};
    upnudge_status status = ready_to_answer(u, "upnudge_changes", json);
    if (status == UPNUDGE_OK)
        status = ready_for(u, "upnudge_changes", environment);
    if (status == UPNUDGE_OK)
        status = ask_for(u, &a, json);
    return status;
}

upnudge_status upnudge_snooze(upnudge *u, const char *environment, int64_t seconds) {
    asking a = {
        .name = "snooze", .push = push_snooze, .environment = environment, .seconds = seconds};
    upnudge_status status = ready_for(u, "upnudge_snooze", environment);
    return status == UPNUDGE_OK ? ask(u, &a, NULL) : status;
}

upnudge_status upnudge_snooze_all(upnudge *u, int64_t seconds) {
    asking a = {.name = "snooze", .push = push_snooze, .seconds = seconds};
    upnudge_status status = un_handle_ready(u, "upnudge_snooze_all");
    return status == UPNUDGE_OK ? ask(u, &a, NULL) : status;
}

upnudge_status upnudge_ignore(upnudge *u, const char *environment, const char *selector) {
    asking a = {
        .name = "ignore", .push = push_selector, .environment = environment, .text = selector};
    upnudge_status status = ready_for(u, "upnudge_ignore", environment);
    if (status != UPNUDGE_OK)
        return status;
    if (!selector || !*selector)
        return un_handle_misuse(u, "upnudge_ignore", "selector names nothing");
    return ask(u, &a, NULL);
}

upnudge_status upnudge_unignore(upnudge *u, const char *environment, const char *selector) {
    asking a = {
        .name = "unignore", .push = push_selector, .environment = environment, .text = selector};
    upnudge_status status = ready_for(u, "upnudge_unignore", environment);
    return status == UPNUDGE_OK ? ask(u, &a, NULL) : status;
}

upnudge_status upnudge_forget(upnudge *u, const char *environment) {
    asking a = {.name = "forget", .push = push_environment, .environment = environment};
    upnudge_status status = ready_for(u, "upnudge_forget", environment);
    return status == UPNUDGE_OK ? ask(u, &a, NULL) : status;
}
