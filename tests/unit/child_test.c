#include "check.h"
#include "core/os/child.h"
#include "core/os/process.h"
#include "frozen.h"

/* Seconds that only a hang lasts, and those in which something that was given up has been given up,
 * however busy the machine is.
 */
#define HANG     "600"
#define GIVEN_UP 300

/* Runs a shell script with all the time of a hang and 100,000 bytes unless told otherwise. */
static un_child_options shell(const char *script, const char *argv[4]) {
    argv[0] = "sh";
    argv[1] = "-c";
    argv[2] = script;
    argv[3] = NULL;
    return (un_child_options){
        .argv = (char *const *)(void *)argv, .timeout = 600, .output_limit = 100000, .log = -1};
}

static un_status run_shell(un_child_result *result, const char *script, un_error *error) {
    const char *argv[4];
    un_child_options options = shell(script, argv);
    return un_child_run(result, &options, error);
}

static void takes_output(void) {
    un_child_result result;
    CHECK_INT(run_shell(&result, "printf one; printf two >&2; exit 3", NULL), UN_OK);
    CHECK(un_slice_equal(result.output.slice, UN_SLICE("one")));
    CHECK_INT(result.exit_code, 3);
    CHECK_INT(result.signal, 0);
    CHECK_STR(result.last_line, "two");
    un_child_free(&result);
    un_child_free(&result);
    CHECK_INT(run_shell(&result, ":", NULL), UN_OK);
    CHECK(result.output.slice.ptr && result.output.slice.len == 0);
    CHECK_INT(result.exit_code, 0);
    CHECK_STR(result.last_line, "");
    un_child_free(&result);
    CHECK_INT(run_shell(&result, "kill -KILL $$", NULL), UN_OK);
    CHECK(result.exit_code == -1 && result.signal == SIGKILL);
    un_child_free(&result);
}

static void takes_much_output(void) {
    un_child_result result;
    un_error error = {0};
    const char *argv[4];
    un_child_options options =
        shell("head -c 99999 /dev/zero | tr '\\0' x; head -c 300000 /dev/zero >&2", argv);
    CHECK_INT(un_child_run(&result, &options, NULL), UN_OK);
    CHECK_INT(result.output.slice.len, 99999);
    bool padded = true;
    for (size_t i = 0; i < UN_PADDING; i++)
        padded = padded && !result.output.slice.ptr[99999 + i];
    CHECK(padded);
    un_child_free(&result);
    options.output_limit = 99998;
    CHECK_INT(un_child_run(&result, &options, &error), UN_LIMIT);
    CHECK(strstr(error.message, "99998") != NULL);
    un_child_free(&result);
    options = shell("exec cat /dev/zero", argv);
    CHECK_INT(un_child_run(&result, &options, NULL), UN_LIMIT);
    un_child_free(&result);
}

static void last_line_is(const char *script, const char *wanted) {
    un_child_result result;
    CHECK_INT(run_shell(&result, script, NULL), UN_OK);
    CHECK_STR(result.last_line, wanted);
    un_child_free(&result);
}

static void remembers_the_last_line(void) {
    last_line_is("printf 'first\\nlast\\n\\n  \\n' >&2", "last");
    last_line_is("printf 'without end' >&2", "without end");
    last_line_is("printf 'a\\033[31mb\\001\\177\\n' >&2", "a?[31mb??");
    last_line_is("printf '10%%\\r20%%\\r\\n' >&2", "20%");
    last_line_is("printf 'long\\nshort' >&2; printf 'er\\n' >&2", "shorter");
    un_child_result result;
    CHECK_INT(run_shell(&result, "head -c 5000 /dev/zero | tr '\\0' x >&2", NULL), UN_OK);
    CHECK_INT(strlen(result.last_line), sizeof result.last_line - 1);
    un_child_free(&result);
}

