/*
 * mutant.h: mistakes that somebody could make, each of which has to be found.
 *
 * A file of mutants/ returns a table: `what` it is; the property that is `violated`, or several of
 * which one is; the `strategy` under which; the roles `among` whom it shows; and either a `module`
 * with `changes` of its text, pairs of what is there once and what comes in its place, or what the
 * system under us does `wrong` (world.h).
 */
#ifndef SIMULATION_MUTANT_H
#define SIMULATION_MUTANT_H

#include "schedule.h"
#include "world.h"

typedef struct mutant {
    char name[64], what[160], violated[160];
    char module[80]; /* "": none is changed */
    void *bytes;     /* its bytecode */
    size_t size;
    wrong wrong;
    strategy strategy;
    unsigned among; /* as a scope has it */
} mutant;

/* Reads a file; ends the program, with a message, where there is a mistake in it. */
void mutant_read(mutant *out, const char *path);
/* From now on its module is loaded in the place of ours. NULL: ours. */
void mutant_use(const mutant *m);

#endif
