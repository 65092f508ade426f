/*
 * A host with a Lua of its own, in the program itself or in an object that it loads, which uses it
 * before and after it uses us, and while our handle is open. The specs run it as
 *
 *     main ORDER LIBRARY HOW OBJECT HOW STATE_DIR ENV NOW FILE
 *
 * ORDER: "before" or "after", when the other Lua is first used. LIBRARY: ours; "-": linked to the
 * program. OBJECT: the other Lua; "-": linked, too. HOW each is loaded: "local", "global" or
 * "deepbind". FILE: the upgraded lockfile. Prints what it hears from either.
 */
#include "lua/api/upnudge.h"
#include "script.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma weak stranger_open
#pragma weak stranger_run
#pragma weak stranger_close

#define DAY 86400

typedef struct other {
    void *(*open)(void);
    const char *(*run)(void *, int);
    void (*close)(void *);
    void *state;
    int times;
} other;

typedef struct library {
    upnudge_status (*open)(upnudge **, const upnudge_options *);
    void (*close)(upnudge *);
    const char *(*error)(const upnudge *);
    upnudge_status (*notify)(upnudge *, const upnudge_activation *, upnudge_notice *);
    upnudge_status (*begin)(upnudge_check **, upnudge *, const upnudge_target *);
    upnudge_status (*commit)(upnudge_check *, const void *, size_t);
    void (*abort)(upnudge_check *);
    upnudge *handle;
} library;

static _Noreturn void fail(const char *what, const char *why) {
    printf("%s: %s\n", what, why ? why : "?");
    exit(1);
}

static void *load(const char *path, const char *how) {
    int flags = strcmp(how, "global") == 0     ? RTLD_GLOBAL
                : strcmp(how, "deepbind") == 0 ? RTLD_LOCAL | RTLD_DEEPBIND
                                               : RTLD_LOCAL;
    void *object = strcmp(path, "-") == 0 ? RTLD_DEFAULT : dlopen(path, RTLD_NOW | flags);
    if (!object && strcmp(path, "-") != 0)
        fail("dlopen", dlerror());
    return object;
}

static void find(void *function, void *object, const char *name) {
    void *found = dlsym(object, name);
    if (!found)
        fail("dlsym", dlerror());
    memcpy(function, &found, sizeof found);
}

static void meet(other *o, const char *path, const char *how) {
    *o = (other){stranger_open, stranger_run, stranger_close, NULL, 0};
    if (strcmp(path, "-") != 0) {
        void *object = load(path, how);
        find(&o->open, object, "stranger_open");
        find(&o->run, object, "stranger_run");
        find(&o->close, object, "stranger_close");
    }
    o->state = o->open();
    if (!o->state)
        fail("other", "no state");
}

static void use(other *o) {
    puts(o->run(o->state, ++o->times));
}

static void embed(library *u, const char *path, const char *how, const char *state_dir) {
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    options.app = "stranger";
    options.state_dir = state_dir;
    options.policy = "default";
    void *object = load(path, how);
    find(&u->open, object, "upnudge_open");
    find(&u->close, object, "upnudge_close");
    find(&u->error, object, "upnudge_error");
    find(&u->notify, object, "upnudge_notify");
    find(&u->begin, object, "upnudge_check_begin");
    find(&u->commit, object, "upnudge_check_commit");
    find(&u->abort, object, "upnudge_check_abort");
    if (u->open(&u->handle, &options) != UPNUDGE_OK)
        fail("upnudge", u->error(u->handle));
}

static void check(library *u, const char *environment, int64_t now, const char *path) {
    static char bytes[1 << 20];
    upnudge_check *running;
    upnudge_target target = UPNUDGE_TARGET_INIT;
    FILE *file = fopen(path, "rb");
    if (!file)
        fail(path, "cannot open");
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    target.environment = environment;
    target.now = now;
    target.max_age = 0;
    if (u->begin(&running, u->handle, &target) != UPNUDGE_OK ||
        u->commit(running, bytes, length) != UPNUDGE_OK)
        fail("upnudge", u->error(u->handle));
    u->abort(running);
}

/* Two times, told and quiet. */
static void notify(library *u, const char *environment, int64_t now) {
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    activation.environment = environment;
    activation.terminal = 1;
    for (int i = 1; i <= 2; i++) {
        activation.now = now + i;
        if (u->notify(u->handle, &activation, &notice) != UPNUDGE_OK)
            fail("upnudge", u->error(u->handle));
        if (notice.notified)
            printf("%.*s\n", (int)strcspn(notice.text, "\n"), notice.text);
        else
            puts(notice.reason);
    }
}

int main(int argc, char **argv) {
    other o = {0};
    library u = {0};
    if (argc != 10)
        return 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    int64_t now = strtoll(argv[8], NULL, 10);
    if (strcmp(argv[1], "before") == 0) {
        meet(&o, argv[4], argv[5]);
        use(&o);
    }
    embed(&u, argv[2], argv[3], argv[6]);
    check(&u, argv[7], now, argv[9]);
    notify(&u, argv[7], now);
    if (!o.state)
        meet(&o, argv[4], argv[5]);
    use(&o);
    check(&u, argv[7], now + 30 * DAY, argv[9]);
    notify(&u, argv[7], now + 30 * DAY);
    use(&o);
    u.close(u.handle);
    use(&o);
    o.close(o.state);
    return 0;
}
