/*
 * A host that was compiled with a header of days to come: its structs have more at the end, of
 * which this library knows nothing. usage: grown STATE_DIR ENV NOW FILE
 */
#include "lua/api/upnudge.h"
#include <stdio.h>
#include <stdlib.h>

#define NEWS                                                                                       \
    const char *text;                                                                              \
    int64_t number;

typedef struct options {
    upnudge_options known;
    NEWS
} options;

typedef struct activation {
    upnudge_activation known;
    NEWS
} activation;

typedef struct target {
    upnudge_target known;
    NEWS
} target;

typedef struct notice {
    upnudge_notice known;
    NEWS
} notice;

#define GROWN(init)                                                                                \
    { init, NULL, 0 }

static options o = GROWN(UPNUDGE_OPTIONS_INIT);
static activation a = GROWN(UPNUDGE_ACTIVATION_INIT);
static target t = GROWN(UPNUDGE_TARGET_INIT);
static notice n = GROWN(UPNUDGE_NOTICE_INIT);

static void say(const upnudge *u, upnudge_status status) {
    printf("%d %s\n", (int)status, upnudge_error(u));
}

static void check(upnudge *u, const char *path) {
    static char bytes[1 << 20];
    upnudge_check *begun;
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    if (file)
        fclose(file);
    t.number = 1;
    say(u, upnudge_check_begin(&begun, u, &t.known));
    t.number = 0;
    say(u, upnudge_check_begin(&begun, u, &t.known));
    upnudge_check_commit(begun, bytes, length);
    upnudge_check_abort(begun);
}

int main(int argc, char **argv) {
    upnudge *u;
    upnudge_status status;
    if (argc != 5)
        return 2;
    o.known.size = sizeof o;
    a.known.size = sizeof a;
    t.known.size = sizeof t;
    n.known.size = sizeof n;
    o.known.state_dir = argv[1];
    a.known.environment = t.known.environment = argv[2];
    a.known.now = t.known.now = strtoll(argv[3], NULL, 10);
    a.known.terminal = 1;
    o.text = "news";
    status = upnudge_open(&u, &o.known);
    say(u, status);
    upnudge_close(u);
    o.text = NULL;
    status = upnudge_open(&u, &o.known);
    say(u, status);
    check(u, argv[4]);
    a.text = "news";
    say(u, upnudge_notify(u, &a.known, &n.known));
    a.text = NULL;
    n.number = 99;
    status = upnudge_notify(u, &a.known, &n.known);
    puts(status == UPNUDGE_OK && n.known.notified ? n.known.text : n.known.reason);
    upnudge_close(u);
    return n.text == NULL && n.number == 99 && n.known.size == sizeof n ? 0 : 1;
}