/* Whole lines, the last of them; blank ones are none. */
static void remembers_the_last_lines(void) {
    un_child_result result;
    CHECK_INT(run_shell(&result, "printf 'a\n\n  \nb\tc\nd' >&2", NULL), UN_OK);
    CHECK_STR(result.last_lines, "a\nb c\nd\n");
    un_child_free(&result);
    CHECK_INT(run_shell(&result, "seq 1000 9999 >&2", NULL), UN_OK);
    CHECK_INT(strlen(result.last_lines) % 5, 0);
    CHECK(strlen(result.last_lines) > 4000);
    CHECK_STR(result.last_lines + strlen(result.last_lines) - 10, "9998\n9999\n");
    un_child_free(&result);
}

static void logs_a_bounded_part(int dir) {
    un_child_result result;
    const char *argv[4];
    un_child_options options = shell("echo 0123456789 >&2; echo last >&2", argv);
    options.log = openat(dir, "log", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    options.log_limit = 13;
    CHECK_INT(un_child_run(&result, &options, NULL), UN_OK);
    CHECK(check_holds(dir, "log", "0123456789\nla", 13));
    CHECK_STR(result.last_line, "last");
    un_child_free(&result);
    close(options.log);
    options.log = open("/dev/full", O_WRONLY | O_CLOEXEC);
    CHECK_INT(un_child_run(&result, &options, NULL), UN_OK);
    CHECK_STR(result.last_line, "last");
    un_child_free(&result);
    close(options.log);
}

static un_status run_one(const char *command, un_error *error) {
    un_child_result result;
    const char *argv[] = {command, NULL};
    un_child_options options = {.argv = (char *const *)(void *)argv, .timeout = 600, .log = -1};
    un_status status = un_child_run(&result, &options, error);
    un_child_free(&result);
    return status;
}

static void names_a_command_that_cannot_run(int dir) {
    un_error error = {0};
    char path[sizeof check_path + 10];
    CHECK_INT(run_one("no-such-command-here", &error), UN_NOT_FOUND);
    CHECK_STR(error.file, "no-such-command-here");
    CHECK_INT(error.sys, ENOENT);
    check_put(dir, "plain", "#!/bin/sh\n", 10);
    snprintf(path, sizeof path, "%s/plain", check_path);
    CHECK_INT(run_one(path, &error), UN_SYSTEM);
    CHECK_INT(error.sys, EACCES);
    CHECK_STR(error.file, path);
    CHECK_INT(waitpid(-1, NULL, WNOHANG), -1);
}

static void puts_the_environment_over_ours(void) {
    un_child_result result;
    const char *argv[4], *const more[] = {"UPNUDGE_TEST=new", "UPNUDGE_MORE=1", NULL};
    un_child_options options = shell("env | grep '^UPNUDGE_' | sort; echo $HERE", argv);
    options.environment = more;
    setenv("UPNUDGE_TEST", "old", 1);
    setenv("HERE", "kept", 1);
    CHECK_INT(un_child_run(&result, &options, NULL), UN_OK);
    CHECK_STR(result.output.slice.ptr, "UPNUDGE_MORE=1\nUPNUDGE_TEST=new\nkept\n");
    CHECK_STR(getenv("UPNUDGE_TEST"), "old");
    un_child_free(&result);
    unsetenv("UPNUDGE_TEST");
    unsetenv("HERE");
}

static void gives_a_clean_process(int dir) {
    un_child_result result;
    int leaked = dup(dir); /* not close-on-exec */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    CHECK_INT(run_shell(&result,
                        "ls /proc/self/fd | wc -l; cat; cut -d' ' -f5,6,7 /proc/$$/stat; "
                        "echo $$; grep -E 'SigBlk|SigIgn' /proc/self/status | cut -f2",
                        NULL),
              UN_OK);
    int descriptors = 0, group = 0, session = 0, terminal = 1, own = 1;
    unsigned long long blocked = 1, ignored = 1;
    CHECK_INT(sscanf(result.output.slice.ptr, "%d %d %d %d %d %llx %llx", &descriptors, &group,
                     &session, &terminal, &own, &blocked, &ignored),
              7);
    CHECK_INT(descriptors, 4); /* three, and that of ls itself */
    CHECK_INT(group, own);
    CHECK_INT(session, own);
    CHECK_INT(terminal, 0);
    CHECK_INT(blocked, 0);
    CHECK_INT(ignored & (1ULL << (SIGPIPE - 1) | 1ULL << (SIGXFSZ - 1)), 0);
    un_child_free(&result);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    close(leaked);
}

/* Asked without a shell, which would unblock them itself. */
static void gives_our_signal_mask(void) {
    un_child_result result;
    const char *argv[] = {"grep", "SigBlk", "/proc/self/status", NULL};
    un_child_options options = {
        .argv = (char *const *)(void *)argv, .timeout = 600, .output_limit = 100, .log = -1};
    CHECK_INT(un_child_run(&result, &options, NULL), UN_OK);
    CHECK_STR(result.output.slice.ptr, "SigBlk:\t0000000000000000\n");
    un_child_free(&result);
}

static void works_without_the_first_three(void) {
    pid_t pid = fork();
    if (pid == 0) {
        un_child_result result;
        for (int fd = 0; fd < 3; fd++)
            close(fd);
        if (run_shell(&result, "cat; printf out; printf err >&2", NULL) != UN_OK)
            _exit(1);
        bool good = un_slice_equal(result.output.slice, UN_SLICE("out")) &&
                    strcmp(result.last_line, "err") == 0;
        un_child_free(&result);
        _exit(good ? 0 : 2);
    }
    CHECK_INT(check_wait(pid), 0);
}

static void ends_it_in_time(void) {
    un_child_result result;
    un_error error = {0};
    const char *argv[4];
    un_child_options options = shell("echo begun; sleep " HANG, argv);
    options.timeout = 1;
    double start = check_seconds();
    CHECK_INT(un_child_run(&result, &options, &error), UN_TIMEOUT);
    double took = check_seconds() - start;
    CHECK(took >= 0.99 && took < GIVEN_UP);
    CHECK_INT(result.signal, SIGTERM);
    CHECK(strstr(error.message, "1 s") != NULL);
    un_child_free(&result);
}

static void runs_elsewhere(void) {
    un_child_result result;
    un_error error = {0};
    const char *argv[4];
    un_child_options options = shell("pwd", argv);
    options.directory = "/proc";
    CHECK_INT(un_child_run(&result, &options, NULL), UN_OK);
    CHECK_STR(result.output.slice.ptr, "/proc\n");
    un_child_free(&result);
    options.directory = "/nowhere";
    CHECK_INT(un_child_run(&result, &options, &error), UN_NOT_FOUND);
    un_child_free(&result);
}

/* Nobody would continue it, and its time is long. */
static void ends_one_that_is_stopped(void) {
    un_child_result result;
    un_error error = {0};
    const char *argv[4];
    un_child_options options = shell("kill -STOP $$; sleep " HANG, argv);
    double start = check_seconds();
    CHECK_INT(un_child_run(&result, &options, &error), UN_SYSTEM);
    CHECK(check_seconds() - start < GIVEN_UP);
    CHECK(strstr(error.message, "was stopped by signal") != NULL);
    CHECK_INT(result.signal, SIGTERM);
    un_child_free(&result);
}

/* Alive, not a zombie that nobody has reaped yet. */
static bool is_alive(long pid) {
    char path[40], state = 'X';
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "re");
    if (file && fscanf(file, "%*d %*s %c", &state) != 1)
        state = 'X';
    if (file)
        fclose(file);
    return state != 'X' && state != 'Z';
}

