/*
 * question.h: ask another program what may block, and give up in time.
 *
 * A question to a server goes through libraries that block, know no deadline in milliseconds, and
 * have no business in a host's process. So a program of ours is started, hears the question,
 * answers, and ends:
 *
 *     in the host                             in the program
 *         un_question_ask(&answer, &q, e)         main, with q.subject and the deadline as words
 *                                                 un_question_take(&question, argv[2], limit, e)
 *                                                 ... asks the server ...
 *                                                 un_question_answer(text)
 *
 * Nothing of the host's is forked, so its threads may do what they like; no signal of ours reaches
 * it but the SIGCHLD of a child that ends, whose status it may take or not want; and nothing that
 * it asks is in the words or the variables of a process, where others could read it.
 */
#ifndef UN_QUESTION_H
#define UN_QUESTION_H

#include "file.h"

typedef struct un_question {
    const char *program; /* its absolute path */
    const char *subject; /* its first word; the second is the deadline */
    un_slice text;
    int64_t milliseconds; /* that there are for all of it */
    size_t limit;         /* bytes of the longest answer */
} un_question;

/*
 * *answer is what the program answers; nothing, if it ended without an answer. Its standard input
 * and output are a socket to us, its standard error is /dev/null, its signals are as usual, its
 * variables are ours (none in a set-uid process). Blocks for as long as the kernel takes to start
 * it (longer than any deadline, where a file system with the program does not answer), for
 * `milliseconds`, and for a tenth of a second at most in which it ends. UN_TIMEOUT: it was killed
 * then. It dies with the calling thread, too. UN_NOT_FOUND, UN_SYSTEM: it cannot be started.
 * UN_LIMIT: it said more. Release with un_bytes_free, also after a failure.
 */
un_status un_question_ask(un_bytes *answer, const un_question *question, un_error *error);

/*
 * In the program that is asked, once: *text is the question. `deadline` is the second word; the
 * process is ended then, and when who asks is gone. Closes every descriptor above 2. UN_ARGUMENT:
 * nobody of us asks. Release with un_bytes_free, also after a failure.
 */
un_status un_question_take(un_bytes *text, const char *deadline, size_t limit, un_error *error);

/* Answers, and ends the process. */
_Noreturn void un_question_answer(un_slice text);

#endif
