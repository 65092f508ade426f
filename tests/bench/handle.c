/*
 * One handle that is asked about many environments in turn: what a notify costs at the beginning
 * and later, and how much memory the handle holds.
 * usage: handle STATE_DIR DIRECTORIES BLOCKS BLOCK NOW
 * The environments are DIRECTORIES/project-000002 and so on, BLOCKS times BLOCK of them. Prints
 * "first_us median_us slowest_us first_bytes most_bytes": processor time a notify in the first
 * block, in the median and in the slowest of all; what is held after the first and at most.
 */
#include "lua/api/upnudge.h"
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Blocks of a run at most. */
#define MOST 1000

static size_t held;

static void *get(void *context, size_t size) {
    void *memory = malloc(size);
    (void)context;
    held += malloc_usable_size(memory);
    return memory;
}

static void *change(void *context, void *memory, size_t size) {
    size_t before = malloc_usable_size(memory);
    void *other = realloc(memory, size);
    (void)context;
    if (other)
        held += malloc_usable_size(other) - before;
    return other;
}

static void give_back(void *context, void *memory) {
    (void)context;
    held -= malloc_usable_size(memory);
    free(memory);
}

static double processor(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void ask(upnudge *u, const char *directories, size_t number, int64_t now) {
    char path[4096];
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    snprintf(path, sizeof path, "%s/project-%06zu", directories, number);
    activation.environment = path;
    activation.terminal = 1;
    activation.now = now;
    if (upnudge_notify(u, &activation, &notice) != UPNUDGE_OK || notice.notified ||
        notice.code != UPNUDGE_REASON_NOT_DUE) {
        fprintf(stderr, "%s: expected that it is not due: %s\n", path, notice.reason);
        exit(1);
    }
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    static double times[MOST];
    upnudge_allocator counted = UPNUDGE_ALLOCATOR_INIT;
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    upnudge *u;
    size_t first = 0, most = 0;
    if (argc != 6)
        return 2;
    size_t blocks = strtoul(argv[3], NULL, 10), block = strtoul(argv[4], NULL, 10);
    int64_t now = strtoll(argv[5], NULL, 10);
    if (!blocks || blocks > MOST || !block)
        return 2;
    counted.allocate = get;
    counted.resize = change;
    counted.release = give_back;
    if (upnudge_set_allocator(&counted) != UPNUDGE_OK)
        return 1;
    options.app = "bench";
    options.state_dir = argv[1];
    options.policy = "default";
    if (upnudge_open(&u, &options) != UPNUDGE_OK)
        return 1;
    for (size_t i = 0; i < blocks; i++) {
        double start = processor();
        for (size_t j = 1; j <= block; j++)
            ask(u, argv[2], i * block + j + 1, now);
        times[i] = (processor() - start) / (double)block;
        first = i ? first : held;
        most = held > most ? held : most;
    }
    upnudge_close(u);
    double began = times[0];
    qsort(times, blocks, sizeof *times, ascending);
    printf("%.2f %.2f %.2f %zu %zu\n", began, times[blocks / 2], times[blocks - 1], first, most);
    return 0;
}
