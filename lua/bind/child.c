/*
 * child.c: run the dry upgrade; ask what may block; leave the caller's session.
 */
#include "core/os/child.h"
#include "bind.h"
#include "core/os/detach.h"
#include "core/os/held.h"
#include "core/os/inquiry.h"
#include "core/os/lock.h"
#include "evidence.h"
#include "module.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define CHILD "upnudge.child"

/* Owns what outlives one C frame, so that an error raised by Lua leaks nothing. */
typedef struct child {
    un_child_result result;
} child;

static int child_gc(lua_State *L) {
    child *run = luaL_checkudata(L, 1, CHILD);
    un_child_free(&run->result);
    return 0;
}

static const luaL_Reg child_methods[] = {{"__gc", child_gc}, {"__close", child_gc}, {NULL, NULL}};
static const un_bind_type child_type = {CHILD, child_methods};

/* The list at `index` as a NULL-terminated array of its strings, which stay owned by the table. */
static const char **string_list(lua_State *L, int index) {
    size_t count = lua_rawlen(L, index);
    const char **list = lua_newuserdatauv(L, (count + 1) * sizeof *list, 0);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, index, (lua_Integer)i + 1);
        list[i] = luaL_checkstring(L, -1);
        lua_pop(L, 1);
    }
    list[count] = NULL;
    return list;
}

static void push_result(lua_State *L, const un_child_result *result) {
    lua_createtable(L, 0, 5);
    lua_pushlstring(L, result->output.slice.len ? result->output.slice.ptr : "",
                    result->output.slice.len);
    lua_setfield(L, -2, "output");
    lua_pushinteger(L, result->exit_code);
    lua_setfield(L, -2, "exit_code");
    lua_pushinteger(L, result->signal);
    lua_setfield(L, -2, "signal");
    lua_pushstring(L, result->last_line);
    lua_setfield(L, -2, "last_line");
    lua_pushstring(L, result->last_lines);
    lua_setfield(L, -2, "last_lines");
}

/* The function at index 8, which must not end what runs by an error of its own. */
static void tick_lua(void *context, bool speaks) {
    lua_State *L = context;
    lua_pushvalue(L, 8);
    lua_pushboolean(L, speaks);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK)
        lua_pop(L, 1);
}

/*
 * core.run(argv, environment, timeout, output_limit, kept, directory, unheard, tick): runs a
 * command and waits for it. environment: a list of "NAME=value". The process is the command's own:
 * see un_child_options.alone. kept: whether our standard error is a file that stays. directory:
 * where it runs, unless nil. unheard: whether its errors go nowhere. tick: see
 * un_child_options.tick. Result {output, exit_code, signal, last_line, last_lines}. Nothing runs
 * when we were told to end.
 */
static int run(lua_State *L) {
    lua_settop(L, 8);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 2, LUA_TTABLE);
    const char **argv = string_list(L, 1);
    const char **environment = string_list(L, 2);
    un_child_options options = {.argv = (char *const *)(void *)argv,
                                .environment = environment,
                                .timeout = luaL_checkinteger(L, 3),
                                .output_limit = (size_t)luaL_checkinteger(L, 4),
                                .directory = luaL_optstring(L, 6, NULL),
                                .log = lua_toboolean(L, 7) ? -1 : STDERR_FILENO,
                                .log_limit = 64 * 1024,
                                .alone = true,
                                .log_kept = lua_toboolean(L, 5),
                                .tick = lua_isfunction(L, 8) ? tick_lua : NULL,
                                .tick_context = L};
    luaL_argcheck(L, argv[0], 1, "a command is needed");
    luaL_checkstack(L, 8, NULL);
    un_error error = {0};
    un_evidence_lacks();
    if (un_held_told()) {
        un_fail_system(&error, EINTR, argv[0], "not started, because this process was told to end");
        return un_bind_fail(L, &error);
    }
    child *held = un_bind_new(L, sizeof *held, &child_type);
    if (un_child_run(&held->result, &options, &error) != UN_OK)
        return un_bind_fail(L, &error);
    push_result(L, &held->result);
    un_child_free(&held->result);
    return 1;
}

/* In the child: the function on top of the stack answers with a text, or with its error. */
static void ask_lua(void *context, int output) {
    lua_State *L = context;
    size_t length = 0;
    /* The host's garbage would close descriptors whose numbers are those of other files here. */
    lua_gc(L, LUA_GCSTOP);
    lua_pcall(L, 0, 1, 0);
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    while (text && length > 0) {
        ssize_t written = write(output, text, length);
        if (written <= 0)
            return;
        text += written;
        length -= (size_t)written;
    }
}

/*
 * core.inquire(milliseconds, limit, f): the text that f() gives in a process of its own, as long as
 * that takes no longer and the text is no longer. What f changes in memory is gone.
 */
static int inquire(lua_State *L) {
    lua_Integer milliseconds = luaL_checkinteger(L, 1);
    size_t limit = (size_t)luaL_checkinteger(L, 2);
    luaL_checktype(L, 3, LUA_TFUNCTION);
    un_error error = {0};
    un_evidence_lacks();
    un_bytes *answer = un_bind_new(L, sizeof *answer, &un_bind_bytes);
    lua_pushvalue(L, 3);
    if (un_inquire(answer, ask_lua, L, milliseconds, limit, &error) != UN_OK) {
        un_bytes_free(answer);
        return un_bind_fail(L, &error);
    }
    lua_pushlstring(L, answer->slice.ptr, answer->slice.len);
    un_bytes_free(answer);
    return 1;
}

/*
 * core.detach(log, lock): true in the caller, which holds the lock no more; false in the process
 * that goes on alone, and whether that holds it.
 */
static int detach(lua_State *L) {
    int log = (int)luaL_optinteger(L, 1, -1);
    un_lock *lock = luaL_checkudata(L, 2, UN_BIND_LOCK);
    int kept[2], count = un_lock_descriptors(lock, kept);
    bool parent = true;
    un_error error = {0};
    if (un_detach(&parent, log, kept, count, &error) != UN_OK)
        return un_bind_fail(L, &error);
    if (parent)
        un_lock_part(lock);
    lua_pushboolean(L, parent);
    lua_pushboolean(L, !parent && count > 0 && un_lock_adopt(lock, NULL) == UN_OK);
    return 2;
}

/* core.hold(): see un_held_begin. The process is ours. */
static int hold(lua_State *L) {
    (void)L;
    un_held_begin();
    return 0;
}

/* core.told_to_end(): whether a signal was noted. */
static int told_to_end(lua_State *L) {
    lua_pushboolean(L, un_held_told());
    return 1;
}

/* core.obey(): see un_held_end. */
static int obey(lua_State *L) {
    (void)L;
    un_held_end();
    return 0;
}

void un_bind_child(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"run", run},   {"inquire", inquire},         {"detach", detach}, {"hold", hold},
        {"obey", obey}, {"told_to_end", told_to_end}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
