#include "activation.h"
#include "core/os/os.h"
#include "deadline.h"
#include "lua/api/argument.h"
#include "lua/api/handle.h"
#include "lua/api/runtime.h"
#include "project.h"
#include "standing.h"
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define EXIT_SHOWN     100
#define EXIT_UNDER_WAY 101

typedef struct string_option {
    const char *name;
    size_t offset;
} string_option;

/* Seconds since the epoch; ISO times are for the full command. */
static bool take_time(un_activation *options, const char *text) {
    char *end;
    errno = 0;
    long long seconds = strtoll(text, &end, 10);
    options->about.now = seconds;
    return *text >= '0' && *text <= '9' && !*end && !errno && seconds > 0;
}

static bool take_string(un_activation *options, const char *name, const char *value) {
    static const string_option known[] = {
        {"--app", offsetof(un_activation, runtime.app)},
        {"--state-dir", offsetof(un_activation, runtime.state_dir)},
        {"--policy", offsetof(un_activation, runtime.policy)},
        {"--lockfile", offsetof(un_activation, about.lockfile)},
        {"--name", offsetof(un_activation, about.name)},
        {"--hint", offsetof(un_activation, about.hint)},
        {"--session", offsetof(un_activation, about.session)}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i].name) == 0) {
            *(const char **)(void *)((char *)options + known[i].offset) = value;
            return true;
        }
    if (strcmp(name, "--set") == 0) {
        if (options->said_count == UN_ACTIVATION_SAID || !un_argument_is_pair(value))
            return false;
        options->said[options->said_count++] = value;
        return true;
    }
    return strcmp(name, "--now") == 0 && take_time(options, value);
}

static bool take_flag(un_activation *options, const char *name) {
    if (strcmp(name, "--tty") == 0)
        options->about.terminal = 1;
    else if (strcmp(name, "--no-tty") == 0)
        options->about.terminal = 0;
    else if (strcmp(name, "--active") == 0)
        options->about.active = 1;
    else if (strcmp(name, "--exit-code") == 0)
        options->exit_code = true;
    else if (strcmp(name, "--project") == 0)
        options->project = true;
    else if (strcmp(name, "--check") == 0)
        options->check = true;
    else
        return false;
    return true;
}

/* A relative state directory is rare enough for the full command, too. */
bool un_activation_read(un_activation *options, int count, char **arguments) {
    *options = (un_activation){.runtime = UPNUDGE_OPTIONS_INIT, .about = UPNUDGE_ACTIVATION_INIT};
    for (int i = 0; i < count; i++) {
        const char *word = arguments[i];
        if (word[0] != '-') {
            if (options->about.environment)
                return false;
            options->about.environment = word;
        } else if (!take_flag(options, word)) {
            if (i + 1 == count || !take_string(options, word, arguments[++i]))
                return false;
        }
    }
    if (options->project && !options->about.environment)
        options->about.environment = ".";
    const char *state = options->runtime.state_dir;
    return options->about.environment && (!state || state[0] == '/');
}

void un_activation_begin(void) {
    signal(SIGPIPE, SIG_IGN);
    un_deadline(UN_DEADLINE_NOTIFY);
}

/*
 * At a prompt the cursor may stand behind what a command left. So many spaces as a line has lead to
 * the next line from anywhere but the beginning of one: a terminal goes on when more is to be seen.
 */
static void begin_line(void) {
    struct winsize size;
    const char *kind = getenv("TERM");
    if (kind && strcmp(kind, "dumb") != 0 && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0)
        fprintf(stderr, "%*s\r", size.ws_col, "");
}

/* What stdio would give up where a signal comes. */
static void write_all(const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t written = un_os_write(STDERR_FILENO, bytes, size);
        if (written <= 0)
            return;
        bytes += written;
        size -= (size_t)written;
    }
}

/* As one piece, so that no other process speaks in between, unless there is no memory for that. */
static void write_line(const char *text) {
    size_t length = strlen(text);
    char *line = malloc(length + 1);
    if (line) {
        memcpy(line, text, length);
        line[length] = '\n';
        write_all(line, length + 1);
    } else {
        write_all(text, length);
        write_all("\n", 1);
    }
    free(line);
}

static bool has_spoken;

bool un_activation_has_spoken(void) {
    return has_spoken;
}

/* Nobody may read it any more. */
static void say(const char *text, bool at_prompt) {
    has_spoken = true;
    signal(SIGPIPE, SIG_IGN);
    if (at_prompt)
        begin_line();
    write_line(text);
}

/*
 * The process is about to end: what the runtime holds goes with it, faster than freed. It stays
 * reachable, so that a leak checker looks at the rest.
 */
static upnudge *runtime;

static un_standing standing;

bool un_activation_stands(const un_activation *options) {
    return un_standing_holds(&standing, options);
}

/* The rule of the notice, whose text lives no longer than the next call. */
static const char *kept_rule(const char *rule) {
    static char kept[256];
    snprintf(kept, sizeof kept, "%s", rule ? rule : "");
    return kept;
}

static int tell_dropped(lua_State *L) {
    un_handle_stood(L, &standing.dropped);
    return 0;
}

/* What was not silent leaves nothing. */
static void leave(un_silence *silence, bool spoke) {
    if (spoke)
        silence->until = 0;
    un_standing_leave(&standing, silence);
    if (standing.dropped.times > 0)
        un_runtime_run(runtime->L, tell_dropped, NULL, 0);
}

/* Nothing to say and nothing to check, for as long as there is no project. */
static void leave_outside(void) {
    un_silence silence = {NULL, INT64_MAX, un_reason_name(UPNUDGE_REASON_NO_LOCKFILE), NULL};
    un_standing_leave(&standing, &silence);
}

int un_activation_notify(const un_activation *options) {
    static char project[PATH_MAX];
    upnudge_activation about = options->about;
    about.attributes = options->said;
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    about.look = "terminal";
    if (upnudge_open(&runtime, &options->runtime) != UPNUDGE_OK)
        return 0;
    if (options->project) {
        if (!un_project_find(runtime, about.environment, project))
            return 0;
        if (!*project) {
            leave_outside();
            return 0;
        }
        about.environment = project;
    }
    if (upnudge_notify(runtime, &about, &notice) != UPNUDGE_OK)
        return 0;
    int notified = notice.notified;
    if (notified)
        say(notice.text, options->project);
    un_silence silence = {options->project ? project : standing.subject, runtime->holds_until,
                          un_reason_name(notice.code), kept_rule(notice.rule)};
    bool under_way = options->check && un_project_check(runtime, &about, &silence.until);
    leave(&silence, notified || under_way);
    upnudge_flush(runtime);
    if (!options->exit_code)
        return 0;
    return notified ? EXIT_SHOWN : under_way ? EXIT_UNDER_WAY : 0;
}
