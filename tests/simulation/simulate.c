/*
 * The driver: runs schedules that follow from seeds, each in a child of its own, which begins where
 * the hosts have been started. What has a fault is made smaller, and told call by call.
 *
 *     simulate run SECONDS SEED JOBS     for so long, so many at once
 *     simulate count SCHEDULES SEED      so many of each kind
 *     simulate race SCHEDULES SEED       the documented race of `simple`, which has to be found
 *     simulate mutants SCHEDULES SEED FILE...   each has to be found within so many
 *     simulate play SCHEDULE [FILE]      one, call by call; with a mutant
 *
 * In the directory of the sources, for mutants are made of them.
 */
#include "judge.h"
#include "mutant.h"
#include "role.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BEGINS INT64_C(1800000000000000000)
/* So long after what is there was made. */
#define BEFORE (3 * ROLE_WINDOW * INT64_C(1000000000))

/* What a child tells of its run. */
typedef struct verdict {
    char why[WORLD_WHY];
    course course; /* of the first process */
} verdict;

static verdict *shared;
static disk *starts[STARTS];
static bool hunts_race;
static const mutant *against;

int __real_clock_gettime(clockid_t clock, struct timespec *out);

static double seconds_now(void) {
    struct timespec now;
    __real_clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* --- one run ---------------------------------------------------------------------------------- */

static void run_here(const schedule *s) {
    the_world.disk = starts[s->start];
    world_run(s, role_play);
    shared->course = the_world.processes[0].course;
    shared->course.length = the_world.processes[0].calls;
    if (!the_world.why[0])
        judge_run(s, hunts_race);
    memcpy(shared->why, the_world.why, sizeof shared->why);
}

static _Noreturn void be_child(const schedule *s, bool is_told) {
    the_world.is_told = is_told;
    run_here(s);
    fflush(stdout);
    _exit(0);
}

/* What is wrong with it; "": nothing. */
static const char *run(const schedule *s, bool is_told) {
    int status = 0;
    memset(shared, 0, sizeof *shared);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        be_child(s, is_told);
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        snprintf(shared->why, sizeof shared->why, "a process is not ended by signal %d",
                 WTERMSIG(status));
    else if (WEXITSTATUS(status))
        snprintf(shared->why, sizeof shared->why, "a process does not end with %d",
                 WEXITSTATUS(status));
    return shared->why;
}

/* --- before all runs -------------------------------------------------------------------------- */

/* What is there when a run begins is made by ours, and lasts. */
static void make_start(start which) {
    outcome out = {0};
    the_world.disk = starts[which] = disk_new();
    the_world.clock = BEGINS - BEFORE;
    the_world.current = &the_world.outside;
    role_furnish();
    if (which != START_EMPTY)
        role_check(SEPARATE_LOCK, ROLE_KNOWN, &out);
    if (which == START_TOLD)
        role_notify(SEPARATE_LOCK, &out);
    disk_sync_all(the_world.disk);
    world_close_all(&the_world.outside);
    the_world.current = NULL;
    the_world.clock = BEGINS;
    if (out.status != UPNUDGE_OK || (which == START_TOLD && !out.told[0].is_notified)) {
        fprintf(stderr, "nothing to begin with: %s\n", out.words);
        exit(2);
    }
}

/* The handles that are needed, which are opened in a world of their own. */
static void prepare(const bool needed[STRATEGIES]) {
    the_world.clock = BEGINS - BEFORE;
    the_world.disk = disk_new();
    role_furnish();
    for (unsigned i = 0; i < STRATEGIES; i++)
        if (needed[i])
            role_open((strategy)i);
    for (unsigned i = 0; i < STARTS; i++)
        make_start((start)i);
}

static void measure(course *out, role which, strategy under) {
    schedule s = {.start = START_TOLD, .strategy = under, .count = 1, .members = {{which, under}}};
    run(&s, false);
    *out = shared->course;
}

static void prepare_scope(scope *out, strategy which, bool switches) {
    bool needed[STRATEGIES] = {[SEPARATE_LOCK] = true};
    *out = (scope){.strategy = which, .switches = switches};
    for (unsigned i = 0; i < STRATEGIES; i++)
        needed[i] = needed[i] || switches || i == which;
    prepare(needed);
    for (unsigned i = 0; i < STRATEGIES; i++)
        for (unsigned j = 0; needed[i] && j < ROLES; j++)
            measure(&out->courses[i][j], (role)j, (strategy)i);
}

/* --- many ------------------------------------------------------------------------------------- */

/* The same fault, of fewer things. */
static void shrink(schedule *s, const char *why) {
    char property[WORLD_WHY];
    snprintf(property, sizeof property, "%.*s", (int)strcspn(why, ":"), why);
    schedule smaller;
    for (unsigned n = 0; schedule_smaller(&smaller, s, n); n++) {
        if (memcmp(&smaller, s, sizeof smaller) == 0 ||
            strncmp(run(&smaller, false), property, strlen(property)) != 0)
            continue;
        *s = smaller;
        n = (unsigned)-1;
    }
}

static void tell(const schedule *s) {
    char text[SCHEDULE_TEXT];
    schedule_write(text, s);
    printf("%s\n", run(s, true));
    printf("play it again: make simulate SCHEDULE='%s'%s%s\n", text, against ? " MUTANT=" : "",
           against ? against->name : "");
}

/* Who looks for faults, of several at once. */
typedef struct worker {
    unsigned count; /* schedules that were run */
    bool is_found;
} worker;

/* Up to so many schedules, or until a time comes; each worker has every `jobs`-th. */
typedef struct hunt {
    uint64_t seed;
    unsigned most, jobs;
    double until; /* 0: none */
} hunt;

static worker *workers;

static bool is_over(const hunt *h) {
    for (unsigned i = 0; i < h->jobs; i++)
        if (workers[i].is_found)
            return true;
    return h->until > 0 && seconds_now() > h->until;
}

static bool search(schedule *found, const scope *within, const hunt *h, unsigned number) {
    worker *self = &workers[number];
    for (unsigned i = number; i < h->most && !is_over(h); i += h->jobs) {
        luck l = {h->seed + i};
        schedule_make(found, within, luck_next(&l));
        self->count++;
        self->is_found = run(found, false)[0] != '\0';
        if (self->is_found)
            return true;
    }
    return false;
}

static void tell_smallest(const schedule *found) {
    char why[WORLD_WHY];
    schedule s = *found;
    snprintf(why, sizeof why, "%s", shared->why);
    shrink(&s, why);
    tell(&s);
}

/* --- each in a child of its own, which has the handles that it needs -------------------------- */

typedef struct kind {
    const char *name;
    strategy strategy;
    bool switches;
} kind;

static const kind kinds[] = {{"simple", SIMPLE, false},
                             {"separate-lock", SEPARATE_LOCK, false},
                             {"stateless", STATELESS, false},
                             {"switches of strategy", SEPARATE_LOCK, true}};
#define KINDS (sizeof kinds / sizeof *kinds)

static void *share(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        perror("no memory to share");
        exit(2);
    }
    return memory;
}

