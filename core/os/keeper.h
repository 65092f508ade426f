/*
 * keeper.h: the process that stands between us and a command, and ends with it all that it has
 * started; between child.c, spawn.c and keeper.c only.
 *
 * Who is killed cannot end what he has started. So a command is the child of a small process of
 * ours, its keeper, which adopts whatever the command leaves behind, in which group or session it
 * may be, and ends all of it when it is told to, or when the process that wanted the command has
 * gone. A host must not become the parent of processes that it does not know; its keeper may.
 */
#ifndef UN_KEEPER_H
#define UN_KEEPER_H

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

/* By which its caller has a keeper end the command. No signal that strangers send, for of two that
 * are alike one is lost. */
#define UN_KEEPER_END SIGUSR1

/* Nanoseconds that a command has which was told to end, and that the kernel has to end it then. */
#define UN_KEEPER_GRACE   ((int64_t)2 * 1000000000)
#define UN_KEEPER_KILLING ((int64_t)1 * 1000000000)

typedef enum un_news_kind {
    UN_NEWS_STARTED,      /* pid of the command, which says so, and leads a group of that number */
    UN_NEWS_NOT_STARTED,  /* errno; the last news */
    UN_NEWS_NOT_EXECUTED, /* errno; the command itself says so, and ends */
    UN_NEWS_STOPPED,      /* the signal by which it was; it is told to end */
    UN_NEWS_ENDED,        /* its wait status; the last news */
    UN_NEWS_LEFT,         /* it was killed and has not ended; the last news */
} un_news_kind;

/* What comes through the pipe from a keeper, and from a command that cannot be executed. */
typedef struct un_news {
    int32_t kind, value;
} un_news;

typedef struct un_keeping {
    pid_t caller;     /* the parent, with whom it all ends */
    int caller_ended; /* a pidfd of it; -1: the kernel has none */
    int news;         /* the pipe */
} un_keeping;

/* Async-signal-safe. A reader that has gone is no failure. */
void un_keeper_tell(int pipe, un_news_kind kind, int value);

/*
 * In a process of its own, before the command is forked: async-signal-safe, as all here is that
 * runs after a fork. Signals are blocked, and stay so.
 */
void un_keeper_begin(void);

/*
 * Attends to the command, a child of this process, until it has ended, says so and leaves.
 * UN_KEEPER_END has the command's group ended: SIGTERM, then after the grace SIGKILL for all that
 * it started. What a command that ended by itself has left behind is ended likewise before that is
 * said. What others send to a
 * keeper is passed on to the caller, for whom it stands: who asks the command for its parent means
 * the check.
 */
_Noreturn void un_keep(pid_t command, const un_keeping *about);

/* Kills every child of this process, adopted ones included, and reaps it. For who is the parent of
 * nothing else, and has lost the keeper. */
void un_keeper_end_all(void);

#endif
