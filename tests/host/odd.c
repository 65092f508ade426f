/*
 * A host in odd circumstances, which the specs compare with one in usual ones. It calls every
 * function of upnudge.h in a row, each with an errno of its own, and says on REPORT, one line each,
 * what came back: odd REPORT STATE_DIR ENV FILE and one of
 *
 *     usual
 *     closed MASK    without those of the standard descriptors; it goes on printing to them
 *     files BYTES    whose files may be no longer during the calls
 *     locale NAME    which sets that locale during a check
 *     reason         whose checks fail with a long and hostile reason
 *     stack KIB      each call in a thread with a stack of that size
 *     depth KIB      the same, and how much of it was used
 */
#include "lua/api/upnudge.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define NOW INT64_C(1800000000)

struct step;

typedef struct host {
    const char *state_dir, *environment;
    char *bytes; /* the upgraded lockfile */
    size_t length;
    unsigned closed;    /* mask of standard descriptors */
    rlim_t file_size;   /* during a call */
    const char *locale; /* that is set for good during a check */
    const char *reason; /* why a check fails */
    size_t stack;       /* of the thread that calls; 0: this one */
    bool measures;      /* whether it says how much of it was used */
    const struct step *step;
    int report;
    upnudge *u;
    upnudge_check *check;
    upnudge_status status;
    upnudge_notice notice;
    const char *json;
    int order;
} host;

static void __attribute__((format(printf, 2, 3))) say(const host *h, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vdprintf(h->report, format, arguments);
    va_end(arguments);
}

/* --- the calls -------------------------------------------------------------------------------- */

static void open_handle(host *h) {
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    options.app = "odd";
    options.state_dir = h->state_dir;
    h->status = upnudge_open(&h->u, &options);
}

static void notify_at(host *h, int64_t now) {
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    activation.environment = h->environment;
    activation.now = now;
    activation.terminal = 1;
    h->status = upnudge_notify(h->u, &activation, &h->notice);
}

static void notify(host *h) {
    notify_at(h, NOW + 3600);
}

static void notify_again(host *h) {
    notify_at(h, NOW + 3601);
}

static void begin_at(host *h, int64_t now) {
    upnudge_target target = UPNUDGE_TARGET_INIT;
    target.environment = h->environment;
    target.now = now;
    h->status = upnudge_check_begin(&h->check, h->u, &target);
}

static void begin(host *h) {
    begin_at(h, NOW);
}

static void begin_soon(host *h) {
    begin_at(h, NOW + 1);
}

static void begin_later(host *h) {
    begin_at(h, NOW + 600);
}

static void begin_even_later(host *h) {
    begin_at(h, NOW + 3000);
}

static void fail(host *h) {
    if (h->check)
        h->status = upnudge_check_fail(h->check, h->reason);
}

static void commit_nonsense(host *h) {
    if (h->check)
        h->status = upnudge_check_commit(h->check, "[]", 2);
}

static void commit(host *h) {
    if (h->check)
        h->status = upnudge_check_commit(h->check, h->bytes, h->length);
}

static void end(host *h) {
    upnudge_check_abort(h->check);
    h->check = NULL;
}

static void misuse(host *h) {
    upnudge_activation nowhere = UPNUDGE_ACTIVATION_INIT;
    h->status = upnudge_notify(h->u, &nowhere, &h->notice);
}

static void add_security(host *h) {
    if (h->check)
        h->status = upnudge_check_security(h->check, "curl");
}

static void explain(host *h) {
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    activation.environment = h->environment;
    activation.now = NOW + 3600;
    activation.terminal = 1;
    h->status = upnudge_explain(h->u, &activation, &h->json);
}

static void list_changes(host *h) {
    h->status = upnudge_changes(h->u, h->environment, &h->json);
}

static void snooze(host *h) {
    h->status = upnudge_snooze(h->u, h->environment, 86400);
}

static void unsnooze(host *h) {
    h->status = upnudge_snooze(h->u, h->environment, 0);
}

