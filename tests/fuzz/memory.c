#include "memory.h"
#include <sanitizer/allocator_interface.h>
#include <stdio.h>
#include <stdlib.h>

static size_t held, most;

static void on_malloc(const volatile void *block, size_t size) {
    (void)size;
    held += block ? __sanitizer_get_allocated_size(block) : 0;
    most = held > most ? held : most;
}

static void on_free(const volatile void *block) {
    size_t size = block ? __sanitizer_get_allocated_size(block) : 0;
    held -= size < held ? size : held;
}

void fuzz_memory_watch(void) {
    __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
}

void fuzz_memory_begin(void) {
    held = most = 0;
}

void fuzz_memory_end(size_t size, size_t floor, size_t times) {
    if (most > floor + times * size) {
        fprintf(stderr, "%zu bytes of memory for an input of %zu\n", most, size);
        abort();
    }
}
