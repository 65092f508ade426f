#include "check.h"
#include "core/os/detach.h"
#include "core/os/lock.h"
#include <signal.h>

/* What the process that goes on alone finds: its session, its descriptors. */
static void report_alone(int dir, pid_t session) {
    struct stat null, in, out;
    bool good = getsid(0) != session && getsid(0) != getpid() && check_descriptors() == 3 + 3 &&
                stat("/dev/null", &null) == 0 && fstat(0, &in) == 0 && fstat(1, &out) == 0 &&
                in.st_rdev == null.st_rdev && out.st_rdev == null.st_rdev;
    (void)dir;
    _exit(dprintf(STDERR_FILENO, good ? "good" : "bad") <= 0);
}

static void detaches(int dir, int log) {
    pid_t pid = fork();
    if (pid == 0) {
        bool parent = false;
        pid_t session = getsid(0);
        /* One that a host forgot. */
        if (dup(dir) < 0 || un_detach(&parent, log, NULL, 0, NULL) != UN_OK)
            _exit(1);
        if (!parent)
            report_alone(dir, session);
        _exit(waitpid(-1, NULL, WNOHANG) != -1);
    }
    CHECK_INT(check_wait(pid), 0);
}

static void leaves_the_session(int dir) {
    int log = openat(dir, "alone", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    detaches(dir, log);
    struct stat said;
    CHECK_AWAIT(fstat(log, &said) == 0 && said.st_size > 0);
    CHECK(check_holds(dir, "alone", "good", 4));
    close(log);
    detaches(dir, -1);
    bool parent = false;
    CHECK_INT(un_detach(&parent, 12345, NULL, 0, NULL), UN_SYSTEM);
    CHECK(parent);
}

static un_status probe(int dir) {
    return un_lock_probe(dir, "a.lock", NULL);
}

/* Takes a lock, and leaves it to a process that says which it is, and waits for its end. */
static void leave_lock(int dir) {
    un_lock lock = {0};
    bool parent = false;
    if (un_lock_try(&lock, dir, "a.lock", NULL) != UN_OK)
        _exit(1);
    int log = openat(dir, "holder", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int kept[2], count = un_lock_descriptors(&lock, kept);
    if (un_detach(&parent, log, kept, count, NULL) != UN_OK)
        _exit(2);
    if (parent) {
        un_lock_part(&lock);
        _exit(lock.held || probe(dir) != UN_BUSY ? 3 : 0);
    }
    if (un_lock_adopt(&lock, NULL) != UN_OK)
        _exit(4);
    dprintf(STDERR_FILENO, "%d %s\n", (int)getpid(), lock.held ? "holds" : "holds none");
    for (;;)
        pause();
}

static void takes_the_lock_along(int dir) {
    char said[40] = "";
    pid_t pid = fork();
    if (pid == 0)
        leave_lock(dir);
    CHECK_INT(check_wait(pid), 0);
    CHECK_INT(probe(dir), UN_BUSY);
    int log = openat(dir, "holder", O_RDONLY | O_CLOEXEC);
    CHECK_AWAIT(pread(log, said, sizeof said - 1, 0) > 0 && strchr(said, '\n') != NULL);
    CHECK(strstr(said, " holds\n") != NULL);
    CHECK_INT(probe(dir), UN_BUSY);
    int alone = atoi(said);
    CHECK(alone > 0 && kill(alone, SIGKILL) == 0);
    CHECK_AWAIT(probe(dir) == UN_OK);
    close(log);
}

int main(void) {
    int dir = check_directory(), before = check_descriptors();
    leaves_the_session(dir);
    takes_the_lock_along(dir);
    CHECK_INT(check_descriptors(), before);
    check_clean(dir);
    return check_done();
}
