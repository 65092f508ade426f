#include "child.h"
#include "keeper.h"
#include "os.h"
#include "printed.h"
#include "process.h"
#include "spawn.h"
#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long we wait for a keeper that was told to end what it keeps, in nanoseconds: as long as it
 * takes at most, and as much again for a busy machine. */
#define PATIENCE (2 * (UN_KEEPER_GRACE + UN_KEEPER_KILLING))
/* How long a keeper takes at most that has said its last, in milliseconds. */
#define PARTING 1000
/* Seconds; what is longer counts as this, and does not overflow. */
#define TIMEOUT_MOST 1000000000
/* Nanoseconds between two ticks. */
#define TICK 1000000000

typedef struct run {
    const un_child_options *options;
    pid_t keeper, command; /* command: 0 until it has started */
    un_printed printed;
    int signals, news; /* readable when a signal came, when the keeper has something to say */
    int64_t deadline;  /* of un_os_monotonic */
    int64_t next_tick; /* of un_os_monotonic; 0: none comes any more */
    bool told, expired;
    int caught;  /* a signal that asked us to end */
    int stopped; /* a signal that stopped the command */
    bool over;   /* no more news comes */
    bool ended;
    int status; /* once it has ended */
    int failed; /* errno: it could not be executed */
} run;

/* What a call changes in this process, and puts back. */
typedef struct guard {
    sigset_t blocked, before;
} guard;

/* --- how it ends ------------------------------------------------------------------------------ */

static void await_end(run *r) {
    r->deadline = un_os_monotonic() + PATIENCE;
    r->told = true;
}

static void end_group(run *r) {
    kill(r->keeper, UN_KEEPER_END);
    await_end(r);
}

/* Without its keeper nobody ends the command but we. Its number may be another's a moment later. */
static void end_without_keeper(run *r) {
    kill(r->keeper, SIGKILL);
    if (r->command > 0)
        kill(-r->command, SIGKILL);
    if (r->options->alone)
        un_keeper_end_all();
    if (r->options->alone && !r->told)
        kill(getpid(), SIGKILL);
    r->over = true;
}

static void take_news(run *r) {
    un_news news = {0};
    ssize_t got = read(r->news, &news, sizeof news);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (got != (ssize_t)sizeof news) {
        end_without_keeper(r);
    } else if (news.kind == UN_NEWS_STARTED) {
        r->command = news.value;
    } else if (news.kind == UN_NEWS_STOPPED) {
        r->stopped = news.value;
        await_end(r);
    } else if (news.kind == UN_NEWS_NOT_EXECUTED) {
        r->failed = news.value;
    } else {
        r->failed = news.kind == UN_NEWS_NOT_STARTED ? news.value : r->failed;
        r->ended = news.kind == UN_NEWS_ENDED;
        r->status = news.value;
        r->over = true;
    }
}

static void take_signal(run *r) {
    struct signalfd_siginfo info;
    if (read(r->signals, &info, sizeof info) != (ssize_t)sizeof info || r->caught)
        return;
    r->caught = (int)info.ssi_signo;
    if (!r->told)
        end_group(r);
}

static void tick(run *r, bool speaks) {
    const un_child_options *options = r->options;
    int64_t now = un_os_monotonic();
    if (!r->next_tick || (!speaks && now < r->next_tick))
        return;
    r->next_tick = speaks ? 0 : now + TICK;
    options->tick(options->tick_context, speaks);
}

/* Milliseconds until there is something to do without news. */
static int left_of(const run *r) {
    bool ticks = r->next_tick && r->next_tick < r->deadline;
    int left = un_process_left(ticks ? r->next_tick : r->deadline);
    return ticks && left <= 0 ? 1 : left;
}

static void wait_for_news(run *r) {
    struct pollfd fds[] = {{r->printed.fds[UN_STREAM_OUTPUT], POLLIN, 0},
                           {r->printed.fds[UN_STREAM_ERRORS], POLLIN, 0},
                           {r->signals, POLLIN, 0},
                           {r->news, POLLIN, 0}};
    int left = left_of(r);
    int ready = left > 0 ? un_process_poll(fds, 4, left) : 0;
    /* To look at what has nothing to say costs little. */
    bool blind = ready < 0;
    tick(r, ready > 0 && fds[1].revents && r->options->log >= 0);
    if (blind || (ready > 0 && fds[2].revents))
        take_signal(r);
    if (blind || (ready > 0 && fds[3].revents))
        take_news(r);
    if (r->over || un_process_left(r->deadline) > 0)
        return;
    if (r->told) {
        end_without_keeper(r);
    } else {
        r->expired = true;
        end_group(r);
    }
}

/* Until the command itself has ended; who else holds the pipes does not matter. */
static un_status attend(run *r, un_error *error) {
    un_printed *printed = &r->printed;
    un_status status = UN_OK;
    while (!r->over) {
        wait_for_news(r);
        un_printed_take(printed, UN_STREAM_ERRORS, NULL);
        if (status == UN_OK)
            status = un_printed_take(printed, UN_STREAM_OUTPUT, error);
        if (status != UN_OK && printed->fds[UN_STREAM_OUTPUT] >= 0) {
            un_process_close(&printed->fds[UN_STREAM_OUTPUT]);
            if (!r->told)
                end_group(r);
        }
    }
    if (status == UN_OK)
        status = un_printed_take_rest(printed, UN_STREAM_OUTPUT, error);
    un_printed_take_rest(printed, UN_STREAM_ERRORS, NULL);
    un_printed_end_line(printed);
    return status;
}

