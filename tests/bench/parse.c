/*
 * How fast lockfiles are parsed and their packages extracted. usage: parse FILE...
 * Prints for each file "format bytes median_us MB/s packages", of processor time.
 */
#include "core/lockfile.h"
#include "rounds.h"
#include <fcntl.h>

static void fail(const un_error *error) {
    char text[1024];
    un_error_text(error, text, sizeof text);
    fprintf(stderr, "parse: %s\n", text);
    exit(1);
}

static void measure(const char *path, size_t rounds) {
    un_bytes bytes;
    un_error error = {0};
    double times[ROUNDS];
    const char *format = "";
    size_t packages = 0;
    if (un_file_read(&bytes, AT_FDCWD, path, UN_LOCKFILE_LIMIT, 0, NULL, &error) != UN_OK)
        fail(&error);
    for (size_t i = 0; i < rounds; i++) {
        un_lockfile lockfile;
        double start = spent();
        if (un_lockfile_parse(&lockfile, un_slice_of(path), &bytes, NULL, &error) != UN_OK)
            fail(&error);
        format = lockfile.packages.format;
        packages = lockfile.packages.count;
        un_lockfile_free(&lockfile);
        times[i] = spent() - start;
    }
    qsort(times, rounds, sizeof *times, ascending);
    double median = times[rounds / 2];
    printf("%s %zu %.1f %.0f %zu\n", format, bytes.slice.len, median,
           (double)bytes.slice.len / median, packages);
    un_bytes_free(&bytes);
}

int main(int count, char **arguments) {
    bool once = count > 1 && strcmp(arguments[1], "--once") == 0;
    for (int i = once ? 2 : 1; i < count; i++)
        measure(arguments[i], once ? 1 : ROUNDS);
    return 0;
}