static void ignore(host *h) {
    h->status = upnudge_ignore(h->u, h->environment, "curl");
}

static void unignore(host *h) {
    h->status = upnudge_unignore(h->u, h->environment, "curl");
}

static void ask(host *h) {
    h->status = upnudge_call(h->u, "{\"call\":\"nonsense\"}", &h->json);
}

/* What is nested so deep would take more of the stack than there is. */
static void ask_deep(host *h) {
    static char request[4096] = "{\"schema\":1,\"call\":\"version\",\"deep\":";
    size_t length = strlen(request);
    memset(request + length, '[', sizeof request - 1 - length);
    h->status = upnudge_call(h->u, request, &h->json);
}

/* There is nothing to forget there. */
static void forget(host *h) {
    h->status = upnudge_forget(h->u, h->state_dir);
}

static void detach(host *h) {
    static const char *const argv[] = {"true", NULL};
    upnudge_target target = UPNUDGE_TARGET_INIT;
    target.environment = h->environment;
    target.now = NOW + 3001;
    h->status = upnudge_check_detach(h->u, &target, argv, 0);
}

static void flush(host *h) {
    upnudge_flush(h->u);
}

static void compare(host *h) {
    h->status = upnudge_version_compare(&h->order, "1.0rc1", "1.0", "pep440");
}

static void compare_nonsense(host *h) {
    h->status = upnudge_version_compare(&h->order, "1", "2", "nonsense");
}

static void close_handle(host *h) {
    upnudge_close(h->u);
    h->u = NULL;
}

static const struct step {
    const char *name;
    void (*call)(host *h);
} steps[] = {{"open", open_handle},
             {"notify before a check", notify},
             {"begin", begin},
             {"fail", fail},
             {"abort", end},
             {"begin too early", begin_soon},
             {"begin", begin_later},
             {"commit nonsense", commit_nonsense},
             {"abort", end},
             {"notify of a failure", notify},
             {"begin", begin_even_later},
             {"security", add_security},
             {"commit", commit},
             {"abort", end},
             {"begin while fresh", begin_even_later},
             {"detach while fresh", detach},
             {"explain", explain},
             {"changes", list_changes},
             {"notify", notify},
             {"notify again", notify_again},
             {"notify again", notify_again},
             {"snooze", snooze},
             {"unsnooze", unsnooze},
             {"ignore", ignore},
             {"notify of less", notify_again},
             {"unignore", unignore},
             {"call", ask},
             {"call deep", ask_deep},
             {"forget", forget},
             {"misuse", misuse},
             {"flush", flush},
             {"compare", compare},
             {"compare nonsense", compare_nonsense},
             {"close", close_handle}};

/* --- the circumstances ------------------------------------------------------------------------ */

/* What a host prints that has closed its standard descriptors goes nowhere. */
static void print(const host *h) {
    for (int fd = 0; fd < 3; fd++)
        if (h->closed & 1U << fd &&
            (write(fd, "a line of the host's log\n", 25) != -1 || errno != EBADF))
            say(h, "printed to a descriptor of somebody else: %d\n", fd);
}

/* What a process is sent that writes to a file beyond its limit would have ended this one, unless
 * it waits somewhere. */
static void limit_files(const host *h, bool begin) {
    const struct rlimit limit = {begin ? h->file_size : RLIM_INFINITY, RLIM_INFINITY};
    sigset_t blocked, pending;
    setrlimit(RLIMIT_FSIZE, &limit);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    if (sigismember(&pending, SIGXFSZ) || sigismember(&blocked, SIGXFSZ))
        say(h, "SIGXFSZ is pending or blocked\n");
}

/* errno is the host's, whatever we do. */
static void call(host *h) {
    errno = EXDEV;
    h->step->call(h);
    if (errno != EXDEV)
        say(h, "%s has changed errno: %s\n", h->step->name, strerror(errno));
}

static void set_locale(host *h) {
    const char *point;
    if (!setlocale(LC_ALL, h->locale) || !(point = localeconv()->decimal_point) || *point == '.')
        say(h, "the locale writes no comma\n");
    h->locale = NULL;
}

