#include "check.h"
#include "core/os/atomic.h"
#include <signal.h>

static mode_t mode_of(int dir, const char *name) {
    struct stat found;
    return fstatat(dir, name, &found, 0) == 0 ? found.st_mode & 07777 : 0;
}

static void replaces(int dir) {
    CHECK_INT(un_atomic_replace(dir, "file", UN_SLICE("one"), true, NULL), UN_OK);
    CHECK(check_holds(dir, "file", "one", 3));
    CHECK_INT(mode_of(dir, "file"), 0600);
    CHECK_INT(un_atomic_replace(dir, "file", UN_SLICE("second"), false, NULL), UN_OK);
    CHECK(check_holds(dir, "file", "second", 6));
    CHECK_INT(un_atomic_replace(dir, "file", (un_slice){NULL, 0}, false, NULL), UN_OK);
    CHECK(check_holds(dir, "file", "", 0));
    CHECK_INT(check_temporaries(dir), 0);
}

static void keeps_permissions(int dir) {
    static const mode_t modes[] = {0644, 0640, 0400, 0600};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        CHECK_INT(fchmodat(dir, "file", modes[i], 0), 0);
        CHECK_INT(un_atomic_replace(dir, "file", UN_SLICE("new"), false, NULL), UN_OK);
        CHECK_INT(mode_of(dir, "file"), modes[i]);
    }
}

static void old_until_commit(int dir) {
    un_atomic file = {0};
    CHECK_INT(un_atomic_replace(dir, "file", UN_SLICE("old"), false, NULL), UN_OK);
    CHECK_INT(un_atomic_begin(&file, dir, "file", NULL), UN_OK);
    un_atomic_write(&file, UN_SLICE("n"));
    un_atomic_write(&file, UN_SLICE("ew"));
    CHECK(check_holds(dir, "file", "old", 3));
    CHECK_INT(check_temporaries(dir), 1);
    CHECK_INT(un_atomic_commit(&file, true, NULL), UN_OK);
    CHECK(check_holds(dir, "file", "new", 3));
    un_atomic_abandon(&file);
    CHECK_INT(un_atomic_commit(&file, true, NULL), UN_ARGUMENT);
    CHECK(check_holds(dir, "file", "new", 3));
}

static void abandons(int dir) {
    un_atomic file = {0};
    un_atomic_abandon(&file);
    CHECK_INT(un_atomic_begin(&file, dir, "file", NULL), UN_OK);
    un_atomic_write(&file, UN_SLICE("never"));
    un_atomic_abandon(&file);
    un_atomic_abandon(&file);
    CHECK(check_holds(dir, "file", "new", 3));
    CHECK_INT(check_temporaries(dir), 0);
}

static void refuses(int dir) {
    un_atomic file = {0};
    char name[65];
    memset(name, 'n', sizeof name - 1);
    name[64] = '\0';
    CHECK_INT(un_atomic_begin(&file, dir, name, NULL), UN_ARGUMENT);
    un_atomic_write(&file, UN_SLICE("goes nowhere, least of all to descriptor 0"));
    CHECK_INT(un_atomic_begin(&file, dir, "", NULL), UN_ARGUMENT);
    CHECK_INT(un_atomic_begin(&file, dir, "a/b", NULL), UN_ARGUMENT);
    CHECK_INT(un_atomic_begin(&file, dir, name + 1, NULL), UN_OK);
    un_atomic_abandon(&file);
    CHECK_INT(symlinkat("file", dir, "link"), 0);
    CHECK_INT(un_atomic_begin(&file, dir, "link", NULL), UN_FOREIGN);
    CHECK_INT(mkdirat(dir, "directory", 0700), 0);
    CHECK_INT(un_atomic_begin(&file, dir, "directory", NULL), UN_FOREIGN);
    CHECK_INT(un_atomic_begin(&file, -1, "file", NULL), UN_SYSTEM);
    CHECK_INT(check_temporaries(dir), 0);
    if (geteuid() != 0)
        return;
    check_put(dir, "foreign", "", 0);
    CHECK_INT(fchownat(dir, "foreign", 65534, 65534, 0), 0);
    CHECK_INT(un_atomic_begin(&file, dir, "foreign", NULL), UN_FOREIGN);
}

