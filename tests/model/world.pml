/* The world: a clock, locks that die with their holder, and whoever ends or stops others.
 *
 * One step is one system call, or one question to a clock; what a process computes for itself costs
 * no step. Between any two steps anything else may happen: others act, hours pass, the process is
 * killed (its locks are free then, core/os/lock.c) or stopped for good with all that it holds.
 * All explored orders of these are all that there are, for so many processes and so much time. */

#define NEVER  0
/* A unit of time is longer than SKEW of lua/upnudge/lib/clock.lua, and shorter than a window. */
#define WINDOW 2
#ifndef LATEST
#define LATEST 4
#endif
byte now = 1;

proctype Clock() {
end:
    do
    :: atomic { now < LATEST -> now++; printf("it is %d\n", now) }
    od
}

/* clock.lua, past(): what is ahead counts as never. */
#define PAST(at, t) ((at) <= (t) -> (at) : NEVER)
#define IS_DUE(last, t) (PAST(last, t) == NEVER || (t) - (last) >= WINDOW)

/* ---- locks ---- */

#define FREE     255
#define CHECK    0
#define CHOICES  1
#define NOTIFIED 2 /* and that of the second machine */
byte lock[4] = FREE;

/* ---- who ends ---- */

bool gone[PROCESSES];
/* Whose few bytes are under way to a file that bears its name: he ends or stops after that. */
bool writing[2];
byte endings = ENDINGS;

inline free_or_keep(which) {
    if
    :: lock[which] != FREE && !gone[lock[which]] ->
        endings--;
        gone[lock[which]] = true;
        if
        :: lock[which] = FREE /* killed */
        :: skip               /* stopped */
        fi
    :: else
    fi
}

/* Who holds no lock may end or stop as well: all orders of steps are looked at, so also those in which he never goes
 * on, and nobody else can tell. */
proctype Killer() {
end:
    do
    :: atomic { endings > 0 && lock[CHECK] != FREE -> free_or_keep(CHECK) }
    :: atomic { endings > 0 && lock[CHOICES] != FREE -> free_or_keep(CHOICES) }
    :: atomic { endings > 0 && lock[NOTIFIED] != FREE && !writing[0] -> free_or_keep(NOTIFIED) }
    :: atomic { endings > 0 && lock[NOTIFIED + 1] != FREE && !writing[1] -> free_or_keep(NOTIFIED + 1) }
    od
}

/* ---- what has to hold ---- */

/* Each is named where it is asserted. `told`: when the winner of the last notice that stands took the right to it;
 * `newest`: the result that was committed last. Nobody of the modelled can see these. */
bool one_notice_in_a_window = true;
bool no_time_is_lost = true;
bool no_result_is_lost = true;
bool what_a_record_names_is_there = true;
bool no_notice_while_asleep = true;
bool one_notice_for_each_activation = true;
byte told = NEVER, newest = 1;