/* The process was killed, and ends as soon as the system comes to it. */
static void dies(long pid) {
    CHECK(pid > 0);
    CHECK_AWAIT(!is_alive(pid));
    if (pid > 0 && is_alive(pid))
        kill((pid_t)pid, SIGKILL);
}

static void kills_the_group_that_does_not_listen(void) {
    un_child_result result;
    const char *argv[4];
    un_child_options options =
        shell("trap '' TERM; sleep " HANG " & echo $!; while :; do sleep 1; done", argv);
    options.timeout = 1;
    double start = check_seconds();
    CHECK_INT(un_child_run(&result, &options, NULL), UN_TIMEOUT);
    double took = check_seconds() - start;
    CHECK(took >= 2.9 && took < GIVEN_UP);
    CHECK_INT(result.signal, SIGKILL);
    dies(strtol(result.output.slice.ptr, NULL, 10));
    un_child_free(&result);
}

/* The command itself listens, who is left in its group does not. */
static void kills_the_rest_of_the_group(void) {
    un_child_result result;
    const char *argv[4];
    un_child_options options = shell("(trap '' TERM; exec sleep " HANG ") & echo $!; wait", argv);
    options.timeout = 1;
    CHECK_INT(un_child_run(&result, &options, NULL), UN_TIMEOUT);
    CHECK_INT(result.signal, SIGTERM);
    dies(strtol(result.output.slice.ptr, NULL, 10));
    un_child_free(&result);
}

