/*
 * A host that does everything wrong, and is told so: each call is printed with its status and its
 * words. usage: misuse STATE_DIR ENV NOW FILE
 */
#include "lua/api/upnudge.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *state_dir, *environment;
static int64_t now;
static char bytes[1 << 20];
static size_t length;

static void say(const char *what, const upnudge *u, upnudge_status status) {
    static const char *const names[] = {"ok", "error", "usage", "fresh", "busy", "later"};
    printf("%s: %s%s%s\n", what, names[status], status ? ": " : "", status ? upnudge_error(u) : "");
}

static upnudge_activation activation(void) {
    upnudge_activation a = UPNUDGE_ACTIVATION_INIT;
    a.environment = environment;
    a.now = now;
    return a;
}

static upnudge_target target(void) {
    upnudge_target t = UPNUDGE_TARGET_INIT;
    t.environment = environment;
    t.now = now;
    return t;
}

/* A handle that is open, or why not. */
static upnudge *open_with(const char *what, const char *app, const char *state, size_t size) {
    upnudge *u = NULL;
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    options.app = app;
    options.state_dir = state;
    if (size != sizeof options)
        options.size = size;
    upnudge_status status = upnudge_open(&u, &options);
    if (what)
        say(what, u, status);
    return u;
}

static void notify(const char *what, upnudge *u, upnudge_activation a) {
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    notice.notified = 7;
    upnudge_status status = upnudge_notify(u, &a, &notice);
    say(what, u, status);
    if (notice.notified || notice.text || strcmp(notice.reason, upnudge_error(u)) != 0)
        printf("%s: the notice says '%s'\n", what, notice.reason);
}

static void begin(const char *what, upnudge *u, upnudge_target t) {
    upnudge_check *check = (upnudge_check *)&t;
    say(what, u, upnudge_check_begin(&check, u, &t));
    if (check)
        printf("%s: there is a check\n", what);
}

static void wrong_activations(upnudge *u) {
    upnudge_activation a = activation();
    upnudge_notice notice = UPNUDGE_NOTICE_INIT, unset;
    memset(&unset, 0, sizeof unset);
    notify("no handle", NULL, a);
    say("no answer", u, upnudge_notify(u, &a, NULL));
    say("an answer without a size", u, upnudge_notify(u, &a, &unset));
    if (unset.reason)
        puts("it was written to");
    say("no activation", u, upnudge_notify(u, NULL, &notice));
    a.size = 0;
    notify("an activation without a size", u, a);
    a = activation();
    a.environment = NULL;
    notify("no environment", u, a);
    a.environment = "";
    notify("an empty environment", u, a);
    a = activation();
    a.mode = "bogus";
    notify("mode", u, a);
    a = activation();
    a.terminal = 77;
    notify("terminal", u, a);
    a = activation();
    a.active = 7;
    notify("active", u, a);
    a = activation();
    a.now = -1;
    notify("now", u, a);
}

static void wrong_targets(upnudge *u) {
    upnudge_target t = target();
    upnudge_check *check;
    begin("no handle", NULL, t);
    say("nowhere for the check", u, upnudge_check_begin(NULL, u, &t));
    say("no target", u, upnudge_check_begin(&check, u, NULL));
    t.size = 0;
    begin("a target without a size", u, t);
    t = target();
    t.environment = "";
    begin("an empty environment", u, t);
    t = target();
    t.max_age = -2;
    begin("max_age", u, t);
    t.max_age = INT64_MAX;
    begin("max_age", u, t);
    t = target();
    t.now = INT64_MAX;
    begin("now", u, t);
}

static void wrong_ends(upnudge *u) {
    upnudge_target t = target();
    upnudge_check *check;
    say("commit of nothing", NULL, upnudge_check_commit(NULL, bytes, length));
    say("failure of nothing", NULL, upnudge_check_fail(NULL, "no reason"));
    upnudge_check_abort(NULL);
    say("a check", u, upnudge_check_begin(&check, u, &t));
    say("no lockfile", u, upnudge_check_commit(check, NULL, 0));
    say("a negative length", u, upnudge_check_commit(check, bytes, (size_t)-1));
    say("which goes on", u, upnudge_check_commit(check, bytes, length));
    say("twice", u, upnudge_check_commit(check, bytes, length));
    say("failed after that", u, upnudge_check_fail(check, "too late"));
    upnudge_check_abort(check);
}

/* What serves no more than its words. */
static void a_handle_that_did_not_open(upnudge *u) {
    notify("then a notice", u, activation());
    begin("then a check", u, target());
    say("nor without an activation", u, upnudge_notify(u, NULL, NULL));
    upnudge_flush(u);
    upnudge_close(u);
}

int main(int argc, char **argv) {
    if (argc != 5)
        return 2;
    state_dir = argv[1];
    environment = argv[2];
    now = strtoll(argv[3], NULL, 10);
    FILE *file = fopen(argv[4], "rb");
    if (file) {
        length = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
    }
    say("nowhere for the handle", NULL, upnudge_open(NULL, NULL));
    size_t size = sizeof(upnudge_options);
    upnudge_close(open_with("options without a size", "misuse", state_dir, 0));
    upnudge_close(open_with("options of a size that there is not", "misuse", state_dir, 1 << 20));
    upnudge_close(open_with("app", "../x", state_dir, size));
    a_handle_that_did_not_open(open_with("state_dir", "misuse", "here", size));
    upnudge *u = open_with(NULL, "misuse", state_dir, size);
    wrong_activations(u);
    wrong_targets(u);
    wrong_ends(u);
    int order = 7;
    say("no order", NULL, upnudge_version_compare(NULL, "1", "2", "semver"));
    say("no version", NULL, upnudge_version_compare(&order, NULL, "2", "semver"));
    say("no scheme", NULL, upnudge_version_compare(&order, "1", "2", NULL));
    upnudge_flush(NULL);
    upnudge_close(u);
    upnudge_close(NULL);
    return 0;
}
