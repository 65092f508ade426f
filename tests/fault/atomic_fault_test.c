/*
 * atomic_fault_test.c: whatever system call of a replacement fails, or is the last that the process
 * makes, the target is whole, old or new. Links tests/fault/os.c in the place of core/os.c.
 */
#include "core/os/atomic.h"
#include "core/os/lock.h"
#include "tests/unit/check.h"
#include <signal.h>

/* Of tests/fault/os.c. */
void un_fault_plan(const char *text, void (*hook)(void));
unsigned un_fault_calls(const char *function);

enum {
    OLD = 5000,
    NEW = 70000
};
static char old_bytes[OLD], new_bytes[NEW];

/* A replacement under test. old_mode 0: there is no target yet. */
typedef struct setup {
    mode_t old_mode;
    bool durable;
} setup;

static const setup setups[] = {{0, true}, {0600, true}, {0640, true}, {0600, false}, {0, false}};
#define SETUPS (sizeof setups / sizeof *setups)

static void prepare(int dir, const setup *s) {
    un_fault_plan(NULL, NULL);
    unlinkat(dir, "target", 0);
    if (s->old_mode) {
        check_put(dir, "target", old_bytes, OLD);
        CHECK_INT(fchmodat(dir, "target", s->old_mode, 0), 0);
    }
}

static bool is_new(int dir) {
    return check_holds(dir, "target", new_bytes, NEW);
}

static bool is_old(int dir, const setup *s) {
    return s->old_mode ? check_holds(dir, "target", old_bytes, OLD)
                       : faccessat(dir, "target", F_OK, AT_SYMLINK_NOFOLLOW) != 0;
}

/* In two writes, so that one can fail after another. */
static un_status replace(int dir, bool durable, un_error *error) {
    un_atomic file = {0};
    un_status status = un_atomic_begin(&file, dir, "target", error);
    if (status == UN_OK) {
        un_atomic_write(&file, (un_slice){new_bytes, NEW / 2});
        un_atomic_write(&file, (un_slice){new_bytes + NEW / 2, NEW - NEW / 2});
        status = un_atomic_commit(&file, durable, error);
    }
    un_atomic_abandon(&file);
    return status;
}

static void plan(const char *function, unsigned at, const char *action) {
    char text[64];
    snprintf(text, sizeof text, "%s:%u:%s", function, at, action);
    un_fault_plan(text, NULL);
}

/* How many calls a replacement makes that nothing disturbs. */
static unsigned calls_of(int dir, const setup *s) {
    prepare(dir, s);
    CHECK_INT(replace(dir, s->durable, NULL), UN_OK);
    CHECK(is_new(dir));
    return un_fault_calls("any");
}

static void fail_at(int dir, const setup *s, unsigned at, const char *action) {
    un_error error = {0};
    prepare(dir, s);
    int before = check_descriptors();
    plan("any", at, action);
    un_status status = replace(dir, s->durable, &error);
    un_fault_plan(NULL, NULL);
    bool good = status == UN_OK ? is_new(dir) : is_new(dir) || is_old(dir, s);
    good = CHECK(good) && CHECK_INT(check_temporaries(dir), 0);
    good = CHECK_INT(check_descriptors(), before) && good;
    good = CHECK(status == UN_OK || (error.status == status && error.sys != 0)) && good;
    if (!good)
        printf("    with any:%u:%s, old mode %o\n", at, action, (unsigned)s->old_mode);
}

static void every_call_fails(int dir) {
    static const char *const actions[] = {"EIO", "ENOSPC", "ENOLCK", "ENOENT", "EINTR", "short"};
    for (size_t i = 0; i < SETUPS; i++) {
        unsigned calls = calls_of(dir, &setups[i]);
        CHECK(calls >= 9);
        for (unsigned at = 1; at <= calls + 1; at++)
            for (size_t k = 0; k < sizeof actions / sizeof *actions; k++)
                fail_at(dir, &setups[i], at, actions[k]);
    }
}