static _Noreturn void be_worker(const kind *k, const hunt *h, unsigned number) {
    scope within;
    schedule found;
    shared = share(sizeof *shared);
    prepare_scope(&within, k->strategy, k->switches);
    bool is_found = search(&found, &within, h, number);
    if (is_found)
        tell_smallest(&found);
    fflush(stdout);
    _exit(is_found ? 1 : 0);
}

/* Schedules of one kind; false: one of them has a fault. */
static bool hunt_kind(const kind *k, const hunt *h) {
    double began = seconds_now();
    unsigned count = 0;
    bool is_well = true;
    int status;
    memset(workers, 0, h->jobs * sizeof *workers);
    fflush(stdout);
    for (unsigned i = 0; i < h->jobs; i++)
        if (fork() == 0)
            be_worker(k, h, i);
    while (wait(&status) > 0)
        is_well = is_well && status == 0;
    for (unsigned i = 0; i < h->jobs; i++)
        count += workers[i].count;
    printf("%s: %u schedules, %.1f million an hour%s\n", k->name, count,
           count / (seconds_now() - began) * 3600 / 1e6, is_well ? "" : ": A FAULT");
    return is_well;
}

static int hunt_all(const hunt *all, double seconds) {
    bool is_well = true;
    for (unsigned i = 0; i < KINDS; i++) {
        hunt h = *all;
        h.until = seconds > 0 ? seconds_now() + seconds / KINDS : 0;
        is_well = hunt_kind(&kinds[i], &h) && is_well;
    }
    return is_well ? 0 : 1;
}

/* --- what has to be found --------------------------------------------------------------------- */

