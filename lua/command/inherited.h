/*
 * inherited.h: what a program has from whoever started it, and cannot rely on.
 *
 * execve hands on ignored and blocked signals, running timers, and closed descriptors. A library
 * leaves all of that alone; the command puts right what would make it fail or hang.
 */
#ifndef UN_INHERITED_H
#define UN_INHERITED_H

#include <stdbool.h>

/* What an activation says with --json where it would be ended in the middle. */
#define UN_INHERITED_TOO_LITTLE "this process may have too little memory or too few files"

/*
 * For the small program, which starts no other and opens no file that way: the user whose files it
 * may touch stays who it is. A small stack becomes as large as it may; false: that is too small.
 */
bool un_inherited_settle_activation(void);

/* Timers that somebody set for another program are off, but for the one that a deadline takes over.
 * Before that there is time for what takes hardly any. */
void un_inherited_stop_timers(void);

/*
 * At the start of the full one, the same and more. Whichever of the first three descriptors is
 * closed becomes one that can neither be read nor written, like a closed one, so that no lock and
 * no record gets its number. Every timer is off. Children that end are told of. A file that would
 * become larger than this process may write is a write that fails, not its end.
 */
bool un_inherited_settle(void);

/* Whether the full command could be started from the small one. What the linker cannot load or map
 * is said by it, and the exit code is its own. */
bool un_inherited_could_start(void);

#endif
