#include "question.h"
#include "core/os/question.h"
#include "lua/api/runtime.h"
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of a question. The longest gives a lockfile back, in which JSON may have escaped much. */
#define QUESTION_LIMIT ((size_t)64 << 20)

bool un_is_question(int argc, char **argv) {
    return argc == 3 && strcmp(argv[1], "database-question") == 0;
}

/* require("upnudge.strategy.database_question").answer(text) -> text */
static int answer(lua_State *L) {
    const un_bytes *text = lua_touserdata(L, 1);
    lua_getglobal(L, "require");
    lua_pushliteral(L, "upnudge.strategy.database_question");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "answer");
    lua_pushlstring(L, text->slice.ptr, text->slice.len);
    lua_call(L, 1, 1);
    return 1;
}

/* Whatever is held goes with the process: a connection, the question. */
int un_answer_question(char **argv) {
    static un_bytes text;
    static lua_State *L;
    un_slice said;
    if (un_question_take(&text, argv[2], QUESTION_LIMIT, NULL) != UN_OK)
        return EXIT_FAILURE;
    L = un_runtime_new();
    if (!L || un_runtime_run(L, answer, &text, 1) != LUA_OK || !lua_isstring(L, -1))
        return EXIT_FAILURE;
    said.ptr = lua_tolstring(L, -1, &said.len);
    un_question_answer(said);
}
