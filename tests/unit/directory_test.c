#include "check.h"
#include "core/os/directory.h"

static int owned_by_us(int fd) {
    struct stat found;
    int flags = fcntl(fd, F_GETFD);
    bool good = fstat(fd, &found) == 0 && S_ISDIR(found.st_mode) && (flags & FD_CLOEXEC);
    close(fd);
    return good ? (int)(found.st_mode & 07777) : -1;
}

static const char *within(const char *name) {
    static char path[sizeof check_path + 100];
    snprintf(path, sizeof path, "%s/%s", check_path, name);
    return path;
}

static void opens_what_is_there(void) {
    int fd = -1;
    un_error error = {0};
    CHECK_INT(un_directory_open(&fd, check_path, false, NULL), UN_OK);
    CHECK_INT(owned_by_us(fd), 0700);
    CHECK_INT(un_directory_open(&fd, check_path, true, NULL), UN_OK);
    CHECK_INT(owned_by_us(fd), 0700);
    CHECK_INT(un_directory_open(&fd, within("none"), false, &error), UN_NOT_FOUND);
    CHECK_STR(error.file, within("none"));
    CHECK(access(within("none"), F_OK) != 0);
}

static void creates_with_its_parents(void) {
    int fd = -1;
    CHECK_INT(un_directory_open(&fd, within("a/b//c/"), true, NULL), UN_OK);
    CHECK_INT(owned_by_us(fd), 0700);
    CHECK_INT(un_directory_open(&fd, within("a/b"), false, NULL), UN_OK);
    CHECK_INT(owned_by_us(fd), 0700);
    CHECK_INT(un_directory_open(&fd, within("a/b/c"), true, NULL), UN_OK);
    CHECK_INT(owned_by_us(fd), 0700);
    CHECK_INT(un_directory_open(&fd, "", true, NULL), UN_NOT_FOUND);
}

static void creates_below_the_working_directory(int dir) {
    int fd = -1, home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CHECK_INT(fchdir(dir), 0);
    CHECK_INT(un_directory_open(&fd, "relative/deep", true, NULL), UN_OK);
    CHECK_INT(owned_by_us(fd), 0700);
    CHECK_INT(un_directory_open(&fd, "single", true, NULL), UN_OK);
    CHECK_INT(owned_by_us(fd), 0700);
    CHECK_INT(fchdir(home), 0);
    close(home);
    CHECK_INT(access(within("relative/deep"), F_OK), 0);
    CHECK_INT(access(within("single"), F_OK), 0);
}

static void follows_no_link_at_the_end(int dir) {
    int fd = -1;
    CHECK_INT(symlinkat("a", dir, "link"), 0);
    CHECK_INT(symlinkat("none", dir, "dangling"), 0);
    CHECK_INT(un_directory_open(&fd, within("link"), false, NULL), UN_FOREIGN);
    CHECK_INT(un_directory_open(&fd, within("link/"), true, NULL), UN_FOREIGN);
    CHECK_INT(un_directory_open(&fd, within("dangling"), true, NULL), UN_FOREIGN);
    CHECK_INT(un_directory_enter(&fd, dir, "link", true, NULL), UN_FOREIGN);
    CHECK(access(within("none"), F_OK) != 0);
    CHECK_INT(un_directory_open(&fd, within("link/new"), true, NULL), UN_OK);
    CHECK_INT(owned_by_us(fd), 0700);
}

static void takes_no_file_for_a_directory(int dir) {
    int fd = -1;
    un_error error = {0};
    check_put(dir, "file", "", 0);
    CHECK(un_directory_open(&fd, within("file"), true, &error) != UN_OK);
    CHECK_INT(error.sys, ENOTDIR);
    CHECK(un_directory_open(&fd, within("file/below"), true, NULL) != UN_OK);
    CHECK(un_directory_enter(&fd, dir, "file", true, NULL) != UN_OK);
}

static void enters_one_component(int dir) {
    static const char *const wrong[] = {"", ".", "..", "a/b", "/", "a/"};
    int fd = -1;
    CHECK_INT(un_directory_enter(&fd, dir, "inner", false, NULL), UN_NOT_FOUND);
    CHECK_INT(un_directory_enter(&fd, dir, "inner", true, NULL), UN_OK);
    CHECK_INT(owned_by_us(fd), 0700);
    CHECK_INT(un_directory_enter(&fd, dir, "inner", true, NULL), UN_OK);
    CHECK_INT(owned_by_us(fd), 0700);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_INT(un_directory_enter(&fd, dir, wrong[i], true, NULL), UN_ARGUMENT);
}

