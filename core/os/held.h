/*
 * held.h: that somebody wants this process to end (SIGINT, SIGTERM, SIGHUP), noted until it suits.
 *
 * For a program that has something to tidy up first. A library must not: signals are its host's.
 */
#ifndef UN_HELD_H
#define UN_HELD_H

#include <stdbool.h>

/* From now on the first of these signals is noted, unless it is ignored or somebody has a handler
 * for it. The second one of a kind is obeyed at once: so who does not want to wait need not. */
void un_held_begin(void);

/* Whether one was noted. A flag is looked at, no more. */
bool un_held_told(void);

/* Signals are as usual again. Does not return when one was noted: the process ends by it. */
void un_held_end(void);

#endif
