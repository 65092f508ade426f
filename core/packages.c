#include "packages.h"
#include "ascii.h"
#include "sort.h"
#include "url.h"
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
    bool overlong = package->name.len > UN_NAME_LIMIT || package->version.len > UN_NAME_LIMIT;
    if (!package->name.len || overlong) {
        if (!overlong && packages->skipped == packages->overlong)
            packages->nameless = *package;
        packages->skipped++;
        packages->overlong += overlong;
        return UN_OK;
    }
    if (!make_room(packages))
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    un_package *added = &packages->items[packages->count];
    *added = *package;
    bool git = un_slice_equal(package->source, UN_SLICE("git"));
    if (added->url.len && !un_url_page(&added->url, git, &packages->arena))
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    packages->count++;
    return UN_OK;
}

static int by_bytes(const void *a, const void *b) {
    return un_slice_compare(*(const un_slice *)a, *(const un_slice *)b);
}

void un_package_hashes(un_package *package, un_slice *hashes, size_t count) {
    if (count)
        qsort(hashes, count, sizeof *hashes, by_bytes);
    package->hashes = hashes;
    package->hash_count = (uint32_t)count;
}

static bool is_hyphen(char c) {
    return c == '-' || c == '_' || c == '.';
}

/* Takes the next character off a name that has one, as it counts. */
static unsigned char next_character(un_names names, un_slice *name) {
    size_t length = 1;
    char c = names == UN_NAMES_EXACT ? *name->ptr : un_lower(*name->ptr);
    if (names == UN_NAMES_PYTHON && is_hyphen(c)) {
        while (length < name->len && is_hyphen(name->ptr[length]))
            length++;
        c = '-';
    }
    *name = un_slice_from(*name, length);
    return (unsigned char)c;
}

static int compare(un_names of_a, un_slice a, un_names of_b, un_slice b) {
    if (of_a == UN_NAMES_EXACT && of_b == UN_NAMES_EXACT)
        return un_slice_compare(a, b);
    while (a.len && b.len) {
        unsigned char x = next_character(of_a, &a), y = next_character(of_b, &b);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (a.len > 0) - (b.len > 0);
}

int un_package_compare(un_names names, const un_package *a, const un_package *b) {
    return compare(a->python ? UN_NAMES_PYTHON : names, a->name,
                   b->python ? UN_NAMES_PYTHON : names, b->name);
}

size_t un_name_fold(un_names names, un_slice name, char *out) {
    size_t length = 0;
    while (name.len) {
        char exact = *name.ptr;
        char folded = (char)next_character(names, &name);
        out[length++] = names == UN_NAMES_EXACT ? exact : folded;
    }
    return length;
}

static int compare_identity(un_names names, const un_package *a, const un_package *b) {
    int order = un_package_compare(names, a, b);
    return order ? order : un_slice_compare(a->system, b->system);
}

static int by_identity(const void *left, const void *right, const void *names) {
    return compare_identity(*(const un_names *)names, left, right);
}

static size_t keep_first(const un_package **sorted, size_t count, un_names names) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || compare_identity(names, sorted[kept - 1], sorted[i]) != 0)
            sorted[kept++] = sorted[i];
    return kept;
}

const un_package **un_packages_sorted(const un_packages *packages, un_arena *arena, size_t *count) {
    un_names names = packages->names;
    const un_package **sorted = un_arena_alloc(arena, packages->count * sizeof *sorted);
    const void **spare = un_arena_alloc(arena, packages->count * sizeof *spare);
    if (!sorted || !spare)
        return NULL;
    for (size_t i = 0; i < packages->count; i++)
        sorted[i] = &packages->items[i];
    un_sort((const void **)sorted, spare, packages->count, by_identity, &names);
    *count = packages->count;
    if (packages->identity == UN_IDENTITY_FIRST)
        *count = keep_first(sorted, *count, names);
    return sorted;
}

void un_packages_free(un_packages *packages) {
    free(packages->items);
    un_arena_free(&packages->arena);
    *packages = (un_packages){0};
}
