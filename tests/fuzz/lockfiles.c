/*
 * Whole lockfiles, in whatever format: a line with what the file is called, and behind it what
 * stands in it. What is read as a format is read as that under its usual name, too, and the same
 * comes out.
 */
#include "fuzz.h"
#include <string.h>

#define NAME_LIMIT 64

static bool is_same(const un_packages *a, const un_packages *b) {
    un_diff diff;
    bool is = strcmp(a->format, b->format) == 0 && a->count == b->count &&
              un_diff_compute(&diff, a, b, NULL) == UN_OK;
    if (is) {
        is = diff.count == 0;
        un_diff_free(&diff);
    }
    return is;
}

static un_status parse(un_lockfile *out, un_slice name, un_slice content, un_error *error) {
    un_bytes bytes = {0};
    un_status status = un_bytes_copy(&bytes, content, error);
    if (status == UN_OK)
        status = un_lockfile_parse(out, name, &bytes, NULL, error);
    un_bytes_free(&bytes);
    return status;
}

static un_slice usual_name(const char *format) {
    size_t i = 0;
    while (strcmp(un_format_at(i)->name, format) != 0)
        i++;
    return un_slice_of(un_format_at(i)->filenames[0]);
}

static void read_again(const un_packages *first, un_slice content) {
    un_lockfile again = {0};
    un_error error = {0};
    un_slice usual = usual_name(first->format);
    if (parse(&again, usual, content, &error) != UN_OK || !is_same(first, &again.packages)) {
        fprintf(stderr, "as %s it is another: %s\n", usual.ptr, error.message);
        abort();
    }
    un_lockfile_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    un_slice text = {(const char *)data, size};
    size_t end = un_slice_find(text, '\n');
    if (end == size || end > NAME_LIMIT)
        return -1;
    un_slice content = un_slice_from(text, end + 1);
    un_lockfile lockfile = {0};
    un_error error = {0};
    un_status status = parse(&lockfile, un_slice_part(text, 0, end), content, &error);
    if (status == UN_OK)
        read_again(&lockfile.packages, content);
    un_lockfile_free(&lockfile);
    return 0;
}
