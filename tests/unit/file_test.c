#include "check.h"
#include "core/os/file.h"
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

enum {
    LIMIT = 1 << 20
};

static bool padded(const un_bytes *bytes) {
    for (size_t i = 0; i < UN_PADDING; i++)
        if (bytes->slice.ptr[bytes->slice.len + i])
            return false;
    return true;
}

static void reads_every_size(int dir) {
    static const size_t sizes[] = {0, 1, 63, 64, 4095, 4096, 4097, 300000};
    char *bytes = malloc(300000);
    for (size_t i = 0; bytes && i < 300000; i++)
        bytes[i] = (char)(i % 251 + 1);
    for (size_t i = 0; bytes && i < sizeof sizes / sizeof *sizes; i++) {
        un_bytes got = {0};
        un_stamp stamp = {0};
        check_put(dir, "file", bytes, sizes[i]);
        CHECK_INT(un_file_read(&got, dir, "file", LIMIT, 0, &stamp, NULL), UN_OK);
        CHECK(un_slice_equal(got.slice, (un_slice){bytes, sizes[i]}));
        CHECK(got.slice.ptr && padded(&got));
        CHECK_INT(stamp.size, sizes[i]);
        un_bytes_free(&got);
        un_bytes_free(&got);
        CHECK(!got.slice.ptr && !got.slice.len);
    }
    free(bytes);
}

static un_status read_it(int dir, const char *name, size_t limit, unsigned flags) {
    un_bytes got = {0};
    un_status status = un_file_read(&got, dir, name, limit, flags, NULL, NULL);
    un_bytes_free(&got);
    return status;
}

static void holds_the_limit(int dir) {
    check_put(dir, "file", "12345", 5);
    CHECK_INT(read_it(dir, "file", 5, 0), UN_OK);
    CHECK_INT(read_it(dir, "file", 4, 0), UN_LIMIT);
    CHECK_INT(read_it(dir, "file", SIZE_MAX, 0), UN_OK);
    check_put(dir, "file", "", 0);
    CHECK_INT(read_it(dir, "file", 0, 0), UN_OK);
}

static void make_socket(int dir) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/socket", dir);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_INT(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    close(fd);
}

static void refuses_what_is_no_regular_file(int dir) {
    CHECK_INT(mkfifoat(dir, "fifo", 0600), 0);
    CHECK_INT(read_it(dir, "fifo", LIMIT, 0), UN_ARGUMENT);
    CHECK_INT(read_it(dir, ".", LIMIT, 0), UN_ARGUMENT);
    CHECK_INT(read_it(AT_FDCWD, "/dev/null", LIMIT, 0), UN_ARGUMENT);
    make_socket(dir);
    CHECK_INT(read_it(dir, "socket", LIMIT, 0), UN_ARGUMENT);
    CHECK_INT(read_it(dir, "none", LIMIT, 0), UN_NOT_FOUND);
}

static void follows_links_when_allowed(int dir) {
    check_put(dir, "file", "x", 1);
    CHECK_INT(symlinkat("file", dir, "link"), 0);
    CHECK_INT(read_it(dir, "link", LIMIT, 0), UN_OK);
    CHECK_INT(read_it(dir, "link", LIMIT, UN_FILE_NO_FOLLOW), UN_FOREIGN);
    CHECK_INT(read_it(dir, "file", LIMIT, UN_FILE_NO_FOLLOW | UN_FILE_OWNED), UN_OK);
}

static int read_as_another(int dir) {
    return seteuid(65534) == 0 ? (int)read_it(dir, "file", LIMIT, UN_FILE_OWNED) : -1;
}