/* The first failure decides, though later writes would succeed. */
static void errors_stick(int dir) {
    un_atomic file = {0};
    un_error error = {0};
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC), null = open("/dev/null", O_WRONLY);
    CHECK_INT(un_atomic_begin(&file, dir, "file", NULL), UN_OK);
    CHECK_INT(dup2(full, file.fd), file.fd);
    un_atomic_write(&file, UN_SLICE("no room"));
    CHECK_INT(dup2(null, file.fd), file.fd);
    un_atomic_write(&file, UN_SLICE("fine, but too late"));
    CHECK_INT(un_atomic_commit(&file, false, &error), UN_SYSTEM);
    CHECK_INT(error.sys, ENOSPC);
    CHECK_STR(error.file, "file");
    CHECK(check_holds(dir, "file", "new", 3));
    CHECK_INT(check_temporaries(dir), 0);
    close(full);
    close(null);
}

/* A name for a temporary of a process that is gone. */
static void name_of_the_dead(char name[UN_OWNER_TEMPORARY]) {
    int ends[2];
    CHECK_INT(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(!un_owner_temporary(name) || write(ends[1], name, UN_OWNER_TEMPORARY) < 0);
    CHECK_INT(check_wait(pid), 0);
    CHECK_INT(read(ends[0], name, UN_OWNER_TEMPORARY), UN_OWNER_TEMPORARY);
    close(ends[0]);
    close(ends[1]);
}

/* Where there are no locks, only the name says that somebody is dead; and one without a name has
 * nothing in it. */
static void sweeps_the_dead_and_spares_the_living(int dir) {
    un_atomic living = {0};
    char dead[UN_OWNER_TEMPORARY], alive[UN_OWNER_TEMPORARY];
    bool lockless = getenv("LOCKLESS") != NULL;
    size_t removed = 9;
    static const char *const others[] = {".0123456789abcde.tmp", ".0123456789ABCDEF.tmp",
                                         ".0123456789abcdef.tmq", "0123456789abcdef.tmp"};
    CHECK_INT(un_atomic_begin(&living, dir, "file", NULL), UN_OK);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        check_put(dir, others[i], "", 0);
    name_of_the_dead(dead);
    CHECK(un_owner_temporary(alive));
    check_put(dir, dead, "dead", 4);
    check_put(dir, alive, "alive", 5);
    check_put(dir, ".0123456789abcdef.tmp", "dead", lockless ? 0 : 4);
    check_put(dir, ".fedcba9876543210.tmp", "dead, of a read-only target", 27);
    CHECK_INT(fchmodat(dir, ".fedcba9876543210.tmp", 0400, 0), 0);
    CHECK_INT(symlinkat("file", dir, ".aaaaaaaaaaaaaaaa.tmp"), 0);
    off_t offset = lseek(dir, 0, SEEK_CUR);
    CHECK_INT(un_atomic_sweep(dir, &removed, NULL), UN_OK);
    CHECK_INT(removed, lockless ? 2 : 3);
    CHECK_INT(lseek(dir, 0, SEEK_CUR), offset);
    CHECK_INT(check_temporaries(dir), lockless ? 7 : 6);
    CHECK_INT(unlinkat(dir, alive, 0), 0);
    CHECK(!lockless || unlinkat(dir, ".fedcba9876543210.tmp", 0) == 0);
    un_atomic_write(&living, UN_SLICE("alive"));
    CHECK_INT(un_atomic_commit(&living, false, NULL), UN_OK);
    CHECK(check_holds(dir, "file", "alive", 5));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        CHECK_INT(unlinkat(dir, others[i], 0), 0);
    CHECK_INT(unlinkat(dir, ".aaaaaaaaaaaaaaaa.tmp", 0), 0);
    CHECK_INT(un_atomic_sweep(dir, NULL, NULL), UN_OK);
    CHECK_INT(un_atomic_sweep(-1, NULL, NULL), UN_SYSTEM);
}

enum {
    SIZE = 200000
};
static char content[2][SIZE];

static void write_for_ever(int dir) {
    for (unsigned i = 0;; i++)
        if (un_atomic_replace(dir, "big", (un_slice){content[i & 1], SIZE}, i & 2, NULL) != UN_OK)
            _exit(1);
}

static void probes(int dir) {
    un_error error = {0};
    CHECK_INT(un_atomic_replace(dir, "file", UN_SLICE("old"), false, NULL), UN_OK);
    CHECK_INT(un_atomic_probe(dir, "file", 10000, NULL), UN_OK);
    CHECK(check_holds(dir, "file", "old", 3));
    CHECK_INT(un_atomic_probe(dir, "none", 0, NULL), UN_OK);
    CHECK(faccessat(dir, "none", F_OK, 0) != 0);
    CHECK_INT(check_temporaries(dir), 0);
    CHECK_INT(mkdirat(dir, "probed", 0700), 0);
    CHECK_INT(un_atomic_probe(dir, "probed", 1, &error), UN_FOREIGN);
    CHECK_INT(unlinkat(dir, "probed", AT_REMOVEDIR), 0);
}

/* One open, so that one version is read: all bytes are of the same writer's. */
static bool is_whole(int dir) {
    static char found[SIZE + 1];
    int fd = openat(dir, "big", O_RDONLY | O_CLOEXEC);
    bool whole = read(fd, found, sizeof found) == SIZE &&
                 (memcmp(found, content[0], SIZE) == 0 || memcmp(found, content[1], SIZE) == 0);
    close(fd);
    return whole;
}

static ino_t inode_of(int dir) {
    struct stat found;
    return fstatat(dir, "big", &found, 0) == 0 ? found.st_ino : 0;
}

/* Several writers and a sweeper at once; one after the other is killed. */
static void survives_kill(int dir) {
    memset(content[0], 'a', SIZE);
    memset(content[1], 'b', SIZE);
    CHECK_INT(un_atomic_replace(dir, "big", (un_slice){content[0], SIZE}, false, NULL), UN_OK);
    pid_t pids[2] = {-1, -1};
    unsigned torn = 0;
    for (int round = 0; round < 40; round++) {
        pid_t *pid = &pids[round % 2];
        if (*pid > 0) {
            kill(*pid, SIGKILL);
            CHECK_INT(check_wait(*pid), SIGKILL);
        }
        ino_t before = inode_of(dir);
        if ((*pid = fork()) == 0)
            write_for_ever(dir);
        /* Once at work, the next kill may come at any point of it. */
        CHECK_AWAIT(inode_of(dir) != before);
        check_pause(round % 7);
        torn += !is_whole(dir);
        CHECK_INT(un_atomic_sweep(dir, NULL, NULL), UN_OK);
    }
    for (int i = 0; i < 2; i++) {
        kill(pids[i], SIGKILL);
        CHECK_INT(check_wait(pids[i]), SIGKILL);
    }
    CHECK_INT(torn, 0);
    CHECK_INT(un_atomic_sweep(dir, NULL, NULL), UN_OK);
    CHECK_INT(check_temporaries(dir), 0);
}

int main(void) {
    int dir = check_directory(), before = check_descriptors();
    replaces(dir);
    keeps_permissions(dir);
    old_until_commit(dir);
    abandons(dir);
    refuses(dir);
    errors_stick(dir);
    sweeps_the_dead_and_spares_the_living(dir);
    probes(dir);
    survives_kill(dir);
    CHECK_INT(check_descriptors(), before);
    check_clean(dir);
    return check_done();
}
