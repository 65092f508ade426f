/*
 * os.c: core/os.c with faults. Linked in its place, it forwards every call, but one.
 *
 * Which one says a plan "FUNCTION:N:ACTION": the N-th call (from 1) of FUNCTION ("write", or "any"
 * for all that can fail), counted since the plan was made; "N+" and every one after it. ACTION is
 * one of
 *
 *     ENOSPC, EIO, ...   fails with that errno and does nothing (close closes all the same)
 *     short              read, write, pwrite: half of the bytes; any other call: nothing
 *     exit               leaves the process with _exit(99) instead of the call
 *     kill               kills it with SIGKILL instead of the call
 *     hook               calls the hook first, then goes on as usual
 *
 * The plan comes from un_fault_plan or, before that was called, from $UPNUDGE_FAULT. The wall clock
 * stands still at the second that $UPNUDGE_FAULT_NOW says.
 */
#define un_os_open       un_real_open
#define un_os_close      un_real_close
#define un_os_read       un_real_read
#define un_os_write      un_real_write
#define un_os_pwrite     un_real_pwrite
#define un_os_fstat      un_real_fstat
#define un_os_stat       un_real_stat
#define un_os_fsync      un_real_fsync
#define un_os_fchmod     un_real_fchmod
#define un_os_set_times  un_real_set_times
#define un_os_rename     un_real_rename
#define un_os_link       un_real_link
#define un_os_unlink     un_real_unlink
#define un_os_mkdir      un_real_mkdir
#define un_os_lock       un_real_lock
#define un_os_could_lock un_real_could_lock
#define un_os_filesystem un_real_filesystem
#define un_os_now        un_real_now
#include "core/os/os.c"
#undef un_os_open
#undef un_os_close
#undef un_os_read
#undef un_os_write
#undef un_os_pwrite
#undef un_os_fstat
#undef un_os_stat
#undef un_os_fsync
#undef un_os_fchmod
#undef un_os_set_times
#undef un_os_rename
#undef un_os_link
#undef un_os_unlink
#undef un_os_mkdir
#undef un_os_lock
#undef un_os_could_lock
#undef un_os_filesystem
#undef un_os_now
#undef UN_OS_H
#include "core/os/os.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* Sets the plan (NULL: no fault) and starts counting anew. The hook serves "hook". */
void un_fault_plan(const char *text, void (*hook)(void));
/* How often FUNCTION, or "any", was called since. */
unsigned un_fault_calls(const char *function);

/* The file system that every path is on from now on; 0: its own. */
void un_fault_filesystem(uint64_t type);
static uint64_t pretended;

enum {
    CLOSE,
    FCHMOD,
    FSTAT,
    FSYNC,
    LINK,
    LOCK,
    MKDIR,
    OPEN,
    PWRITE,
    READ,
    RENAME,
    STAT,
    UNLINK,
    UTIMENS,
    WRITE
};
static const char *const names[] = {"close",  "fchmod", "fstat",  "fsync",   "link",
                                    "lock",   "mkdir",  "open",   "pwrite",  "read",
                                    "rename", "stat",   "unlink", "utimens", "write"};
#define FUNCTIONS (sizeof names / sizeof *names)
#define ANY       FUNCTIONS

enum action {
    PASS,
    FAIL,
    SHORT,
    EXIT,
    KILL,
    HOOK
};

static struct {
    bool made;
    size_t function;
    unsigned at;
    bool onward; /* and every call after it */
    enum action action;
    int sys;
    void (*hook)(void);
    unsigned calls[FUNCTIONS + 1];
} plan;

static size_t function_of(const char *name, size_t length) {
    for (size_t i = 0; i < FUNCTIONS; i++)
        if (strlen(names[i]) == length && strncmp(names[i], name, length) == 0)
            return i;
    return ANY;
}

/* A plan that cannot be read would be a test that tests nothing. */
static void parse_action(const char *word) {
    static const char *const words[] = {"short", "exit", "kill", "hook"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i]) == 0) {
            plan.action = (enum action)(SHORT + i);
            return;
        }
    plan.action = FAIL;
    for (plan.sys = 1; plan.sys < 134; plan.sys++) {
        const char *name = strerrorname_np(plan.sys);
        if (name && strcmp(name, word) == 0)
            return;
    }
    abort();
}

