/*
 * A host that closes its handle while checks are open, and ends them later. usage:
 * late STATE_DIR ENV OTHER_ENV NOW FILE
 */
#include "lua/api/upnudge.h"
#include <stdio.h>
#include <stdlib.h>

static int64_t now;

static void say(const char *what, upnudge_status status, const upnudge *u) {
    printf("%s: %d %s\n", what, (int)status, status == UPNUDGE_OK ? "" : upnudge_error(u));
}

static upnudge *open_handle(const char *state_dir) {
    upnudge *u;
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    options.state_dir = state_dir;
    if (upnudge_open(&u, &options) != UPNUDGE_OK)
        exit(3);
    return u;
}

static upnudge_check *begin(const char *what, upnudge *u, const char *environment) {
    upnudge_check *check;
    upnudge_target target = UPNUDGE_TARGET_INIT;
    target.environment = environment;
    target.now = now;
    target.max_age = 0;
    say(what, upnudge_check_begin(&check, u, &target), u);
    return check;
}

static void notify(upnudge *u, const char *environment) {
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    activation.environment = environment;
    say("a notice", upnudge_notify(u, &activation, &notice), u);
}

int main(int argc, char **argv) {
    static char bytes[1 << 20];
    FILE *file = argc == 6 ? fopen(argv[5], "rb") : NULL;
    if (!file)
        return 2;
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    now = strtoll(argv[4], NULL, 10);

    upnudge *u = open_handle(argv[1]);
    upnudge_check *one = begin("one", u, argv[2]), *other = begin("other", u, argv[3]);
    upnudge_close(u);
    /* It is there for its checks, and for nothing else. */
    notify(u, argv[2]);
    begin("a third", u, argv[2]);
    upnudge_flush(u);
    upnudge_close(u);
    say("commit of no lockfile", upnudge_check_commit(one, "[]", 2), u);
    upnudge_check_abort(one);
    say("commit", upnudge_check_commit(other, bytes, length), u);
    upnudge_check_abort(other);

    /* Their locks are free, also of one that is only aborted. */
    u = open_handle(argv[1]);
    one = begin("one again", u, argv[2]);
    upnudge_close(u);
    upnudge_check_abort(one);
    u = open_handle(argv[1]);
    one = begin("and again", u, argv[2]);
    upnudge_check_abort(one);
    upnudge_close(u);
    return 0;
}
