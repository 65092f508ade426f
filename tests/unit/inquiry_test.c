#include "check.h"
#include "core/os/inquiry.h"
#include "frozen.h"

static void say(void *context, int output) {
    const char *text = context;
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t written = write(output, text, left);
        if (written <= 0)
            _exit(1);
        text += written;
        left -= (size_t)written;
    }
}

static void hang(void *context, int output) {
    say(context, output);
    for (;;)
        pause();
}

static void die(void *context, int output) {
    say(context, output);
    raise(SIGSEGV);
}

/* Whether a descriptor of the caller's is open in the child, and where the standard ones lead. */
static void look(void *context, int output) {
    char verdict[] = "----";
    for (int fd = 0; fd < 3; fd++) {
        struct stat found;
        verdict[fd] = fstat(fd, &found) == 0 && S_ISCHR(found.st_mode) ? 'n' : '?';
    }
    verdict[3] = fcntl(*(int *)context, F_GETFD) < 0 ? 'c' : 'o';
    say(verdict, output);
}

static const char *answer_of(un_inquiry ask, const char *text, int64_t milliseconds, size_t limit,
                             un_status wanted) {
    static un_bytes answer;
    un_error error = {0};
    un_bytes_free(&answer);
    CHECK_INT(un_inquire(&answer, ask, (void *)(uintptr_t)text, milliseconds, limit, &error),
              wanted);
    return answer.slice.ptr ? answer.slice.ptr : "";
}

/* Milliseconds that only a hang lasts. */
#define HANG 600000

static void hears_the_answer(void) {
    CHECK_STR(answer_of(say, "yes", HANG, 10, UN_OK), "yes");
    CHECK_STR(answer_of(say, "", HANG, 10, UN_OK), "");
    CHECK_STR(answer_of(die, "half", HANG, 10, UN_OK), "half");
    answer_of(say, "too much", HANG, 4, UN_LIMIT);
    static char large[3000001];
    memset(large, 'x', sizeof large - 1);
    CHECK_INT(strlen(answer_of(say, large, HANG, sizeof large, UN_OK)), sizeof large - 1);
}

/* On a busy machine a child that was killed may end after its inquiry, and is reaped by a later
 * one. */
static void leaves_no_zombie(void) {
    CHECK_AWAIT(strcmp(answer_of(say, "", HANG, 10, UN_OK), "") == 0 &&
                waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}

/* The child never ends by itself: that this returns at all is the answer. */
static void gives_up_in_time(void) {
    double before = check_seconds();
    answer_of(hang, "", 150, 10, UN_TIMEOUT);
    answer_of(hang, "half", 150, 10, UN_TIMEOUT);
    double took = check_seconds() - before;
    CHECK(took >= 0.3);
    leaves_no_zombie();
}

static void gives_the_child_nothing(void) {
    int null = open("/dev/null", O_RDONLY), fd = fcntl(null, F_DUPFD, 20);
    CHECK_STR(answer_of(look, (const char *)&fd, HANG, 10, UN_OK), "nnnc");
    close(fd);
    close(null);
}

/* The pipe may then be what the child's own standard descriptors are to be. */
static void bears_a_host_without_the_first_three(void) {
    pid_t pid = fork();
    if (pid == 0) {
        un_bytes answer;
        for (int fd = 0; fd < 3; fd++)
            close(fd);
        bool good = un_inquire(&answer, say, (void *)(uintptr_t) "yes", 2000, 10, NULL) == UN_OK &&
                    un_slice_equal(answer.slice, UN_SLICE("yes"));
        _exit(good ? 0 : 1);
    }
    CHECK_INT(check_wait(pid), 0);
}

static void bears_a_host_that_ignores_children(void) {
    signal(SIGCHLD, SIG_IGN);
    CHECK_STR(answer_of(say, "yes", HANG, 10, UN_OK), "yes");
    answer_of(hang, "", 50, 10, UN_TIMEOUT);
    signal(SIGCHLD, SIG_DFL);
}

static void look_at_the_disk(void *context, int output) {
    struct stat found;
    dprintf(output, "asking");
    dprintf(output, "%s", stat(context, &found) == 0 ? "there" : "none");
}

static int zombies_of_this(void) {
    siginfo_t info = {0};
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid > 0;
}

/* The child cannot be killed while it waits for the disk: that this returns at all is the answer.
 */
static void leaves_behind_what_waits_for_a_disk(const char *disk) {
    char place[sizeof check_path + 20];
    pid_t server = frozen_begin(disk);
    if (server < 0) {
        check_skip("no frozen disk without root and /dev/fuse");
        return;
    }
    snprintf(place, sizeof place, "%s/place", disk);
    CHECK_STR(answer_of(look_at_the_disk, place, 150, 100, UN_TIMEOUT), "asking");
    CHECK_STR(answer_of(say, "next", HANG, 10, UN_OK), "next");
    frozen_end(server, disk);
    CHECK_AWAIT(zombies_of_this());
    leaves_no_zombie();
}

int main(void) {
    char disk[sizeof check_path + 10];
    int dir = check_directory();
    int before = check_descriptors();
    snprintf(disk, sizeof disk, "%s/disk", check_path);
    hears_the_answer();
    gives_up_in_time();
    gives_the_child_nothing();
    bears_a_host_that_ignores_children();
    bears_a_host_without_the_first_three();
    leaves_behind_what_waits_for_a_disk(disk);
    CHECK_INT(check_descriptors(), before);
    check_clean(dir);
    answer_of(say, "", HANG, 10, UN_OK);
    return check_done();
}