/* Whoever may write there could put anything in its place. */
static void refuses_what_others_can_write_to(int dir) {
    static const mode_t modes[] = {0770, 0720, 0702, 0777, 01777, 02775};
    int fd = -1;
    un_error error = {0};
    CHECK_INT(mkdirat(dir, "shared", 0700), 0);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        CHECK_INT(fchmodat(dir, "shared", modes[i], 0), 0);
        CHECK_INT(un_directory_open(&fd, within("shared"), true, &error), UN_FOREIGN);
        CHECK(strstr(error.message, "chmod go-w") != NULL);
        CHECK_STR(error.file, within("shared"));
        CHECK_INT(un_directory_examine(within("shared"), NULL), UN_FOREIGN);
        CHECK_INT(un_directory_reach(within("shared"), NULL), UN_FOREIGN);
        CHECK_INT(un_directory_enter(&fd, dir, "shared", true, NULL), UN_FOREIGN);
    }
    CHECK_INT(fchmodat(dir, "shared", 0755, 0), 0);
    CHECK_INT(un_directory_examine(within("shared"), NULL), UN_OK);
    CHECK_INT(un_directory_open(&fd, within("shared"), false, NULL), UN_OK);
    CHECK_INT(owned_by_us(fd), 0755);
}

static void looks_as_it_opens(un_status (*look)(const char *, un_error *)) {
    CHECK_INT(look(check_path, NULL), UN_OK);
    CHECK_INT(look(within("none"), NULL), UN_NOT_FOUND);
    CHECK_INT(look(within("link"), NULL), UN_FOREIGN);
    CHECK_INT(look(within("link/"), NULL), UN_FOREIGN);
    CHECK_INT(look(within("link/new"), NULL), UN_OK);
    CHECK_INT(look(within("file"), NULL), UN_NOT_FOUND);
}

