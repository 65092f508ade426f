/*
 * Whole processes, in turns within one run: each command line of the arguments, separated by "--",
 * is started ROUNDS times with vfork-like cost (posix_spawn) and waited for.
 * usage: process [-t] ROUNDS CMD ARG... [-- CMD ARG...]...
 * Prints "median_us p10_us p90_us faults cpu_us" a command: faults are how often one touched a page
 * that was not there yet, mostly, and cpu_us the processor time of it and of what it waited for,
 * the medians of both. The commands have /dev/null for a terminal, or with -t one that nobody looks
 * at. What stands before "::" is a command that makes ready for the other one, and is not measured.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS 32

extern char **environ;

/* What a command left at the terminal, so that there is room for what the next one says. */
static void drain(int terminal) {
    char bytes[4096];
    while (read(terminal, bytes, sizeof bytes) > 0)
        ;
}

typedef struct cost {
    double passed, used; /* microseconds */
    double faults;
} cost;

static double microseconds(struct timeval t) {
    return (double)t.tv_sec * 1e6 + (double)t.tv_usec;
}

static cost run_once(char **argv, const posix_spawn_file_actions_t *actions) {
    struct timespec start, end;
    struct rusage used;
    pid_t pid;
    int status;
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (posix_spawn(&pid, argv[0], actions, NULL, argv, environ) != 0 ||
        wait4(pid, &status, 0, &used) != pid || status != 0) {
        fprintf(stderr, "%s failed\n", argv[0]);
        exit(1);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double passed =
        (double)(end.tv_sec - start.tv_sec) * 1e6 + (double)(end.tv_nsec - start.tv_nsec) / 1e3;
    return (cost){passed, microseconds(used.ru_utime) + microseconds(used.ru_stime),
                  (double)used.ru_minflt};
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Those of one command, in order. */
static double *sorted(double *all, size_t command, size_t rounds) {
    qsort(all + command * rounds, rounds, sizeof *all, ascending);
    return all + command * rounds;
}

typedef struct command {
    char **before; /* what makes ready for it; NULL: nothing */
    char **words;
} command;

static size_t split(char **words, command *commands) {
    size_t count = 1;
    commands[0] = (command){NULL, words};
    for (; *words; words++)
        if (strcmp(*words, "--") == 0 && count < COMMANDS) {
            *words = NULL;
            commands[count++] = (command){NULL, ++words};
        } else if (strcmp(*words, "::") == 0) {
            *words = NULL;
            commands[count - 1] = (command){commands[count - 1].words, ++words};
        }
    return count;
}

/* The other end of a terminal that becomes the commands'; negative where there is none. */
static int open_terminal(posix_spawn_file_actions_t *actions) {
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0)
        return -1;
    fcntl(terminal, F_SETFL, O_NONBLOCK);
    fcntl(terminal, F_SETFD, FD_CLOEXEC);
    /* While nobody has the other end open, ours knows nothing of what was said. */
    const char *name = ptsname(terminal);
    int kept = name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    for (int fd = 0; fd < 3 && kept >= 0; fd++)
        posix_spawn_file_actions_adddup2(actions, kept, fd);
    return kept < 0 ? -1 : terminal;
}

int main(int argc, char **argv) {
    command commands[COMMANDS];
    int at_terminal = argc > 1 && strcmp(argv[1], "-t") == 0, terminal = -1;
    argv += at_terminal;
    argc -= at_terminal;
    if (argc < 3)
        return 2;
    size_t rounds = strtoul(argv[1], NULL, 10);
    size_t count = split(argv + 2, commands);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (at_terminal && (terminal = open_terminal(&actions)) < 0) {
        perror("a terminal");
        return 1;
    }
    for (int fd = 0; fd < 3 && !at_terminal; fd++)
        posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
    double *passed = calloc(count * rounds, sizeof *passed);
    double *used = calloc(count * rounds, sizeof *used);
    double *faults = calloc(count * rounds, sizeof *faults);
    if (!passed || !used || !faults || !rounds)
        return 2;
    for (size_t i = 0; i < rounds; i++)
        for (size_t c = 0; c < count; c++) {
            if (commands[c].before)
                run_once(commands[c].before, &actions);
            cost once = run_once(commands[c].words, &actions);
            passed[c * rounds + i] = once.passed;
            used[c * rounds + i] = once.used;
            faults[c * rounds + i] = once.faults;
            if (at_terminal)
                drain(terminal);
        }
    for (size_t c = 0; c < count; c++) {
        double *mine = sorted(passed, c, rounds);
        printf("%.1f %.1f %.1f %.0f %.1f\n", mine[rounds / 2], mine[rounds / 10],
               mine[rounds * 9 / 10], sorted(faults, c, rounds)[rounds / 2],
               sorted(used, c, rounds)[rounds / 2]);
    }
    posix_spawn_file_actions_destroy(&actions);
    free(passed);
    free(used);
    free(faults);
    return 0;
}
