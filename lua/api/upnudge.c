/*
 * upnudge.c: the C API over the runtime.
 *
 * Each function packs its arguments, runs one body protected in the trusted state and unpacks the
 * answer. Strings handed out stay on the state's stack until the next call empties it.
 */
#include "upnudge.h"
#include "runtime.h"
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct upnudge {
    lua_State *L;
    char error[1024];
};

struct upnudge_check {
    upnudge *owner;
};

static const char runtime_key = 0;

static upnudge_status fail(upnudge *u, upnudge_status status, const char *text) {
    snprintf(u->error, sizeof u->error, "%s", text ? text : "out of memory");
    return status;
}

/* The message that un_runtime_run left, or what a body says went wrong. */
static upnudge_status fail_lua(upnudge *u) {
    const char *text = lua_type(u->L, -1) == LUA_TSTRING ? lua_tostring(u->L, -1) : NULL;
    return fail(u, UPNUDGE_ERROR, text ? text : "an error without words");
}

static void set_string(lua_State *L, const char *key, const char *value) {
    if (!value)
        return;
    lua_pushstring(L, value);
    lua_setfield(L, -2, key);
}

static void set_time(lua_State *L, const char *key, int64_t value, int64_t absent) {
    if (value == absent)
        return;
    lua_pushinteger(L, value);
    lua_setfield(L, -2, key);
}

static int open_body(lua_State *L) {
    const upnudge_options *options = lua_touserdata(L, 1);
    un_runtime_function(L, "open");
    lua_createtable(L, 0, 3);
    set_string(L, "app", options->app);
    set_string(L, "state_dir", options->state_dir);
    set_string(L, "policy", options->policy);
    lua_call(L, 1, 2);
    if (lua_isnil(L, -2))
        return lua_error(L);
    lua_pop(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &runtime_key);
    return 0;
}

upnudge_status upnudge_open(upnudge **out, const upnudge_options *options) {
    static const upnudge_options defaults = {NULL, NULL, NULL};
    *out = calloc(1, sizeof **out);
    if (!*out)
        return UPNUDGE_ERROR;
    (*out)->L = un_runtime_new();
    if (!(*out)->L)
        return fail(*out, UPNUDGE_ERROR, NULL);
    const upnudge_options *chosen = options ? options : &defaults;
    if (un_runtime_run((*out)->L, open_body, (void *)(uintptr_t)chosen, 0) != LUA_OK)
        return fail_lua(*out);
    return UPNUDGE_OK;
}

const char *upnudge_error(const upnudge *u) {
    return u ? u->error : "out of memory";
}

/* Pushes method `name` of the runtime and the runtime itself. */
static void push_method(lua_State *L, const char *name) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &runtime_key);
    lua_getfield(L, -1, name);
    lua_insert(L, -2);
}

static int flush_body(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &runtime_key) == LUA_TNIL)
        return 0;
    push_method(L, "flush");
    lua_call(L, 1, 0);
    return 0;
}

void upnudge_flush(upnudge *u) {
    if (u && u->L)
        un_runtime_run(u->L, flush_body, NULL, 0);
}

void upnudge_close(upnudge *u) {
    if (!u)
        return;
    upnudge_flush(u);
    if (u->L)
        un_runtime_close(u->L);
    free(u);
}

/* Leaves the fields of the decision that the C API hands out: text, reason, rule, next_at. */
static int notify_body(lua_State *L) {
    const upnudge_activation *a = lua_touserdata(L, 1);
    push_method(L, "notify");
    lua_pushstring(L, a->environment);
    lua_createtable(L, 0, 8);
    set_string(L, "lockfile", a->lockfile);
    set_string(L, "name", a->name);
    set_string(L, "mode", a->mode);
    set_string(L, "command", a->command);
    set_string(L, "hint", a->hint);
    set_time(L, "now", a->now, 0);
    if (a->terminal >= 0) {
        lua_pushboolean(L, a->terminal);
        lua_setfield(L, -2, "tty");
    }
    if (a->active) {
        lua_pushboolean(L, 1);
        lua_setfield(L, -2, "active");
    }
    lua_call(L, 3, 1);
    lua_getfield(L, -1, "text");
    lua_getfield(L, -2, "reason");
    lua_getfield(L, -3, "rule");
    lua_getfield(L, -4, "next_at");
    return 4;
}

/* A number is no text here: to make one of it might take memory. */
static const char *text_at(lua_State *L, int index) {
    return lua_type(L, index) == LUA_TSTRING ? lua_tostring(L, index) : NULL;
}

static void unpack_notice(lua_State *L, upnudge_notice *out) {
    out->text = text_at(L, -4);
    out->notified = out->text != NULL;
    out->reason = text_at(L, -3);
    out->rule = text_at(L, -2);
    out->next_at = (int64_t)lua_tonumber(L, -1);
    if (!out->reason)
        out->reason = "no reason given";
}

