/*
 * world.h: a machine on which some processes run, of which one at a time does something.
 *
 * Each process is a coroutine that does what its role says (role.h). Before a system call it asks
 * world_step what the schedule has for it: it may have to stand back, be killed, or fail. Those of
 * os.c do the rest. A killed process has no descriptors and no locks any more. Time passes where
 * the schedule says so, and when all who have not ended sleep.
 */
#ifndef SIMULATION_WORLD_H
#define SIMULATION_WORLD_H

#include "disk.h"
#include "schedule.h"
#include <ucontext.h>

#define WORLD_DESCRIPTORS 64
#define WORLD_FIRST       3 /* descriptor */
#define WORLD_PATH        512
#define WORLD_WHY         512
/* Of all processes together: more are no end. */
#define WORLD_STEPS 60000

typedef struct descriptor {
    unsigned inode; /* 0: it is free */
    int flags;      /* of open */
    size_t offset;
    bool is_locked, is_exclusive;
    char path[WORLD_PATH];
} descriptor;

typedef enum state {
    STATE_NEW,
    STATE_RUNS,
    STATE_SLEEPS,
    STATE_ENDED,
    STATE_KILLED,
    STATE_CUT /* with the power */
} state;

typedef struct process {
    char name[40];
    state state;
    unsigned calls; /* that it has made */
    int64_t wakes;  /* nanoseconds */
    luck luck;
    ucontext_t context;
    descriptor descriptors[WORLD_DESCRIPTORS];
    unsigned sleeps, check_locked; /* how often it slept; in which order it had the check's lock */
    int64_t notice_locked_at;      /* seconds, when it had that of the notice */
    course course;
    unsigned late_sync; /* inode whose sync is to come */
    bool has_failed_call;
    void *sanitizer; /* its own of the stack */
} process;

/* What a mutant of the system under us does otherwise. */
typedef enum wrong {
    WRONG_NOTHING,
    WRONG_NO_FILE_SYNC,      /* fsync of a file does nothing */
    WRONG_NO_DIRECTORY_SYNC, /* that of a directory */
    WRONG_LATE_SYNC,         /* fsync of a file comes after its rename */
    WRONG_OPEN_LOCK,         /* a lock is had whoever holds it */
    WRONGS
} wrong;
extern const char *const wrong_names[WRONGS];

typedef struct world {
    disk *disk;
    int64_t clock; /* nanoseconds since the epoch */
    process processes[SCHEDULE_PROCESSES];
    process outside;  /* who prepares and judges: no schedule has anything for it */
    process *current; /* who runs; NULL: the program itself */
    const schedule *schedule;
    unsigned order; /* counts what happens, to tell what came first */
    unsigned steps;
    unsigned cuts; /* so often the power went */
    bool is_told;  /* whether each call is printed */
    wrong wrong;
    bool has_faults;     /* some call failed, or the disk was full */
    char why[WORLD_WHY]; /* what is wrong with the run; "": nothing */
} world;

extern world the_world;

/* Memory for the processes, before any child is made. */
void world_begin(void);
/* Runs all processes of the schedule until each has ended; `body` is what one does. */
void world_run(const schedule *s, void (*body)(unsigned number));
/* Before a system call; false: it fails, with errno. */
bool world_step(void);
/* Who runs does what others notice; and what it writes lasts otherwise from the next call on, or
 * just now. */
void world_mark(void);
void world_turn(unsigned calls_later);
/* It does not go on before that: nanoseconds. */
void world_sleep(int64_t nanoseconds);
/* In which order something happens. */
unsigned world_order(void);
int64_t world_seconds(void);
/* Prints a line of the trace, of who runs. */
__attribute__((format(printf, 1, 2))) void world_tell(const char *format, ...);
/* The run has a fault; the first is kept. */
__attribute__((format(printf, 1, 2))) void world_fail(const char *format, ...);
/* All that a process had open is closed. How much that was. */
unsigned world_close_all(process *p);

#endif
