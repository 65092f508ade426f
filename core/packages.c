#include "packages.h"
#include <stdlib.h>

/* The items are no part of the arena, which would keep every array that they outgrew. */
static bool make_room(un_packages *packages) {
    size_t capacity = packages->capacity + packages->capacity / 2 + 16;
    if (packages->count < packages->capacity)
        return true;
    un_package *grown = realloc(packages->items, capacity * sizeof *grown);
    if (!grown)
        return false;
    packages->items = grown;
    packages->capacity = capacity;
    return true;
}

un_status un_packages_add(un_packages *packages, const un_package *package, un_error *error) {
    if (!package->name.len) {
        packages->skipped++;
        return UN_OK;
    }
    if (!make_room(packages))
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    packages->items[packages->count++] = *package;
    return UN_OK;
}

void un_packages_free(un_packages *packages) {
    free(packages->items);
    un_arena_free(&packages->arena);
    *packages = (un_packages){0};
}