static void does_not_wait_for_grandchildren(void) {
    un_child_result result;
    CHECK_INT(run_shell(&result, "sleep " HANG " & echo $!", NULL), UN_OK);
    dies(strtol(result.output.slice.ptr, NULL, 10));
    un_child_free(&result);
    /* Nor for one that never stops printing. */
    CHECK_INT(run_shell(&result, "yes >&2 & echo $!", NULL), UN_OK);
    dies(strtol(result.output.slice.ptr, NULL, 10));
    un_child_free(&result);
}

/* --- all that it started ---------------------------------------------------------------------- */

/*
 * A script whose processes are as hard to end as they come, and tell their pids: in the group, in a
 * session of their own whose parent has gone, deaf to being asked, stopped, and the command itself.
 */
#define CROWD                                                                                      \
    "deaf='trap \"\" TERM HUP INT; echo $$; while :; do sleep 1; done'; "                          \
    "sleep " HANG " & echo $!; "                                                                   \
    "setsid sh -c '(sh -c \"$1\" deaf &) ; :' sh \"$deaf\"; "                                      \
    "sh -c 'setsid sh -c \"setsid sleep " HANG " & echo \\$!\" &'; "                               \
    "sh -c 'echo $$; kill -STOP $$' & "                                                            \
    "echo $$; "

/* How many processes of the crowd there are. */
#define CROWD_SIZE 5

/* Reads as many pids, one a line. */
static bool read_pids(int input, long pids[CROWD_SIZE]) {
    char text[200] = "";
    size_t length = 0, lines = 0;
    while (lines < CROWD_SIZE && length < sizeof text - 1 && read(input, text + length, 1) == 1)
        lines += text[length++] == '\n';
    char *at = text;
    for (size_t i = 0; i < lines; i++)
        pids[i] = strtol(at, &at, 10);
    return CHECK_INT(lines, CROWD_SIZE);
}

static void all_die(const long pids[CROWD_SIZE]) {
    for (int i = 0; i < CROWD_SIZE; i++)
        dies(pids[i]);
}

/* A process that runs a script by un_child_run; its standard error goes to `out`. */
static pid_t host_of(const char *script, int64_t timeout, int out) {
    pid_t pid = fork();
    if (pid == 0) {
        un_child_result result;
        const char *argv[4];
        un_child_options options = shell(script, argv);
        options.timeout = timeout;
        options.log = out;
        options.log_limit = 1000;
        un_status status = un_child_run(&result, &options, NULL);
        un_child_free(&result);
        _exit((int)status);
    }
    return pid;
}

static void ends_all_that_it_started_in_time(void) {
    int ends[2];
    long pids[CROWD_SIZE] = {0};
    CHECK_INT(pipe2(ends, O_CLOEXEC), 0);
    pid_t host = host_of("exec >&2; " CROWD "wait; sleep " HANG, 1, ends[1]);
    close(ends[1]);
    read_pids(ends[0], pids);
    CHECK_INT(WEXITSTATUS(check_wait(host)), UN_TIMEOUT);
    all_die(pids);
    close(ends[0]);
}

