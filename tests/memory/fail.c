#include "fail.h"
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#define SHARED __attribute__((visibility("default")))

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);
void *memalign(size_t alignment, size_t size);

static long asked, refused, live;
static bool armed, ever_after;

SHARED void memory_refuse(long n, bool onwards) {
    asked = 0;
    refused = n;
    ever_after = onwards;
    armed = true;
}

SHARED long memory_give(void) {
    armed = false;
    return asked;
}

SHARED long memory_live(void) {
    return live;
}

static bool refuse(void) {
    if (!armed)
        return false;
    asked++;
    bool no = asked == refused || (ever_after && asked > refused);
    if (no)
        errno = ENOMEM;
    return no;
}

static void *count(void *memory) {
    live += memory != NULL;
    return memory;
}

SHARED void *malloc(size_t size) {
    return refuse() ? NULL : count(__libc_malloc(size));
}

SHARED void *calloc(size_t n, size_t size) {
    return refuse() ? NULL : count(__libc_calloc(n, size));
}

SHARED void *realloc(void *memory, size_t size) {
    if (refuse())
        return NULL;
    void *moved = __libc_realloc(memory, size);
    live += (moved && !memory) - (memory && !size && !moved);
    return moved;
}

SHARED void *memalign(size_t alignment, size_t size) {
    return refuse() ? NULL : count(__libc_memalign(alignment, size));
}

SHARED void *aligned_alloc(size_t alignment, size_t size) {
    return memalign(alignment, size);
}

SHARED int posix_memalign(void **out, size_t alignment, size_t size) {
    void *memory = memalign(alignment, size);
    if (!memory)
        return ENOMEM;
    *out = memory;
    return 0;
}

SHARED void free(void *memory) {
    live -= memory != NULL;
    __libc_free(memory);
}

/* Thousands of commits, of which none has to outlive a power cut. */
SHARED int fsync(int fd) {
    (void)fd;
    return 0;
}
