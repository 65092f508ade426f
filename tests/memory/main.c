/*
 * A host that runs out of memory at every place where there could be none. For each thing that it
 * does with upnudge, the 1st, 2nd, 3rd … request for memory is refused, until the thing is done
 * without one; each time in a child of its own. Run with fail.so loaded before the C library, as
 *
 *     main warm|cold ENV STATE_DIR POLICY NOW FILE [THINGS [N alone|all]]
 *
 * warm: what is loaded and kept for good is loaded before, so that whatever has not been freed at
 * the end is a leak. cold: each child is the first to read a lockfile, and so loads the reader of
 * JSON. Where that brings the C++ runtime along, one table of glibc's loader is had or the process
 * ends (core/tree/json.c). How often is printed, and is no failure of ours; any other end is. FILE:
 * the upgraded lockfile. Prints how often memory was asked for, or what went wrong at which
 * request. THINGS: those alone, with commas between them; N: one request of the only one in this
 * very process, for a debugger.
 */
#include "fail.h"
#include "lua/api/upnudge.h"
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define DAY 86400
/* After so many nobody wants to hear of more. */
#define FAULTS 10

static const char *environment;
static upnudge_options options = UPNUDGE_OPTIONS_INIT;
static char upgraded[1 << 20];
static size_t length;
static const char *last_reason; /* of a notify */

/* What the child tells. */
typedef struct result {
    long asked;
    bool done, table;           /* table: the loader's was refused */
    char fault[512], said[512]; /* said: what was printed */
} result;

static result *told;

__attribute__((format(printf, 1, 2))) static _Noreturn void fail(const char *format, ...) {
    va_list list;
    memory_give();
    va_start(list, format);
    vsnprintf(told->fault, sizeof told->fault, format, list);
    va_end(list);
    _exit(1);
}

/* --- what is done ----------------------------------------------------------------------------- */

typedef struct host {
    upnudge *u;
    bool opened;
    upnudge_check *check;
    int64_t now;
    bool forgotten; /* there is nothing to tell of until the next check */
} host;

/* Want of memory has a reason of its own, which takes none. */
static void expect_reason(const char *what, const char *words, upnudge_reason reason) {
    if (!reason || (strstr(words, " memory") && reason != UPNUDGE_REASON_MEMORY))
        fail("%s: the reason of '%s' is %s", what, words, upnudge_reason_name(reason));
}

/* Whatever the status is, there is one, and words for it. */
static void expect_words(const host *h, const char *what, upnudge_status status) {
    if (status == UPNUDGE_OK)
        return;
    const char *words = upnudge_error(h->u);
    if (status < UPNUDGE_OK || status > UPNUDGE_LATER || !words || !*words)
        fail("%s: status %d without words", what, (int)status);
    expect_reason(what, words, upnudge_error_reason(h->u));
}

static void open_handle(host *h) {
    upnudge_status status = upnudge_open(&h->u, &options);
    expect_words(h, "open", status);
    h->opened = status == UPNUDGE_OK;
}

static int notify(const host *h, int64_t now) {
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    activation.environment = environment;
    activation.terminal = 1;
    activation.now = now;
    expect_words(h, "notify", upnudge_notify(h->u, &activation, &notice));
    if (!notice.reason || !*notice.reason || (notice.notified && !notice.text))
        fail("notify: an answer without words");
    expect_reason("notify", notice.reason, notice.code);
    last_reason = notice.reason;
    return notice.notified;
}

static void tell(host *h) {
    notify(h, h->now);
}

static void be_quiet(host *h) {
    if (notify(h, h->now + 1))
        fail("quiet: it is told again");
}

static void begin(host *h) {
    upnudge_target target = UPNUDGE_TARGET_INIT;
    target.environment = environment;
    target.now = h->now;
    target.max_age = 0;
    upnudge_status status = upnudge_check_begin(&h->check, h->u, &target);
    expect_words(h, "begin", status);
    if ((status == UPNUDGE_OK) != (h->check != NULL))
        fail("begin: status %d, and %s check", (int)status, h->check ? "a" : "no");
}

static void commit(host *h) {
    if (h->check)
        expect_words(h, "commit", upnudge_check_commit(h->check, upgraded, length));
}

static void record_failure(host *h) {
    expect_words(h, "fail", upnudge_check_fail(h->check, "no network"));
}

static void abort_check(host *h) {
    upnudge_check_abort(h->check);
    h->check = NULL;
}

