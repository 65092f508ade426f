/*
 * ending.h: what a program does last, whatever way it ends by itself.
 */
#ifndef UN_ENDING_H
#define UN_ENDING_H

/* Calls `last` when the process exits, with its exit code; with 0 where the C library does not tell
 * that. */
void un_at_end(void (*last)(int code));

#endif
