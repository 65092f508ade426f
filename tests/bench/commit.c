/*
 * The commit of a check, in turns with bare writes of the same bytes: write, fsync, rename and
 * fsync of the directory, for each file that the commit writes.
 * usage: commit STATE_DIR ENV NEW OTHER [count], where NEW and OTHER are what an upgrade would
 * produce.
 *
 * Every commit that is timed has another result than the one before: the new lockfile, the changes,
 * the record. Prints "median_us p10_us p90_us" of its writing, from the first directory that it
 * looks for to its last fsync; of the bare writes; and of the whole call, which reads the lockfile
 * and finds the changes, too. "count": prints instead how many files it writes, and how often it
 * calls fsync, the first time, for the same result and for another one.
 */
#include "lua/api/upnudge.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 101
#define FIRST  1800000000
#define DAY    86400

static void expect(bool fine, const char *what) {
    if (!fine) {
        fprintf(stderr, "commit: %s\n", what);
        exit(1);
    }
}

typedef struct content {
    char *bytes;
    size_t size;
} content;

static content read_file(const char *path) {
    struct stat found;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    expect(fd >= 0 && fstat(fd, &found) == 0, path);
    content c = {malloc((size_t)found.st_size), (size_t)found.st_size};
    expect(c.bytes && read(fd, c.bytes, c.size) == (ssize_t)c.size && close(fd) == 0, path);
    return c;
}

static int rename_bare(int from, const char *name, int to, const char *other) {
    return (int)syscall(SYS_renameat2, from, name, to, other, 0);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* --- what the library calls, which finds these here before the C library's ----------------- */

#define SEEN __attribute__((visibility("default")))

static double began, synced; /* began: 0 before a commit has come to its first directory */
static unsigned syncs, files_synced;

SEEN int fsync(int fd) {
    struct stat found;
    int result = (int)syscall(SYS_fsync, fd);
    syncs++;
    files_synced += fstat(fd, &found) == 0 && S_ISREG(found.st_mode);
    synced = now();
    return result;
}

SEEN int mkdirat(int directory, const char *name, mode_t mode) {
    if (began == 0)
        began = now();
    return (int)syscall(SYS_mkdirat, directory, name, mode);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print(double *times) {
    qsort(times, ROUNDS, sizeof *times, ascending);
    printf("%.1f %.1f %.1f\n", times[ROUNDS / 2], times[ROUNDS / 10], times[ROUNDS * 9 / 10]);
}

typedef struct cost {
    double writing, whole; /* microseconds */
    unsigned files, syncs;
} cost;

static cost commit(upnudge *u, const char *environment, int64_t when, const content *upgraded) {
    upnudge_check *check;
    upnudge_target target = UPNUDGE_TARGET_INIT;
    target.environment = environment;
    target.now = when;
    expect(upnudge_check_begin(&check, u, &target) == UPNUDGE_OK, upnudge_error(u));
    began = synced = 0;
    syncs = files_synced = 0;
    double start = now();
    expect(upnudge_check_commit(check, upgraded->bytes, upgraded->size) == UPNUDGE_OK,
           upnudge_error(u));
    cost c = {synced - began, now() - start, files_synced, syncs};
    upnudge_check_abort(check);
    return c;
}

static void count_all(upnudge *u, const char *environment, const content upgraded[2]) {
    static const char *const kinds[] = {"first", "same", "other"};
    for (int i = 0; i < 3; i++) {
        cost c = commit(u, environment, FIRST + 2 * i * DAY, &upgraded[i / 2]);
        printf("%s %u %u\n", kinds[i], c.files, c.syncs);
    }
}

/* --- the same, bare --------------------------------------------------------------------------- */

/* The directories of a record, beside it, and what is in them after a commit. */
typedef struct written {
    int directory;
    size_t size; /* of one file that the commit writes there */
} written;

static int open_directory(int above, const char *name) {
    int directory = openat(above, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    expect(directory >= 0, name);
    return directory;
}

/* The largest file, which is the record where the record is, and like the others elsewhere. */
static size_t largest(int directory) {
    struct stat found;
    size_t size = 0;
    DIR *list = fdopendir(open_directory(directory, "."));
    expect(list, "cannot list the state");
    for (const struct dirent *entry; (entry = readdir(list));)
        if (fstatat(directory, entry->d_name, &found, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(found.st_mode) && (size_t)found.st_size > size)
            size = (size_t)found.st_size;
    closedir(list);
    return size;
}

static void write_bare(const written *file, const char *bytes) {
    int fd = openat(file->directory, "bare.tmp", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    expect(fd >= 0 && write(fd, bytes, file->size) == (ssize_t)file->size && fsync(fd) == 0 &&
               rename_bare(file->directory, "bare.tmp", file->directory, "bare") == 0 &&
               fsync(file->directory) == 0 && close(fd) == 0,
           "bare writes");
}

static double write_all(const written files[3], const char *bytes) {
    double start = now();
    for (int i = 0; i < 3; i++)
        write_bare(&files[i], bytes);
    double took = now() - start;
    for (int i = 0; i < 3; i++)
        unlinkat(files[i].directory, "bare", 0);
    return took;
}

/* Beside the state, on the same file system. */
static void prepare(written files[3], const char *state, size_t most) {
    static const char *const places[] = {"lockfiles", "changes", "."};
    char record[4096] = "";
    int above = open_directory(AT_FDCWD, state);
    DIR *list = fdopendir(open_directory(above, "."));
    for (const struct dirent *entry; list && (entry = readdir(list));)
        if (strlen(entry->d_name) == 32)
            snprintf(record, sizeof record, "%s", entry->d_name);
    closedir(list);
    int directory = open_directory(above, record);
    for (int i = 0; i < 3; i++) {
        char name[] = "bare-0";
        name[5] = (char)('0' + i);
        int place = open_directory(directory, places[i]);
        files[i].size = largest(place);
        expect(files[i].size && files[i].size <= most, "what a commit wrote");
        close(place);
        mkdirat(above, name, 0700);
        files[i].directory = open_directory(above, name);
    }
}

static void measure(upnudge *u, const char *state, const char *environment,
                    const content upgraded[2]) {
    static double times[3][ROUNDS];
    written files[3];
    int64_t when = FIRST;
    commit(u, environment, when, &upgraded[1]);
    prepare(files, state, upgraded[0].size);
    for (int i = 0; i < ROUNDS; i++) {
        cost c = commit(u, environment, when += 2 * DAY, &upgraded[i % 2]);
        times[0][i] = c.writing;
        times[1][i] = write_all(files, upgraded[0].bytes);
        times[2][i] = c.whole;
    }
    for (int i = 0; i < 3; i++)
        print(times[i]);
}

int main(int count, char **arguments) {
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    upnudge *u;
    expect(count == 5 || count == 6, "usage: commit STATE_DIR ENV NEW OTHER [count]");
    content upgraded[2] = {read_file(arguments[3]), read_file(arguments[4])};
    options.app = "bench";
    options.state_dir = arguments[1];
    options.policy = "default";
    expect(upnudge_open(&u, &options) == UPNUDGE_OK, "cannot open");
    if (count == 6)
        count_all(u, arguments[2], upgraded);
    else
        measure(u, arguments[1], arguments[2], upgraded);
    upnudge_close(u);
    free(upgraded[0].bytes);
    free(upgraded[1].bytes);
    return 0;
}