/* Killed at once, while everything runs. */
static void dies_with_us(const char *script) {
    int ends[2];
    long pids[CROWD_SIZE] = {0};
    CHECK_INT(pipe2(ends, O_CLOEXEC), 0);
    pid_t host = host_of(script, 600, ends[1]);
    close(ends[1]);
    read_pids(ends[0], pids);
    CHECK_INT(kill(host, SIGKILL), 0);
    CHECK_INT(WTERMSIG(check_wait(host)), SIGKILL);
    all_die(pids);
    close(ends[0]);
}

/* A process that runs by un_child_run what has `mark` in its environment, and more that has. */
static pid_t marked_host(const char *mark) {
    pid_t host = fork();
    if (host == 0) {
        un_child_result result;
        const char *argv[4], *const more[] = {mark, NULL};
        un_child_options options =
            shell("setsid sh -c 'sleep " HANG " & :' & while :; do sleep 1; done", argv);
        options.environment = more;
        un_child_run(&result, &options, NULL);
        _exit(1);
    }
    return host;
}

/* Killed at any moment, be it before the command has begun. */
static void dies_with_us_at_any_moment(void) {
    char mark[50], look[150];
    snprintf(mark, sizeof mark, "UPNUDGE_TEST_MARK=%d", (int)getpid());
    snprintf(look, sizeof look, "grep -qsz '^%s$' /proc/[0-9]*/environ", mark);
    for (int i = 0; i < 60; i++) {
        pid_t host = marked_host(mark);
        check_pause(i / 4);
        CHECK_INT(kill(host, SIGKILL), 0);
        check_wait(host);
    }
    pid_t host = marked_host(mark);
    CHECK_AWAIT(system(look) == 0);
    CHECK_INT(kill(host, SIGKILL), 0);
    check_wait(host);
    CHECK_AWAIT(system(look) != 0);
}

/* It is told to end, and has time for that; one that does not listen has had it. */
static void ends_daemons_when_it_ends_by_itself(void) {
    un_child_result result;
    CHECK_INT(run_shell(&result, "setsid sh -c 'sleep " HANG " & echo $!'; exit 3", NULL), UN_OK);
    CHECK_INT(result.exit_code, 3);
    CHECK(!is_alive(strtol(result.output.slice.ptr, NULL, 10)));
    un_child_free(&result);
    CHECK_INT(run_shell(&result, "(trap '' TERM; exec sleep " HANG ") & echo $!; sleep 0.3", NULL),
              UN_OK);
    CHECK(!is_alive(strtol(result.output.slice.ptr, NULL, 10)));
    un_child_free(&result);
    char mark[] = "/tmp/upnudge.XXXXXX";
    int fd = mkstemp(mark);
    char script[200];
    snprintf(script, sizeof script,
             "(trap 'echo tidy >%s; exit' TERM; sleep " HANG " & wait) & sleep 0.3", mark);
    CHECK_INT(run_shell(&result, script, NULL), UN_OK);
    struct stat found = {.st_size = 0};
    CHECK(fd >= 0 && fstat(fd, &found) == 0 && found.st_size == 5);
    un_child_free(&result);
    close(fd);
    unlink(mark);
}

