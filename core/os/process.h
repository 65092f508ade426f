/*
 * process.h: what everybody who forks has to do; between the files of this folder only.
 *
 * A child between fork and exec may call nothing but what is async-signal-safe, for another thread
 * of the host may have held any lock when it was forked.
 */
#ifndef UN_PROCESS_H
#define UN_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The signals that tell a process to end; 0 behind the last. */
extern const int un_process_asked[];

bool un_process_ignores(int signal);

/* --- in a child; async-signal-safe */

/* Makes `to` lead where `from` leads, and stay open in what is executed. */
bool un_process_redirect(int from, int to);

/* Closes (lets exec close) every descriptor from `first` on, also those that nobody marked. */
void un_process_close_from(int first);
void un_process_mark_from(int first);

/* --- in the caller */

/* Closes *fd unless it is -1, which it is afterwards. */
void un_process_close(int *fd);

/* Waits for the child to end, whatever signals come. Returns errno; *status may be NULL. */
int un_process_wait(pid_t pid, int *status);

/* Milliseconds until a time of un_os_monotonic, as poll takes them; 0: it is over. */
int un_process_left(int64_t deadline);

#endif
