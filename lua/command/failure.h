/*
 * failure.h: what the command says of itself when Lua cannot say it: a line on standard error or,
 * where --json is among its words, one document on standard output, as lua/upnudge/cli/command.lua
 * has it.
 */
#ifndef UN_FAILURE_H
#define UN_FAILURE_H

#include <stdbool.h>

/* `words` are those of main, the program's name first. What follows -- is another command's. */
bool un_failure_is_json(char **words);

/* Gives the exit code. */
int un_failure_say(char **words, const char *text);

#endif
