/*
 * Many processes at one moment: COUNT children wait at a barrier, then each becomes the command,
 * with "{}" in its words replaced by the child's number (1 to COUNT).
 * usage: crowd COUNT CMD ARG...
 * Prints "exits_of_100 slowest_us median_us", from the opening of the barrier to each child's end;
 * 100 is what `upnudge notify --exit-code` gives after a notice. Output goes to /dev/null.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SHOWN      100
#define WORD_LIMIT 4096

static double microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static char *numbered(const char *word, size_t number) {
    const char *place = strstr(word, "{}");
    char *out = malloc(WORD_LIMIT);
    if (!out)
        _exit(126);
    if (place)
        snprintf(out, WORD_LIMIT, "%.*s%zu%s", (int)(place - word), word, number, place + 2);
    else
        snprintf(out, WORD_LIMIT, "%s", word);
    return out;
}

static void become(char **words, size_t number, int barrier) {
    char byte;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3; fd++)
        dup2(null, fd);
    for (char **word = words; *word; word++)
        *word = numbered(*word, number);
    /* The end of file is the signal: it comes to all at once. */
    if (read(barrier, &byte, 1) == 0)
        execv(words[0], words);
    _exit(126);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    size_t count = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
    double *times = calloc(count ? count : 1, sizeof *times);
    int barrier[2], status;
    size_t shown = 0;
    if (!count || !times || pipe2(barrier, O_CLOEXEC) != 0)
        return 2;
    for (size_t i = 1; i <= count; i++) {
        pid_t pid = fork();
        if (pid < 0)
            return 1;
        if (pid == 0) {
            close(barrier[1]);
            become(argv + 2, i, barrier[0]);
        }
    }
    /* Give every child the time to reach the barrier. */
    usleep(50000);
    double start = microseconds();
    close(barrier[1]);
    for (size_t i = 0; i < count; i++) {
        if (wait(&status) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) == 126)
            return 1;
        times[i] = microseconds() - start;
        shown += WEXITSTATUS(status) == SHOWN;
    }
    qsort(times, count, sizeof *times, ascending);
    printf("%zu %.1f %.1f\n", shown, times[count - 1], times[count / 2]);
    free(times);
    return 0;
}