static void die_at(int dir, const setup *s, unsigned at, unsigned calls, const char *action) {
    prepare(dir, s);
    pid_t pid = fork();
    if (pid == 0) {
        plan("any", at, action);
        _exit((int)replace(dir, s->durable, NULL));
    }
    int status = check_wait(pid);
    bool died = strcmp(action, "kill") == 0 ? WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL
                                            : WIFEXITED(status) && WEXITSTATUS(status) == 99;
    size_t removed = 0;
    unsigned left = check_temporaries(dir);
    bool good = CHECK(died == (at <= calls)) && CHECK(is_new(dir) || is_old(dir, s));
    good = CHECK(left <= 1) && CHECK_INT(un_atomic_sweep(dir, &removed, NULL), UN_OK) && good;
    good = CHECK_INT(removed, left) && CHECK_INT(check_temporaries(dir), 0) && good;
    good = CHECK(is_new(dir) || is_old(dir, s)) && good;
    if (!good)
        printf("    with any:%u:%s, old mode %o\n", at, action, (unsigned)s->old_mode);
}

static void the_process_dies_at_every_call(int dir) {
    for (size_t i = 0; i < SETUPS; i++) {
        unsigned calls = calls_of(dir, &setups[i]);
        for (unsigned at = 1; at <= calls + 1; at++) {
            die_at(dir, &setups[i], at, calls, "kill");
            die_at(dir, &setups[i], at, calls, "exit");
        }
    }
}

static bool is_absent(int dir) {
    return faccessat(dir, "target", F_OK, AT_SYMLINK_NOFOLLOW) != 0;
}

static un_status place(int dir, un_error *error) {
    return un_atomic_place(dir, "target", (un_slice){new_bytes, NEW}, error);
}

/* Told that it is there it is there as a whole, and told that it is not, nothing is. */
static void every_call_of_placing_fails(int dir) {
    static const char *const actions[] = {"EIO", "ENOSPC", "EDQUOT", "EINTR", "short"};
    for (unsigned at = 1, calls = 1; at <= calls + 1; at++)
        for (size_t k = 0; k < sizeof actions / sizeof *actions; k++) {
            un_error error = {0};
            un_fault_plan(NULL, NULL);
            unlinkat(dir, "target", 0);
            plan("any", at, actions[k]);
            un_status status = place(dir, &error);
            calls = status == UN_OK ? un_fault_calls("any") : calls < at ? at : calls;
            un_fault_plan(NULL, NULL);
            CHECK(status == UN_OK ? is_new(dir) : is_absent(dir) && error.sys != 0);
            CHECK_INT(place(dir, NULL), UN_OK);
            CHECK(is_new(dir));
        }
}

/* What a dead one leaves the next replaces. */
static void a_process_that_places_dies_at_every_call(int dir) {
    bool died = true;
    for (unsigned at = 1; died; at++) {
        un_fault_plan(NULL, NULL);
        unlinkat(dir, "target", 0);
        pid_t pid = fork();
        if (pid == 0) {
            plan("any", at, "kill");
            _exit((int)place(dir, NULL));
        }
        died = WIFSIGNALED(check_wait(pid));
        CHECK(at >= 5 || died);
        CHECK_INT(place(dir, NULL), UN_OK);
        CHECK(is_new(dir) && check_temporaries(dir) == 0);
    }
}

/* It would succeed the second time, so success, or another call, would show that it was tried. */
static void fsync_is_never_retried(int dir) {
    static const char *const actions[] = {"EIO", "ENOSPC", "EDQUOT", "EINTR"};
    for (size_t k = 0; k < sizeof actions / sizeof *actions; k++) {
        un_error error = {0};
        prepare(dir, &setups[1]);
        plan("fsync", 1, actions[k]);
        CHECK_INT(replace(dir, true, &error), UN_SYSTEM);
        CHECK_INT(un_fault_calls("fsync"), 1);
        CHECK_INT(un_fault_calls("rename"), 0);
        CHECK_STR(strerrorname_np(error.sys), actions[k]);
        CHECK(is_old(dir, &setups[1]));
        plan("fsync", 2, actions[k]);
        CHECK_INT(replace(dir, true, &error), UN_SYSTEM);
        CHECK_INT(un_fault_calls("fsync"), 2);
        CHECK_STR(strerrorname_np(error.sys), actions[k]);
        CHECK(is_new(dir));
    }
}