static void close_handle(host *h) {
    upnudge_close(h->u);
    h->u = NULL;
    h->opened = false;
}

static void expect_answer(const host *h, const char *what, upnudge_status status,
                          const char *answer) {
    expect_words(h, what, status);
    if (status == UPNUDGE_OK && (!answer || *answer != '{'))
        fail("%s: no answer", what);
}

static void mend(host *h) {
    expect_words(h, "security", upnudge_check_security(h->check, "lodash"));
}

static void explain(host *h) {
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    const char *answer;
    activation.environment = environment;
    activation.now = h->now;
    upnudge_status status = upnudge_explain(h->u, &activation, &answer);
    expect_answer(h, "explain", status, answer);
}

static void list_changes(host *h) {
    const char *answer;
    upnudge_status status = upnudge_changes(h->u, environment, &answer);
    expect_answer(h, "changes", status, answer);
}

static void choose(host *h) {
    expect_words(h, "snooze", upnudge_snooze(h->u, environment, 1));
    expect_words(h, "snooze_all", upnudge_snooze_all(h->u, 1));
    expect_words(h, "ignore", upnudge_ignore(h->u, environment, "nothing-*"));
    expect_words(h, "unignore", upnudge_unignore(h->u, environment, NULL));
}

static void forget(host *h) {
    h->forgotten = true;
    expect_words(h, "forget", upnudge_forget(h->u, environment));
}

static void call(host *h) {
    static const char text[] = "{\"schema\":1,\"call\":\"check_begin\",\"max_age\":0,"
                               "\"environment\":\"%s\"}";
    char request[4096];
    const char *answer;
    snprintf(request, sizeof request, text, environment);
    upnudge_status status = upnudge_call(h->u, request, &answer);
    expect_answer(h, "call", status, answer);
    close_handle(h);
}

/* Nothing is started, for there is a fresh result. */
static void detach(host *h) {
    static const char *const command[] = {"true", NULL};
    upnudge_target target = UPNUDGE_TARGET_INIT;
    target.environment = environment;
    target.now = h->now;
    target.max_age = INT64_C(90) * 365 * DAY;
    upnudge_status status = upnudge_check_detach(h->u, &target, command, 1);
    if (status == UPNUDGE_OK)
        fail("detach: it was started");
    expect_words(h, "detach", status);
}

/* A host that does not look whether the handle has opened. */
static void do_all(host *h) {
    open_handle(h);
    tell(h);
    begin(h);
    commit(h);
    abort_check(h);
    upnudge_flush(h->u);
    close_handle(h);
}

typedef struct thing {
    const char *name;
    void (*before[5])(host *); /* NULL behind the last; with all the memory that there is */
    void (*act)(host *);
} thing;

static const thing things[] = {
    {"open", {NULL}, open_handle},
    {"be quiet", {open_handle, tell, close_handle, open_handle}, be_quiet},
    {"tell", {open_handle}, tell},
    {"begin a check", {open_handle}, begin},
    {"commit a check", {open_handle, begin}, commit},
    {"record a failure", {open_handle, begin}, record_failure},
    {"abort a check", {open_handle, begin}, abort_check},
    {"close", {open_handle, tell}, close_handle},
    {"say what mends a problem", {open_handle, begin}, mend},
    {"explain", {open_handle}, explain},
    {"list changes", {open_handle}, list_changes},
    {"choose", {open_handle}, choose},
    {"forget", {open_handle, begin, commit, abort_check}, forget},
    {"call", {open_handle}, call},
    {"detach", {open_handle}, detach},
    {"all of it", {NULL}, do_all},
};

#define THINGS (sizeof things / sizeof *things)

/* --- and after it ----------------------------------------------------------------------------- */

/* The handle goes on, or is closed and another one does: no lock is held, and nothing is lost. */
static void go_on(host *h) {
    abort_check(h);
    if (!h->opened) {
        close_handle(h);
        open_handle(h);
    }
    if (!h->opened)
        fail("afterwards no handle opens: %s", upnudge_error(h->u));
    h->now += 10 * DAY;
    if (!h->forgotten && !notify(h, h->now))
        fail("afterwards nothing is told: %s", last_reason);
    begin(h);
    if (!h->check)
        fail("afterwards no check begins: %s", upnudge_error(h->u));
    if (upnudge_check_commit(h->check, upgraded, length) != UPNUDGE_OK)
        fail("afterwards no check ends: %s", upnudge_error(h->u));
    abort_check(h);
    close_handle(h);
}