/* Nobody does that but a stranger; the command dies, and is no riddle. */
static void dies_with_its_keeper(void) {
    un_child_result result;
    un_error error = {0};
    CHECK_INT(run_shell(&result, "echo $$; kill -KILL $PPID; sleep " HANG, &error), UN_SYSTEM);
    CHECK(strstr(error.message, "killed") != NULL);
    dies(strtol(result.output.slice.ptr, NULL, 10));
    un_child_free(&result);
    CHECK(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}

/* A process that is the check and nothing else, and runs a script by un_child_run. */
static pid_t checker_of(const char *script, int out) {
    pid_t pid = fork();
    if (pid == 0) {
        un_child_result result;
        const char *argv[4];
        un_child_options options = shell(script, argv);
        options.alone = true;
        options.log = out;
        options.log_limit = 1000;
        un_child_run(&result, &options, NULL);
        _exit(1);
    }
    return pid;
}

/* Who asks the command for its parent means the check: what he sends there gets there. */
static void is_ended_by_what_its_parent_is_sent(int dir, const char *name, int number) {
    int ends[2];
    long pids[CROWD_SIZE] = {0};
    char script[3000];
    CHECK_INT(pipe2(ends, O_CLOEXEC), 0);
    snprintf(script, sizeof script,
             "exec >&2; %s while ! [ -e '%s/go' ]; do sleep 0.05; done; kill -%s $PPID; sleep %s",
             CROWD, check_path, name, HANG);
    pid_t checker = checker_of(script, ends[1]);
    close(ends[1]);
    read_pids(ends[0], pids);
    check_put(dir, "go", "", 0);
    int status = check_wait(checker);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == number);
    all_die(pids);
    CHECK_INT(unlinkat(dir, "go", 0), 0);
    close(ends[0]);
}

/* Its keeper does not move; we end it all the same. */
static void ends_in_time_though_its_keeper_is_stopped(void) {
    un_child_result result;
    const char *argv[4];
    un_child_options options = shell("echo $$; kill -STOP $PPID; sleep " HANG, argv);
    options.timeout = 1;
    CHECK_INT(un_child_run(&result, &options, NULL), UN_TIMEOUT);
    dies(strtol(result.output.slice.ptr, NULL, 10));
    un_child_free(&result);
}

