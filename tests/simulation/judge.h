/*
 * judge.h: what has to hold of every run, whatever was killed, cut off or full; see tests/README.md
 * for the promises. Part of it is seen in what the processes were told, the rest by asking when all
 * is over: what is kept, whether somebody is told again, whether a notice comes in the next window,
 * and whether the next check succeeds.
 */
#ifndef SIMULATION_JUDGE_H
#define SIMULATION_JUDGE_H

#include "schedule.h"

/* Tells world_fail what is wrong. `strictly`: what `simple` does not promise counts, too. */
void judge_run(const schedule *s, bool strictly);

#endif
