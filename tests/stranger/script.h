/*
 * script.h: somebody else's Lua, be it in the program itself or in an object that it loads.
 * Compiled once for each Lua that the machine has.
 */
#ifndef UN_STRANGER_SCRIPT_H
#define UN_STRANGER_SCRIPT_H

/* A state of that Lua; NULL: there is none. */
void *stranger_open(void);

/* Runs a script in it that leaves something for the next time. Gives what it answers, which lives
 * until the next call. */
const char *stranger_run(void *state, int time);

void stranger_close(void *state);

#endif
