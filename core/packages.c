#include "packages.h"
#include <stdlib.h>

/* The items are no part of the arena, which would keep every array that they outgrew. */
un_package *un_packages_add(un_packages *packages) {
    if (packages->count == packages->capacity) {
        size_t capacity = packages->capacity + packages->capacity / 2 + 16;
        un_package *grown = realloc(packages->items, capacity * sizeof *grown);
        if (!grown)
            return NULL;
        packages->items = grown;
        packages->capacity = capacity;
    }
    un_package *package = &packages->items[packages->count++];
    memset(package, 0, sizeof *package);
    return package;
}

void un_packages_free(un_packages *packages) {
    free(packages->items);
    un_arena_free(&packages->arena);
    *packages = (un_packages){0};
}
