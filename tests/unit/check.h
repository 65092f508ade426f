/*
 * check.h: assertions of the C tests.
 *
 *     int main(void) { ...; CHECK(cond); CHECK_STR(got, wanted); return check_done(); }
 *
 * Failures are printed as `file:line: ...`; the last line is "N passed, N failed", and how many
 * were skipped if any. A forked child that checks nothing leaves with _exit, so that it prints
 * nothing.
 */
#ifndef UN_CHECK_H
#define UN_CHECK_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static unsigned check_passed, check_failed, check_skipped;

#define CHECK(condition)       check_that((condition), __FILE__, __LINE__, #condition)
#define CHECK_STR(got, wanted) check_text((got), (wanted), __FILE__, __LINE__, #got)
#define CHECK_INT(got, wanted)                                                                     \
    check_number((long long)(got), (long long)(wanted), __FILE__, __LINE__, #got)

static inline bool check_that(bool holds, const char *file, int line, const char *what) {
    if (holds)
        check_passed++;
    else
        check_failed++;
    if (!holds)
        printf("%s:%d: not so: %s\n", file, line, what);
    return holds;
}

static inline bool check_text(const char *got, const char *wanted, const char *file, int line,
                              const char *what) {
    bool same = got && strcmp(got, wanted) == 0;
    if (!same)
        printf("%s:%d: got \"%s\", wanted \"%s\"\n", file, line, got ? got : "(null)", wanted);
    return check_that(same, file, line, what);
}

static inline bool check_number(long long got, long long wanted, const char *file, int line,
                                const char *what) {
    if (got != wanted)
        printf("%s:%d: got %lld, wanted %lld\n", file, line, got, wanted);
    return check_that(got == wanted, file, line, what);
}

/* For what this machine, or who runs the test, does not allow. */
static inline void check_skip(const char *why) {
    check_skipped++;
    printf("skipped: %s\n", why);
}

static inline int check_done(void) {
    printf("%u passed, %u failed", check_passed, check_failed);
    if (check_skipped > 0)
        printf(", %u skipped", check_skipped);
    printf("\n");
    return check_failed != 0;
}

/* --- what tests of files and processes share -------------------------------------------------- */

static char check_path[1000];
static pid_t check_owner;

static inline int check_remove(const char *path, const struct stat *found, int kind,
                               struct FTW *place) {
    (void)found, (void)kind, (void)place;
    return remove(path);
}

/* Whatever a test that ended early left. A forked child that ends by exit leaves it alone. */
static inline void check_tidy(void) {
    if (check_path[0] && getpid() == check_owner)
        nftw(check_path, check_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* Makes the test's own directory, check_path, and opens it. A test that cannot have one ends. */
static inline int check_directory(void) {
    const char *above = getenv("TMPDIR");
    snprintf(check_path, sizeof check_path, "%s/upnudge test XXXXXX",
             above && *above ? above : "/tmp");
    int dir = mkdtemp(check_path) ? open(check_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (dir < 0) {
        perror(check_path);
        exit(2);
    }
    check_owner = getpid();
    atexit(check_tidy);
    return dir;
}

static inline void check_clean(int dir) {
    close(dir);
    CHECK_INT(nftw(check_path, check_remove, 16, FTW_DEPTH | FTW_PHYS), 0);
    check_path[0] = '\0';
}

/* Open descriptors of this process. */
static inline int check_descriptors(void) {
    int count = 0;
    DIR *list = opendir("/proc/self/fd");
    while (list && readdir(list))
        count++;
    if (list)
        closedir(list);
    return count;
}

static inline void check_put(int dir, const char *name, const void *bytes, size_t size) {
    int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
    if (fd >= 0)
        close(fd);
}

/* Whether the file consists of exactly these bytes. */
static inline bool check_holds(int dir, const char *name, const void *bytes, size_t size) {
    char *found = malloc(size + 1);
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
    bool same = found && fd >= 0 && read(fd, found, size + 1) == (ssize_t)size &&
                memcmp(found, bytes, size) == 0;
    if (fd >= 0)
        close(fd);
    free(found);
    return same;
}

/* Names in `dir` that start with a dot: temporaries, for tests make no other. */
static inline unsigned check_temporaries(int dir) {
    unsigned count = 0;
    int own = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = own < 0 ? NULL : fdopendir(own);
    for (const struct dirent *entry = list ? readdir(list) : NULL; entry; entry = readdir(list))
        count += entry->d_name[0] == '.' && strcmp(entry->d_name, ".") != 0 &&
                 strcmp(entry->d_name, "..") != 0;
    if (list)
        closedir(list);
    return count;
}

static inline void check_pause(long milliseconds) {
    struct timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    while (nanosleep(&pause, &pause) != 0 && errno == EINTR)
        continue;
}

/* Waits until another process has done something that can be seen; the bound only ends a hang. */
#define CHECK_AWAIT(condition)                                                                     \
    do {                                                                                           \
        bool check_met = (condition);                                                              \
        for (int check_left = 6000; check_left > 0 && !check_met; check_left--) {                  \
            check_pause(10);                                                                       \
            check_met = (condition);                                                               \
        }                                                                                          \
        check_that(check_met, __FILE__, __LINE__, #condition);                                     \
    } while (0)

/* Not for bounds on work, which are in effort.h: a machine may be busy with something else. */
static inline double check_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The wait status of `pid`. */
static inline int check_wait(pid_t pid) {
    int status = -1;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

#endif
