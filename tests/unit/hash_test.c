#include "check.h"
#include "core/hash.h"

/* From xxHash's own documentation and command: XXH3-128, seed 0. */
static void known_answers(void) {
    CHECK_STR(un_hash_bytes(UN_SLICE("")).hex, "99aa06d3014798d86001c324468d497f");
    CHECK_STR(un_hash_bytes((un_slice){NULL, 0}).hex, "99aa06d3014798d86001c324468d497f");
    CHECK_STR(un_hash_bytes(UN_SLICE("abc")).hex, "06b05ab6733a618578af5f94892f3950");
}

static void digits_and_bytes_agree(void) {
    static const char *const texts[] = {"", "abc", "XXH3-128 in canonical order"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        un_slice text = un_slice_of(texts[i]);
        un_hash hash = un_hash_raw(text);
        char hex[UN_DIGEST_LENGTH + 1];
        for (size_t at = 0; at < sizeof hash.bytes; at++)
            snprintf(hex + 2 * at, 3, "%02x", hash.bytes[at]);
        CHECK_STR(hex, un_hash_bytes(text).hex);
    }
}

static void file_and_bytes_agree(int dir) {
    static const size_t sizes[] = {0, 1, 16, 240, 241, 65535, 65536, 65537, 131072, 300001};
    char *bytes = malloc(300001);
    for (size_t i = 0; bytes && i < 300001; i++)
        bytes[i] = (char)(i * 31 + i / 256);
    for (size_t i = 0; bytes && i < sizeof sizes / sizeof *sizes; i++) {
        un_digest digest = {""};
        check_put(dir, "file", bytes, sizes[i]);
        int fd = openat(dir, "file", O_RDONLY | O_CLOEXEC);
        CHECK_INT(un_hash_file(&digest, fd, NULL), UN_OK);
        CHECK_STR(digest.hex, un_hash_bytes((un_slice){bytes, sizes[i]}).hex);
        close(fd);
    }
    free(bytes);
}

static void starts_at_the_offset(int dir) {
    un_digest digest = {""};
    check_put(dir, "file", "xxabc", 5);
    int fd = openat(dir, "file", O_RDONLY | O_CLOEXEC);
    CHECK_INT(lseek(fd, 2, SEEK_SET), 2);
    CHECK_INT(un_hash_file(&digest, fd, NULL), UN_OK);
    CHECK_STR(digest.hex, un_hash_bytes(UN_SLICE("abc")).hex);
    close(fd);
}

static void reads_pipes(void) {
    int ends[2];
    un_digest digest = {""};
    CHECK_INT(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        for (int i = 0; i < 3; i++) {
            check_pause(5);
            if (write(ends[1], &"abc"[i], 1) != 1)
                _exit(1);
        }
        _exit(0);
    }
    close(ends[1]);
    CHECK_INT(un_hash_file(&digest, ends[0], NULL), UN_OK);
    CHECK_STR(digest.hex, un_hash_bytes(UN_SLICE("abc")).hex);
    close(ends[0]);
    CHECK_INT(check_wait(pid), 0);
}

static void reports_failure(int dir) {
    un_digest digest = {"untouched"};
    un_error error = {0};
    CHECK_INT(un_hash_file(&digest, dir, &error), UN_SYSTEM);
    CHECK_INT(error.sys, EISDIR);
    CHECK_INT(un_hash_file(&digest, -1, &error), UN_SYSTEM);
    CHECK_INT(error.sys, EBADF);
    CHECK_STR(digest.hex, "untouched");
}

int main(void) {
    int dir = check_directory();
    known_answers();
    digits_and_bytes_agree();
    file_and_bytes_agree(dir);
    starts_at_the_offset(dir);
    reads_pipes();
    reports_failure(dir);
    check_clean(dir);
    return check_done();
}
