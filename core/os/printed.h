/*
 * printed.h: what a command prints: its output up to a limit, its errors to a log and the last line
 * of them; between child.c and printed.c only.
 */
#ifndef UN_PRINTED_H
#define UN_PRINTED_H

#include "file.h"

typedef enum un_stream {
    UN_STREAM_OUTPUT,
    UN_STREAM_ERRORS,
    UN_STREAMS, /* how many there are */
} un_stream;

typedef struct un_printed {
    int fds[UN_STREAMS]; /* pipes, reading from which does not block; -1: closed */
    const char *command; /* for messages */
    un_bytes output;
    size_t output_limit; /* more of it is UN_LIMIT */
    int log;             /* where errors go; -1: nowhere */
    size_t log_left;     /* bytes that still go there */
    bool kept;   /* whether the log is kept: then lines go there, whole and masked (mask.h) */
    size_t line; /* length of the line of errors that is being read, in `pending` */
    char pending[4096];  /* of a longer line the rest is left out */
    char last_line[200]; /* the last that is not blank, masked */
    /* The last lines that are not blank, oldest first, each with its end; what a line has beyond
     * the size of last_line is left out. */
    char last_lines[4096];
    size_t lines_length;
} un_printed;

/* Takes one piece of a stream, if there is any, and closes it at its end. */
un_status un_printed_take(un_printed *printed, un_stream stream, un_error *error);

/* Takes what is in the pipe now, and no more: a grandchild may fill it for ever. */
un_status un_printed_take_rest(un_printed *printed, un_stream stream, un_error *error);

/* No more errors come: a line without an end is one, too. */
void un_printed_end_line(un_printed *printed);

#endif
