/*
 * inherited.h: what a program has from whoever started it, and cannot rely on.
 *
 * execve hands on ignored and blocked signals, running timers, and closed descriptors. A library
 * leaves all of that alone; the command puts right what would make it fail or hang.
 */
#ifndef UN_INHERITED_H
#define UN_INHERITED_H

/*
 * At the start of both programs. Whichever of the first three descriptors is closed becomes one
 * that can neither be read nor written, like a closed one, so that no lock and no record gets its
 * number. Timers that somebody set for another program are off. Children that end are told of. A
 * file that would become larger than this process may write is a write that fails, not its end.
 */
void un_inherited_settle(void);

#endif
