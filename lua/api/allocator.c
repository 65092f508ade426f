/*
 * allocator.c: memory of the library's from its host.
 *
 * What asks for memory in the library, ours and what it carries of others (Lua, libyaml, expat,
 * lua-cjson, LuaFileSystem), is linked to the names here (the linker's --wrap): none of it has to
 * know. What the C library asks for inside its own functions it gives back itself.
 */
#include "argument.h"
#include "upnudge.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);
char *__wrap_strdup(const char *text);

/* The host's; without functions it is the C library's. */
static upnudge_allocator chosen;
/* Whether anything was asked for: what comes of one allocator must not go to another. */
static atomic_bool used;

upnudge_status upnudge_set_allocator(const upnudge_allocator *allocator) {
    upnudge_allocator taken;
    un_words nobody = {NULL, 0, "upnudge_set_allocator", NULL};
    if (!un_argument_take(&un_argument_allocator, allocator, &taken, nobody) || !taken.allocate ||
        !taken.resize || !taken.release || atomic_load(&used))
        return UPNUDGE_USAGE;
    chosen = taken;
    return UPNUDGE_OK;
}

void *__wrap_malloc(size_t size) {
    atomic_store_explicit(&used, true, memory_order_relaxed);
    if (!chosen.allocate)
        return __real_malloc(size);
    return chosen.allocate(chosen.context, size ? size : 1);
}

void *__wrap_calloc(size_t count, size_t size) {
    size_t whole;
    if (__builtin_mul_overflow(count, size, &whole))
        return NULL;
    void *memory = __wrap_malloc(whole);
    return memory ? memset(memory, 0, whole) : NULL;
}

/* Nobody of ours makes a block empty, which would be a question of taste. */
void *__wrap_realloc(void *memory, size_t size) {
    if (!memory)
        return __wrap_malloc(size);
    if (!chosen.resize)
        return __real_realloc(memory, size);
    return chosen.resize(chosen.context, memory, size ? size : 1);
}

void __wrap_free(void *memory) {
    if (!memory)
        return;
    if (chosen.release)
        chosen.release(chosen.context, memory);
    else
        __real_free(memory);
}

char *__wrap_strdup(const char *text) {
    size_t size = strlen(text) + 1;
    char *copy = __wrap_malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}
