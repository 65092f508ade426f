/*
 * upnudge.c: the C API over the runtime: handles, notices and checks.
 */
#include "upnudge.h"
#include "argument.h"
#include "core/utf8.h"
#include "handle.h"
#include "runtime.h"
#include <errno.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char runtime_key = 0;

/* The length of the character at `at`, if it is one that a terminal shows; else 0. */
static size_t shown_length(const char *at, const char *end) {
    size_t length = un_utf8_length(at, end);
    unsigned char first = (unsigned char)at[0];
    bool obeyed = first < ' ' ? first != '\n' && first != '\t' : first == 127;
    bool obeyed_too = length == 2 && first == 0xc2 && (unsigned char)at[1] < 0xa0;
    return obeyed || obeyed_too ? 0 : length;
}

/* Words may hold paths and what strangers wrote. What does not fit is left out, whole characters.
 */
static void set_words(char *out, size_t room, const char *text) {
    const char *end = text + strlen(text);
    while (text < end) {
        size_t length = shown_length(text, end), taken = length ? length : 1;
        if (taken >= room)
            break;
        memcpy(out, length ? text : "?", taken);
        out += taken;
        room -= taken;
        text += taken;
    }
    *out = '\0';
}

static upnudge_status fail(upnudge *u, upnudge_reason reason, const char *text) {
    set_words(u->error, sizeof u->error, text);
    u->reason = reason;
    return UPNUDGE_ERROR;
}

/* A number is no text here: to make one of it might take memory. */
static const char *text_at(lua_State *L, int index) {
    return lua_type(L, index) == LUA_TSTRING ? lua_tostring(L, index) : NULL;
}

upnudge_status un_handle_no_memory(upnudge *u) {
    return fail(u, UPNUDGE_REASON_MEMORY, "out of memory");
}

upnudge_status un_handle_told(upnudge *u, upnudge_reason reason) {
    const char *text = text_at(u->L, -1);
    return fail(u, reason, text ? text : "an error without words");
}

/* Want of memory is raised in Lua's own words, also where it was ours (lua/bind/bind.h). */
upnudge_status un_handle_raised(upnudge *u) {
    const char *text = text_at(u->L, -1);
    bool starved = text && strstr(text, "not enough memory");
    return un_handle_told(u, starved ? UPNUDGE_REASON_MEMORY : UPNUDGE_REASON_FAULT);
}

upnudge_status un_handle_misuse(upnudge *u, const char *function, const char *what) {
    int length = snprintf(u->error, sizeof u->error, "%s: ", function);
    set_words(u->error + length, sizeof u->error - (size_t)length, what ? what : "out of memory");
    u->reason = UPNUDGE_REASON_USAGE;
    return UPNUDGE_USAGE;
}

upnudge_status un_handle_ready(upnudge *u, const char *function) {
    if (!u)
        return UPNUDGE_USAGE;
    if (u->closed)
        return un_handle_misuse(u, function, "the handle is closed");
    return u->failed;
}

un_words un_handle_words(upnudge *u, const char *function) {
    if (!u || u->failed)
        return (un_words){NULL, 0, function, NULL};
    return (un_words){u->error, sizeof u->error, function, &u->reason};
}

/* Zeroed memory, or NULL; errno is the host's and stays what it is. */
static void *make(size_t size) {
    int sys = errno;
    void *made = calloc(1, size);
    errno = sys;
    return made;
}

int upnudge_version(void) {
    return UPNUDGE_VERSION;
}

typedef struct opening {
    upnudge *u;
    const upnudge_options *options;
    upnudge_reason reason; /* NONE: it is open */
} opening;

/* log(level, line), whose upvalue is the handle. */
static int log_line(lua_State *L) {
    const upnudge *u = lua_touserdata(L, lua_upvalueindex(1));
    int level = strcmp(luaL_checkstring(L, 1), "fault") == 0 ? UPNUDGE_FAULT : UPNUDGE_WARNING;
    u->log(u->log_context, (upnudge_level)level, luaL_checkstring(L, 2));
    return 0;
}

static int open_body(lua_State *L) {
    opening *o = lua_touserdata(L, 1);
    un_runtime_function(L, "start");
    un_argument_push(L, &un_argument_options, o->options);
    if (o->u->log) {
        lua_pushlightuserdata(L, o->u);
        lua_pushcclosure(L, log_line, 1);
        lua_setfield(L, -2, "log");
    }
    lua_call(L, 1, 3);
    if (lua_isnil(L, -3)) {
        o->reason = un_reason_named(text_at(L, -1));
        lua_pop(L, 1);
        return 1;
    }
    lua_pop(L, 2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &runtime_key);
    return 0;
}

