#include "digest.h"
#include "core/os/file.h"
#include <stdlib.h>

typedef struct writer {
    un_bytes bytes; /* of what is digested next */
    un_arena arena;
    un_error error;
    /* Old lockfiles have one long list of hashes for many packages, which is not read for each. */
    const un_slice *hashes;
    un_digest hashes_digest;
} writer;

static void fail_memory(writer *w) {
    un_fail(&w->error, UN_NO_MEMORY, "out of memory");
}

static void put(writer *w, un_slice bytes) {
    if (w->error.status == UN_OK)
        un_bytes_append(&w->bytes, bytes, &w->error);
}

/* With its length, so that no two lists of fields are written as the same bytes. */
static void put_field(writer *w, un_slice field) {
    char head[8];
    for (size_t i = 0; i < sizeof head; i++)
        head[i] = (char)((uint64_t)field.len >> 8 * i & 0xff);
    put(w, (un_slice){head, sizeof head});
    put(w, field);
}

static un_digest take(writer *w) {
    un_digest digest = un_hash_bytes(w->bytes.slice);
    w->bytes.slice.len = 0;
    return digest;
}

static un_slice folded(writer *w, un_names names, un_slice name) {
    char *out = un_arena_alloc(&w->arena, name.len);
    if (!out)
        fail_memory(w);
    return out ? (un_slice){out, un_name_fold(names, name, out)} : (un_slice){NULL, 0};
}

/* Which build it is: all hashes of a release, in their order, else the one. */
static un_slice build_of(writer *w, const un_package *package) {
    if (!package->hashes)
        return package->derivation;
    if (w->hashes != package->hashes) {
        w->hashes = package->hashes;
        for (size_t i = 0; i < package->hash_count; i++)
            put_field(w, package->hashes[i]);
        w->hashes_digest = take(w);
    }
    return un_slice_of(w->hashes_digest.hex);
}

static un_digest digest_of(writer *w, un_names names, const un_package *package) {
    un_slice build = build_of(w, package);
    const un_slice fields[] = {folded(w, package->python ? UN_NAMES_PYTHON : names, package->name),
                               package->version,
                               package->system,
                               package->group,
                               package->source,
                               package->revision,
                               package->location,
                               build};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        put_field(w, fields[i]);
    return take(w);
}

static int by_bytes(const void *a, const void *b) {
    return memcmp(a, b, UN_DIGEST_LENGTH);
}

/* Of each package first, for digests are sorted sooner than fields. */
static un_digest digest_all(writer *w, const un_packages *packages) {
    size_t count = 0;
    const un_package **sorted = un_packages_sorted(packages, &w->arena, &count);
    un_digest *digests = un_arena_alloc(&w->arena, count * sizeof *digests);
    if (!sorted || !digests) {
        fail_memory(w);
        return (un_digest){""};
    }
    for (size_t i = 0; i < count; i++)
        digests[i] = digest_of(w, packages->names, sorted[i]);
    qsort(digests, count, sizeof *digests, by_bytes);
    put_field(w, un_slice_of(packages->format));
    put(w, (un_slice){(const char *)digests, count * sizeof *digests});
    return take(w);
}

un_status un_packages_digest(un_digest *out, const un_packages *packages, un_error *error) {
    writer w = {.hashes = NULL};
    *out = digest_all(&w, packages);
    un_bytes_free(&w.bytes);
    un_arena_free(&w.arena);
    if (error && w.error.status != UN_OK)
        *error = w.error;
    return w.error.status;
}