/* A process that waits for a disk cannot be killed: that this returns at all is the answer. */
static void leaves_behind_what_waits_for_a_disk(const char *disk) {
    char script[sizeof check_path + 40];
    un_child_result result;
    un_error error = {0};
    const char *argv[4];
    pid_t server = frozen_begin(disk);
    if (server < 0) {
        check_skip("no frozen disk without root and /dev/fuse");
        return;
    }
    snprintf(script, sizeof script, "echo $$; cd '%s/place'", disk);
    un_child_options options = shell(script, argv);
    options.timeout = 1;
    CHECK_INT(un_child_run(&result, &options, &error), UN_TIMEOUT);
    CHECK(strstr(error.message, "not even when killed") != NULL);
    CHECK_INT(result.exit_code, -1);
    long left = strtol(result.output.slice.ptr, NULL, 10);
    CHECK(left > 0 && is_alive(left));
    un_child_free(&result);
    /* A program that lies there hangs while it is executed. */
    snprintf(script, sizeof script, "%s/program", disk);
    argv[0] = script;
    argv[1] = NULL;
    options.argv = (char *const *)(void *)argv;
    CHECK_INT(un_child_run(&result, &options, &error), UN_TIMEOUT);
    un_child_free(&result);
    frozen_end(server, disk);
    dies(left);
    CHECK_INT(run_shell(&result, ":", NULL), UN_OK);
    un_child_free(&result);
    CHECK(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}

static void stands_ignored_children(void) {
    un_child_result result;
    signal(SIGCHLD, SIG_IGN);
    CHECK_INT(run_shell(&result, "exit 7", NULL), UN_OK);
    CHECK_INT(result.exit_code, 7);
    struct sigaction after;
    CHECK(sigaction(SIGCHLD, NULL, &after) == 0 && after.sa_handler == SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    un_child_free(&result);
}

static void greedy(int number) {
    (void)number;
    waitpid(-1, NULL, WNOHANG);
}

static void stands_a_host_that_reaps_everything(void) {
    un_child_result result;
    signal(SIGCHLD, greedy);
    un_status status = run_shell(&result, "exit 7", NULL);
    CHECK(status == UN_SYSTEM || (status == UN_OK && result.exit_code == 7));
    signal(SIGCHLD, SIG_DFL);
    un_child_free(&result);
}

/* A process that runs `sleep` by un_child_run and answers with its pid through the pipe. */
static pid_t runner(int out, void (*handler)(int)) {
    pid_t pid = fork();
    if (pid == 0) {
        un_child_result result;
        un_error error = {0};
        const char *argv[4];
        un_child_options options = shell("echo $$ >&2; exec sleep " HANG, argv);
        options.log = out;
        options.log_limit = 100;
        signal(SIGTERM, handler);
        un_status status = un_child_run(&result, &options, &error);
        un_child_free(&result);
        _exit(status == UN_SYSTEM && error.sys == EINTR ? 5 : 6);
    }
    return pid;
}

static volatile sig_atomic_t handled;
static void count(int number) {
    handled = number;
}

static void ends_with_us(void (*handler)(int), bool survives) {
    int ends[2];
    char text[20] = "";
    CHECK_INT(pipe2(ends, O_CLOEXEC), 0);
    pid_t pid = runner(ends[1], handler);
    CHECK(read(ends[0], text, sizeof text - 1) > 1);
    CHECK_INT(kill(pid, SIGTERM), 0);
    int status = check_wait(pid);
    CHECK(survives ? WIFEXITED(status) && WEXITSTATUS(status) == 5
                   : WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    dies(strtol(text, NULL, 10));
    close(ends[0]);
    close(ends[1]);
}

static void restores_signals(void) {
    un_child_result result;
    sigset_t before, after;
    sigemptyset(&before);
    sigaddset(&before, SIGHUP);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    signal(SIGUSR1, count);
    CHECK_INT(run_shell(&result, "exit 0", NULL), UN_OK);
    un_child_free(&result);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    CHECK(sigismember(&after, SIGHUP) == 1 && sigismember(&after, SIGTERM) == 0 &&
          sigismember(&after, SIGINT) == 0 && sigismember(&after, SIGCHLD) == 0);
    sigemptyset(&before);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    CHECK_INT(handled, 0);
}

/* nohup, and a shell for what it runs in the background, have them ignored. */
static void listen_to_signals(void) {
    for (const int *asked = un_process_asked; *asked; asked++)
        signal(*asked, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
}

int main(void) {
    char disk[sizeof check_path + 10];
    int dir = check_directory(), before = check_descriptors();
    snprintf(disk, sizeof disk, "%s/disk", check_path);
    /* One that every user can search: execvp answers EACCES for a directory that is closed. */
    setenv("PATH", "/usr/bin:/bin", 1);
    listen_to_signals();
    takes_output();
    takes_much_output();
    remembers_the_last_line();
    remembers_the_last_lines();
    logs_a_bounded_part(dir);
    names_a_command_that_cannot_run(dir);
    puts_the_environment_over_ours();
    gives_a_clean_process(dir);
    gives_our_signal_mask();
    works_without_the_first_three();
    runs_elsewhere();
    ends_it_in_time();
    ends_one_that_is_stopped();
    kills_the_group_that_does_not_listen();
    kills_the_rest_of_the_group();
    does_not_wait_for_grandchildren();
    ends_all_that_it_started_in_time();
    dies_with_us("exec >&2; " CROWD "wait; sleep " HANG);
    dies_with_us_at_any_moment();
    ends_daemons_when_it_ends_by_itself();
    dies_with_its_keeper();
    is_ended_by_what_its_parent_is_sent(dir, "KILL", SIGKILL);
    is_ended_by_what_its_parent_is_sent(dir, "TERM", SIGTERM);
    is_ended_by_what_its_parent_is_sent(dir, "INT", SIGINT);
    is_ended_by_what_its_parent_is_sent(dir, "HUP", SIGHUP);
    is_ended_by_what_its_parent_is_sent(dir, "USR1", SIGUSR1);
    ends_in_time_though_its_keeper_is_stopped();
    leaves_behind_what_waits_for_a_disk(disk);
    stands_ignored_children();
    stands_a_host_that_reaps_everything();
    ends_with_us(SIG_DFL, false);
    ends_with_us(count, true);
    restores_signals();
    CHECK_INT(check_descriptors(), before);
    check_clean(dir);
    return check_done();
}
