/*
 * evidence.h: what an answer rests on: everything outside this process that was looked at on the
 * way to it, so that another process can look whether it is still so.
 *
 * Between un_evidence_begin and un_evidence_end the faces write down what they hand to Lua, each
 * thing once: a variable, the stamp of a file or that there is none, a terminal, where a path
 * leads, the session. What nobody can write down so makes the evidence incomplete: a program that
 * was asked, a directory that was opened, a file that two looks saw differently or that changed so
 * lately that its next change may not show. One evidence at a time and thread; without one the
 * functions do nothing.
 */
#ifndef UN_EVIDENCE_H
#define UN_EVIDENCE_H

#include "core/hash.h"
#include "core/os/file.h"
#include <stdbool.h>
#include <stdint.h>

/* An ordinary activation looks at some 40 things, and some 1,500 bytes name them. */
#define UN_EVIDENCE_MOST  96
#define UN_EVIDENCE_NAMES 4096

typedef struct un_evidence {
    const char *subject; /* a canonical path: whoever looks again sees to it that it still is */
    const char *asked;   /* as somebody named it; NULL: by itself */
    bool incomplete;
    int64_t newest; /* when a file of them changed last, in nanoseconds */
    size_t count, length;
    un_hash values[UN_EVIDENCE_MOST]; /* zeroed: there is none */
    uint16_t ends[UN_EVIDENCE_MOST];  /* behind each name's tab */
    char names[UN_EVIDENCE_NAMES];    /* of each its kind in one letter, its name and a tab */
} un_evidence;

/*
 * *out (PATH_MAX bytes) is the canonical path of a directory; false: it has none. *fd is the
 * caller's to close, unless it is negative: the quickest way to see that a path leads over no link
 * is to open it; nothing can be read from it.
 */
bool un_evidence_subject(char *out, int *fd, const char *path);

/* From here on *evidence is filled. `asked` leads to `subject` now, and whoever looks again finds
 * out where it leads then; both are borrowed. */
void un_evidence_begin(un_evidence *evidence, const char *subject, const char *asked);

/* Whether some evidence is being filled. */
bool un_evidence_is_on(void);

/* Nothing more is written down; *evidence is the caller's. Idle calls do nothing. */
void un_evidence_end(void);

/* What was looked at; NULL: there is none. */
void un_evidence_variable(const char *name, const char *value);
void un_evidence_file(const char *path, const un_stamp *stamp);
void un_evidence_terminal(int fd, bool is);
void un_evidence_path(const char *path, const char *canonical);
void un_evidence_session(const char *session);

/* The same of what may be a directory, of which no more is kept than which one it is: what comes
 * and goes in it changes nothing. */
void un_evidence_entry(const char *path, const struct stat *found);

/* The stamp of a file or a directory, for who is about to read it otherwise; or that there is none.
 */
void un_evidence_look(const char *path);

/* Something was looked at that is not written down. */
void un_evidence_lacks(void);

/* Whether a file of that path is part of it. */
bool un_evidence_has_file(const un_evidence *evidence, const char *path);

/* Whether all that was looked at is written down, and will be seen to change: no file changed in
 * the two seconds before `now` (in seconds). */
bool un_evidence_is_complete(const un_evidence *evidence, int64_t now);

/* What all of it was like. */
un_digest un_evidence_digest(const un_evidence *evidence);

/*
 * Looks at everything that `names` names again: *out is the digest of what it is like now. false:
 * they make no sense, or something cannot be looked at. Each name ends in a NUL while it is looked
 * at, and they are as they were then: copies would touch more memory, which a process that has just
 * started pays for by the page.
 */
bool un_evidence_again(un_digest *out, char *names, size_t length);

#endif
