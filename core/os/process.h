/*
 * process.h: what everybody who forks has to do; between the files of this folder only.
 *
 * A child between fork and exec may call nothing but what is async-signal-safe, for another thread
 * of the host may have held any lock when it was forked.
 */
#ifndef UN_PROCESS_H
#define UN_PROCESS_H

#include <poll.h>
#include <signal.h>
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

/* The host's handlers are gone, what it ignores stays ignored; but SIGPIPE and SIGXFSZ, which many
 * programs ignore for themselves, are as usual. Blocks what `mask` does. */
void un_process_usual_signals(const sigset_t *mask);

/* Closes every descriptor above 2 but the `count` of `kept` (4 at most, above 2 themselves). */
void un_process_keep_only(const int *kept, int count);

/* --- in the caller */

/* Closes *fd unless it is -1, which it is afterwards. */
void un_process_close(int *fd);

/* Both ends are as un_os_above makes them. */
bool un_process_pipe(int ends[2]);

/* A descriptor that is readable when the process has ended; -1: the kernel has none. */
int un_process_end(pid_t pid);

/* Waits for the child to end, whatever signals come. Returns errno; *status may be NULL. */
int un_process_wait(pid_t pid, int *status);

/*
 * Takes leave of a child that has been killed, or is about to end: waits for `milliseconds` at
 * most. One that waits for a disk does not end before that does. It is left behind then, and asked
 * for whenever un_process_reap is called, lest a host that goes on for long collects zombies.
 */
void un_process_part(pid_t pid, int milliseconds);
/* The same of one whose pidfd we have, or -1, and which is closed then. */
void un_process_part_by(int end, pid_t pid, int milliseconds);
void un_process_reap(void);

/* Kills the process of a pidfd, be its number another's by now. -1: nothing happens. */
void un_process_kill(int end);

/* poll; where the kernel cannot, for want of memory, it waits a little, lest who asks again and
 * again does nothing else, and the result is below 0: nobody knows what is ready. */
int un_process_poll(struct pollfd *fds, nfds_t count, int milliseconds);

/* Milliseconds until a time of un_os_monotonic, as poll takes them; 0: it is over. */
int un_process_left(int64_t deadline);

typedef enum un_process_news {
    UN_PROCESS_FAILED, /* errno says why */
    UN_PROCESS_LATE,   /* the time is over */
    UN_PROCESS_READY,  /* the descriptor is, or nobody is at its other side */
    UN_PROCESS_ENDED   /* the process of the pidfd has, and the descriptor was not ready */
} un_process_news;

/* Waits for one of them. `events` are those of poll; `end` is a pidfd, or -1: none. */
un_process_news un_process_await(int fd, short events, int end, int64_t deadline);

#endif