/* Ways with links on them, relative and absolute, dots, and a circle. */
static void goes_any_way(int dir) {
    int fd = -1;
    struct stat wanted, found;
    CHECK_INT(symlinkat(within("a"), dir, "absolute"), 0);
    CHECK_INT(symlinkat("../a/./b", dir, "a/relative"), 0);
    CHECK_INT(symlinkat("circle/x", dir, "circle"), 0);
    CHECK_INT(stat(within("a/b/c"), &wanted), 0);
    static const char *const ways[] = {"absolute/b/c", "a/relative/c", "a/../a/b/./c",
                                       "link/b/../b/c", "absolute/../link/relative/c"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        for (int create = 0; create < 2; create++) {
            CHECK_INT(un_directory_open(&fd, within(ways[i]), create, NULL), UN_OK);
            CHECK(fstat(fd, &found) == 0 && found.st_ino == wanted.st_ino);
            close(fd);
        }
    CHECK(un_directory_open(&fd, within("circle/y"), true, NULL) != UN_OK);
    CHECK_INT(un_directory_open(&fd, within("absolute/fresh/one"), true, NULL), UN_OK);
    CHECK_INT(owned_by_us(fd), 0700);
    CHECK_INT(access(within("a/fresh/one"), F_OK), 0);
}

/* Somebody's link could lead root anywhere; root's own may lead where it likes. */
static void root_follows_links_of_roots_alone(int dir) {
    int fd = -1;
    un_error error = {0};
    CHECK_INT(mkdirat(dir, "precious", 0700), 0);
    CHECK_INT(mkdirat(dir, "precious/state", 0700), 0);
    CHECK_INT(symlinkat("precious", dir, "bait"), 0);
    CHECK_INT(symlinkat("bait", dir, "indirect"), 0);
    CHECK_INT(un_directory_open(&fd, within("indirect/state"), false, NULL), UN_OK);
    CHECK_INT(owned_by_us(fd), 0700);
    CHECK_INT(fchownat(dir, "bait", 65534, 65534, AT_SYMLINK_NOFOLLOW), 0);
    static const char *const ways[] = {"bait/state", "indirect/state", "bait/new", "bait/new/er",
                                       "indirect/new"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        CHECK_INT(un_directory_open(&fd, within(ways[i]), false, &error), UN_FOREIGN);
        CHECK(strstr(error.message, "symbolic link of somebody else") != NULL);
        CHECK_INT(un_directory_open(&fd, within(ways[i]), true, NULL), UN_FOREIGN);
        CHECK_INT(un_directory_reach(within(ways[i]), NULL), UN_FOREIGN);
    }
    CHECK(access(within("precious/new"), F_OK) != 0);
}

static void refuses_somebody_elses(int dir) {
    int fd = -1;
    un_error error = {0};
    CHECK_INT(mkdirat(dir, "foreign", 0700), 0);
    CHECK_INT(fchownat(dir, "foreign", 65534, 65534, 0), 0);
    CHECK_INT(un_directory_open(&fd, within("foreign"), true, &error), UN_FOREIGN);
    CHECK_STR(error.file, within("foreign"));
    CHECK_INT(un_directory_enter(&fd, dir, "foreign", true, NULL), UN_FOREIGN);
    /* As `sudo tool activate` with the user's own cache directory. */
    CHECK_INT(un_directory_open(&fd, within("foreign/x/y"), true, NULL), UN_FOREIGN);
    CHECK(access(within("foreign/x"), F_OK) != 0);
}

/* Checked as an ordinary user: a directory of root's that is closed to us, and one that is not. */
static int as_another(int dir) {
    int fd = -1;
    if (seteuid(65534) != 0)
        return 1;
    if (un_directory_enter(&fd, dir, "inner", false, NULL) != UN_FOREIGN)
        return 2;
    if (un_directory_open(&fd, within("foreign/mine/too"), true, NULL) != UN_OK)
        return 3;
    if (un_directory_open(&fd, within("public/mine"), true, NULL) != UN_OK)
        return 4;
    return 0;
}

static void ordinary_users_create_below_roots(int dir) {
    CHECK_INT(fchmod(dir, 0755), 0);
    CHECK_INT(mkdirat(dir, "public", 0700), 0);
    CHECK_INT(fchmodat(dir, "public", 01777, 0), 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(as_another(dir));
    CHECK_INT(WEXITSTATUS(check_wait(pid)), 0);
}

static void is_private_where_nobody_else_looks_in(int dir) {
    un_error error = {0};
    CHECK_INT(mkdirat(dir, "session", 0700), 0);
    CHECK_INT(un_directory_private(within("session"), &error), UN_OK);
    for (mode_t others = 01; others <= 040; others *= 2) {
        CHECK_INT(fchmodat(dir, "session", 0700 | others, 0), 0);
        CHECK_INT(un_directory_private(within("session"), &error), UN_FOREIGN);
    }
    CHECK_INT(fchmodat(dir, "session", 0700, 0), 0);
    CHECK_INT(symlinkat("session", dir, "to-session"), 0);
    CHECK_INT(un_directory_private(within("to-session"), &error), UN_FOREIGN);
    CHECK_INT(un_directory_private(within("no-session"), &error), UN_NOT_FOUND);
}

static bool has(const char *names, size_t length, const char *name) {
    for (size_t at = 0; at < length; at += strlen(names + at) + 1)
        if (strcmp(names + at, name) == 0)
            return true;
    return false;
}

static void names_what_is_in_it(int dir) {
    char names[64];
    size_t length = 1;
    int fd = -1;
    CHECK_INT(un_directory_enter(&fd, dir, "named", true, NULL), UN_OK);
    CHECK_INT(un_directory_names(names, sizeof names, &length, fd, NULL), UN_OK);
    CHECK_INT((int)length, 0);
    CHECK_INT(mkdirat(fd, "cargo", 0700), 0);
    CHECK_INT(mkdirat(fd, ".npm", 0700), 0);
    for (int again = 0; again < 2; again++) {
        CHECK_INT(un_directory_names(names, sizeof names, &length, fd, NULL), UN_OK);
        CHECK_INT((int)length, 11);
        CHECK(has(names, length, "cargo") && has(names, length, ".npm"));
    }
    CHECK_INT(un_directory_names(names, 5, &length, fd, NULL), UN_OK);
    CHECK_INT((int)length, 5);
    CHECK(has(names, length, ".npm"));
    close(fd);
    CHECK(un_directory_names(names, sizeof names, &length, -1, NULL) != UN_OK);
    CHECK_INT((int)length, 0);
}

int main(void) {
    int dir = check_directory(), before = check_descriptors();
    opens_what_is_there();
    creates_with_its_parents();
    creates_below_the_working_directory(dir);
    follows_no_link_at_the_end(dir);
    takes_no_file_for_a_directory(dir);
    enters_one_component(dir);
    names_what_is_in_it(dir);
    looks_as_it_opens(un_directory_examine);
    looks_as_it_opens(un_directory_reach);
    refuses_what_others_can_write_to(dir);
    goes_any_way(dir);
    is_private_where_nobody_else_looks_in(dir);
    if (geteuid() == 0) {
        root_follows_links_of_roots_alone(dir);
        refuses_somebody_elses(dir);
        ordinary_users_create_below_roots(dir);
    }
    CHECK_INT(check_descriptors(), before);
    check_clean(dir);
    return check_done();
}