static upnudge_status open_runtime(upnudge *u, const upnudge_options *options) {
    opening o = {u, options, UPNUDGE_REASON_NONE};
    u->log = options->log;
    u->log_context = options->log_context;
    u->L = un_runtime_new();
    if (!u->L)
        return un_handle_no_memory(u);
    if (un_runtime_run(u->L, open_body, &o, 1) != LUA_OK)
        return un_handle_raised(u);
    if (o.reason == UPNUDGE_REASON_USAGE)
        return un_handle_misuse(u, "upnudge_open", lua_tostring(u->L, -1));
    return o.reason == UPNUDGE_REASON_NONE ? UPNUDGE_OK : un_handle_told(u, o.reason);
}

upnudge_status upnudge_open(upnudge **out, const upnudge_options *options) {
    static const upnudge_options defaults = UPNUDGE_OPTIONS_INIT;
    upnudge_options chosen;
    if (!out)
        return UPNUDGE_USAGE;
    upnudge *u = *out = make(sizeof *u);
    if (!u)
        return UPNUDGE_ERROR;
    if (un_argument_take(&un_argument_options, options ? options : &defaults, &chosen,
                         un_handle_words(u, "upnudge_open")))
        u->failed = open_runtime(u, &chosen);
    else
        u->failed = UPNUDGE_USAGE;
    return u->failed;
}

const char *upnudge_error(const upnudge *u) {
    return u ? u->error
             : "the handle is NULL: upnudge_open had no memory for it, or was not called";
}

upnudge_reason upnudge_error_reason(const upnudge *u) {
    return u ? u->reason : UPNUDGE_REASON_MEMORY;
}

int64_t upnudge_retry_at(const upnudge *u) {
    return u ? u->retry_at : 0;
}

void un_handle_push_runtime(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &runtime_key);
}

void un_handle_push_method(lua_State *L, const char *name) {
    un_handle_push_runtime(L);
    lua_getfield(L, -1, name);
    lua_insert(L, -2);
}

void un_handle_push_service(lua_State *L, const char *name) {
    un_runtime_function(L, "complete");
    lua_call(L, 0, 0);
    un_handle_push_method(L, name);
}

/* Runtime:stood(path, times, since, last, code, rule) */
void un_handle_stood(lua_State *L, const un_counted *counted) {
    un_handle_push_method(L, "stood");
    lua_pushstring(L, counted->environment);
    lua_pushinteger(L, counted->times);
    lua_pushinteger(L, counted->since);
    lua_pushinteger(L, counted->last);
    lua_pushstring(L, counted->code);
    lua_pushstring(L, counted->rule);
    lua_call(L, 7, 0);
}

static void tell_stood(void *L, const un_counted *counted) {
    un_handle_stood(L, counted);
}

/* What calls have begun has no other handle. */
static int close_body(lua_State *L) {
    un_silences_counted(lua_touserdata(L, 1), tell_stood, L);
    un_handle_push_method(L, "flush");
    lua_call(L, 1, 0);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &runtime_key);
    if (lua_getfield(L, -1, "begun") == LUA_TNIL)
        return 0;
    un_handle_push_service(L, "abort_begun");
    lua_call(L, 1, 0);
    return 0;
}

static int flush_body(lua_State *L) {
    un_silences_counted(lua_touserdata(L, 1), tell_stood, L);
    un_handle_push_method(L, "flush");
    lua_call(L, 1, 0);
    return 0;
}

void upnudge_flush(upnudge *u) {
    if (un_handle_ready(u, "upnudge_flush") == UPNUDGE_OK)
        un_runtime_run(u->L, flush_body, u->silences, 0);
}

/* What was closed goes with the last of its checks. */
static void release(upnudge *u) {
    if (!u->closed || u->checks > 0)
        return;
    if (u->L)
        un_runtime_close(u->L);
    un_silences_free(u->silences);
    free(u);
}

void upnudge_close(upnudge *u) {
    if (!u || u->closed)
        return;
    if (un_handle_ready(u, "upnudge_close") == UPNUDGE_OK)
        un_runtime_run(u->L, close_body, u->silences, 0);
    u->closed = true;
    release(u);
}

typedef struct asking {
    const upnudge_activation *activation;
    un_silences *silences;
} asking;

