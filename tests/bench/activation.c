/*
 * Two figures of an open runtime, each against its floor, in turns within one run:
 *   - a quiet decision, against the bare system calls that it needs;
 *   - opening (and closing) a runtime with the default policy, against luaL_newstate + openlibs.
 * usage: activation STATE_DIR ENV LOCKFILE RECORD NOTIFIED CHOICES BESIDE NOW
 * Prints "name median_ns p10_ns p90_ns" lines.
 */
#include "lua/api/upnudge.h"
#include <fcntl.h>
#include <lauxlib.h>
#include <linux/openat2.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 301

typedef struct bench {
    const char *state, *environment, *lockfile;
    const char *files[2]; /* the record, and what the strategy keeps beside it */
    const char *choices;  /* the person's, who made none: the file is looked for and is not there */
    const char *beside;   /* of the record, where other environments of the directory would be */
    int64_t now;
    upnudge *u;
} bench;

static double elapsed(void (*what)(const bench *), const bench *b, int repeat) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int i = 0; i < repeat; i++)
        what(b);
    clock_gettime(CLOCK_MONOTONIC, &end);
    return ((double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec)) /
           repeat;
}

/* What is not there has been looked for as well: choices, and environments beside this one. */
static void bare_calls(const bench *b) {
    struct open_how how = {.flags = O_PATH | O_CLOEXEC | O_DIRECTORY,
                           .resolve = RESOLVE_NO_SYMLINKS};
    struct stat found;
    int fd = (int)syscall(SYS_openat2, AT_FDCWD, b->environment, &how, sizeof how);
    if (fd < 0 || close(fd) != 0 || stat(b->lockfile, &found) != 0 ||
        stat(b->files[0], &found) != 0 || stat(b->files[1], &found) != 0 ||
        stat(b->choices, &found) == 0 || stat(b->beside, &found) == 0)
        abort();
}

static void decide(const bench *b) {
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    activation.environment = b->environment;
    activation.now = b->now;
    activation.terminal = 1;
    if (upnudge_notify(b->u, &activation, &notice) != UPNUDGE_OK || notice.notified ||
        !notice.reason || !strstr(notice.reason, "ago")) {
        fprintf(stderr, "expected a quiet decision: %s\n", notice.reason);
        exit(1);
    }
}

static void bare_lua(const bench *b) {
    (void)b;
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    lua_close(L);
}

static upnudge_options options_of(const bench *b) {
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    options.app = "bench";
    options.state_dir = b->state;
    options.policy = "default";
    return options;
}

static void open_runtime(const bench *b) {
    upnudge_options options = options_of(b);
    upnudge *u;
    if (upnudge_open(&u, &options) != UPNUDGE_OK)
        abort();
    upnudge_close(u);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print(const char *name, double *times) {
    qsort(times, ROUNDS, sizeof *times, ascending);
    printf("%s %.0f %.0f %.0f\n", name, times[ROUNDS / 2], times[ROUNDS / 10],
           times[ROUNDS * 9 / 10]);
}

int main(int argc, char **argv) {
    static double times[4][ROUNDS];
    if (argc != 9)
        return 2;
    bench b = {
        argv[1], argv[2], argv[3], {argv[4], argv[5]}, argv[6], argv[7], strtoll(argv[8], NULL, 10),
        NULL};
    upnudge_options options = options_of(&b);
    if (upnudge_open(&b.u, &options) != UPNUDGE_OK)
        return 1;
    decide(&b);
    for (int i = 0; i < ROUNDS; i++) {
        times[0][i] = elapsed(bare_calls, &b, 100);
        times[1][i] = elapsed(decide, &b, 100);
        times[2][i] = elapsed(bare_lua, &b, 10);
        times[3][i] = elapsed(open_runtime, &b, 10);
    }
    print("bare-calls", times[0]);
    print("decision", times[1]);
    print("bare-lua", times[2]);
    print("open", times[3]);
    upnudge_close(b.u);
    return 0;
}
