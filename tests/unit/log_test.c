#include "check.h"
#include "core/os/log.h"

#define LINE "0123456789abcde\n"
static const un_slice line = {LINE, sizeof LINE - 1};

static void keeps_the_newest(int dir) {
    for (int i = 0; i < 4; i++)
        CHECK_INT(un_log_append(dir, "log", line, 64, NULL), UN_OK);
    CHECK(faccessat(dir, "log.old", F_OK, 0) != 0);
    CHECK_INT(un_log_append(dir, "log", UN_SLICE("new\n"), 64, NULL), UN_OK);
    CHECK(check_holds(dir, "log", "new\n", 4));
    struct stat old;
    CHECK(fstatat(dir, "log.old", &old, 0) == 0 && old.st_size == 64);
    CHECK((old.st_mode & 07777) == 0600);
    for (int i = 0; i < 4; i++)
        CHECK_INT(un_log_append(dir, "log", line, 64, NULL), UN_OK);
    CHECK(check_holds(dir, "log.old", "new\n0123456789abcde\n0123456789abcde\n0123456789abcde\n",
                      52));
    CHECK(check_holds(dir, "log", "0123456789abcde\n", 16));
}

static void goes_on_only_within_its_limit(int dir) {
    un_error error = {0};
    CHECK_INT(un_log_continue(dir, "further", line, 40, &error), UN_NOT_FOUND);
    CHECK(faccessat(dir, "further", F_OK, 0) != 0);
    CHECK_INT(un_log_append(dir, "further", line, 40, &error), UN_OK);
    CHECK_INT(un_log_continue(dir, "further", line, 40, &error), UN_OK);
    CHECK_INT(un_log_continue(dir, "further", line, 40, &error), UN_NOT_FOUND);
    CHECK(check_holds(dir, "further", LINE LINE, 32));
    CHECK(faccessat(dir, "further.old", F_OK, 0) != 0);
    CHECK_INT(mkfifoat(dir, "further.fifo", 0600), 0);
    CHECK_INT(un_log_continue(dir, "further.fifo", line, 40, &error), UN_SYSTEM);
}

static void refuses_what_is_not_ours(int dir) {
    un_error error = {0};
    CHECK_INT(symlinkat("log", dir, "link"), 0);
    CHECK(un_log_append(dir, "link", line, 64, &error) != UN_OK);
    CHECK_INT(mkfifoat(dir, "fifo", 0600), 0);
    CHECK(un_log_append(dir, "fifo", line, 64, &error) != UN_OK);
    CHECK_INT(mkdirat(dir, "directory", 0700), 0);
    CHECK(un_log_append(dir, "directory", line, 64, &error) != UN_OK);
    CHECK_INT(un_log_append(dir, "log", line, 15, &error), UN_LIMIT);
}

static void begins_anew(int dir) {
    int fd = -1;
    struct stat found;
    un_error error = {0};
    check_put(dir, "new", "old words", 9);
    CHECK_INT(un_log_begin(&fd, dir, "new", NULL), UN_OK);
    CHECK(check_holds(dir, "new", "", 0));
    CHECK(write(fd, "one", 3) == 3 && lseek(fd, 0, SEEK_SET) == 0 && write(fd, "two", 3) == 3);
    CHECK(check_holds(dir, "new", "onetwo", 6));
    close(fd);
    CHECK_INT(un_log_begin(&fd, dir, "made", NULL), UN_OK);
    CHECK(fstat(fd, &found) == 0 && (found.st_mode & 07777) == 0600);
    close(fd);
    static const char *const others[] = {"link", "fifo", "directory"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        CHECK(un_log_begin(&fd, dir, others[i], NULL) != UN_OK);
    check_put(dir, "precious", "kept", 4);
    CHECK_INT(linkat(dir, "precious", dir, "second", 0), 0);
    CHECK_INT(un_log_begin(&fd, dir, "second", &error), UN_FOREIGN);
    CHECK(check_holds(dir, "precious", "kept", 4));
    if (geteuid() == 0) {
        check_put(dir, "theirs", "kept", 4);
        CHECK_INT(fchownat(dir, "theirs", 65534, 65534, 0), 0);
        CHECK_INT(un_log_begin(&fd, dir, "theirs", NULL), UN_FOREIGN);
        CHECK(check_holds(dir, "theirs", "kept", 4));
    }
}

/* Lines of many processes stay whole, and none is lost that no renaming touched. */
static void takes_many_writers(int dir) {
    enum {
        WRITERS = 8,
        LINES = 200
    };
    pid_t children[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        children[i] = fork();
        for (int n = 0; children[i] == 0 && n < LINES; n++)
            if (un_log_append(dir, "many", line, 1 << 20, NULL) != UN_OK)
                _exit(1);
        if (children[i] == 0)
            _exit(0);
    }
    for (int i = 0; i < WRITERS; i++)
        CHECK_INT(check_wait(children[i]), 0);
    char text[WRITERS * LINES * 16 + 1];
    int fd = openat(dir, "many", O_RDONLY | O_CLOEXEC);
    CHECK_INT(read(fd, text, sizeof text), WRITERS * LINES * 16);
    close(fd);
    size_t whole = 0;
    while (whole < WRITERS * LINES && memcmp(text + 16 * whole, line.ptr, 16) == 0)
        whole++;
    CHECK_INT(whole, WRITERS * LINES);
}

int main(void) {
    int dir = check_directory(), before = check_descriptors();
    keeps_the_newest(dir);
    goes_on_only_within_its_limit(dir);
    refuses_what_is_not_ours(dir);
    begins_anew(dir);
    takes_many_writers(dir);
    CHECK_INT(check_descriptors(), before);
    check_clean(dir);
    return check_done();
}