/* --- the whole -------------------------------------------------------------------------------- */

static void enter(guard *g) {
    sigemptyset(&g->blocked);
    for (const int *asked = un_process_asked; *asked; asked++)
        if (!un_process_ignores(*asked))
            sigaddset(&g->blocked, *asked);
    pthread_sigmask(SIG_BLOCK, &g->blocked, &g->before);
}

/* The signal goes on to the whole process, for the host may wait for it in another thread. */
static void leave(const guard *g, int caught) {
    pthread_sigmask(SIG_SETMASK, &g->before, NULL);
    if (caught)
        kill(getpid(), caught);
}

static un_status conclude(const run *r, un_error *error) {
    const char *command = r->options->argv[0];
    long long timeout = r->options->timeout;
    if (r->failed)
        return un_fail_system(error, r->failed, command,
                              r->ended ? "cannot run this command" : "cannot start this command");
    if (r->caught)
        return un_fail_system(error, EINTR, command, "ended, because this process was told to end");
    if (r->stopped)
        return un_fail(error, UN_SYSTEM, "%s: was stopped by signal %d (%s) and was ended", command,
                       r->stopped, strsignal(r->stopped));
    if (r->expired && !r->ended)
        return un_fail(error, UN_TIMEOUT, "%s: did not end within %lld s, not even when killed",
                       command, timeout);
    if (r->expired)
        return un_fail(error, UN_TIMEOUT, "%s: did not end within %lld s and was ended", command,
                       timeout);
    if (!r->ended)
        return un_fail(error, UN_SYSTEM, "%s: what kept watch over it was killed, and it was ended",
                       command);
    return UN_OK;
}

_Static_assert(sizeof((un_child_result *)0)->last_line == sizeof((un_printed *)0)->last_line &&
                   sizeof((un_child_result *)0)->last_lines == sizeof((un_printed *)0)->last_lines,
               "what it said last is copied whole");

/* What it printed and how it ended is told whatever went wrong meanwhile. */
static un_status run_started(run *r, un_child_result *result, un_error *error) {
    un_status status = attend(r, error);
    un_process_part(r->keeper, PARTING);
    if (r->ended && WIFEXITED(r->status))
        result->exit_code = WEXITSTATUS(r->status);
    if (r->ended && WIFSIGNALED(r->status))
        result->signal = WTERMSIG(r->status);
    memcpy(result->last_line, r->printed.last_line, sizeof result->last_line);
    memcpy(result->last_lines, r->printed.last_lines, sizeof result->last_lines);
    return status == UN_OK ? conclude(r, error) : status;
}

/* The pipes are told to `r` whatever happens, since the caller closes them. */
static un_status run_guarded(run *r, un_child_result *result, const guard *g, un_error *error) {
    const un_child_options *options = r->options;
    un_spawned child = {-1, -1, -1, -1};
    un_status status = un_bytes_copy(&r->printed.output, (un_slice){NULL, 0}, error);
    if (status == UN_OK) {
        r->signals = un_os_above(signalfd(-1, &g->blocked, SFD_CLOEXEC | SFD_NONBLOCK));
        if (r->signals < 0)
            status = un_fail_system(error, errno, options->argv[0], "cannot watch for signals");
    }
    if (status == UN_OK)
        status = un_spawn(&child, options->argv, options->directory, options->environment,
                          &g->before, error);
    r->keeper = child.keeper;
    r->news = child.news;
    r->printed.fds[UN_STREAM_OUTPUT] = child.output;
    r->printed.fds[UN_STREAM_ERRORS] = child.errors;
    if (status == UN_OK)
        status = run_started(r, result, error);
    result->output = r->printed.output;
    return status;
}

un_status un_child_run(un_child_result *result, const un_child_options *options, un_error *error) {
    guard g;
    int64_t timeout = options->timeout < TIMEOUT_MOST ? options->timeout : TIMEOUT_MOST;
    run r = {
        .options = options,
        .signals = -1,
        .news = -1,
        .deadline = un_os_monotonic() + (timeout > 0 ? timeout : 0) * 1000000000,
        .next_tick = options->tick ? un_os_monotonic() + TICK : 0,
        .printed = {.command = options->argv[0],
                    .output_limit = options->output_limit,
                    .log = options->log,
                    .log_left = options->log_limit,
                    .kept = options->log_kept},
    };
    *result = (un_child_result){.exit_code = -1};
    un_process_reap();
    if (options->alone)
        prctl(PR_SET_CHILD_SUBREAPER, 1);
    enter(&g);
    un_status status = run_guarded(&r, result, &g, error);
    un_process_close(&r.printed.fds[UN_STREAM_OUTPUT]);
    un_process_close(&r.printed.fds[UN_STREAM_ERRORS]);
    un_process_close(&r.signals);
    un_process_close(&r.news);
    leave(&g, r.caught);
    return status;
}

void un_child_free(un_child_result *result) {
    un_bytes_free(&result->output);
}