void un_fault_plan(const char *text, void (*hook)(void)) {
    memset(&plan, 0, sizeof plan);
    plan.made = true;
    plan.hook = hook;
    if (!text)
        return;
    char *rest;
    size_t length = strcspn(text, ":");
    plan.function = function_of(text, length);
    if (!text[length] || (plan.function == ANY && strncmp(text, "any:", 4) != 0))
        abort();
    plan.at = (unsigned)strtoul(text + length + 1, &rest, 10);
    plan.onward = *rest == '+';
    rest += plan.onward;
    if (plan.at == 0 || *rest != ':')
        abort();
    parse_action(rest + 1);
}

unsigned un_fault_calls(const char *function) {
    return plan.calls[function_of(function, strlen(function))];
}

/* Whether, and how, the call that is about to be made goes wrong. */
static enum action strike(size_t function) {
    if (!plan.made)
        un_fault_plan(getenv("UPNUDGE_FAULT"), NULL);
    plan.calls[function]++;
    plan.calls[ANY]++;
    if (plan.action == PASS || (plan.function != ANY && plan.function != function) ||
        plan.calls[plan.function] < plan.at ||
        (plan.calls[plan.function] > plan.at && !plan.onward))
        return PASS;
    if (plan.action == EXIT)
        _exit(99);
    if (plan.action == KILL)
        kill(getpid(), SIGKILL);
    if (plan.action == HOOK && plan.hook)
        plan.hook();
    errno = plan.sys;
    return plan.action;
}

/* The size to ask for; false: fail. */
static bool sized(size_t function, size_t *size) {
    enum action action = strike(function);
    if (action == SHORT && *size > 1)
        *size /= 2;
    return action != FAIL;
}

int un_os_open(int dir, const char *path, int flags, mode_t mode) {
    return strike(OPEN) == FAIL ? -1 : un_real_open(dir, path, flags, mode);
}

int un_os_close(int fd) {
    bool fails = strike(CLOSE) == FAIL;
    int result = un_real_close(fd);
    if (fails)
        errno = plan.sys;
    return fails ? -1 : result;
}

ssize_t un_os_read(int fd, void *buffer, size_t size) {
    return sized(READ, &size) ? un_real_read(fd, buffer, size) : -1;
}

ssize_t un_os_write(int fd, const void *bytes, size_t size) {
    return sized(WRITE, &size) ? un_real_write(fd, bytes, size) : -1;
}

ssize_t un_os_pwrite(int fd, const void *bytes, size_t size, off_t offset) {
    return sized(PWRITE, &size) ? un_real_pwrite(fd, bytes, size, offset) : -1;
}

int un_os_fstat(int fd, struct stat *out) {
    return strike(FSTAT) == FAIL ? -1 : un_real_fstat(fd, out);
}

int un_os_stat(int dir, const char *path, struct stat *out, bool follow) {
    return strike(STAT) == FAIL ? -1 : un_real_stat(dir, path, out, follow);
}

int un_os_fsync(int fd) {
    return strike(FSYNC) == FAIL ? -1 : un_real_fsync(fd);
}

int un_os_fchmod(int fd, mode_t mode) {
    return strike(FCHMOD) == FAIL ? -1 : un_real_fchmod(fd, mode);
}

int un_os_set_times(int fd, int64_t read, int64_t written) {
    return strike(UTIMENS) == FAIL ? -1 : un_real_set_times(fd, read, written);
}

int un_os_rename(int dir, const char *from, const char *to) {
    return strike(RENAME) == FAIL ? -1 : un_real_rename(dir, from, to);
}

int un_os_link(int dir, const char *from, const char *to) {
    return strike(LINK) == FAIL ? -1 : un_real_link(dir, from, to);
}

int un_os_unlink(int dir, const char *path) {
    return strike(UNLINK) == FAIL ? -1 : un_real_unlink(dir, path);
}

int un_os_mkdir(int dir, const char *path, mode_t mode) {
    return strike(MKDIR) == FAIL ? -1 : un_real_mkdir(dir, path, mode);
}

int un_os_lock(int fd, bool write) {
    return strike(LOCK) == FAIL ? -1 : un_real_lock(fd, write);
}

int un_os_could_lock(int fd) {
    return strike(LOCK) == FAIL ? -1 : un_real_could_lock(fd);
}

void un_fault_filesystem(uint64_t type) {
    pretended = type;
}

int64_t un_os_now(int32_t *nanoseconds) {
    const char *said = getenv("UPNUDGE_FAULT_NOW");
    if (!said)
        return un_real_now(nanoseconds);
    if (nanoseconds)
        *nanoseconds = 0;
    return strtoll(said, NULL, 10);
}

int un_os_filesystem(const char *path, uint64_t *type) {
    int result = un_real_filesystem(path, type);
    if (result == 0 && pretended != 0)
        *type = pretended;
    return result;
}
