#include "check.h"
#include "core/os/detach.h"

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
        if (dup(dir) < 0 || un_detach(&parent, log, NULL) != UN_OK)
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
    CHECK_INT(un_detach(&parent, 12345, NULL), UN_SYSTEM);
    CHECK(parent);
}

int main(void) {
    int dir = check_directory(), before = check_descriptors();
    leaves_the_session(dir);
    CHECK_INT(check_descriptors(), before);
    check_clean(dir);
    return check_done();
}
