/*
 * deadline.h: the command's last resort, when an activation hangs on something that no budget sees.
 *
 * It ends what loops, and what waits for locks, programs and databases. A file system that hangs
 * lets go of a process for no signal that is handled, but where its server is asked and agrees; so
 * what looks at files and does nothing else has no need of it.
 *
 * Signals are for programs: the library has none. After the deadline the process ends with 0, and
 * silently unless a script waits for words, for an activation must not fail because of a notice.
 */
#ifndef UN_DEADLINE_H
#define UN_DEADLINE_H

/* What is printed on standard output then, by a signal handler; nothing unless it is said. */
void un_deadline_last_words(const char *line);

/* For one activation. Policies, files and databases have tighter bounds of their own. */
#define UN_DEADLINE_NOTIFY 2

/* Arms the deadline, from now, be the signal blocked or ignored by whoever started us; `seconds` 0
 * disarms it. It outlives exec, so disarm before. */
void un_deadline(unsigned seconds);

#endif