static void refuses_somebody_elses(int dir) {
    check_put(dir, "foreign", "x", 1);
    CHECK_INT(fchownat(dir, "foreign", 65534, 65534, 0), 0);
    CHECK_INT(read_it(dir, "foreign", LIMIT, UN_FILE_OWNED), UN_FOREIGN);
    CHECK_INT(read_it(dir, "foreign", LIMIT, 0), UN_OK);
    CHECK_INT(fchmod(dir, 0711), 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(read_as_another(dir));
    CHECK_INT(WEXITSTATUS(check_wait(pid)), UN_FOREIGN);
}

/* Its size says 0, though it has content: as a file that grows after it was examined. */
static void reads_beyond_the_announced_size(void) {
    un_bytes got = {0};
    CHECK_INT(un_file_read(&got, AT_FDCWD, "/proc/self/maps", LIMIT, 0, NULL, NULL), UN_OK);
    CHECK(got.slice.len > 100 && padded(&got));
    CHECK_INT(strlen(got.slice.ptr), got.slice.len);
    un_bytes_free(&got);
    CHECK_INT(read_it(AT_FDCWD, "/proc/self/maps", 100, 0), UN_LIMIT);
}

/* Whatever a writer does meanwhile, what is read is bounded, padded and of the writer's bytes. */
static void stands_a_file_that_changes(int dir) {
    check_put(dir, "restless", "", 0);
    pid_t pid = fork();
    if (pid == 0) {
        char piece[5000];
        int fd = openat(dir, "restless", O_WRONLY | O_CLOEXEC);
        memset(piece, 'x', sizeof piece);
        for (unsigned i = 0;; i++)
            if (ftruncate(fd, i * 37 % 9000) != 0 || pwrite(fd, piece, sizeof piece, 0) < 0)
                _exit(1);
    }
    unsigned wrong = 0;
    for (int i = 0; i < 3000; i++) {
        un_bytes got = {0};
        un_status status = un_file_read(&got, dir, "restless", 9000, 0, NULL, NULL);
        wrong += status != UN_OK || got.slice.len > 9000 || !padded(&got);
        un_bytes_free(&got);
    }
    CHECK_INT(wrong, 0);
    kill(pid, SIGKILL);
    CHECK_INT(check_wait(pid), SIGKILL);
}

static bool same_stamp(const un_stamp *a, const un_stamp *b) {
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->modified == b->modified && a->changed == b->changed;
}

static void stamps(int dir) {
    un_bytes got = {0};
    un_stamp read_one = {0}, found = {0};
    char path[sizeof check_path + 10];
    snprintf(path, sizeof path, "%s/link", check_path);
    check_put(dir, "file", "old", 3);
    CHECK_INT(un_file_read(&got, dir, "file", LIMIT, 0, &read_one, NULL), UN_OK);
    un_bytes_free(&got);
    CHECK_INT(un_file_stamp(&found, path, NULL), UN_OK);
    CHECK(same_stamp(&read_one, &found));
    struct timespec times[2] = {{1000000000, 5}, {1000000000, 5}};
    CHECK_INT(utimensat(dir, "file", times, 0), 0);
    CHECK_INT(un_file_stamp(&found, path, NULL), UN_OK);
    CHECK(!same_stamp(&read_one, &found));
    CHECK_INT(found.modified, 1000000000000000005);
    /* Beyond what nanoseconds in 64 bits hold: any value, but no overflow. */
    times[0].tv_sec = times[1].tv_sec = 13000000000;
    CHECK_INT(utimensat(dir, "file", times, 0), 0);
    CHECK_INT(un_file_stamp(&found, path, NULL), UN_OK);
    CHECK_INT(un_file_stamp(&found, "/nonexistent/file", NULL), UN_NOT_FOUND);
}

static void copies(void) {
    un_bytes copy = {0};
    CHECK_INT(un_bytes_copy(&copy, UN_SLICE("a\0b"), NULL), UN_OK);
    CHECK(un_slice_equal(copy.slice, UN_SLICE("a\0b")) && padded(&copy));
    un_bytes_free(&copy);
    CHECK_INT(un_bytes_copy(&copy, (un_slice){NULL, 0}, NULL), UN_OK);
    CHECK(copy.slice.ptr && copy.slice.len == 0 && padded(&copy));
    un_bytes_free(&copy);
}

static void appends(void) {
    un_bytes bytes = {0};
    CHECK_INT(un_bytes_append(&bytes, UN_SLICE("a"), NULL), UN_OK);
    CHECK(padded(&bytes));
    while (bytes.slice.len < 5000 && un_bytes_append(&bytes, UN_SLICE("b"), NULL) == UN_OK)
        continue;
    CHECK_INT(un_bytes_append(&bytes, (un_slice){NULL, 0}, NULL), UN_OK);
    CHECK(bytes.slice.len == 5000 && bytes.slice.ptr[0] == 'a' && bytes.slice.ptr[4999] == 'b');
    CHECK(padded(&bytes));
    un_bytes_free(&bytes);
}

static void tells_whether_others_write_there(void) {
    bool shared = true;
    un_error error = {0};
    CHECK_INT(un_file_shared(&shared, "/tmp", NULL), UN_OK);
    CHECK(!shared);
    CHECK_INT(un_file_shared(&shared, "/nonexistent", &error), UN_NOT_FOUND);
}

int main(void) {
    int dir = check_directory(), before = check_descriptors();
    reads_every_size(dir);
    holds_the_limit(dir);
    refuses_what_is_no_regular_file(dir);
    follows_links_when_allowed(dir);
    if (geteuid() == 0)
        refuses_somebody_elses(dir);
    reads_beyond_the_announced_size();
    stands_a_file_that_changes(dir);
    stamps(dir);
    copies();
    appends();
    tells_whether_others_write_there();
    CHECK_INT(check_descriptors(), before);
    check_clean(dir);
    return check_done();
}
