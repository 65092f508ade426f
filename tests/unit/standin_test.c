#include "check.h"
#include "core/os/standin.h"
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>

#define HELD "a.lock.held"

/* What processes of a test tell each other. */
typedef struct shared {
    unsigned counter; /* counted without any care, under the stand-in */
    unsigned go, ready, won, busy, wrong, rounds;
} shared;

static shared *board;

static un_status take(un_standin *held, int dir) {
    *held = (un_standin){.dir = -1};
    return un_standin_try(held, dir, "a.lock", NULL);
}

static int try_it(int dir) {
    un_standin held;
    un_status status = take(&held, dir);
    un_standin_release(&held);
    return (int)status;
}

static int elsewhere(int (*task)(int), int dir) {
    pid_t pid = fork();
    if (pid == 0)
        _exit(task(dir));
    int status = check_wait(pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool is_there(int dir, const char *name) {
    return faccessat(dir, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static void excludes_and_frees(int dir) {
    un_standin held, second;
    un_error error = {0};
    struct stat found;
    CHECK_INT(take(&held, dir), UN_OK);
    CHECK(held.held);
    CHECK(fstatat(dir, HELD, &found, 0) == 0 && (found.st_mode & 07777) == 0600);
    CHECK(found.st_nlink == 1);
    CHECK_INT(check_temporaries(dir), 0);
    CHECK(fcntl(held.dir, F_GETFD) & FD_CLOEXEC);
    CHECK_INT(elsewhere(try_it, dir), UN_BUSY);
    CHECK_INT(un_standin_probe(dir, "a.lock", NULL), UN_BUSY);
    CHECK_INT(un_standin_try(&second, dir, "a.lock", &error), UN_BUSY);
    char pid[32];
    snprintf(pid, sizeof pid, "process %d of ", (int)getpid());
    CHECK(strstr(error.message, HELD) && strstr(error.message, pid));
    un_standin_release(&held);
    un_standin_release(&held);
    CHECK(!held.held && !is_there(dir, HELD));
    CHECK_INT(un_standin_probe(dir, "a.lock", NULL), UN_OK);
    CHECK_INT(elsewhere(try_it, dir), UN_OK);
    CHECK(!is_there(dir, HELD));
    CHECK_INT(check_temporaries(dir), 0);
}

static void tells_who_holds_it(int dir) {
    un_standin held;
    un_holder holder;
    CHECK_INT(un_standin_holder(&holder, dir, "a.lock", NULL), UN_NOT_FOUND);
    CHECK_INT(take(&held, dir), UN_OK);
    CHECK_INT(un_standin_holder(&holder, dir, "a.lock", NULL), UN_OK);
    char machine[UN_OWNER_MACHINE];
    un_owner_machine(machine);
    CHECK_STR(holder.machine, machine);
    CHECK(holder.pid == getpid() && holder.near && holder.since > 1700000000);
    un_standin_release(&held);
}

/* Somebody has taken it away, and another one has it now. */
static void removes_only_its_own(int dir) {
    un_standin held, other;
    CHECK_INT(take(&held, dir), UN_OK);
    CHECK_INT(unlinkat(dir, HELD, 0), 0);
    CHECK_INT(take(&other, dir), UN_OK);
    un_standin_release(&held);
    CHECK(is_there(dir, HELD));
    CHECK_INT(elsewhere(try_it, dir), UN_BUSY);
    un_standin_release(&other);
    CHECK(!is_there(dir, HELD));
}

static void is_its_parents(int dir) {
    un_standin held;
    CHECK_INT(take(&held, dir), UN_OK);
    pid_t pid = fork();
    if (pid == 0) {
        un_standin_release(&held);
        _exit(is_there(dir, HELD) ? try_it(dir) : 99);
    }
    CHECK_INT(WEXITSTATUS(check_wait(pid)), UN_BUSY);
    un_standin_release(&held);
    CHECK(!is_there(dir, HELD));
}

/* Without a moment in which another could have it, and until the child ends. */
static void goes_over_to_a_child(int dir) {
    un_standin held;
    CHECK_INT(take(&held, dir), UN_OK);
    memset(board, 0, sizeof *board);
    pid_t pid = fork();
    if (pid == 0) {
        if (un_standin_adopt(&held, NULL) != UN_OK || held.by != getpid())
            _exit(1);
        for (;;)
            pause();
    }
    un_standin_part(&held);
    CHECK(!held.held);
    un_standin_release(&held);
    un_holder holder;
    CHECK_INT(un_standin_holder(&holder, dir, "a.lock", NULL), UN_OK);
    CHECK_INT(holder.pid, pid);
    CHECK_INT(try_it(dir), UN_BUSY);
    CHECK_AWAIT(!is_there(dir, HELD ".held"));
    kill(pid, SIGKILL);
    check_wait(pid);
    CHECK_INT(try_it(dir), UN_OK);
}

/* The parent ended before, and another one has it meanwhile. */
static void is_not_adopted_from_another(int dir) {
    un_standin held, other;
    CHECK_INT(take(&held, dir), UN_OK);
    CHECK_INT(unlinkat(dir, HELD, 0), 0);
    CHECK_INT(take(&other, dir), UN_OK);
    pid_t pid = fork();
    if (pid == 0)
        _exit((int)un_standin_adopt(&held, NULL));
    CHECK_INT(WEXITSTATUS(check_wait(pid)), UN_BUSY);
    CHECK_INT(try_it(dir), UN_BUSY);
    un_standin_release(&other);
    un_standin_release(&held);
    CHECK(!is_there(dir, HELD) && !is_there(dir, HELD ".held"));
}

static int take_and_die(int dir) {
    un_standin held;
    if (take(&held, dir) == UN_OK)
        kill(getpid(), SIGKILL);
    return 1;
}

static void is_left_by_a_process_that_was_killed(int dir) {
    un_standin held;
    CHECK_INT(elsewhere(take_and_die, dir), -1);
    CHECK(is_there(dir, HELD));
    CHECK_INT(un_standin_probe(dir, "a.lock", NULL), UN_OK);
    CHECK_INT(take(&held, dir), UN_OK);
    CHECK_INT(elsewhere(try_it, dir), UN_BUSY);
    un_standin_release(&held);
    CHECK(!is_there(dir, HELD) && !is_there(dir, HELD ".held"));
}

/* A stand-in of a process of which nothing is known, of whatever age, is left alone. */
static void is_not_taken_from_another_machine(int dir) {
    un_owner other;
    un_holder holder;
    char text[UN_OWNER_TEXT + 40];
    struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    CHECK(un_owner_self(&other));
    other.machine = 42;
    other.boot[0] = other.boot[0] == '0' ? '1' : '0';
    un_owner_write(text, &other);
    strcat(text, " far-away 0123456789abcdef\n");
    const char *const left[] = {text, "", "nonsense", "1-2-3-4-5-6"};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        check_put(dir, HELD, left[i], strlen(left[i]));
        CHECK_INT(utimensat(dir, HELD, old, 0), 0);
        CHECK_INT(try_it(dir), UN_BUSY);
        CHECK_INT(un_standin_probe(dir, "a.lock", NULL), UN_BUSY);
        CHECK_INT(un_standin_holder(&holder, dir, "a.lock", NULL), UN_OK);
        CHECK(!holder.near && holder.since == 1000000000);
        CHECK_STR(holder.machine, i == 0 ? "far-away" : "");
        CHECK(check_holds(dir, HELD, left[i], strlen(left[i])));
    }
    CHECK_INT(unlinkat(dir, HELD, 0), 0);
}

static void refuses_what_is_not_ours(int dir) {
    un_error error = {0};
    un_standin held;
    char name[65];
    memset(name, 'n', 64);
    name[64] = '\0';
    CHECK_INT(un_standin_try(&held, dir, name, NULL), UN_ARGUMENT);
    CHECK_INT(symlinkat("elsewhere", dir, HELD), 0);
    CHECK_INT(un_standin_try(&held, dir, "a.lock", &error), UN_FOREIGN);
    CHECK(!is_there(dir, "elsewhere"));
    CHECK_INT(unlinkat(dir, HELD, 0), 0);
    CHECK_INT(mkfifoat(dir, HELD, 0600), 0);
    CHECK_INT(try_it(dir), UN_FOREIGN);
    CHECK_INT(unlinkat(dir, HELD, 0), 0);
    if (geteuid() != 0)
        return;
    check_put(dir, HELD, "", 0);
    CHECK_INT(fchownat(dir, HELD, 65534, 65534, 0), 0);
    CHECK_INT(try_it(dir), UN_FOREIGN);
    CHECK_INT(unlinkat(dir, HELD, 0), 0);
}

/* --- many at once ----------------------------------------------------------------------------- */

enum {
    MANY = 8,
    ROUNDS = 400,
    TAKEOVERS = 100,
    KILLS = 200
};

static void take_in_the_end(un_standin *held, int dir) {
    while (take(held, dir) != UN_OK)
        check_pause(0);
}

static int count_up(int dir) {
    for (int i = 0; i < ROUNDS; i++) {
        un_standin held;
        take_in_the_end(&held, dir);
        unsigned seen = *(volatile unsigned *)&board->counter;
        if (i % 8 == 0)
            sched_yield();
        *(volatile unsigned *)&board->counter = seen + 1;
        un_standin_release(&held);
    }
    return 0;
}

static void loses_no_count(int dir) {
    pid_t pids[MANY];
    for (int i = 0; i < MANY; i++)
        if ((pids[i] = fork()) == 0)
            _exit(count_up(dir));
    for (int i = 0; i < MANY; i++)
        CHECK_INT(check_wait(pids[i]), 0);
    CHECK_INT(board->counter, MANY * ROUNDS);
    CHECK_INT(check_temporaries(dir), 0);
}

static void add(unsigned *to) {
    __atomic_add_fetch(to, 1, __ATOMIC_SEQ_CST);
}

static unsigned value(const unsigned *of) {
    return __atomic_load_n(of, __ATOMIC_SEQ_CST);
}

/* Whoever wins keeps it until all have had their answer. */
static int compete(int dir) {
    un_standin held;
    add(&board->ready);
    while (!value(&board->go))
        sched_yield();
    un_status status = take(&held, dir);
    add(status == UN_OK ? &board->won : status == UN_BUSY ? &board->busy : &board->wrong);
    while (value(&board->won) + value(&board->busy) + value(&board->wrong) < MANY)
        check_pause(1);
    un_standin_release(&held);
    return 0;
}

static void one_takes_over_what_was_left(int dir) {
    unsigned fair = 0;
    for (int round = 0; round < TAKEOVERS; round++) {
        pid_t pids[MANY];
        memset(board, 0, sizeof *board);
        elsewhere(take_and_die, dir);
        for (int i = 0; i < MANY; i++)
            if ((pids[i] = fork()) == 0)
                _exit(compete(dir));
        while (value(&board->ready) < MANY)
            check_pause(0);
        add(&board->go);
        for (int i = 0; i < MANY; i++)
            check_wait(pids[i]);
        fair += board->won == 1 && board->busy == MANY - 1 && board->wrong == 0;
    }
    CHECK_INT(fair, TAKEOVERS);
    CHECK(!is_there(dir, HELD) && !is_there(dir, HELD ".held"));
    CHECK_INT(check_temporaries(dir), 0);
}

/* The kernel's own lock bears witness: it is free whenever the stand-in could be had. */
static void work_until_killed(int dir) {
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    for (;;) {
        un_standin held;
        take_in_the_end(&held, dir);
        int witness = openat(dir, "witness", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (witness < 0 || fcntl(witness, F_OFD_SETLK, &whole) != 0)
            add(&board->wrong);
        add(&board->rounds);
        sched_yield();
        close(witness);
        un_standin_release(&held);
    }
}

static void kills_at_any_moment_let_no_two_in(int dir) {
    pid_t pids[MANY];
    un_standin held;
    unsigned random = 12345;
    memset(board, 0, sizeof *board);
    for (int i = 0; i < MANY; i++)
        if ((pids[i] = fork()) == 0)
            work_until_killed(dir);
    for (int i = 0; i < KILLS; i++) {
        pid_t *one = &pids[i % MANY];
        unsigned rounds = value(&board->rounds);
        random = random * 1103515245 + 12345;
        struct timespec pause = {.tv_nsec = (long)(random >> 12)};
        nanosleep(&pause, NULL);
        kill(*one, SIGKILL);
        check_wait(*one);
        if ((*one = fork()) == 0)
            work_until_killed(dir);
        /* Those that live go on. */
        CHECK_AWAIT(value(&board->rounds) > rounds);
    }
    for (int i = 0; i < MANY; i++) {
        kill(pids[i], SIGKILL);
        check_wait(pids[i]);
    }
    CHECK_INT(board->wrong, 0);
    CHECK_INT(take(&held, dir), UN_OK);
    un_standin_release(&held);
    CHECK(!is_there(dir, HELD));
}

int main(void) {
    int dir = check_directory(), before = check_descriptors();
    un_owner self;
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (!un_owner_self(&self) || board == MAP_FAILED) {
        check_skip("this system does not tell its processes apart");
        return check_done();
    }
    excludes_and_frees(dir);
    tells_who_holds_it(dir);
    removes_only_its_own(dir);
    is_its_parents(dir);
    goes_over_to_a_child(dir);
    is_not_adopted_from_another(dir);
    is_left_by_a_process_that_was_killed(dir);
    is_not_taken_from_another_machine(dir);
    refuses_what_is_not_ours(dir);
    loses_no_count(dir);
    one_takes_over_what_was_left(dir);
    kills_at_any_moment_let_no_two_in(dir);
    CHECK_INT(check_descriptors(), before);
    check_clean(dir);
    return check_done();
}
