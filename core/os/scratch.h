/*
 * scratch.h: a directory for one process alone, where a stranger's program may write.
 *
 * Each has a name that nobody can guess, so a program that outlives its time writes into its own
 * and into no other's. What it puts there may be anything: directories, pipes, links; all of it
 * goes with the directory, and nothing that a link leads to.
 *
 * Whose a directory is cannot be told from it. Who sweeps knows that nobody else makes any, because
 * he holds the lock under which they are made.
 */
#ifndef UN_SCRATCH_H
#define UN_SCRATCH_H

#include "core/error.h"

/* Room for a name: what it is for (at most 40 bytes), a dot and 16 hex digits, with its NUL. */
#define UN_SCRATCH_NAME 58

/* Makes one in the open directory `dir`, with mode 0700. */
un_status un_scratch_make(char name[UN_SCRATCH_NAME], int dir, const char *purpose,
                          un_error *error);

/* Removes it with all that is in it. Missing is no failure. */
un_status un_scratch_remove(int dir, const char *name, un_error *error);

/* Removes all for that purpose that are in `dir`. Reports how many in *removed (may be NULL). */
un_status un_scratch_sweep(int dir, const char *purpose, size_t *removed, un_error *error);

#endif