/* The property comes before the colon. */
static bool is_one_of(const char *why, const char *properties) {
    char property[WORLD_WHY];
    snprintf(property, sizeof property, "%.*s", (int)strcspn(why, ":"), why);
    return why[0] && strstr(properties, property);
}

static _Noreturn void find(const char *what, const char *properties, const kind *k, const hunt *h) {
    scope within;
    schedule found;
    shared = share(sizeof *shared);
    prepare_scope(&within, k->strategy, k->switches);
    within.among = against ? against->among : 1U << ROLE_ACTIVATION | 1U << ROLE_CHECK;
    bool is_any = search(&found, &within, h, 0), is_it = is_one_of(shared->why, properties);
    printf("%s: %s %u schedules: %s\n", what, is_it ? "found in" : "NOT FOUND in", workers[0].count,
           is_any ? shared->why : properties);
    if (is_any && (hunts_race || !is_it))
        tell_smallest(&found);
    fflush(stdout);
    _exit(is_it ? 0 : 1);
}

static int find_race(const hunt *h) {
    hunts_race = true;
    find("the race of simple", "no time is lost", &kinds[SIMPLE], h);
}

static int find_mutants(char **paths, int count, const hunt *h) {
    int missed = 0, status;
    for (int i = 0; i < count; i++) {
        mutant m;
        mutant_read(&m, paths[i]);
        fflush(stdout);
        memset(workers, 0, sizeof *workers);
        if (fork() == 0) {
            against = &m;
            mutant_use(&m);
            find(m.what, m.violated, &kinds[m.strategy], h);
        }
        wait(&status);
        missed += status != 0;
    }
    printf("%d mutants, %d not found\n", count, missed);
    return missed ? 1 : 0;
}

/* --- the program ------------------------------------------------------------------------------ */

static int play(const char *text, const char *path) {
    schedule s;
    mutant m;
    if (!schedule_read(&s, text)) {
        fprintf(stderr, "no schedule: %s\n", text);
        return 2;
    }
    if (path) {
        mutant_read(&m, path);
        against = &m;
    }
    mutant_use(against);
    bool needed[STRATEGIES] = {[SEPARATE_LOCK] = true};
    needed[s.strategy] = true;
    for (unsigned i = 0; i < s.count; i++)
        needed[s.members[i].strategy] = true;
    shared = share(sizeof *shared);
    prepare(needed);
    hunts_race = true;
    const char *why = run(&s, true);
    puts(why[0] ? why : "nothing is wrong");
    fflush(stdout);
    /* Disks and handles end with the process. */
    _exit(why[0] ? 1 : 0);
}

/* Addresses decide in which order Lua goes through a table, and so which call comes first. */
static void settle_addresses(char **argv) {
    int present = personality(0xffffffff);
    if (present < 0 || present & ADDR_NO_RANDOMIZE)
        return;
    if (personality((unsigned long)present | ADDR_NO_RANDOMIZE) >= 0)
        execv("/proc/self/exe", argv);
}

static int usage(void) {
    fputs("usage: simulate run SECONDS SEED JOBS | count SCHEDULES SEED | race SCHEDULES SEED |\n"
          "       mutants SCHEDULES SEED FILE... | play SCHEDULE [FILE]\n",
          stderr);
    return 2;
}

int main(int argc, char **argv) {
    settle_addresses(argv);
    world_begin();
    if (argc > 2 && strcmp(argv[1], "play") == 0)
        return play(argv[2], argc > 3 ? argv[3] : NULL);
    if (argc < 4)
        return usage();
    hunt h = {.seed = strtoull(argv[3], NULL, 10),
              .most = (unsigned)strtoul(argv[2], NULL, 10),
              .jobs = 1};
    bool is_timed = strcmp(argv[1], "run") == 0;
    if (is_timed && argc > 4)
        h.jobs = (unsigned)strtoul(argv[4], NULL, 10);
    workers = share((h.jobs + 1) * sizeof *workers);
    if (is_timed) {
        double seconds = h.most;
        h.most = (unsigned)-1;
        return hunt_all(&h, seconds);
    }
    if (strcmp(argv[1], "count") == 0)
        return hunt_all(&h, 0);
    if (strcmp(argv[1], "race") == 0)
        return find_race(&h);
    if (strcmp(argv[1], "mutants") == 0)
        return find_mutants(argv + 4, argc - 4, &h);
    return usage();
}