static void *call_in_thread(void *context) {
    call(context);
    return NULL;
}

/* A thread whose stack is that large and lies behind what nobody may touch; how much of it was
 * used. */
static size_t call_with_stack(host *h) {
    enum {
        PAINT = 0xa5,
        GUARD = 1 << 20
    };
    pthread_t thread;
    pthread_attr_t attributes;
    unsigned char *low =
        mmap(NULL, GUARD + h->stack, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned char *stack = low + GUARD;
    size_t unused = 0;
    mprotect(stack, h->stack, PROT_READ | PROT_WRITE);
    memset(stack, PAINT, h->stack);
    pthread_attr_init(&attributes);
    pthread_attr_setstack(&attributes, stack, h->stack);
    if (pthread_create(&thread, &attributes, call_in_thread, h) != 0)
        abort();
    pthread_join(thread, NULL);
    while (unused < h->stack && stack[unused] == PAINT)
        unused++;
    size_t used = h->stack - unused;
    munmap(low, GUARD + h->stack);
    return used;
}

static void take(host *h, const struct step *step) {
    static const upnudge_notice none = UPNUDGE_NOTICE_INIT;
    h->step = step;
    h->status = UPNUDGE_OK;
    h->notice = none;
    h->json = NULL;
    limit_files(h, true);
    size_t used = h->stack ? call_with_stack(h) : 0;
    if (!h->stack)
        call(h);
    limit_files(h, false);
    if (h->locale && h->check)
        set_locale(h);
    print(h);
    if (h->measures)
        say(h, "%zu bytes for ", used);
    say(h, "%s: %d", step->name, (int)h->status);
    if (h->notice.reason)
        say(h, " [%s] [%s] %" PRId64, h->notice.text ? h->notice.text : "", h->notice.reason,
            h->notice.next_at);
    else if (h->json)
        say(h, " %s", h->json);
    else if (h->status != UPNUDGE_OK && h->u)
        say(h, " %s", upnudge_error(h->u));
    say(h, "\n");
}

/* 1.6 MB of what no terminal should see. */
static const char *long_reason(void) {
    static const char piece[] = "no \x1b[31mnetwork\r\n\xff\xc3\xa9\xc2\x9b\t\x7f";
    static char reason[1600000];
    for (size_t at = 0; at + sizeof piece < sizeof reason; at += sizeof piece - 1)
        memcpy(reason + at, piece, sizeof piece);
    return reason;
}

static void arrange(host *h, const char *what, const char *how) {
    if (strcmp(what, "closed") == 0)
        h->closed = (unsigned)strtoul(how, NULL, 10);
    else if (strcmp(what, "files") == 0)
        h->file_size = strtoul(how, NULL, 10);
    else if (strcmp(what, "stack") == 0 || strcmp(what, "depth") == 0)
        h->stack = strtoul(how, NULL, 10) << 10;
    else if (strcmp(what, "locale") == 0)
        h->locale = how;
    else if (strcmp(what, "reason") == 0)
        h->reason = long_reason();
    h->measures = strcmp(what, "depth") == 0;
    for (int fd = 0; fd < 3; fd++)
        if (h->closed & 1U << fd)
            close(fd);
}

static void read_file(host *h, const char *path) {
    static char bytes[1 << 20];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);
    close(fd);
    h->bytes = bytes;
    h->length = length > 0 ? (size_t)length : 0;
}

int main(int argc, char **argv) {
    if (argc < 6)
        return 2;
    host h = {.state_dir = argv[2],
              .environment = argv[3],
              .file_size = RLIM_INFINITY,
              .reason = "no network"};
    int report = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    h.report = fcntl(report, F_DUPFD_CLOEXEC, 10);
    close(report);
    read_file(&h, argv[4]);
    arrange(&h, argv[5], argc > 6 ? argv[6] : "");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        take(&h, &steps[i]);
    return 0;
}