static void play(const thing *t, host *h, long n, bool onwards) {
    for (void (*const *before)(host *) = t->before; *before; before++)
        (*before)(h);
    memory_refuse(n, onwards);
    t->act(h);
    told->asked = memory_give();
    go_on(h);
    told->done = true;
}

static _Noreturn void be_child(const thing *t, int64_t now, long n, bool onwards, bool warm,
                               int output) {
    host h = {.now = now};
    alarm(60);
    memory_watch_table(&told->table);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    long live = memory_live();
    play(t, &h, n, onwards);
    if (warm && memory_live() != live)
        fail("%ld blocks have not been freed", memory_live() - live);
    _exit(0);
}

/* glibc's loader, which had no table. */
static bool is_loader(int status) {
    return WIFEXITED(status) && WEXITSTATUS(status) == 127 && told->table &&
           strcmp(told->said, "out of memory\n") == 0;
}

static int ended_by_loader;

/* Whether it went well; the child may be killed by whatever would end a host. */
static bool try_once(const thing *t, int64_t now, long n, bool onwards, bool warm) {
    int status, output = memfd_create("output", 0);
    *told = (result){0};
    pid_t child = fork();
    if (child == 0)
        be_child(t, now, n, onwards, warm, output);
    waitpid(child, &status, 0);
    ssize_t said = pread(output, told->said, sizeof told->said - 1, 0);
    close(output);
    if (status == 0 && told->done && said == 0)
        return true;
    if (!warm && is_loader(status)) {
        ended_by_loader++;
        return true;
    }
    printf("%s, request %ld %s: %s %s\n", t->name, n, onwards ? "and all after it" : "alone",
           *told->fault          ? told->fault
           : WIFSIGNALED(status) ? strsignal(WTERMSIG(status))
           : status              ? "the process was ended"
                                 : "printed",
           told->said);
    return false;
}

/* Requests until it is done without a refusal; times go on, so that every notice is due. */
static bool try_all(const thing *t, int64_t *now, bool onwards, bool warm) {
    int faults = 0;
    long n = 1;
    for (; (n == 1 || told->asked >= n - 1) && faults < FAULTS; n++) {
        *now += 30 * DAY;
        faults += !try_once(t, *now, n, onwards, warm);
        if (!told->done)
            told->asked = n;
    }
    printf("%s: %ld\n", t->name, n - 2);
    return faults == 0;
}

/* What is there before: a result, told of a day before the first time. */
static void prepare(int64_t now) {
    host h = {.now = now};
    open_handle(&h);
    begin(&h);
    commit(&h);
    abort_check(&h);
    tell(&h);
    close_handle(&h);
}

static bool is_one_of(const char *name, const char *names) {
    size_t size = strlen(name);
    while (*names) {
        size_t first = strcspn(names, ",");
        if (first == size && memcmp(names, name, size) == 0)
            return true;
        names += first + (names[first] == ',');
    }
    return false;
}

int main(int argc, char **argv) {
    if (argc != 7 && argc != 8 && argc != 10)
        return 2;
    bool warm = strcmp(argv[1], "warm") == 0, well = true;
    FILE *file = fopen(argv[6], "rb");
    if (file) {
        length = fread(upgraded, 1, sizeof upgraded, file);
        fclose(file);
    }
    environment = argv[2];
    options.app = "memory";
    options.state_dir = argv[3];
    options.policy = argv[4];
    int64_t now = strtoll(argv[5], NULL, 10);
    told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (!length || told == MAP_FAILED)
        return 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (warm) {
        prepare(now);
    } else if (fork() == 0) {
        prepare(now);
        _exit(0);
    } else {
        wait(NULL);
    }
    for (size_t i = 0; i < THINGS && argc == 10; i++)
        if (strcmp(things[i].name, argv[7]) == 0) {
            host h = {.now = now + 30 * DAY};
            play(&things[i], &h, strtol(argv[8], NULL, 10), strcmp(argv[9], "all") == 0);
            return 0;
        }
    for (size_t i = 0; i < THINGS; i++)
        for (int onwards = 0; onwards < 2; onwards++)
            if (argc == 7 || is_one_of(things[i].name, argv[7]))
                well = try_all(&things[i], &now, onwards, warm) && well;
    if (!warm)
        printf("ended by the loader: %d\n", ended_by_loader);
    return well ? 0 : 1;
}
