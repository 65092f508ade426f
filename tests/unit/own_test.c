/* own: a file that nobody else can change, by its mode and by where it lies. */
#include "check.h"
#include "core/os/own.h"
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static char place[PATH_MAX];

static void write_file(const char *path, mode_t mode) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && fchmod(fd, mode) == 0);
    close(fd);
}

static void expect(const char *path, un_status wanted, const char *message) {
    char found[PATH_MAX];
    un_error error = {0};
    CHECK_INT(un_file_own(found, path, &error), wanted);
    if (wanted == UN_OK)
        CHECK_STR(found, place);
    else
        CHECK_STR(error.message, message);
}

static void test_file(void) {
    static const struct {
        mode_t mode;
        bool own;
    } modes[] = {{0600, true}, {0644, true}, {0664, true}, {0666, false}, {0602, false}};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        write_file("a", modes[i].mode);
        expect("a", modes[i].own ? UN_OK : UN_FOREIGN, "everybody may write to it");
    }
    write_file("a", 0600);
    CHECK(symlink("a", "link") == 0);
    expect("link", UN_OK, "");
    expect("./../own/a", UN_OK, "");
}

static void test_directory(void) {
    CHECK(chmod(".", 0777) == 0);
    expect("a", UN_FOREIGN, "everybody may write to it");
    CHECK(chmod(".", 01777) == 0);
    expect("a", UN_OK, "");
    CHECK(chmod("..", 0777) == 0);
    expect("a", UN_FOREIGN, "everybody may write to it");
    CHECK(chmod("..", 0700) == 0 && chmod(".", 0700) == 0);
}

/* Only root can give a file away. */
static void test_owner(void) {
    if (geteuid() != 0)
        return;
    CHECK(chown("a", 12345, 12345) == 0);
    expect("a", UN_FOREIGN, "owned by somebody else");
    CHECK(chown("a", 0, 0) == 0 && chown(".", 12345, 12345) == 0);
    expect("a", UN_FOREIGN, "owned by somebody else");
    CHECK(chown(".", 0, 0) == 0);
}

static void test_kinds(void) {
    expect(".", UN_ARGUMENT, "not a regular file");
    CHECK(mkfifo("fifo", 0600) == 0);
    expect("fifo", UN_ARGUMENT, "not a regular file");
    expect("/dev/null", UN_ARGUMENT, "not a regular file");
    expect("none", UN_NOT_FOUND, "cannot find");
    CHECK(symlink("loop", "loop") == 0);
    expect("loop", UN_FOREIGN, "cannot find");
}

int main(void) {
    char directory[] = "/tmp/upnudge own XXXXXX";
    if (!CHECK(mkdtemp(directory) && chdir(directory) == 0 && mkdir("own", 0700) == 0 &&
               chdir("own") == 0 && getcwd(place, sizeof place - 2)))
        return check_done();
    strcat(place, "/a");
    test_file();
    test_directory();
    test_owner();
    test_kinds();
    for (const char *const *name = (const char *const[]){"a", "link", "fifo", "loop", NULL}; *name;
         name++)
        unlink(*name);
    CHECK(chdir("..") == 0 && rmdir("own") == 0 && chdir("/") == 0 && rmdir(directory) == 0);
    return check_done();
}
