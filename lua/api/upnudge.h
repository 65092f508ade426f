/*
 * upnudge.h: remember what a background check found, and say so at the right moment.
 *
 * upnudge is for tools that manage environments: a directory with a lockfile. Finding out that
 * newer packages exist is slow, so a background process does it and commits the outcome, one record
 * per environment. At the next activation a policy, which is a Lua file, decides whether to tell
 * the user and in which words.
 *
 * The activation:
 *
 *     upnudge *u;
 *     upnudge_options o = UPNUDGE_OPTIONS_INIT;
 *     o.app = "acme";
 *     if (upnudge_open(&u, &o) == UPNUDGE_OK) {
 *         upnudge_activation a = UPNUDGE_ACTIVATION_INIT;
 *         upnudge_notice notice = UPNUDGE_NOTICE_INIT;
 *         a.environment = "/home/me/project";
 *         if (upnudge_notify(u, &a, &notice) == UPNUDGE_OK && notice.notified)
 *             fprintf(stderr, "%s\n", notice.text);
 *     }
 *     upnudge_close(u);
 *
 * The check, in a process that may take its time:
 *
 *     upnudge_check *check;
 *     upnudge_target t = UPNUDGE_TARGET_INIT;
 *     t.environment = "/home/me/project";
 *     if (upnudge_check_begin(&check, u, &t) == UPNUDGE_OK) {       FRESH, BUSY: nothing to do
 *         if (dry_upgrade(&bytes, &length))                         yours: seconds to minutes
 *             upnudge_check_commit(check, bytes, length);
 *         else
 *             upnudge_check_fail(check, "the server did not answer");
 *     }
 *     upnudge_check_abort(check);                                   ends every check
 *
 * Order: a handle is opened, used as often as one likes, and closed once. A check is begun, ended
 * by one of commit and fail, or by neither, and released by upnudge_check_abort; a second end is
 * UPNUDGE_USAGE. What was closed or released is gone, as with free.
 *
 * And what a person may say to it, or ask: upnudge_snooze, upnudge_ignore, upnudge_forget,
 * upnudge_explain, upnudge_changes; a binding for another language needs upnudge_call alone.
 *
 * Errors: functions return a status; upnudge_error tells in words what failed, where, and what to
 * do, and upnudge_error_reason which kind of failure it is. Nothing here prints or exits. A broken
 * policy or record is not an error of upnudge_notify: it answers "not notified" and the reason, for
 * an activation must never fail because of a notice. What makes no sense is UPNUDGE_USAGE and
 * changes nothing: a pointer that is NULL where one is needed, a value that a field cannot have. A
 * handle that failed to open answers each call with that failure. NULL may be closed, flushed,
 * aborted, and asked for its error.
 *
 * What blocks: nothing waits for another process or for a person. upnudge_open reads policy files.
 * upnudge_notify reads some small files, lets a policy compute for 20 ms at most, and reads a
 * lockfile that has changed for some 10 ms; see there for a policy with a database. A check's begin
 * and commit read whole lockfiles, and its commit and failure wait for the disk.
 *
 * Variables of the environment that it reads: XDG_STATE_HOME, XDG_CACHE_HOME, XDG_RUNTIME_DIR,
 * XDG_CONFIG_HOME, XDG_CONFIG_DIRS, HOME, PWD; what a person wants to hear, NO_UPDATE_NOTIFIER and
 * the language, LC_ALL, LC_MESSAGES, LANG, LANGUAGE; for the look "terminal" those named below;
 * CI, CONTINUOUS_INTEGRATION, BUILD_NUMBER, RUN_ID, TF_BUILD; where a policy asks whether a coding
 * agent runs the shell, AI_AGENT, AGENT, CLAUDECODE, CODEX_THREAD_ID, CODEX_SANDBOX, CURSOR_AGENT,
 * GEMINI_CLI, OPENCODE, COPILOT_CLI, AUGMENT_AGENT, CLINE_ACTIVE, ANTIGRAVITY_AGENT,
 * GOOSE_TERMINAL, QWEN_CODE, TERM_PROGRAM; for a database, and where a policy asks who this is,
 * USER, LOGNAME and those of its client; those that a policy lists; and names that begin with
 * UPNUDGE_. In a set-uid program it reads none: name a state_dir there.
 *
 * Encodings: paths are bytes, as the system has them. What else goes in is UTF-8; a byte that is
 * not is shown as U+FFFD. The text of a notice is UTF-8 without control characters but newlines and
 * tabs, and so are reasons, of 2000 bytes at most, and the words of an error, of 1023: a byte of a
 * path that is none of them stands there as U+FFFD or "?".
 *
 * Looks: a policy may give words of its notice a colour or a link. The look "plain" is the text
 * alone; "styled" has all of that, closed at its end and at the end of each line; "terminal" is for
 * a text that is written to standard error as it is: it has them where that is a terminal which
 * wants colours, as TERM, NO_COLOR, CLICOLOR, CLICOLOR_FORCE and FORCE_COLOR say, and is no UTF-8
 * but in the encoding of the locale (LC_ALL, LC_CTYPE, LANG), with "?" for what that lacks.
 *
 * Lifetimes: strings that go in are the host's, and are not kept beyond the call; those that come
 * out are the handle's, until the next call on it or on one of its checks.
 *
 * Threads: a handle and its checks belong to one thread at a time; different handles may be used at
 * once. A thread with a stack of 32 KiB has room for each call, whatever the lockfile, with the
 * ready-made policies and those like them; 512 KiB are enough for whatever policy, one that calls
 * itself for ever included. errno is after each what it was before.
 *
 * Forking: upnudge_check_begin holds a lock through a close-on-exec descriptor. A child that is
 * forked and goes on without exec shares it, and the environment stays locked until the child ends
 * too: in such a child call upnudge_check_abort, or exec.
 *
 * Children: nothing of the host is forked. A database is asked by upnudge-cli, which posix_spawn
 * starts; it ends, or is ended, before the call returns. Its end is a SIGCHLD like others; a host
 * may take its status, or ignore its children.
 *
 * What may grow: structs, at their end and by what their size tells; statuses and other values, so
 * have a default for those that you do not know; functions. What is there keeps its place, its
 * value and its meaning. A program runs with any later library of the same soname, and with an
 * earlier one that has the functions it calls, as long as it sets nothing that one does not know.
 *
 * What upnudge will not do: use the network, start threads, install signal handlers, change the
 * locale or the working directory, read policies from the environment being activated, or store
 * anything in it.
 */
