/*
 * failure.h: what the command says of itself when Lua cannot say it: a line on standard error or,
 * where --json is among its words, one document on standard output, as lua/upnudge/cli/command.lua
 * has it. An activation fails nobody's shell: there only --json says what is wrong.
 */
#ifndef UN_FAILURE_H
#define UN_FAILURE_H

#include <stdbool.h>

/* `words` are those of main, the program's name first. What follows -- is another command's. */
bool un_failure_is_json(char **words);

/* Whether they are `notify` or `prompt`, which run in somebody's shell, and not about their help.
 */
bool un_failure_is_activation(char **words);

/* Gives the exit code, which for an activation is 0. */
int un_failure_say(char **words, const char *text);

#endif
