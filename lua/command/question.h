/*
 * question.h: what upnudge-cli does when upnudge itself asks, in whatever process that is: the
 * command, a host of the library, a Lua host. No person says these words. Who asks for a check that
 * is due (lua/upnudge/runtime/due.lua) does not wait for the answer.
 */
#ifndef UN_COMMAND_QUESTION_H
#define UN_COMMAND_QUESTION_H

#include <stdbool.h>

/* Whether the words ask a question. */
bool un_is_question(int argc, char **argv);

/* Answers it, and ends the process; returns an exit code when it is not to be answered. */
int un_answer_question(char **argv);

#endif