#ifndef UPNUDGE_H
#define UPNUDGE_H

#include <stddef.h>
#include <stdint.h>

/* The version of this header. */
#define UPNUDGE_VERSION_MAJOR 0
#define UPNUDGE_VERSION_MINOR 1
#define UPNUDGE_VERSION_PATCH 0
/* One number of it, which grows: 1.2.3 is 10203. */
#define UPNUDGE_VERSION                                                                            \
    (UPNUDGE_VERSION_MAJOR * 10000 + UPNUDGE_VERSION_MINOR * 100 + UPNUDGE_VERSION_PATCH)

#ifdef __cplusplus
extern "C" {
#endif

#define UPNUDGE_API __attribute__((visibility("default")))

typedef struct upnudge upnudge;
typedef struct upnudge_check upnudge_check;

/* How much a line that is logged matters. */
typedef enum upnudge_level {
    UPNUDGE_WARNING = 1, /* one thing did not work: a check failed, a record was set aside */
    UPNUDGE_FAULT = 2    /* nothing is told before somebody mends that: a broken policy */
} upnudge_level;

/*
 * Is told what a host's own log should know. `line` is one line of UTF-8 without a newline, and
 * without control bytes; it lives until this returns. Called in the thread that calls upnudge,
 * while no lock is held and never in a fork. It must not use the handle.
 */
typedef void (*upnudge_log)(void *context, upnudge_level level, const char *line);

typedef enum upnudge_status {
    UPNUDGE_OK = 0,
    UPNUDGE_ERROR = 1, /* see upnudge_error */
    UPNUDGE_USAGE = 2, /* an argument makes no sense; see upnudge_error */
    UPNUDGE_FRESH = 3, /* check_begin: a recent outcome is there already */
    UPNUDGE_BUSY = 4,  /* check_begin: another process is checking this environment */
    UPNUDGE_LATER = 5  /* check_begin: the last check failed; it is too early to try again */
} upnudge_status;

/*
 * Why an answer is what it is, or what failed. Words change and a reason stays: there come more,
 * and none ever means anything else. upnudge(1) says of each when it is worth to ask again.
 */
typedef enum upnudge_reason {
    /* Nothing was answered yet, or nothing failed. */
    UPNUDGE_REASON_NONE = 0,
    /* A notice is shown, and counts as told. */
    UPNUDGE_REASON_NOTIFIED = 1,
    /* The last check found nothing newer. */
    UPNUDGE_REASON_NOTHING_NEW = 2,
    /* All that is newer is ignored, by the person or the policy. */
    UPNUDGE_REASON_IGNORED = 3,
    /* What is newer is for other systems than this one. */
    UPNUDGE_REASON_OTHER_SYSTEMS = 4,
    /* The policy has spoken, and does not want to again so soon. */
    UPNUDGE_REASON_NOT_DUE = 5,
    /* The person wants to hear nothing of this environment for a while. */
    UPNUDGE_REASON_SNOOZED = 6,
    /* A variable says that the person wants no notices at all. */
    UPNUDGE_REASON_OPTED_OUT = 7,
    /* Nobody would read it: it runs in CI, or without a terminal. */
    UPNUDGE_REASON_NOBODY_WATCHING = 8,
    /* It is no person who would read it, but a program that acts for one. */
    UPNUDGE_REASON_AGENT = 9,
    /* One command is run in the environment, and nobody stays in it. */
    UPNUDGE_REASON_COMMAND = 10,
    /* The environment is active already. */
    UPNUDGE_REASON_ALREADY_ACTIVE = 11,
    /* A rule of the policy wants silence, for reasons of its own. */
    UPNUDGE_REASON_QUIET_RULE = 12,
    /* No rule of the policy wants to speak. */
    UPNUDGE_REASON_NO_RULE = 13,
    /* No check of this environment has finished yet. */
    UPNUDGE_REASON_NOT_CHECKED = 14,
    /* No check of this environment has finished yet; the last one failed. */
    UPNUDGE_REASON_CHECK_FAILED = 15,
    /* The lockfile is not the one that was checked. */
    UPNUDGE_REASON_LOCKFILE_CHANGED = 16,
    /* The lockfile is not there. */
    UPNUDGE_REASON_LOCKFILE_MISSING = 17,
    /* The lockfile is there and cannot be read. */
    UPNUDGE_REASON_LOCKFILE_UNREADABLE = 18,
    /* The record is damaged, or of another environment. */
    UPNUDGE_REASON_RECORD_BROKEN = 19,
    /* A newer upnudge wrote what is kept here, which this one does not understand. */
    UPNUDGE_REASON_RECORD_NEWER = 20,
    /* The record is there and cannot be read. */
    UPNUDGE_REASON_RECORD_UNREADABLE = 21,
    /* The list of what the last check found is needed, and is not there or not looked through. */
    UPNUDGE_REASON_DETAILS_MISSING = 22,
    /* Another check came in between. */
    UPNUDGE_REASON_OUTDATED = 23,
    /* Another process is writing the same just now, or showing the notice. */
    UPNUDGE_REASON_LOCKED = 24,
    /* Others are told again and again meanwhile. */
    UPNUDGE_REASON_TOLD_ELSEWHERE = 25,
    /* What has to be remembered could not be written: a full disk, a read-only home. */
    UPNUDGE_REASON_CANNOT_REMEMBER = 26,
    /* There is no place for state, or it belongs to somebody else, others can write to it, or a
     * link leads there. */
    UPNUDGE_REASON_STATE_UNUSABLE = 27,
    /* The policy, or a format or a strategy of a team's, has a mistake or took too long. */
    UPNUDGE_REASON_POLICY_FAULT = 28,
    /* The database did not answer in time, or is not what it should be. */
    UPNUDGE_REASON_DATABASE_UNREACHABLE = 29,
    /* The database is not asked, for whoever named it has no right to. */
    UPNUDGE_REASON_DATABASE_REFUSED = 30,
    /* The environment's directory is not there, or cannot be reached. */
    UPNUDGE_REASON_ENVIRONMENT_MISSING = 31,
    /* The outcome of the check is committed. */
    UPNUDGE_REASON_CHECKED = 32,
    /* The check goes on in the background. */
    UPNUDGE_REASON_STARTED = 33,
    /* The last outcome is recent enough, and of this lockfile. */
    UPNUDGE_REASON_FRESH = 34,
    /* Another process, or another machine, is checking. */
    UPNUDGE_REASON_BUSY = 35,
    /* The last check failed, and it is too early to try again. */
    UPNUDGE_REASON_LATER = 36,
    /* The environment has no lockfile that upnudge knows, or several. */
    UPNUDGE_REASON_NO_LOCKFILE = 37,
    /* The lockfile is broken, too large, or in no format that upnudge knows. */
    UPNUDGE_REASON_LOCKFILE_UNPARSABLE = 38,
    /* What the dry upgrade gave cannot be read as a lockfile, or differs too much. */
    UPNUDGE_REASON_UPGRADE_UNPARSABLE = 39,
    /* The dry upgrade failed, or took too long. */
    UPNUDGE_REASON_DRY_UPGRADE_FAILED = 40,
    /* An argument, or the call, makes no sense. */
    UPNUDGE_REASON_USAGE = 41,
    /* There was no memory for it. */
    UPNUDGE_REASON_MEMORY = 42,
    /* A fault of upnudge, or of the system under it. */
    UPNUDGE_REASON_FAULT = 43,
    /* No checker knows how such a lockfile is upgraded. */
    UPNUDGE_REASON_NO_CHECKER = 44,
    /* A program that the check needs is not installed, or is another: the tool of the dry upgrade,
     * upnudge-cli. */
    UPNUDGE_REASON_TOOL_MISSING = 45,
    /* The dry upgrade runs code of the project, and nobody has let it by a check that he waited
     * for. */
    UPNUDGE_REASON_PROJECT_CODE = 46,
    /* All that is newer is too new for the policy's cooldown. */
    UPNUDGE_REASON_COOLING = 47
} upnudge_reason;

/*
 * Structs begin with their size as their host knows it, which its initialiser sets: start every one
 * from that, the answer of upnudge_notify too. They grow at the end, by what means nothing where it
 * is 0 or NULL. A host of an older header is neither read nor written beyond its size; one of a
 * newer header is understood as long as what this library does not know yet is 0 or NULL.
 */

/* Options of a runtime. NULL fields mean the default. Strings are copied. */
typedef struct upnudge_options {
    size_t size;
    const char *app;       /* name of the host: separates its records ("default") */
    const char *state_dir; /* absolute path of all that is kept ($UPNUDGE_STATE_DIR; else
                              $XDG_STATE_HOME/upnudge/APP, and what can be made again in
                              $XDG_CACHE_HOME/upnudge/APP) */
    const char *policy;    /* a file, or the name of a ready-made policy (policies/) */
    upnudge_log log;       /* NULL: nothing is logged */
    void *log_context;     /* handed to log */
} upnudge_options;

#define UPNUDGE_OPTIONS_INIT                                                                       \
    { sizeof(upnudge_options), NULL, NULL, NULL, NULL, NULL }

/* One activation. Strings are not kept. */
typedef struct upnudge_activation {
    size_t size;
    const char *environment; /* its directory; required */
    const char *lockfile;    /* NULL: those that were checked */
    const char *name;        /* what the user calls the environment; NULL: as the record says */
    const char *mode;        /* "activate", "in-place", "command"; NULL: "activate" */
    const char *command;     /* what is run in it, when mode is "command" */
    const char *hint;        /* what a person runs for details; "": nothing is said of that */
    int64_t now;             /* seconds UTC; 0: the clock. See upnudge_notify */
    int terminal;            /* 1 yes, 0 no, -1: whether standard error is one */
    int active;              /* 1: the environment is active already */
    const char *session;     /* which session of a shell it is in, where the host knows better;
                                NULL or "": $UPNUDGE_SESSION, else found out where a policy asks */
    /* What policies are told beside that, as c.host.attributes: "NAME=VALUE", 32 at most and NULL
     * behind the last. A name has letters, digits, '_', '.' and '-', 64 at most. May be NULL. */
    const char *const *attributes;
    const char *look; /* of the text: "plain", "styled", "terminal"; NULL: "plain" */
} upnudge_activation;

#define UPNUDGE_ACTIVATION_INIT                                                                    \
    { sizeof(upnudge_activation), NULL, NULL, NULL, NULL, NULL, NULL, 0, -1, 0, NULL, NULL, NULL }

/* The answer. Strings are owned by the handle and live until the next call on it. */
typedef struct upnudge_notice {
    size_t size;
    int notified;        /* nonzero: show text now; it is already remembered as shown */
    upnudge_reason code; /* which reason it is */
    const char *text;    /* safe for a terminal, no newline at the end; NULL when not notified; as
                            the look of the activation wants it */
    const char *reason;  /* why, or why not */
    const char *rule;    /* the policy's rule that decided; may be NULL */
    int64_t next_at;     /* no notice before, seconds UTC, and maybe none then; 0: not known */
} upnudge_notice;

#define UPNUDGE_NOTICE_INIT                                                                        \
    { sizeof(upnudge_notice), 0, UPNUDGE_REASON_NONE, NULL, NULL, NULL, 0 }

/* What to check. Strings are not kept. */
typedef struct upnudge_target {
    size_t size;
    const char *environment; /* its directory; required */
    const char *lockfile;    /* NULL: the one that upnudge knows in it; of several, name it */
    const char *name;        /* what the user calls the environment; NULL: found out */
    int64_t now;             /* seconds UTC; 0: the clock */
    int64_t max_age;         /* seconds that an outcome stays fresh; -1: as the policy says */
} upnudge_target;

#define UPNUDGE_TARGET_INIT                                                                        \
    { sizeof(upnudge_target), NULL, NULL, NULL, 0, -1 }

/* UPNUDGE_VERSION of the library, which may be another than that of the header. */
UPNUDGE_API int upnudge_version(void);

/*
 * Where the library's memory comes from, for a host that has its own. Each function is handed the
 * context. allocate and resize answer NULL when there is none; sizes are never 0, and blocks are
 * aligned as malloc's are. resize and release are given blocks of allocate and resize, never NULL.
 * They are called in whatever thread calls upnudge, in several at once if several do.
 */
typedef struct upnudge_allocator {
    size_t size;
    void *context;
    void *(*allocate)(void *context, size_t size);
    void *(*resize)(void *context, void *memory, size_t size);
    void (*release)(void *context, void *memory);
} upnudge_allocator;

#define UPNUDGE_ALLOCATOR_INIT                                                                     \
    { sizeof(upnudge_allocator), NULL, NULL, NULL, NULL }

/*
 * For the whole process and for good, before the first upnudge_open; copied. UPNUDGE_USAGE: a
 * function is missing, or memory was asked for already. It is then used for handles, for Lua, and
 * for what is read of lockfiles and policies, but not by the reader of JSON (upnudge-json.so), by
 * upnudge-cli, which is another process, and within functions of the C library.
 */
UPNUDGE_API upnudge_status upnudge_set_allocator(const upnudge_allocator *allocator);

/*
 * Opens a runtime; options may be NULL. On failure *out is a handle that only serves upnudge_error
 * and upnudge_close, or NULL where there was no memory for one. Reads the policy file; creates
 * nothing.
 */
UPNUDGE_API upnudge_status upnudge_open(upnudge **out, const upnudge_options *options);

/*
 * Flushes and releases the handle. NULL does nothing. While a check is open it only ends the use of
 * the handle: that check goes on, upnudge_error still tells of it, and upnudge_check_abort of the
 * last one releases the handle.
 */
UPNUDGE_API void upnudge_close(upnudge *u);

/*
 * Words for the last failure on this handle and its checks; "" when there was none, and words, too,
 * for a handle that is NULL. Valid until the next call.
 */
UPNUDGE_API const char *upnudge_error(const upnudge *u);

/* Which reason those words are of. NONE: there was no failure. */
UPNUDGE_API upnudge_reason upnudge_error_reason(const upnudge *u);

/* What answers in JSON call the reason, as "not-due"; "none" for one that is not known here. */
UPNUDGE_API const char *upnudge_reason_name(upnudge_reason reason);

/*
 * Decides whether to notify now. Never waits for another process and never blocks on the network,
 * but for a policy whose strategy is a database: before a notice, and only then, that is asked by
 * another program, upnudge-cli, for as long as the policy's deadline (150 ms).
 * With a strategy that remembers, a notice counts as shown when this returns.
 *
 * A directory with lockfiles of several formats has an environment for each; without a lockfile all
 * that were checked are decided about. The text is that of all that notify, one after the other;
 * the rest is of the first of them, or of the first, but for the earliest next_at.
 *
 * With a time of its own, an activation tries out what would be: nothing is remembered, unless the
 * check was given a time too.
 */
UPNUDGE_API upnudge_status upnudge_notify(upnudge *u, const upnudge_activation *activation,
                                          upnudge_notice *out);

/*
 * Writes the decisions made since the last time to the environments' logs, which `upnudge explain
 * --log` shows; upnudge_close does so too, and so does upnudge_notify now and then. Where a log
 * cannot be written there is none. Call it before the process ends without upnudge_close.
 */
UPNUDGE_API void upnudge_flush(upnudge *u);

/*
 * Begins a check: takes the environment's check lock (without waiting) and reads the lockfile.
 * Anything but UPNUDGE_OK leaves *out NULL and holds nothing; upnudge_error then says why.
 */
UPNUDGE_API upnudge_status upnudge_check_begin(upnudge_check **out, upnudge *u,
                                               const upnudge_target *target);

/*
 * Commits the lockfile that an upgrade would produce. Durable when it returns. The check has ended
 * and its lock is free whatever the outcome, unless that is UPNUDGE_USAGE; it still has to be
 * released with upnudge_check_abort.
 */
UPNUDGE_API upnudge_status upnudge_check_commit(upnudge_check *check, const void *lockfile,
                                                size_t length);

/*
 * Before the commit: the upgrade of such packages mends a security problem. selector: "lodash",
 * "linux-*", or one version alone, "lodash@4.17.21". UPNUDGE_USAGE: it makes no sense, or there are
 * too many (20,000, of which 100 with a star).
 */
UPNUDGE_API upnudge_status upnudge_check_security(upnudge_check *check, const char *selector);

/*
 * Records that the dry upgrade failed and why, so that the next one waits a while; reason may be
 * NULL. The check has ended then, as by a commit.
 */
UPNUDGE_API upnudge_status upnudge_check_fail(upnudge_check *check, const char *reason);

/*
 * Releases the check, which must not be used any more; one that has not ended is given up, and its
 * lock is free. NULL does nothing.
 */
UPNUDGE_API void upnudge_check_abort(upnudge_check *check);

/*
 * Starts a check that goes on without this process, and returns: argv, which ends with NULL, is a
 * command that prints the upgraded lockfile or writes it to $UPNUDGE_NEW_LOCKFILE (`upnudge check
 * --help`). It runs in a session of its own, with our environment variables and working directory;
 * what it says goes to a log beside the record; after `timeout` seconds (0: as the policy says) it
 * is ended, and with it all that it has started. Nothing of this process is forked: upnudge-cli is
 * started, which has to be installed with the library, or named by $UPNUDGE_CLI. Blocks until that
 * has read the lockfile, 10 s at most; but as long as the kernel takes to open the program itself,
 * which on a file system whose server is silent nobody can end. UPNUDGE_OK: it has begun. FRESH,
 * BUSY, LATER: there is nothing to do.
 */
UPNUDGE_API upnudge_status upnudge_check_detach(upnudge *u, const upnudge_target *target,
                                                const char *const *argv, int64_t timeout);

/*
 * What upnudge_notify would answer and why, rule by rule, as `upnudge explain --json` prints it.
 * Claims and writes nothing. *json is owned by the handle and lives until the next call on it; NULL
 * after a failure.
 */
UPNUDGE_API upnudge_status upnudge_explain(upnudge *u, const upnudge_activation *activation,
                                           const char **json);

/*
 * Every change that the last check found, on every system, as `upnudge show --changes --json`
 * prints them. *json as above. UPNUDGE_ERROR: no check has found anything out yet.
 */
UPNUDGE_API upnudge_status upnudge_changes(upnudge *u, const char *environment, const char **json);

/*
 * What a person says to it, of all environments of a directory, and what holds under every policy.
 * Each waits 2 s at most for another process that writes choices for that environment. snooze:
 * nothing is said for so long, or as long as the policy allows; 0: it is again. snooze_all: nothing
 * is said of any environment of the app, those included that are checked first meanwhile. ignore:
 * nothing is said of such packages (as upnudge_check_security has them). unignore: it is again;
 * selector NULL: of all.
 */
UPNUDGE_API upnudge_status upnudge_snooze(upnudge *u, const char *environment, int64_t seconds);
UPNUDGE_API upnudge_status upnudge_snooze_all(upnudge *u, int64_t seconds);
UPNUDGE_API upnudge_status upnudge_ignore(upnudge *u, const char *environment,
                                          const char *selector);
UPNUDGE_API upnudge_status upnudge_unignore(upnudge *u, const char *environment,
                                            const char *selector);

/*
 * Removes everything that is kept of an environment, whose directory may be gone: what checks
 * found, when somebody was told, what was snoozed or ignored, and the logs. What a database knows
 * stays. Waits a second at most for a check. UPNUDGE_BUSY: one is running.
 */
UPNUDGE_API upnudge_status upnudge_forget(upnudge *u, const char *environment);

/*
 * One entry for bindings: a text of JSON in, a text of JSON out, which the command prints with
 * --json. *answer is as above, but it is there after a failure as well, if there was memory:
 *
 *     {"schema":1,"call":"snooze","environment":"/home/me/project","seconds":"3d"}
 *     {"schema":1,"environment":"/home/me/project","snoozed_until":1800000000}
 *     {"schema":1,"error":"no call 'snoze'; did you mean 'snooze'? ...","code":"usage"}
 *
 * Calls: notify, explain, check_begin, check_commit, check_fail, check_abort, check_detach,
 * changes, show, status (of one environment, or without one of all), doctor, gc, snooze, ignore,
 * unignore, forget, version, version_compare and formats, with the options of upnudge_activation
 * and upnudge_target under their names (terminal: "tty"). A check that is begun is known by the
 * token `check` of the answer, and ends with the handle. check_commit takes the JSON of a scanner
 * as a text, `scan` of what is installed and `scan_upgraded` of the upgrade. The status says in
 * short what the answer does. 64 MiB at most; each call blocks as its function does.
 */
UPNUDGE_API upnudge_status upnudge_call(upnudge *u, const char *request, const char **answer);

/*
 * Right after a check was begun, or was not, or has ended: when the next one is worth it, seconds
 * UTC. FRESH: when the outcome is not fresh any more; LATER, and after a failure: when it is tried
 * again. 0: not known.
 */
UPNUDGE_API int64_t upnudge_retry_at(const upnudge *u);

/*
 * Compares two versions as an ecosystem does: *order is -1, 0 or 1. scheme: "semver", "nix",
 * "pep440", "rubygems", "composer", "debian", "maven", "nuget", "conda", "mixed", "cargo", "julia",
 * "pub", "hex", "go", "conan", "cran", "pvp", "alpine", "rpm", "bazel", "perl" or "opam".
 * UPNUDGE_ERROR: they are not comparable; UPNUDGE_USAGE: there is no such scheme, or something is
 * NULL. Needs no handle; thread-safe.
 */
UPNUDGE_API upnudge_status upnudge_version_compare(int *order, const char *a, const char *b,
                                                   const char *scheme);

#ifdef __cplusplus
}
#endif
#endif
