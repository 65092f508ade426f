/*
 * Whole processes, in turns within one run: each command line of the arguments, separated by "--",
 * is started ROUNDS times with vfork-like cost (posix_spawn) and waited for.
 * usage: process ROUNDS CMD ARG... [-- CMD ARG...]...
 * Prints "median_us p10_us p90_us faults" a command: how often one touched a page that was not
 * there yet, mostly. Output of the commands goes to /dev/null.
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

#define COMMANDS 8

extern char **environ;

static double run_once(char **argv, const posix_spawn_file_actions_t *actions, double *faults) {
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
    *faults = (double)used.ru_minflt;
    return (double)(end.tv_sec - start.tv_sec) * 1e6 + (double)(end.tv_nsec - start.tv_nsec) / 1e3;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static size_t split(char **words, char ***commands) {
    size_t count = 1;
    commands[0] = words;
    for (; *words; words++)
        if (strcmp(*words, "--") == 0 && count < COMMANDS) {
            *words = NULL;
            commands[count++] = ++words;
        }
    return count;
}

int main(int argc, char **argv) {
    char **commands[COMMANDS];
    if (argc < 3)
        return 2;
    size_t rounds = strtoul(argv[1], NULL, 10);
    size_t count = split(argv + 2, commands);
    double *times = calloc(count * rounds, sizeof *times);
    double *faults = calloc(count * rounds, sizeof *faults);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (int fd = 0; fd < 3; fd++)
        posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
    if (!times || !faults || !rounds)
        return 2;
    for (size_t i = 0; i < rounds; i++)
        for (size_t c = 0; c < count; c++)
            times[c * rounds + i] = run_once(commands[c], &actions, &faults[c * rounds + i]);
    for (size_t c = 0; c < count; c++) {
        double *mine = times + c * rounds, *touched = faults + c * rounds;
        qsort(mine, rounds, sizeof *mine, ascending);
        qsort(touched, rounds, sizeof *touched, ascending);
        printf("%.1f %.1f %.1f %.0f\n", mine[rounds / 2], mine[rounds / 10], mine[rounds * 9 / 10],
               touched[rounds / 2]);
    }
    posix_spawn_file_actions_destroy(&actions);
    free(times);
    free(faults);
    return 0;
}
