/*
 * error.h: what went wrong, where, and what to do about it.
 *
 * Every function of core that can fail returns an un_status and takes a trailing un_error *, which
 * may be NULL when the caller does not want the words. The one who fails fills it; those above hand
 * it on untouched, or call un_error_file to add the file that only they know. An un_error owns no
 * memory and may be copied and thrown away. Core never prints. Its words are one line: what is a
 * control byte of a name is '?' in them, and what does not fit is cut between two characters.
 */
#ifndef UN_ERROR_H
#define UN_ERROR_H

#include "slice.h"
#include <stdint.h>

/* One list gives the enum, the C name and the short code that Lua and scripts see. */
#define UN_STATUS_MAP(X)                                                                           \
    X(OK, "ok")                                                                                    \
    X(SYSTEM, "system")       /* a system call failed: see sys */                                  \
    X(NO_MEMORY, "no-memory") /* an allocation failed */                                           \
    X(NOT_FOUND, "not-found") /* the file or directory does not exist */                           \
    X(BUSY, "busy")           /* somebody else holds the lock */                                   \
    X(FOREIGN, "foreign")     /* owned by somebody else, or a symbolic link: not ours to touch */  \
    X(FORMAT, "format")       /* not a lockfile that we know */                                    \
    X(SYNTAX, "syntax")       /* the file is broken at line:column */                              \
    X(LIMIT, "limit")         /* larger or deeper than we accept */                                \
    X(TIMEOUT, "timeout")     /* it took longer than allowed */                                    \
    X(ARGUMENT, "argument")   /* the caller asked for something that makes no sense */

typedef enum un_status {
#define UN_STATUS_ENUM(name, code) UN_##name,
    UN_STATUS_MAP(UN_STATUS_ENUM)
#undef UN_STATUS_ENUM
} un_status;

/* Room for a message, with its NUL. */
#define UN_MESSAGE 256

typedef struct un_error {
    un_status status;
    int sys;         /* errno, or 0 */
    uint32_t line;   /* 1-based, 0 when there is none */
    uint32_t column; /* 1-based, in bytes */
    char file[512];  /* path or name; of a longer one the end, which tells more */
    char message[UN_MESSAGE];
} un_error;

/* Fills *error (unless NULL) with a printf-formatted message and returns status. */
un_status un_fail(un_error *error, un_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As un_fail with UN_SYSTEM and errno `sys` (ENOENT and ENOTDIR become UN_NOT_FOUND,
 * ENOMEM UN_NO_MEMORY, ELOOP, which O_NOFOLLOW answers to a symbolic link, UN_FOREIGN). */
un_status un_fail_system(un_error *error, int sys, const char *file, const char *doing);

/* As un_fail with UN_SYNTAX at a place in a file; the file's name is added by un_error_file. */
un_status un_fail_at(un_error *error, uint32_t line, uint32_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* As un_fail_at, at the byte `offset` of `text`. */
un_status un_fail_offset(un_error *error, un_slice text, size_t offset, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Names the file that the error is about, unless one is named already. NULL error: nothing. */
void un_error_file(un_error *error, un_slice file);

/* The short code of a status ("busy"). Static text. */
const char *un_status_code(un_status status);

/*
 * Writes "file:line:column: message: system message" into buffer, always NUL-terminated, absent
 * parts left out. Returns the length written, without the NUL.
 */
size_t un_error_text(const un_error *error, char *buffer, size_t capacity);

#endif
