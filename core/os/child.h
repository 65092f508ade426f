/*
 * child.h: run a command within a time, and take what it prints.
 */
#ifndef UN_CHILD_H
#define UN_CHILD_H

#include "file.h"

typedef struct un_child_options {
    char *const *argv;              /* NULL-terminated; argv[0] is looked up in PATH */
    const char *const *environment; /* NULL-terminated "NAME=value", over ours; may be NULL */
    const char *directory;          /* where it runs; NULL: where we are */
    int64_t timeout;                /* seconds; then the child is ended */
    size_t output_limit;            /* bytes of standard output taken; more is UN_LIMIT */
    int log; /* file where standard error goes, at most log_limit bytes; -1: nowhere */
    size_t log_limit;
    /* This process does nothing else: it adopts what the command leaves, and is killed when the
     * command's parent is, by whoever took that for it. */
    bool alone;
    bool log_kept; /* the log is more than a terminal: secrets are masked in it (core/mask.h) */
    /* Called about once a second while it runs, and with `speaks` before the first bytes of its
     * standard error go to the log, after which it is not called any more. NULL: nobody is. */
    void (*tick)(void *context, bool speaks);
    void *tick_context;
} un_child_options;

typedef struct un_child_result {
    un_bytes output; /* standard output */
    int exit_code;   /* -1 when ended by a signal */
    int signal;      /* 0 when it exited */
    /* Last non-blank line of standard error, control bytes as '?', secrets masked. */
    char last_line[200];
    char last_lines[4096]; /* the same of as many lines as there is room for, each with its end */
} un_child_result;

/*
 * Runs the command in a session of its own, so that it has no terminal to ask, with /dev/null as
 * standard input and every descriptor above 2 closed, and blocks until it ended. UN_OK means that
 * it ran; how it ended stands in *result. A command that cannot be executed is an error that names
 * it (UN_NOT_FOUND where there is none). UN_TIMEOUT: it was told to end (SIGTERM), given 2 s, then
 * killed with everything that it had started, in whatever group or session that was. What does not
 * end even then, because it waits for a disk, is left behind a second later. One that is stopped,
 * which nobody would continue, is ended in the same way: UN_SYSTEM. A grandchild that keeps our
 * pipe open does not delay us; what the command has left behind when it ended by itself, a daemon,
 * is ended too, before the call returns: SIGTERM, and 2 s later SIGKILL.
 *
 * When this process ends, killed or not, so does the command, with everything that it has started.
 * When it is told to end (SIGINT, SIGTERM, SIGHUP) the command is ended as by the timeout, the
 * signals are put back as they were, and the signal is sent to this process again: a host that
 * survives it gets UN_SYSTEM with EINTR. For the time of the call these signals, unless ignored,
 * are blocked in this thread (in a host with several, block them in the others). The command's
 * parent is a process of ours, forked from this one, which sees to all that (keeper.h). Release
 * with un_child_free, also after a failure.
 */
un_status un_child_run(un_child_result *result, const un_child_options *options, un_error *error);

void un_child_free(un_child_result *result);

#endif
