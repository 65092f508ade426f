/*
 * A host that does what hosts do while it asks: its threads use memory and the processor, one takes
 * the status of every child, and its first three descriptors are closed. The specs run it as
 *
 *     busy REPORT STATE_DIR POLICY ENV NOW ROUNDS         one activation each other day from NOW on
 *     busy REPORT STATE_DIR POLICY ENV NOW ROUNDS kill    and kills its children, but in the last
 *
 * REPORT gets a line for each: "told", or why not. An activation that was answered too late, as on
 * a machine that is busy with more than us, is made again some minutes later. Then how many
 * children are left.
 */
#include "lua/api/upnudge.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORKERS 2
#define TRIES   20

static atomic_bool over, spared;
static pid_t asking;

static void pause_for(long microseconds) {
    nanosleep(&(struct timespec){0, microseconds * 1000}, NULL);
}

static void *work(void *unused) {
    while (!over)
        for (size_t size = 1; size < 100000; size *= 3)
            free(malloc(size));
    return unused;
}

static void *reap(void *unused) {
    while (!over)
        if (waitpid(-1, NULL, 0) < 0)
            pause_for(100);
    return unused;
}

/* The children of the thread that asks, as the kernel lists them. */
static int children(long *pids, int most) {
    char path[64];
    int count = 0;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)asking);
    FILE *file = fopen(path, "re");
    while (file && count < most && fscanf(file, "%ld", &pids[count]) == 1)
        count++;
    if (file)
        fclose(file);
    return count;
}

static void *kill_at_random(void *unused) {
    unsigned seed = (unsigned)getpid();
    while (!over) {
        long pids[8];
        pause_for(rand_r(&seed) % 40000);
        for (int i = spared ? 0 : children(pids, 8); i > 0; i--)
            kill((pid_t)pids[i - 1], SIGKILL);
    }
    return unused;
}

static void activate(FILE *report, upnudge *u, const char *environment, int64_t now) {
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    activation.environment = environment;
    activation.terminal = 1;
    for (int i = 0; i < TRIES; i++) {
        activation.now = now + i * 700;
        if (upnudge_notify(u, &activation, &notice) != UPNUDGE_OK)
            notice.reason = upnudge_error(u);
        if (notice.notified || !strstr(notice.reason, "no answer within 1500 ms"))
            break;
    }
    fprintf(report, "%s\n", notice.notified ? "told" : notice.reason);
}

static void run(FILE *report, char **argv, bool killing) {
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    int64_t now = strtoll(argv[5], NULL, 10);
    long left[8], rounds = strtol(argv[6], NULL, 10);
    upnudge *u;
    options.app = "embed";
    options.state_dir = argv[2];
    options.policy = argv[3];
    if (upnudge_open(&u, &options) != UPNUDGE_OK)
        fprintf(report, "%s\n", upnudge_error(u));
    for (long i = 0; i < rounds; i++) {
        spared = !killing || i == rounds - 1;
        activate(report, u, argv[4], now + i * 172800);
    }
    upnudge_close(u);
    fprintf(report, "left: %d\n", children(left, 8));
}

int main(int argc, char **argv) {
    pthread_t threads[WORKERS + 1];
    bool killing = argc > 7;
    int file = argc > 6 ? open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    FILE *report = file < 0 ? NULL : fdopen(fcntl(file, F_DUPFD_CLOEXEC, 10), "w");
    if (!report)
        return 2;
    close(file);
    for (int fd = 0; fd < 3; fd++)
        close(fd);
    asking = getpid();
    for (int i = 0; i < WORKERS; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    pthread_create(&threads[WORKERS], NULL, killing ? kill_at_random : reap, NULL);
    run(report, argv, killing);
    over = true;
    for (int i = 0; i <= WORKERS; i++)
        pthread_join(threads[i], NULL);
    return fclose(report) == 0 ? 0 : 1;
}
