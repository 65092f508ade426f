/*
 * A stand-in for a lock, while each system call of it fails or is the last of its process.
 */
#include "core/os/atomic.h"
#include "core/os/standin.h"
#include "tests/unit/check.h"
#include <signal.h>

void un_fault_plan(const char *text, void (*hook)(void));
unsigned un_fault_calls(const char *function);

#define HELD "a.lock.held"

static un_status take(un_standin *held, int dir) {
    *held = (un_standin){.dir = -1};
    return un_standin_try(held, dir, "a.lock", NULL);
}

static void plan(const char *function, unsigned at, const char *action) {
    char text[64];
    snprintf(text, sizeof text, "%s:%u:%s", function, at, action);
    un_fault_plan(text, NULL);
}

static bool is_there(int dir, const char *name) {
    return faccessat(dir, name, F_OK, 0) == 0;
}

/* Somebody takes it and is killed. */
static void leave_one(int dir) {
    un_standin held;
    un_fault_plan(NULL, NULL);
    pid_t pid = fork();
    if (pid == 0) {
        take(&held, dir);
        kill(getpid(), SIGKILL);
    }
    CHECK_INT(check_wait(pid), SIGKILL);
    CHECK(is_there(dir, HELD));
}

static unsigned calls_of_one(int dir) {
    un_standin held;
    un_fault_plan(NULL, NULL);
    CHECK_INT(take(&held, dir), UN_OK);
    un_standin_release(&held);
    return un_fault_calls("any");
}

/* Nothing is left but what the next one recognises. */
static void is_free_for_the_next(int dir) {
    un_standin held;
    un_fault_plan(NULL, NULL);
    CHECK_INT(take(&held, dir), UN_OK);
    un_standin_release(&held);
    CHECK_INT(un_atomic_sweep(dir, NULL, NULL), UN_OK);
    CHECK_INT(check_temporaries(dir), 0);
    CHECK(!is_there(dir, HELD));
}

static void every_call_is_the_last(int dir, bool left) {
    if (left)
        leave_one(dir);
    unsigned calls = calls_of_one(dir);
    for (unsigned at = 1; at <= calls; at++) {
        un_standin held;
        if (left)
            leave_one(dir);
        pid_t pid = fork();
        if (pid == 0) {
            plan("any", at, "kill");
            take(&held, dir);
            un_standin_release(&held);
            _exit(0);
        }
        CHECK_INT(check_wait(pid), SIGKILL);
        is_free_for_the_next(dir);
    }
    if (is_there(dir, HELD ".held"))
        CHECK_INT(unlinkat(dir, HELD ".held", 0), 0);
}

/* What fails is told, and what was taken is given back; a file that could not be removed is ours,
 * and so nobody else's, until we end. */
static void every_call_fails(int dir, bool left, const char *with) {
    if (left)
        leave_one(dir);
    unsigned calls = calls_of_one(dir);
    for (unsigned at = 1; at <= calls; at++) {
        un_standin held;
        if (left)
            leave_one(dir);
        int before = check_descriptors();
        pid_t pid = fork();
        if (pid == 0) {
            plan("any", at, with);
            un_status status = take(&held, dir);
            bool sound = held.held == (status == UN_OK) && (!held.held || is_there(dir, HELD));
            un_standin_release(&held);
            _exit(!sound || check_descriptors() != before);
        }
        CHECK_INT(check_wait(pid), 0);
        is_free_for_the_next(dir);
    }
    if (is_there(dir, HELD ".held"))
        CHECK_INT(unlinkat(dir, HELD ".held", 0), 0);
}

/* The server has done it, and its answer was lost: the client asked again and heard EEXIST. */
static int hook_dir;

static void link_first(void) {
    DIR *list = fdopendir(openat(hook_dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (const struct dirent *entry = readdir(list); entry; entry = readdir(list))
        if (strlen(entry->d_name) > 20)
            CHECK_INT(linkat(hook_dir, entry->d_name, hook_dir, HELD, 0), 0);
    closedir(list);
}

static void believes_what_is_there(int dir) {
    un_standin held;
    hook_dir = dir;
    un_fault_plan("link:1:hook", link_first);
    CHECK_INT(take(&held, dir), UN_OK);
    un_standin_release(&held);
    is_free_for_the_next(dir);
}

static void a_file_system_without_links_is_told(int dir) {
    un_error error = {0};
    un_standin held = {.dir = -1};
    plan("link", 1, "EOPNOTSUPP");
    CHECK_INT(un_standin_try(&held, dir, "a.lock", &error), UN_SYSTEM);
    CHECK_INT(error.sys, ENOLCK);
    CHECK_STR(error.file, HELD);
    CHECK(strstr(error.message, "--state-dir") != NULL);
    is_free_for_the_next(dir);
}

int main(void) {
    int dir = check_directory();
    un_owner self;
    if (!un_owner_self(&self)) {
        check_skip("this system does not tell its processes apart");
        return check_done();
    }
    for (int left = 0; left < 2; left++) {
        every_call_is_the_last(dir, left);
        every_call_fails(dir, left, "EIO");
        every_call_fails(dir, left, "ENOENT");
    }
    believes_what_is_there(dir);
    a_file_system_without_links_is_told(dir);
    un_fault_plan(NULL, NULL);
    check_clean(dir);
    return check_done();
}
