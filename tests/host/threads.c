/*
 * A host whose threads ask at once: each with handles of its own, two with one that goes from hand
 * to hand, and one that starts checks in the background.
 *
 *     threads STATE_DIR ENV OTHER_ENV FILE POLICY ROUNDS
 *
 * In the background the other environment is checked; FILE is the upgraded lockfile. It prints what
 * failed, and how often each thing was done.
 */
#include "lua/api/upnudge.h"
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OWNERS 3
#define NOW    INT64_C(1800000000)
#define DAY    86400

static const char *state_dir, *environment, *other, *policy, *path;
static long rounds;
static char upgraded[1 << 20];
static size_t length;

static atomic_long told, quiet, checked, busy, started, failed;

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static upnudge *shared;
static upnudge_check *begun; /* by whoever had the shared handle before */

static void hear(void *context, upnudge_level level, const char *line) {
    (void)context, (void)level, (void)line;
}

static upnudge *open_handle(void) {
    upnudge *u;
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    options.app = "threads";
    options.state_dir = state_dir;
    options.policy = policy;
    options.log = hear;
    if (upnudge_open(&u, &options) != UPNUDGE_OK)
        printf("open: %s\n", upnudge_error(u));
    return u;
}

static void expect(upnudge *u, const char *what, upnudge_status status) {
    if (status == UPNUDGE_OK)
        return;
    failed++;
    printf("%s: %d %s\n", what, (int)status, upnudge_error(u));
}

static void activate(upnudge *u, int64_t now) {
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    activation.environment = environment;
    activation.terminal = 1;
    activation.now = now;
    expect(u, "notify", upnudge_notify(u, &activation, &notice));
    if (notice.code == UPNUDGE_REASON_FAULT) {
        failed++;
        printf("notify: %s\n", notice.reason);
    }
    atomic_fetch_add(notice.notified ? &told : &quiet, 1);
}

/* What somebody else is at is no failure. */
static upnudge_check *begin(upnudge *u, int64_t now) {
    upnudge_check *check;
    upnudge_target target = UPNUDGE_TARGET_INIT;
    target.environment = environment;
    target.max_age = 0;
    target.now = now;
    upnudge_status status = upnudge_check_begin(&check, u, &target);
    if (status == UPNUDGE_BUSY)
        busy++;
    else
        expect(u, "check", status);
    return check;
}

static void commit(upnudge *u, upnudge_check *check) {
    if (!check)
        return;
    expect(u, "security", upnudge_check_security(check, "a*"));
    expect(u, "commit", upnudge_check_commit(check, upgraded, length));
    checked++;
    upnudge_check_abort(check);
}

static void look_around(upnudge *u, int64_t now) {
    const char *json;
    int order;
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    activation.environment = environment;
    activation.now = now;
    expect(u, "explain", upnudge_explain(u, &activation, &json));
    expect(u, "call", upnudge_call(u, "{\"schema\":1,\"call\":\"status\"}", &json));
    expect(u, "formats", upnudge_call(u, "{\"schema\":1,\"call\":\"formats\"}", &json));
    expect(u, "snooze", upnudge_snooze(u, environment, 0));
    expect(u, "compare", upnudge_version_compare(&order, "1.2.3", "1.10", "pep440"));
}

static void *own(void *unused) {
    for (long i = 0; i < rounds; i++) {
        upnudge *u = open_handle();
        commit(u, begin(u, NOW + i * DAY));
        activate(u, NOW + i * DAY + 60);
        look_around(u, NOW + i * DAY);
        activate(u, NOW + i * DAY + 120);
        upnudge_close(u);
    }
    return unused;
}

/* One begins a check, and whoever is next ends it. */
static void *take_turns(void *unused) {
    for (long i = 0; i < rounds; i++) {
        pthread_mutex_lock(&turn);
        activate(shared, NOW + i * DAY + 60);
        if (begun)
            commit(shared, begun);
        begun = begun ? NULL : begin(shared, NOW + i * DAY);
        pthread_mutex_unlock(&turn);
    }
    return unused;
}

static void *start(void *unused) {
    const char *const argv[] = {"cat", path, NULL};
    upnudge_target target = UPNUDGE_TARGET_INIT;
    target.environment = other;
    target.max_age = 0;
    upnudge *u = open_handle();
    for (long i = 0; i < rounds; i++) {
        upnudge_status status = upnudge_check_detach(u, &target, argv, 20);
        if (status == UPNUDGE_BUSY)
            busy++;
        else
            expect(u, "detach", status);
        started += status == UPNUDGE_OK;
    }
    upnudge_close(u);
    return unused;
}

static void read_upgraded(void) {
    FILE *file = fopen(path, "rb");
    length = file ? fread(upgraded, 1, sizeof upgraded, file) : 0;
    if (file)
        fclose(file);
}

int main(int argc, char **argv) {
    pthread_t threads[OWNERS + 3];
    int count = 0;
    if (argc != 7)
        return 2;
    state_dir = argv[1], environment = argv[2], other = argv[3], path = argv[4];
    policy = argv[5], rounds = strtol(argv[6], NULL, 10);
    read_upgraded();
    shared = open_handle();
    for (int i = 0; i < OWNERS; i++)
        pthread_create(&threads[count++], NULL, own, NULL);
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[count++], NULL, take_turns, NULL);
    pthread_create(&threads[count++], NULL, start, NULL);
    while (count > 0)
        pthread_join(threads[--count], NULL);
    upnudge_check_abort(begun);
    upnudge_close(shared);
    printf("told %ld, quiet %ld, checked %ld, busy %ld, started %ld, failed %ld\n", told, quiet,
           checked, busy, started, failed);
    return failed > 0;
}
