#include "check.h"
#include "core/os/lock.h"
#include <signal.h>

/* Runs `task` in a process of its own; its answer is the exit code. */
static int elsewhere(int (*task)(int), int dir) {
    pid_t pid = fork();
    if (pid == 0)
        _exit(task(dir));
    int status = check_wait(pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int try_it(int dir) {
    un_lock lock = {0};
    return (int)un_lock_try(&lock, dir, "a.lock", NULL);
}

static void excludes_and_frees(int dir) {
    un_lock lock = {0}, second = {0};
    un_error error = {0};
    struct stat found;
    CHECK_INT(un_lock_try(&lock, dir, "a.lock", NULL), UN_OK);
    CHECK(lock.held);
    CHECK(fstatat(dir, "a.lock", &found, 0) == 0 && (found.st_mode & 07777) == 0600);
    CHECK(fcntl(lock.fd, F_GETFD) & FD_CLOEXEC);
    CHECK_INT(elsewhere(try_it, dir), UN_BUSY);
    CHECK_INT(un_lock_try(&second, dir, "a.lock", &error), UN_BUSY);
    CHECK(strstr(error.message, "a.lock") != NULL);
    CHECK(!second.held);
    un_lock_release(&second);
    CHECK_INT(elsewhere(try_it, dir), UN_BUSY);
    un_lock_release(&lock);
    un_lock_release(&lock);
    CHECK(!lock.held);
    CHECK_INT(elsewhere(try_it, dir), UN_OK);
    CHECK(fstatat(dir, "a.lock", &found, 0) == 0);
}

/* POSIX record locks would vanish here. */
static void outlives_another_descriptor(int dir) {
    un_lock lock = {0};
    CHECK_INT(un_lock_try(&lock, dir, "a.lock", NULL), UN_OK);
    close(openat(dir, "a.lock", O_RDWR | O_CLOEXEC));
    CHECK_INT(elsewhere(try_it, dir), UN_BUSY);
    un_lock_release(&lock);
}

/* A process that holds the lock until it is killed. */
static pid_t holder(int dir) {
    int ends[2];
    char ready = 0;
    if (pipe(ends) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        un_lock lock = {0};
        ready = un_lock_try(&lock, dir, "a.lock", NULL) == UN_OK;
        if (write(ends[1], &ready, 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    CHECK(read(ends[0], &ready, 1) == 1 && ready);
    close(ends[0]);
    close(ends[1]);
    return pid;
}

static void dies_with_its_holder(int dir) {
    un_lock lock = {0};
    pid_t pid = holder(dir);
    CHECK_INT(un_lock_try(&lock, dir, "a.lock", NULL), UN_BUSY);
    kill(pid, SIGKILL);
    check_wait(pid);
    CHECK_INT(un_lock_try(&lock, dir, "a.lock", NULL), UN_OK);
    un_lock_release(&lock);
}

static void a_forked_child_shares_it(int dir) {
    un_lock lock = {0};
    CHECK_INT(un_lock_try(&lock, dir, "a.lock", NULL), UN_OK);
    pid_t pid = fork();
    if (pid == 0) {
        /* Letting go of the copy does not free the parent's. */
        un_lock_release(&lock);
        _exit(try_it(dir));
    }
    CHECK_INT(WEXITSTATUS(check_wait(pid)), UN_BUSY);
    un_lock_release(&lock);
}

/* What stands in for a lock is not of that file. */
static void a_replaced_file_is_another_lock(int dir) {
    if (getenv("LOCKLESS"))
        return;
    un_lock lock = {0};
    pid_t pid = holder(dir);
    CHECK_INT(unlinkat(dir, "a.lock", 0), 0);
    CHECK_INT(un_lock_try(&lock, dir, "a.lock", NULL), UN_OK);
    struct stat held, there;
    CHECK(fstat(lock.fd, &held) == 0 && fstatat(dir, "a.lock", &there, 0) == 0 &&
          held.st_ino == there.st_ino);
    un_lock_release(&lock);
    kill(pid, SIGKILL);
    check_wait(pid);
}

/* Whether the process waits for something. */
static bool is_asleep(pid_t pid) {
    char path[40], state = 'X';
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (file && fscanf(file, "%*d %*s %c", &state) != 1)
        state = 'X';
    if (file)
        fclose(file);
    return state == 'S' || state == 'X';
}

/* The holder never lets go by itself: that these return at all is the answer. */
static void waits(int dir) {
    un_lock lock = {0};
    pid_t pid = holder(dir);
    double start = check_seconds();
    CHECK_INT(un_lock_wait(&lock, dir, "a.lock", 120, NULL), UN_BUSY);
    double took = check_seconds() - start;
    CHECK(took >= 0.12);
    CHECK_INT(un_lock_wait(&lock, dir, "a.lock", 0, NULL), UN_BUSY);
    CHECK_INT(un_lock_wait(&lock, dir, "a.lock", -5, NULL), UN_BUSY);
    pid_t killer = fork();
    if (killer == 0) {
        while (!is_asleep(getppid()))
            check_pause(1);
        _exit(kill(pid, SIGKILL) != 0);
    }
    CHECK_INT(un_lock_wait(&lock, dir, "a.lock", INT64_MAX, NULL), UN_OK);
    CHECK_INT(check_wait(killer), 0);
    check_wait(pid);
    un_lock_release(&lock);
}

/* It answers as an attempt would, and neither takes the lock nor makes the file. */
static void probes(int dir) {
    un_lock lock = {0};
    un_error error = {0};
    struct stat found;
    CHECK_INT(un_lock_probe(dir, "new.lock", NULL), UN_OK);
    CHECK(fstatat(dir, "new.lock", &found, 0) != 0);
    CHECK_INT(un_lock_try(&lock, dir, "new.lock", NULL), UN_OK);
    CHECK_INT(un_lock_probe(dir, "new.lock", &error), UN_BUSY);
    CHECK(strstr(error.message, "new.lock") != NULL);
    un_lock_release(&lock);
    CHECK_INT(un_lock_probe(dir, "new.lock", NULL), UN_OK);
    CHECK_INT(un_lock_try(&lock, dir, "new.lock", NULL), UN_OK);
    un_lock_release(&lock);
    CHECK_INT(symlinkat("elsewhere", dir, "probed.lock"), 0);
    CHECK_INT(un_lock_probe(dir, "probed.lock", NULL), UN_FOREIGN);
    CHECK(un_lock_probe(dir, ".", NULL) != UN_OK);
}

static void refuses_what_is_not_ours(int dir) {
    un_lock lock = {0};
    un_error error = {0};
    CHECK_INT(symlinkat("elsewhere", dir, "link.lock"), 0);
    CHECK_INT(un_lock_try(&lock, dir, "link.lock", &error), UN_FOREIGN);
    CHECK(faccessat(dir, "elsewhere", F_OK, 0) != 0);
    CHECK_INT(mkfifoat(dir, "fifo.lock", 0600), 0);
    CHECK_INT(un_lock_try(&lock, dir, "fifo.lock", NULL), UN_FOREIGN);
    CHECK(un_lock_try(&lock, dir, ".", NULL) != UN_OK);
    CHECK_INT(un_lock_try(&lock, dir, "no/such", NULL), UN_NOT_FOUND);
    CHECK(!lock.held);
    if (geteuid() != 0)
        return;
    check_put(dir, "foreign.lock", "", 0);
    CHECK_INT(fchownat(dir, "foreign.lock", 65534, 65534, 0), 0);
    CHECK_INT(un_lock_try(&lock, dir, "foreign.lock", NULL), UN_FOREIGN);
}

static int try_as_another(int dir) {
    un_lock lock = {0};
    return seteuid(65534) == 0 ? (int)un_lock_try(&lock, dir, "a.lock", NULL) : -1;
}

/* sudo left it behind: closed to us, and still not a fault of the system. */
static void a_lock_of_roots_is_foreign(int dir) {
    if (geteuid() != 0)
        return;
    CHECK_INT(fchmod(dir, 0711), 0);
    CHECK_INT(elsewhere(try_as_another, dir), UN_FOREIGN);
}

enum {
    COUNTERS = 4,
    ROUNDS = 100
};

static int count_up(int dir) {
    for (int i = 0; i < ROUNDS; i++) {
        un_lock lock = {0};
        unsigned value = 0;
        if (un_lock_wait(&lock, dir, "a.lock", 60000, NULL) != UN_OK)
            return 1;
        int fd = openat(dir, "counter", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        bool done = pread(fd, &value, sizeof value, 0) >= 0;
        value++;
        done = done && pwrite(fd, &value, sizeof value, 0) == (ssize_t)sizeof value;
        close(fd);
        un_lock_release(&lock);
        if (!done)
            return 1;
    }
    return 0;
}

static void loses_no_count(int dir) {
    pid_t pids[COUNTERS];
    for (int i = 0; i < COUNTERS; i++)
        if ((pids[i] = fork()) == 0)
            _exit(count_up(dir));
    for (int i = 0; i < COUNTERS; i++)
        CHECK_INT(check_wait(pids[i]), 0);
    unsigned value = COUNTERS * ROUNDS;
    CHECK(check_holds(dir, "counter", &value, sizeof value));
}

/* What a host prints that has closed its standard descriptors must not end up in a lock. */
static int print_while_locked(int dir) {
    un_lock lock = {0};
    for (int fd = 0; fd < 3; fd++)
        close(fd);
    if (un_lock_try(&lock, dir, "said.lock", NULL) != UN_OK)
        return 1;
    for (int fd = 0; fd < 3; fd++)
        if (write(fd, "said", 4) != -1 || errno != EBADF)
            return 2;
    return fcntl(lock.fd, F_GETFD) & FD_CLOEXEC ? 0 : 3;
}

static void is_no_standard_descriptor(int dir) {
    CHECK_INT(elsewhere(print_while_locked, dir), 0);
    CHECK(check_holds(dir, "said.lock", "", 0));
}

/* What one holder leaves the next one finds, and a lock that was never noted on bears nothing. */
static void bears_a_note(int dir) {
    un_lock lock = {0};
    int64_t from = 0, until = 0;
    CHECK_INT(un_lock_try(&lock, dir, "noted", NULL), UN_OK);
    CHECK_INT(un_lock_noted(&lock, &from, &until, NULL), UN_OK);
    CHECK(until <= from);
    CHECK_INT(un_lock_note(&lock, 1800000000, 1800000300, NULL), UN_OK);
    un_lock_release(&lock);
    CHECK_INT(un_lock_try(&lock, dir, "noted", NULL), UN_OK);
    CHECK_INT(un_lock_noted(&lock, &from, &until, NULL), UN_OK);
    CHECK(from == 1800000000 && until == 1800000300);
    un_lock_release(&lock);
}

int main(void) {
    int dir = check_directory(), before = check_descriptors();
    excludes_and_frees(dir);
    outlives_another_descriptor(dir);
    dies_with_its_holder(dir);
    a_forked_child_shares_it(dir);
    a_replaced_file_is_another_lock(dir);
    bears_a_note(dir);
    waits(dir);
    probes(dir);
    refuses_what_is_not_ours(dir);
    a_lock_of_roots_is_foreign(dir);
    loses_no_count(dir);
    is_no_standard_descriptor(dir);
    CHECK_INT(check_descriptors(), before);
    check_clean(dir);
    return check_done();
}
