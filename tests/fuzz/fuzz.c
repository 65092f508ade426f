#include "fuzz.h"
#include "memory.h"

/* What the first JSON loads is no input's. */
static void load_reader(void) {
    un_bytes bytes = {0};
    un_lockfile lockfile = {0};
    if (un_bytes_copy(&bytes, UN_SLICE("{}"), NULL) == UN_OK)
        un_lockfile_parse(&lockfile, UN_SLICE("package-lock.json"), &bytes, NULL, NULL);
    un_lockfile_free(&lockfile);
    un_bytes_free(&bytes);
}

int LLVMFuzzerInitialize(int *count, char ***arguments) {
    (void)count, (void)arguments;
    load_reader();
    fuzz_memory_watch();
    return 0;
}

/* A lockfile does not differ from itself, and every package has a name. */
static void examine(const un_packages *packages) {
    un_diff diff;
    for (size_t i = 0; i < packages->count; i++)
        if (!packages->items[i].name.len || !packages->items[i].version.ptr)
            abort();
    if (un_diff_compute(&diff, packages, packages, NULL) == UN_OK && diff.count != 0)
        abort();
    un_diff_free(&diff);
}

/* A refusal says why, and its place is inside the text. */
static void examine_error(const un_error *error, size_t size) {
    if (!*error->message || error->line > size + 1 || error->column > size + 1)
        abort();
}

void fuzz_lockfile(const uint8_t *data, size_t size, const char *name) {
    un_bytes bytes = {0};
    un_lockfile lockfile = {0};
    un_error error = {0};
    fuzz_memory_begin();
    un_status status = un_bytes_copy(&bytes, (un_slice){(const char *)data, size}, &error);
    if (status == UN_OK)
        status = un_lockfile_parse(&lockfile, un_slice_of(name), &bytes, NULL, &error);
    un_bytes_free(&bytes);
    fuzz_memory_end(size, FUZZ_FLOOR, FUZZ_TIMES);
    if (status == UN_OK)
        examine(&lockfile.packages);
    else
        examine_error(&error, size);
    un_lockfile_free(&lockfile);
}
