#include "question.h"
#include "core/os/question.h"
#include "lua/api/runtime.h"
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of a question. The longest gives a lockfile back, in which JSON may have escaped much. */
#define QUESTION_LIMIT ((size_t)64 << 20)

#define OF_DATABASE    "database-question"
#define OF_CHECK       "check-question"
/* The same as a word, from who does not wait for the answer. */
#define OF_DUE "check-due"

static bool is_of(char **argv, const char *subject) {
    return strcmp(argv[1], subject) == 0;
}

bool un_is_question(int argc, char **argv) {
    return argc == 3 && (is_of(argv, OF_DATABASE) || is_of(argv, OF_CHECK) || is_of(argv, OF_DUE));
}

typedef struct question {
    const char *subject;
    un_bytes text;
} question;

/* require(MODULE).answer(text) -> text */
static int answer(lua_State *L) {
    const question *q = lua_touserdata(L, 1);
    if (strcmp(q->subject, OF_DATABASE) == 0)
        un_runtime_require(L, "upnudge.strategy.database_question", "answer");
    else
        un_runtime_require(L, "upnudge.cli.check_question", "answer");
    lua_pushlstring(L, q->text.slice.ptr, q->text.slice.len);
    lua_call(L, 1, 1);
    return 1;
}

/* Whatever is held goes with the process: a connection, the question. */
int un_answer_question(char **argv) {
    static question q;
    static lua_State *L;
    un_slice said;
    q.subject = argv[1];
    bool due = is_of(argv, OF_DUE);
    if (due)
        q.text.slice = un_slice_of(argv[2]);
    else if (un_question_take(&q.text, argv[2], QUESTION_LIMIT, NULL) != UN_OK)
        return EXIT_FAILURE;
    L = un_runtime_new();
    if (!L || un_runtime_run(L, answer, &q, 1) != LUA_OK || !lua_isstring(L, -1))
        return EXIT_FAILURE;
    if (due)
        return EXIT_SUCCESS;
    said.ptr = lua_tolstring(L, -1, &said.len);
    un_question_answer(said);
}