upnudge_status upnudge_notify(upnudge *u, const upnudge_activation *activation,
                              upnudge_notice *out) {
    memset(out, 0, sizeof *out);
    upnudge_status status = UPNUDGE_OK;
    if (!activation->environment)
        status = fail(u, UPNUDGE_USAGE, "upnudge_notify: no environment");
    else if (un_runtime_run(u->L, notify_body, (void *)(uintptr_t)activation, 4) != LUA_OK)
        status = fail_lua(u);
    else
        unpack_notice(u->L, out);
    if (status != UPNUDGE_OK)
        out->reason = u->error;
    return status;
}

typedef struct begin {
    const upnudge_target *target;
    upnudge_check *check;
    upnudge_status status;
} begin;

static upnudge_status status_of(const char *state) {
    if (strcmp(state, "begun") == 0)
        return UPNUDGE_OK;
    if (strcmp(state, "fresh") == 0)
        return UPNUDGE_FRESH;
    if (strcmp(state, "busy") == 0)
        return UPNUDGE_BUSY;
    return strcmp(state, "later") == 0 ? UPNUDGE_LATER : UPNUDGE_ERROR;
}

/*
 * Leaves the reason, when the check did not begin. It is kept under its handle's address, where
 * there is a place for it from the beginning: once its lock is held nothing here takes memory.
 */
static int begin_body(lua_State *L) {
    begin *b = lua_touserdata(L, 1);
    lua_pushboolean(L, 0);
    lua_rawsetp(L, LUA_REGISTRYINDEX, b->check);
    push_method(L, "check_begin");
    lua_pushstring(L, b->target->environment);
    lua_createtable(L, 0, 4);
    set_string(L, "lockfile", b->target->lockfile);
    set_string(L, "name", b->target->name);
    set_time(L, "now", b->target->now, 0);
    set_time(L, "max_age", b->target->max_age, -1);
    lua_call(L, 3, 2);
    lua_getfield(L, -2, "reason");
    lua_getfield(L, -3, "state");
    upnudge_status status = status_of(luaL_checkstring(L, -1));
    lua_pop(L, 1);
    if (status == UPNUDGE_OK) {
        lua_pushvalue(L, -3);
        lua_rawsetp(L, LUA_REGISTRYINDEX, b->check);
    }
    b->status = status;
    return 1;
}

/* The state lets go of the check, and so of its lock. Takes no memory, and raises nothing. */
static void forget(lua_State *L, const upnudge_check *check) {
    lua_settop(L, 0);
    int type = lua_rawgetp(L, LUA_REGISTRYINDEX, check);
    lua_pop(L, 1);
    if (type == LUA_TNIL)
        return;
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, check);
    if (type != LUA_TBOOLEAN)
        lua_gc(L, LUA_GCCOLLECT);
}

/* The handle is made first, since the state finds the check by its address. */
upnudge_status upnudge_check_begin(upnudge_check **out, upnudge *u, const upnudge_target *target) {
    *out = NULL;
    if (!target->environment)
        return fail(u, UPNUDGE_USAGE, "upnudge_check_begin: no environment");
    upnudge_check *check = calloc(1, sizeof *check);
    if (!check)
        return fail(u, UPNUDGE_ERROR, NULL);
    check->owner = u;
    begin b = {target, check, UPNUDGE_ERROR};
    if (un_runtime_run(u->L, begin_body, &b, 1) != LUA_OK)
        b.status = UPNUDGE_ERROR;
    if (b.status == UPNUDGE_OK) {
        *out = check;
        return UPNUDGE_OK;
    }
    fail_lua(u);
    forget(u->L, check);
    free(check);
    return b.status;
}

typedef struct end {
    const char *method;
    const upnudge_check *check;
    const char *bytes; /* the lockfile, or the reason of the failure; NULL: it is aborted */
    size_t length;
} end;

/* Leaves what went wrong, or nil. */
static int end_body(lua_State *L) {
    const end *e = lua_touserdata(L, 1);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, e->check) == LUA_TNIL)
        return e->bytes ? luaL_error(L, "the check has ended already") : 0;
    lua_getfield(L, -1, e->method);
    lua_insert(L, -2);
    if (e->bytes)
        lua_pushlstring(L, e->bytes, e->length);
    else
        lua_pushnil(L);
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, e->check);
    lua_call(L, 2, 1);
    lua_getfield(L, -1, "error");
    return 1;
}

static upnudge_status finish(upnudge_check *check, const char *method, const char *bytes,
                             size_t length) {
    upnudge *u = check->owner;
    end e = {method, check, bytes, length};
    int status = un_runtime_run(u->L, end_body, &e, 1);
    if (status == LUA_OK && lua_isnil(u->L, -1))
        return UPNUDGE_OK;
    fail_lua(u);
    if (status != LUA_OK)
        forget(u->L, check);
    return UPNUDGE_ERROR;
}

upnudge_status upnudge_check_commit(upnudge_check *check, const void *lockfile, size_t length) {
    if (!lockfile)
        return fail(check->owner, UPNUDGE_USAGE, "upnudge_check_commit: no lockfile");
    return finish(check, "commit", lockfile, length);
}

upnudge_status upnudge_check_fail(upnudge_check *check, const char *reason) {
    const char *text = reason ? reason : "no reason given";
    return finish(check, "fail", text, strlen(text));
}

void upnudge_check_abort(upnudge_check *check) {
    if (!check)
        return;
    finish(check, "abort", NULL, 0);
    free(check);
}
