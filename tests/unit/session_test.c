/* session: the same for all that one shell starts, and another for each shell. */
#include "check.h"
#include "core/os/session.h"
#include <signal.h>

static int ends[2];

/* What a child finds that `begin` has prepared; "" where it finds nothing. */
static void told_by(char out[UN_OWNER_TEXT], void (*begin)(void)) {
    memset(out, 0, UN_OWNER_TEXT);
    pid_t pid = fork();
    if (pid == 0) {
        char found[UN_OWNER_TEXT] = "";
        begin();
        if (!un_session(found))
            found[0] = '\0';
        _exit(write(ends[1], found, sizeof found) != (ssize_t)sizeof found);
    }
    CHECK(read(ends[0], out, UN_OWNER_TEXT) == UN_OWNER_TEXT);
    CHECK_INT(check_wait(pid), 0);
}

static void nothing(void) {
}

static void another(void) {
    setsid();
}

/* Goes on as a process whose session's leader has ended, and was asked for. */
static void orphaned(void) {
    pid_t leader = fork();
    if (leader != 0)
        _exit(check_wait(leader));
    setsid();
    leader = getpid();
    if (fork() != 0)
        _exit(0);
    while (kill(leader, 0) == 0)
        usleep(1000);
}

int main(void) {
    char own[UN_OWNER_TEXT], found[UN_OWNER_TEXT], other[UN_OWNER_TEXT];
    int before = check_descriptors();
    CHECK(pipe(ends) == 0);
    /* A session of ours, whatever started the test. */
    if (getsid(0) != getpid() && fork() != 0) {
        int status;
        wait(&status);
        return WEXITSTATUS(status);
    }
    setsid();
    if (!un_session(own)) {
        check_skip("this system does not tell its processes apart");
        return check_done();
    }
    told_by(found, nothing);
    CHECK_STR(found, own);
    told_by(found, another);
    told_by(other, another);
    CHECK(*found && *other);
    CHECK(strcmp(found, own) != 0 && strcmp(other, own) != 0 && strcmp(found, other) != 0);
    told_by(found, orphaned);
    CHECK_STR(found, "");
    close(ends[0]);
    close(ends[1]);
    CHECK_INT(check_descriptors(), before);
    return check_done();
}
