/*
 * Many processes at one moment: COUNT children wait at a barrier, then each becomes the command,
 * with "{}" in its words replaced by the child's number (1 to COUNT).
 * usage: crowd COUNT CMD ARG...
 * Prints "exits_of_100 slowest_us median_us turn_us", from the opening of the barrier to each
 * child's end; 100 is what `upnudge notify --exit-code` gives after a notice. The turn is how long
 * the slowest had a processor or stood in line for one, by the kernel's books (-1 where there are
 * none): what it took beyond that it waited for something else, such as a lock. Output goes to
 * /dev/null.
 */
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
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

typedef struct child {
    pid_t pid;
    double before;     /* of its turns, up to the barrier */
    double took, turn; /* from there to its end */
} child;

/* Microseconds for which a process ran or waited for a processor; -1: nobody knows. */
static double turns(pid_t pid) {
    char path[64];
    double ran, waited;
    snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
    FILE *file = fopen(path, "re");
    bool known = file && fscanf(file, "%lf %lf", &ran, &waited) == 2;
    if (file)
        fclose(file);
    return known ? (ran + waited) / 1e3 : -1;
}

/* Who measures goes before those who are measured, where that is allowed: an end is seen when it
 * comes. */
static void go_before(void) {
    struct sched_param first = {.sched_priority = 1};
    sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first);
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
    struct pollfd signal = {.fd = barrier};
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3; fd++)
        dup2(null, fd);
    for (char **word = words; *word; word++)
        *word = numbered(*word, number);
    /* The end of the pipe is the signal: it comes to all at once, and who reads it would stand in
     * line for the pipe. */
    if (poll(&signal, 1, -1) == 1)
        execv(words[0], words);
    _exit(126);
}

static void start(child *children, size_t count, char **words, const int barrier[2]) {
    for (size_t i = 0; i < count; i++) {
        children[i].pid = fork();
        if (children[i].pid < 0)
            exit(1);
        if (children[i].pid == 0) {
            close(barrier[1]);
            become(words, i + 1, barrier[0]);
        }
    }
}

static child *find(child *children, size_t count, pid_t pid) {
    for (size_t i = 0; i < count; i++)
        if (children[i].pid == pid)
            return &children[i];
    exit(1);
}

/* The books of a process are open until it is waited for. */
static bool await_one(child *children, size_t count, double began) {
    siginfo_t ended;
    int status;
    if (waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT) != 0)
        exit(1);
    child *one = find(children, count, ended.si_pid);
    one->took = microseconds() - began;
    double after = turns(one->pid);
    one->turn = after < 0 || one->before < 0 ? -1 : after - one->before;
    if (waitpid(one->pid, &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) == 126)
        exit(1);
    return WEXITSTATUS(status) == SHOWN;
}

static int ascending(const void *a, const void *b) {
    double x = ((const child *)a)->took, y = ((const child *)b)->took;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    size_t count = argc > 2 ? strtoul(argv[1], NULL, 10) : 0, shown = 0;
    child *children = calloc(count + 1, sizeof *children);
    int barrier[2];
    if (!count || !children || pipe2(barrier, O_CLOEXEC) != 0)
        return 2;
    start(children, count, argv + 2, barrier);
    go_before();
    /* Give every child the time to reach the barrier. */
    usleep(50000);
    for (size_t i = 0; i < count; i++)
        children[i].before = turns(children[i].pid);
    double began = microseconds();
    close(barrier[1]);
    for (size_t i = 0; i < count; i++)
        shown += await_one(children, count, began);
    qsort(children, count, sizeof *children, ascending);
    printf("%zu %.1f %.1f %.1f\n", shown, children[count - 1].took, children[count / 2].took,
           children[count - 1].turn);
    free(children);
    return 0;
}