/* Leaves the fields of the decision that the C API hands out, and until when it holds. */
static int notify_body(lua_State *L) {
    const asking *asked = lua_touserdata(L, 1);
    const upnudge_activation *a = asked->activation;
    un_silences_counted(asked->silences, tell_stood, L);
    un_handle_push_method(L, "decide");
    lua_pushstring(L, a->environment);
    un_argument_push(L, &un_argument_activation, a);
    lua_call(L, 3, 1);
    lua_getfield(L, -1, "shown");
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_getfield(L, -1, "text");
    }
    lua_getfield(L, -2, "reason");
    lua_getfield(L, -3, "rule");
    lua_getfield(L, -4, "next_at");
    lua_getfield(L, -5, "code");
    lua_getfield(L, -6, "holds_until");
    return 6;
}

static void unpack_notice(upnudge *u, upnudge_notice *out) {
    lua_State *L = u->L;
    out->text = text_at(L, -6);
    out->notified = out->text != NULL;
    out->reason = text_at(L, -5);
    out->rule = text_at(L, -4);
    out->next_at = (int64_t)lua_tonumber(L, -3);
    out->code = un_reason_named(text_at(L, -2));
    u->holds_until = (int64_t)lua_tonumber(L, -1);
    if (!out->reason)
        out->reason = "no reason given";
}

static upnudge_status notify(upnudge *u, const upnudge_activation *activation,
                             upnudge_notice *answer) {
    upnudge_activation a;
    if (!un_argument_take(&un_argument_activation, activation, &a,
                          un_handle_words(u, "upnudge_notify")))
        return UPNUDGE_USAGE;
    /* The files of the policy are looked at again with the second question
     * (upnudge.runtime.reload): an answer to the first would rest on them unseen. */
    if (u->asked && !u->silences)
        u->silences = un_silences_new();
    u->asked = true;
    if (un_silences_recall(u->silences, &a, answer))
        return UPNUDGE_OK;
    upnudge_status status = UPNUDGE_OK;
    asking asked = {&a, u->silences};
    if (un_runtime_run(u->L, notify_body, &asked, 6) == LUA_OK)
        unpack_notice(u, answer);
    else
        status = un_handle_raised(u);
    un_silences_keep(u->silences, answer, status == UPNUDGE_OK ? u->holds_until : 0);
    return status;
}

upnudge_status upnudge_notify(upnudge *u, const upnudge_activation *activation,
                              upnudge_notice *out) {
    upnudge_notice answer = UPNUDGE_NOTICE_INIT;
    upnudge_status status = un_handle_ready(u, "upnudge_notify");
    bool heard = un_argument_is(&un_argument_notice, out, un_handle_words(u, "upnudge_notify"));
    if (status == UPNUDGE_OK)
        status = heard ? notify(u, activation, &answer) : UPNUDGE_USAGE;
    if (status != UPNUDGE_OK) {
        answer.reason = upnudge_error(u);
        answer.code = upnudge_error_reason(u);
    }
    if (heard)
        un_argument_give(&un_argument_notice, &answer, out);
    return status;
}

/* What an answer of a check says beside its words. */
typedef struct kind {
    upnudge_reason reason;
    int64_t retry_at;
} kind;

/* Of the answer on top. It takes no memory, for the names of both fields are there already. */
static kind kind_of(lua_State *L) {
    lua_getfield(L, -1, "code");
    lua_getfield(L, -2, "retry_at");
    kind found = {un_reason_named(text_at(L, -2)), (int64_t)lua_tonumber(L, -1)};
    lua_pop(L, 2);
    return found;
}

typedef struct begin {
    const upnudge_target *target;
    upnudge_check *check;
    upnudge_status status;
    kind kind;
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
    un_handle_push_service(L, "begin");
    lua_pushstring(L, b->target->environment);
    un_argument_push(L, &un_argument_target, b->target);
    lua_call(L, 3, 1);
    lua_getfield(L, -1, "state");
    upnudge_status status = status_of(luaL_checkstring(L, -1));
    lua_pop(L, 1);
    if (status == UPNUDGE_OK) {
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, b->check);
    }
    b->status = status;
    b->kind = kind_of(L);
    lua_getfield(L, -1, "reason");
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
static upnudge_status begin_check(upnudge_check **out, upnudge *u, const upnudge_target *target) {
    upnudge_check *check = make(sizeof *check);
    if (!check)
        return un_handle_no_memory(u);
    check->owner = u;
    begin b = {target, check, UPNUDGE_ERROR, {UPNUDGE_REASON_NONE, 0}};
    if (un_runtime_run(u->L, begin_body, &b, 1) != LUA_OK)
        b.status = un_handle_raised(u);
    else if (b.status != UPNUDGE_OK)
        un_handle_told(u, b.kind.reason);
    u->retry_at = b.kind.retry_at;
    if (b.status == UPNUDGE_OK) {
        u->checks++;
        *out = check;
        return UPNUDGE_OK;
    }
    forget(u->L, check);
    free(check);
    return b.status;
}

