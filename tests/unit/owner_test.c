#include "check.h"
#include "core/os/owner.h"
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>

static un_owner self;

/* This process as its child sees it, and another process that lives until it is killed. */
static pid_t another(un_owner *owner) {
    int ends[2];
    if (pipe(ends) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        un_owner own;
        if (!un_owner_self(&own) || write(ends[1], &own, sizeof own) != (ssize_t)sizeof own)
            _exit(1);
        for (;;)
            pause();
    }
    CHECK(read(ends[0], owner, sizeof *owner) == (ssize_t)sizeof *owner);
    close(ends[0]);
    close(ends[1]);
    return pid;
}

static void survives_being_written(void) {
    char text[UN_OWNER_TEXT], again[UN_OWNER_TEXT];
    un_owner read;
    un_owner_write(text, &self);
    CHECK(strlen(text) < UN_OWNER_TEXT - 1);
    CHECK(un_owner_read(&read, text));
    un_owner_write(again, &read);
    CHECK_STR(again, text);
    CHECK(un_owner_is_near(&read, &self));
    CHECK(!un_owner_is_gone(&read, &self));
    for (size_t length = 0; length < strlen(text); length++) {
        char part[UN_OWNER_TEXT];
        snprintf(part, sizeof part, "%.*s", (int)length, text);
        if (un_owner_read(&read, part))
            CHECK(length > strlen(text) - 16);
    }
    CHECK(!un_owner_read(&read, ""));
    CHECK(!un_owner_read(&read, "0-0-0-0-1-0"));
    text[17] = 'x';
    CHECK(!un_owner_read(&read, text));
}

/* A process that was killed is gone though nobody has asked for it yet. */
static void knows_who_has_ended(void) {
    un_owner owner;
    pid_t pid = another(&owner);
    siginfo_t info;
    CHECK_INT(owner.pid, pid);
    CHECK(!un_owner_is_gone(&owner, &self));
    kill(pid, SIGSTOP);
    CHECK(!un_owner_is_gone(&owner, &self));
    kill(pid, SIGKILL);
    CHECK_INT(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    CHECK(un_owner_is_gone(&owner, &self));
    check_wait(pid);
    CHECK(un_owner_is_gone(&owner, &self));
}

/* The number of a process that was given again is no life. */
static void is_not_deceived_by_a_number(void) {
    un_owner owner = self;
    owner.started--;
    CHECK(un_owner_is_near(&owner, &self));
    CHECK(un_owner_is_gone(&owner, &self));
}

static void never_judges_who_is_elsewhere(void) {
    un_owner owner, here = self;
    here.machine = 7;
    for (int space = 0; space < 2; space++) {
        owner = here;
        owner.started = 1;
        CHECK(un_owner_is_gone(&owner, &here));
        owner.space[space]++;
        CHECK(!un_owner_is_near(&owner, &here));
        CHECK(!un_owner_is_gone(&owner, &here));
    }
    /* This machine before it was started again, another one, and two that nobody knows. */
    owner = here;
    owner.boot[0] = owner.boot[0] == '0' ? '1' : '0';
    CHECK(un_owner_is_gone(&owner, &here));
    owner.machine = 8;
    CHECK(!un_owner_is_gone(&owner, &here));
    owner.machine = here.machine = 0;
    CHECK(!un_owner_is_gone(&owner, &here));
}

static void *live_on(void *ever) {
    while (!ever)
        pause();
    return ever;
}

/* Its first thread is a zombie by then, and it lives. */
static void a_first_thread_is_not_the_process(void) {
    un_owner owner;
    int ends[2];
    char state = 0, path[40];
    CHECK_INT(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        pthread_t thread;
        if (!un_owner_self(&owner) || pthread_create(&thread, NULL, live_on, NULL) != 0 ||
            write(ends[1], &owner, sizeof owner) != (ssize_t)sizeof owner)
            _exit(1);
        pthread_exit(NULL);
    }
    CHECK(read(ends[0], &owner, sizeof owner) == (ssize_t)sizeof owner);
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    while (state != 'Z') {
        FILE *file = fopen(path, "re");
        if (!file || fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
            break;
        fclose(file);
        check_pause(1);
    }
    CHECK_INT(state, 'Z');
    CHECK(!un_owner_is_gone(&owner, &self));
    kill(pid, SIGKILL);
    check_wait(pid);
    CHECK(un_owner_is_gone(&owner, &self));
    close(ends[0]);
    close(ends[1]);
}

static void a_name_may_hold_anything(void) {
    un_owner renamed;
    char before[16];
    prctl(PR_GET_NAME, before);
    prctl(PR_SET_NAME, ") Z 1 (\n) ");
    CHECK(un_owner_self(&renamed));
    CHECK(renamed.started == self.started && renamed.pid == self.pid);
    CHECK(!un_owner_is_gone(&self, &self));
    prctl(PR_SET_NAME, before);
}

static void temporaries_say_whose_they_are(void) {
    char name[UN_OWNER_TEMPORARY], other[UN_OWNER_TEMPORARY];
    CHECK(un_owner_temporary(name));
    CHECK(un_owner_temporary(other));
    CHECK(strcmp(name, other) != 0);
    CHECK(!un_owner_left(name));
    CHECK(!un_owner_left(".0123456789abcdef.tmp"));
    CHECK(!un_owner_left(".0123456789abcdef.something-else.tmp"));
    pid_t pid = fork();
    if (pid == 0) {
        int fd = open("name", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        _exit(!un_owner_temporary(name) || write(fd, name, sizeof name) != (ssize_t)sizeof name);
    }
    CHECK_INT(check_wait(pid), 0);
    int fd = open("name", O_RDONLY | O_CLOEXEC);
    CHECK(read(fd, name, sizeof name) == (ssize_t)sizeof name);
    close(fd);
    CHECK(un_owner_left(name));
    name[strlen(name) - 1] = 'q';
    CHECK(!un_owner_left(name));
}

static void is_needed_where_there_are_no_locks(void) {
    int fd = open("file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    CHECK(!un_owner_is_needed(fd, EAGAIN));
    CHECK(!un_owner_is_needed(fd, EIO));
    /* A lock was refused, but it could be had: the kernel was short of memory. */
    if (!getenv("LOCKLESS"))
        CHECK(!un_owner_is_needed(fd, ENOLCK));
    else
        CHECK(un_owner_is_needed(fd, ENOLCK));
    close(fd);
}

/* With the word "name" it says who it is, and is gone. */
int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "name") == 0) {
        char text[UN_OWNER_TEXT];
        if (!un_owner_self(&self))
            return 1;
        un_owner_write(text, &self);
        return puts(text) < 0;
    }
    int dir = check_directory(), before = check_descriptors();
    if (!un_owner_self(&self)) {
        check_skip("this system does not tell its processes apart");
        return check_done();
    }
    CHECK_INT(fchdir(dir), 0);
    survives_being_written();
    knows_who_has_ended();
    is_not_deceived_by_a_number();
    never_judges_who_is_elsewhere();
    a_first_thread_is_not_the_process();
    a_name_may_hold_anything();
    temporaries_say_whose_they_are();
    is_needed_where_there_are_no_locks();
    CHECK_INT(check_descriptors(), before);
    check_clean(dir);
    return check_done();
}
