#include "fail.h"
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

#define SHARED __attribute__((visibility("default")))

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);
void *memalign(size_t alignment, size_t size);

static long asked, refused, live;
static bool armed, ever_after, *table;

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

/* In a program that knows nothing of this, $MEMORY_REFUSE says which, of the first process alone.
 */
__attribute__((constructor)) static void begin(void) {
    const char *n = getenv("MEMORY_REFUSE");
    if (!n)
        return;
    memory_refuse(strtol(n, NULL, 10), false);
    unsetenv("MEMORY_REFUSE");
    unsetenv("LD_PRELOAD");
    unsetenv("LD_LIBRARY_PATH");
}

/* How many there were is left where $MEMORY_ASKED says. */
__attribute__((destructor)) static void end(void) {
    const char *path = getenv("MEMORY_ASKED");
    long count = memory_give();
    int file = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    if (file >= 0 && dprintf(file, "%ld\n", count) > 0)
        close(file);
}

SHARED long memory_live(void) {
    return live;
}

SHARED void memory_watch_table(bool *noted) {
    table = noted;
}

/* Whether code of the dynamic linker stands there. */
static bool is_linker(const void *code) {
    uintptr_t base = getauxval(AT_BASE), at = (uintptr_t)code;
    const ElfW(Ehdr) *head = (const ElfW(Ehdr) *)base;
    const ElfW(Phdr) *part = (const ElfW(Phdr) *)(base + head->e_phoff);
    for (int i = 0; i < head->e_phnum; i++)
        if (part[i].p_type == PT_LOAD && (part[i].p_flags & PF_X) &&
            at - base - part[i].p_vaddr < part[i].p_memsz)
            return true;
    return false;
}

/* An entry of the table (struct unique_sym of elf/dl-unique.h) has a number and three pointers, and
 * there are as many as the next prime number says. The linker clears no other memory of that size.
 */
static bool is_table(size_t n, size_t size, const void *caller) {
    return n == 4 * sizeof(void *) && size >= 31 && size % 2 == 1 && is_linker(caller);
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
    if (!refuse())
        return count(__libc_calloc(n, size));
    if (table && is_table(n, size, __builtin_return_address(0)))
        *table = true;
    return NULL;
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