upnudge_status upnudge_check_begin(upnudge_check **out, upnudge *u, const upnudge_target *target) {
    static const char name[] = "upnudge_check_begin";
    upnudge_target t;
    upnudge_status status = un_handle_ready(u, name);
    if (out)
        *out = NULL;
    if (status != UPNUDGE_OK)
        return status;
    if (!out)
        return un_handle_misuse(u, name, "out is NULL");
    if (!un_argument_take(&un_argument_target, target, &t, un_handle_words(u, name)))
        return UPNUDGE_USAGE;
    return begin_check(out, u, &t);
}

typedef struct end {
    const char *method;
    const upnudge_check *check;
    const char *bytes; /* the lockfile, or the reason of the failure; NULL: it is aborted */
    size_t length;
    kind kind;
} end;

/* Leaves what went wrong, or nil. */
static int end_body(lua_State *L) {
    end *e = lua_touserdata(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, e->check);
    lua_getfield(L, -1, e->method);
    lua_insert(L, -2);
    if (e->bytes)
        lua_pushlstring(L, e->bytes, e->length);
    else
        lua_pushnil(L);
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, e->check);
    lua_call(L, 2, 1);
    e->kind = kind_of(L);
    lua_getfield(L, -1, "error");
    return 1;
}

static upnudge_status finish(upnudge_check *check, const char *method, const char *bytes,
                             size_t length) {
    upnudge *u = check->owner;
    end e = {method, check, bytes, length, {UPNUDGE_REASON_NONE, 0}};
    check->ended = true;
    int status = un_runtime_run(u->L, end_body, &e, 1);
    u->retry_at = e.kind.retry_at;
    if (status == LUA_OK)
        return lua_isnil(u->L, -1) ? UPNUDGE_OK : un_handle_told(u, e.kind.reason);
    un_handle_raised(u);
    forget(u->L, check);
    return UPNUDGE_ERROR;
}

upnudge_status upnudge_check_commit(upnudge_check *check, const void *lockfile, size_t length) {
    static const char name[] = "upnudge_check_commit";
    if (!check)
        return UPNUDGE_USAGE;
    if (!lockfile)
        return un_handle_misuse(check->owner, name, "lockfile is NULL");
    if (length > PTRDIFF_MAX)
        return un_handle_misuse(check->owner, name, "length is a negative number");
    if (check->ended)
        return un_handle_misuse(check->owner, name, "the check has ended already");
    return finish(check, "commit", lockfile, length);
}

typedef struct fix {
    const upnudge_check *check;
    const char *selector;
} fix;

/* Leaves what is wrong with the selector, or nil. */
static int security_body(lua_State *L) {
    const fix *f = lua_touserdata(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, f->check);
    lua_getfield(L, -1, "mends");
    lua_insert(L, -2);
    lua_pushstring(L, f->selector);
    lua_call(L, 2, 2);
    return 1;
}

upnudge_status upnudge_check_security(upnudge_check *check, const char *selector) {
    static const char name[] = "upnudge_check_security";
    fix f = {check, selector};
    if (!check)
        return UPNUDGE_USAGE;
    upnudge *u = check->owner;
    if (check->ended)
        return un_handle_misuse(u, name, "the check has ended already");
    if (!selector || !*selector)
        return un_handle_misuse(u, name, "selector names nothing");
    if (un_runtime_run(u->L, security_body, &f, 1) != LUA_OK)
        return un_handle_raised(u);
    return lua_isnil(u->L, -1) ? UPNUDGE_OK : un_handle_misuse(u, name, text_at(u->L, -1));
}

upnudge_status upnudge_check_fail(upnudge_check *check, const char *reason) {
    if (!check)
        return UPNUDGE_USAGE;
    if (check->ended)
        return un_handle_misuse(check->owner, "upnudge_check_fail", "the check has ended already");
    const char *text = reason ? reason : "no reason given";
    return finish(check, "fail", text, strlen(text));
}

void upnudge_check_abort(upnudge_check *check) {
    if (!check)
        return;
    upnudge *u = check->owner;
    if (!check->ended)
        finish(check, "abort", NULL, 0);
    free(check);
    u->checks--;
    release(u);
}
