#include "check.h"
#include "core/os/scratch.h"
#include <sys/socket.h>
#include <sys/un.h>

static unsigned entries(int dir) {
    unsigned count = 0;
    int own = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = fdopendir(own);
    for (const struct dirent *entry = readdir(list); entry; entry = readdir(list))
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(list);
    return count;
}

static int make(char name[UN_SCRATCH_NAME], int dir) {
    CHECK_INT(un_scratch_make(name, dir, "output", NULL), UN_OK);
    return openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void makes_another_each_time(int dir) {
    char one[UN_SCRATCH_NAME], two[UN_SCRATCH_NAME], unmade[UN_SCRATCH_NAME];
    struct stat found;
    close(make(one, dir));
    close(make(two, dir));
    CHECK(strcmp(one, two) != 0);
    CHECK_INT(strlen(one), strlen("output.0123456789abcdef"));
    CHECK_INT(
        un_scratch_make(unmade, dir, "a name that is longer than any purpose that we have", NULL),
        UN_ARGUMENT);
    CHECK(fstatat(dir, one, &found, 0) == 0 && S_ISDIR(found.st_mode));
    CHECK_INT(found.st_mode & 07777, 0700);
    CHECK_INT(un_scratch_remove(dir, one, NULL), UN_OK);
    CHECK_INT(un_scratch_remove(dir, one, NULL), UN_OK);
    CHECK_INT(un_scratch_remove(dir, two, NULL), UN_OK);
    CHECK_INT(entries(dir), 0);
}

static void put_socket(int dir) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_INT(fchdir(dir), 0);
    CHECK_INT(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    CHECK_INT(fchdir(home), 0);
    close(home);
    close(fd);
}

/* Directories in one another, closed to their owner, with a file in each. */
static void put_deep(int dir, int depth) {
    int at = dup(dir);
    for (int i = 0; i < depth; i++) {
        CHECK_INT(mkdirat(at, "directory", 0700), 0);
        check_put(at, "file", "x", 1);
        int next = openat(at, "directory", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (i % 7 == 0)
            fchmod(at, 0500);
        close(at);
        at = next;
    }
    fchmod(at, 0);
    close(at);
}

static void removes_whatever_is_there(int dir) {
    char name[UN_SCRATCH_NAME], path[100];
    check_put(dir, "precious", "kept", 4);
    CHECK_INT(mkdirat(dir, "dear", 0700), 0);
    int scratch = make(name, dir);
    check_put(scratch, "plain", "", 0);
    CHECK_INT(mkfifoat(scratch, "pipe", 0600), 0);
    CHECK_INT(symlinkat("../precious", scratch, "link"), 0);
    CHECK_INT(symlinkat("../dear", scratch, "link to a directory"), 0);
    CHECK_INT(symlinkat("none", scratch, "dangling"), 0);
    CHECK_INT(linkat(dir, "precious", scratch, "hard", 0), 0);
    put_socket(scratch);
    for (int i = 0; i < 2000; i++) {
        snprintf(path, sizeof path, "file %d", i);
        check_put(scratch, path, "", 0);
    }
    put_deep(scratch, 300);
    fchmod(scratch, 0);
    close(scratch);
    CHECK_INT(un_scratch_remove(dir, name, NULL), UN_OK);
    CHECK_INT(entries(dir), 2);
    CHECK(check_holds(dir, "precious", "kept", 4));
    CHECK_INT(unlinkat(dir, "precious", 0), 0);
    CHECK_INT(unlinkat(dir, "dear", AT_REMOVEDIR), 0);
}

static void removes_what_took_its_place(int dir) {
    char name[UN_SCRATCH_NAME];
    CHECK_INT(mkdirat(dir, "dear", 0700), 0);
    close(make(name, dir));
    CHECK_INT(unlinkat(dir, name, AT_REMOVEDIR), 0);
    CHECK_INT(symlinkat("dear", dir, name), 0);
    CHECK_INT(un_scratch_remove(dir, name, NULL), UN_OK);
    CHECK_INT(unlinkat(dir, "dear", AT_REMOVEDIR), 0);
    CHECK_INT(entries(dir), 0);
}

static void sweeps_its_own_alone(int dir) {
    static const char *const others[] = {"output.0123456789abcde", "output.0123456789abcdeg",
                                         "output.0123456789abcdef0", "output", "check.lock"};
    char name[UN_SCRATCH_NAME];
    size_t removed = 0, count = sizeof others / sizeof *others;
    for (size_t i = 0; i < count; i++)
        check_put(dir, others[i], "", 0);
    for (int i = 0; i < 5; i++) {
        int scratch = make(name, dir);
        put_deep(scratch, i);
        close(scratch);
    }
    CHECK_INT(un_scratch_sweep(dir, "output", &removed, NULL), UN_OK);
    CHECK_INT(removed, 5);
    CHECK_INT(entries(dir), count);
    for (size_t i = 0; i < count; i++)
        CHECK_INT(unlinkat(dir, others[i], 0), 0);
}

static void gives_up_on_what_cannot_be_removed(int dir) {
    char name[UN_SCRATCH_NAME];
    un_error error = {0};
    CHECK_INT(mkdirat(dir, "outer", 0700), 0);
    int outer = openat(dir, "outer", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    close(make(name, outer));
    fchmod(outer, 0500);
    CHECK_INT(un_scratch_remove(outer, name, &error), UN_SYSTEM);
    CHECK_STR(error.file, name);
    fchmod(outer, 0700);
    CHECK_INT(un_scratch_remove(outer, name, NULL), UN_OK);
    close(outer);
    CHECK_INT(unlinkat(dir, "outer", AT_REMOVEDIR), 0);
}

int main(void) {
    int dir = check_directory(), before = check_descriptors();
    makes_another_each_time(dir);
    removes_whatever_is_there(dir);
    removes_what_took_its_place(dir);
    sweeps_its_own_alone(dir);
    if (geteuid() != 0)
        gives_up_on_what_cannot_be_removed(dir);
    CHECK_INT(check_descriptors(), before);
    check_clean(dir);
    return check_done();
}