static void syncs_in_order_and_only_when_asked(int dir) {
    prepare(dir, &setups[1]);
    CHECK_INT(replace(dir, false, NULL), UN_OK);
    CHECK_INT(un_fault_calls("fsync"), 0);
    prepare(dir, &setups[1]);
    CHECK_INT(replace(dir, true, NULL), UN_OK);
    CHECK_INT(un_fault_calls("fsync"), 2);
    prepare(dir, &setups[1]);
    plan("rename", 1, "EIO");
    CHECK_INT(replace(dir, true, NULL), UN_SYSTEM);
    CHECK_INT(un_fault_calls("fsync"), 1);
    CHECK_INT(un_fault_calls("unlink"), 1);
    CHECK(is_old(dir, &setups[1]));
}

static void short_writes_go_on(int dir) {
    prepare(dir, &setups[1]);
    plan("write", 1, "short");
    CHECK_INT(replace(dir, true, NULL), UN_OK);
    CHECK_INT(un_fault_calls("write"), 3);
    CHECK(is_new(dir));
}

static void a_later_write_does_not_heal(int dir) {
    un_error error = {0};
    prepare(dir, &setups[1]);
    plan("write", 1, "ENOSPC");
    CHECK_INT(replace(dir, true, &error), UN_SYSTEM);
    CHECK_INT(error.sys, ENOSPC);
    CHECK_INT(un_fault_calls("write"), 1);
    CHECK_INT(un_fault_calls("fsync"), 0);
}

static void a_file_system_without_locks_is_told(int dir) {
    un_error error = {0};
    prepare(dir, &setups[1]);
    plan("lock", 1, "ENOLCK");
    CHECK_INT(replace(dir, true, &error), UN_SYSTEM);
    CHECK_INT(error.sys, ENOLCK);
    CHECK_INT(un_fault_calls("open"), 1);
}

/* --- two processes at the worst moment -------------------------------------------------------- */

static int hook_dir;
static size_t hook_removed;

static void sweep_now(void) {
    CHECK_INT(un_atomic_sweep(hook_dir, &hook_removed, NULL), UN_OK);
}

/* The first lock call is the writer's: the sweeper comes between it and the creation. */
static void a_sweeper_takes_the_temporary(int dir) {
    prepare(dir, &setups[1]);
    hook_dir = dir;
    hook_removed = 0;
    un_fault_plan("lock:1:hook", sweep_now);
    CHECK_INT(replace(dir, true, NULL), UN_OK);
    CHECK_INT(hook_removed, 1);
    CHECK(is_new(dir));
    CHECK_INT(check_temporaries(dir), 0);
    /* Once it is locked, no more. */
    prepare(dir, &setups[1]);
    un_fault_plan("rename:1:hook", sweep_now);
    CHECK_INT(replace(dir, true, NULL), UN_OK);
    CHECK_INT(hook_removed, 0);
    CHECK(is_new(dir));
}

static void replace_lock(void) {
    check_put(hook_dir, "new.lock", "", 0);
    CHECK_INT(renameat(hook_dir, "new.lock", hook_dir, "a.lock"), 0);
}

/* The file is replaced between open and lock: the lock taken is that of the new one. */
static void a_lock_file_is_replaced(int dir) {
    un_lock lock = {0};
    struct stat held, there;
    hook_dir = dir;
    un_fault_plan("lock:1:hook", replace_lock);
    CHECK_INT(un_lock_try(&lock, dir, "a.lock", NULL), UN_OK);
    CHECK_INT(un_fault_calls("lock"), 2);
    CHECK(fstat(lock.fd, &held) == 0 && fstatat(dir, "a.lock", &there, 0) == 0 &&
          held.st_ino == there.st_ino);
    un_lock_release(&lock);
}

static void every_call_of_a_lock_fails(int dir) {
    un_fault_plan(NULL, NULL);
    un_lock lock = {0};
    CHECK_INT(un_lock_try(&lock, dir, "a.lock", NULL), UN_OK);
    unsigned calls = un_fault_calls("any");
    un_lock_release(&lock);
    for (unsigned at = 1; at <= calls; at++) {
        int before = check_descriptors();
        plan("any", at, "EIO");
        un_status status = un_lock_try(&lock, dir, "a.lock", NULL);
        CHECK(lock.held == (status == UN_OK));
        un_lock_release(&lock);
        CHECK_INT(check_descriptors(), before);
    }
}

