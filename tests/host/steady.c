/*
 * A host that goes on: it opens, notifies, checks and closes, and does all of it once more.
 *
 *     steady STATE_DIR POLICY ENV FILE NOW
 *
 * FILE is the upgraded lockfile. Of what fails the first time it tells the first failure on
 * standard error, and exits with 1 in the end; between the two it prints a line. The second time
 * nothing may fail: it exits with 3 then.
 */
#include "lua/api/upnudge.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static upnudge_options options = UPNUDGE_OPTIONS_INIT;
static const char *environment;
static int64_t now;
static char upgraded[1 << 20];
static size_t length;
static bool failed;

static bool is_well(const upnudge *u, const char *what, upnudge_status status) {
    if (status != UPNUDGE_OK && !failed)
        fprintf(stderr, "upnudge: %s: %s\n", what, upnudge_error(u));
    failed = failed || status != UPNUDGE_OK;
    return status == UPNUDGE_OK;
}

static void notify(upnudge *u) {
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    activation.environment = environment;
    activation.terminal = 1;
    activation.now = now;
    is_well(u, "notify", upnudge_notify(u, &activation, &notice));
}

static void check(upnudge *u) {
    upnudge_check *check;
    upnudge_target target = UPNUDGE_TARGET_INIT;
    target.environment = environment;
    target.now = now;
    target.max_age = 0;
    if (is_well(u, "begin", upnudge_check_begin(&check, u, &target)))
        is_well(u, "commit", upnudge_check_commit(check, upgraded, length));
    upnudge_check_abort(check);
}

static void play(void) {
    upnudge *u;
    upnudge_status status = upnudge_open(&u, &options);
    if (is_well(u, "open", status)) {
        notify(u);
        check(u);
        upnudge_flush(u);
    }
    upnudge_close(u);
}

/* Whatever signal comes. */
static void read_upgraded(const char *path) {
    int file;
    ssize_t got;
    do
        file = open(path, O_RDONLY | O_CLOEXEC);
    while (file < 0 && errno == EINTR);
    do {
        got = read(file, upgraded + length, sizeof upgraded - length);
        length += got > 0 ? (size_t)got : 0;
    } while (got > 0 || (got < 0 && errno == EINTR));
    close(file);
}

int main(int argc, char **argv) {
    if (argc != 6)
        return 2;
    options.state_dir = argv[1];
    options.policy = argv[2];
    environment = argv[3];
    now = strtoll(argv[5], NULL, 10);
    read_upgraded(argv[4]);
    if (!length)
        return 2;
    play();
    bool was_well = !failed;
    puts("once more");
    fflush(stdout);
    failed = false;
    play();
    return failed ? 3 : was_well ? 0 : 1;
}
