/*
 * question.c: ask upnudge-cli what may block, or have it do something in the background.
 */
#include "core/os/question.h"
#include "bind.h"
#include "core/os/beside.h"
#include "core/os/os.h"
#include "core/os/start.h"
#include "evidence.h"
#include "module.h"
#include <limits.h>

#define PROGRAM "upnudge-cli"

/* The program that somebody named, else the one that was installed with us. */
static un_status find_program(char *out, const char *named, un_error *error) {
    bool absolute = named && *named == '/' && strlen(named) < PATH_MAX;
    if (named && *named && !absolute)
        return un_fail(error, UN_ARGUMENT, "UPNUDGE_CLI is no absolute path");
    if (absolute)
        strcpy(out, named);
    else if (!un_beside(out, PROGRAM))
        return un_fail(error, UN_NOT_FOUND,
                       PROGRAM ", which is neither in %.120s nor in ../lib/upnudge of it; "
                               "UPNUDGE_CLI may name it",
                       out);
    return UN_OK;
}

/*
 * core.ask(subject, text, milliseconds, limit, program): what upnudge-cli answers to a question, as
 * long as that takes no longer and is no longer. "not-found": it is not there, and the message goes
 * on behind "needs".
 */
static int ask(lua_State *L) {
    char program[PATH_MAX];
    un_question question = {program, luaL_checkstring(L, 1), un_bind_slice(L, 2),
                            luaL_checkinteger(L, 3), (size_t)luaL_checkinteger(L, 4)};
    un_error error = {0};
    un_evidence_lacks();
    un_status status = find_program(program, luaL_optstring(L, 5, NULL), &error);
    un_bytes *answer = un_bind_new(L, sizeof *answer, &un_bind_bytes);
    if (status == UN_OK)
        status = un_question_ask(answer, &question, &error);
    if (status != UN_OK) {
        un_bytes_free(answer);
        return un_bind_fail(L, &error);
    }
    lua_pushlstring(L, answer->slice.ptr, answer->slice.len);
    un_bytes_free(answer);
    return 1;
}

/*
 * core.start(subject, text, program): has upnudge-cli do something in the background, in a session
 * of its own without a terminal; nobody waits for it. The codes are those of core.ask.
 */
static int start(lua_State *L) {
    char program[PATH_MAX];
    const char *words[] = {program, luaL_checkstring(L, 1), luaL_checkstring(L, 2), NULL};
    un_error error = {0};
    pid_t child;
    int sys = 0;
    un_evidence_lacks();
    un_status status = find_program(program, luaL_optstring(L, 3, NULL), &error);
    if (status == UN_OK)
        sys = un_start_program(&child, &(un_start){program, words, -1, true});
    if (sys)
        status = un_fail_system(&error, sys, program, "cannot start this program");
    if (status != UN_OK)
        return un_bind_fail(L, &error);
    lua_pushboolean(L, true);
    return 1;
}

/* core.clock(): milliseconds of a clock that only goes forward, and is the same in every process.
 */
static int clock_forward(lua_State *L) {
    lua_pushinteger(L, un_os_monotonic() / 1000000);
    return 1;
}

void un_bind_question(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"ask", ask}, {"start", start}, {"clock", clock_forward}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