/* Neither note nor its absence is made up, and one that cannot be left is told. */
static void every_call_of_a_note_fails(int dir) {
    un_lock lock = {0};
    int64_t from = 0, until = 0;
    un_fault_plan(NULL, NULL);
    CHECK_INT(un_lock_try(&lock, dir, "a.lock", NULL), UN_OK);
    un_error error = {0};
    plan("utimens", 1, "EROFS");
    CHECK_INT(un_lock_note(&lock, 5, 9, &error), UN_SYSTEM);
    CHECK_INT(error.sys, EROFS);
    un_fault_plan(NULL, NULL);
    CHECK_INT(un_lock_note(&lock, 5, 9, NULL), UN_OK);
    plan("fstat", 1, "EIO");
    CHECK_INT(un_lock_noted(&lock, &from, &until, &error), UN_SYSTEM);
    CHECK_INT(un_lock_noted(&lock, &from, &until, NULL), UN_OK);
    CHECK(from == 5 && until == 9);
    un_lock_release(&lock);
}

static void every_call_of_a_sweep_fails(int dir) {
    un_atomic living = {0};
    prepare(dir, &setups[1]);
    CHECK_INT(un_atomic_begin(&living, dir, "target", NULL), UN_OK);
    for (unsigned at = 1; at <= 10; at++) {
        size_t removed = 9;
        check_put(dir, ".0123456789abcdef.tmp", "", 0);
        int before = check_descriptors();
        plan("any", at, "EIO");
        un_atomic_sweep(dir, &removed, NULL);
        CHECK(removed <= 1);
        CHECK_INT(check_descriptors(), before);
        CHECK(check_temporaries(dir) == 2 - removed);
        un_fault_plan(NULL, NULL);
    }
    un_atomic_write(&living, (un_slice){new_bytes, NEW});
    CHECK_INT(un_atomic_commit(&living, true, NULL), UN_OK);
    CHECK(is_new(dir));
    CHECK_INT(un_atomic_sweep(dir, NULL, NULL), UN_OK);
    CHECK_INT(check_temporaries(dir), 0);
}

/* This program again, with the plan in its environment: answers with the errno. */
static void the_environment_names_a_plan(const char *self) {
    pid_t pid = fork();
    if (pid == 0) {
        setenv("UPNUDGE_FAULT", "write:2:ENOSPC", 1);
        execl(self, "atomic_fault_test", "--replace", check_path, (char *)NULL);
        _exit(255);
    }
    CHECK_INT(WEXITSTATUS(check_wait(pid)), ENOSPC);
}

static int replace_once(const char *path) {
    un_error error = {0};
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    replace(dir, true, &error);
    close(dir);
    return error.sys;
}

int main(int argc, char **argv) {
    memset(old_bytes, 'o', OLD);
    memset(new_bytes, 'n', NEW);
    if (argc == 3 && strcmp(argv[1], "--replace") == 0)
        return replace_once(argv[2]);
    int dir = check_directory(), before = check_descriptors();
    every_call_fails(dir);
    the_process_dies_at_every_call(dir);
    /* What follows counts the calls of a file system that has locks. */
    if (getenv("LOCKLESS")) {
        check_clean(dir);
        return check_done();
    }
    every_call_of_placing_fails(dir);
    a_process_that_places_dies_at_every_call(dir);
    fsync_is_never_retried(dir);
    syncs_in_order_and_only_when_asked(dir);
    short_writes_go_on(dir);
    a_later_write_does_not_heal(dir);
    a_file_system_without_locks_is_told(dir);
    a_sweeper_takes_the_temporary(dir);
    a_lock_file_is_replaced(dir);
    every_call_of_a_lock_fails(dir);
    every_call_of_a_note_fails(dir);
    every_call_of_a_sweep_fails(dir);
    the_environment_names_a_plan(argv[0]);
    un_fault_plan(NULL, NULL);
    CHECK_INT(check_descriptors(), before);
    check_clean(dir);
    return check_done();
}
