#include "diff.h"
#include <stdlib.h>

/* One side: packages sorted by identity; of several with one version the first stands for all. */
typedef struct side {
    const un_package **packages;
    size_t count;
} side;

typedef struct differ {
    un_diff *out;
    un_scheme scheme;
    bool out_of_memory;
} differ;

static int compare_identity(const un_package *a, const un_package *b) {
    int order = un_slice_compare(a->name, b->name);
    return order ? order : un_slice_compare(a->system, b->system);
}

/* The address breaks ties: packages of one array keep the file's order. */
static int by_file_order(const void *left, const void *right) {
    const un_package *a = *(const un_package *const *)left, *b = *(const un_package *const *)right;
    int order = compare_identity(a, b);
    return order ? order : (a > b) - (a < b);
}

/* Of one version the place nearest to the root first, which stands for the others. */
static int by_version_text(const void *left, const void *right) {
    const un_package *a = *(const un_package *const *)left, *b = *(const un_package *const *)right;
    int order = compare_identity(a, b);
    if (!order)
        order = un_slice_compare(a->version, b->version);
    if (!order)
        order = (a->location.len > b->location.len) - (a->location.len < b->location.len);
    return order ? order : un_slice_compare(a->location, b->location);
}

static bool same_entry(const un_package *a, const un_package *b, un_identity identity) {
    return compare_identity(a, b) == 0 &&
           (identity == UN_IDENTITY_FIRST || un_slice_equal(a->version, b->version));
}

static bool prepare(side *out, un_arena *arena, const un_lockfile *lockfile) {
    un_identity identity = lockfile->format->identity;
    size_t kept = 0;
    out->packages = un_arena_alloc(arena, lockfile->count * sizeof *out->packages);
    if (!out->packages)
        return false;
    for (size_t i = 0; i < lockfile->count; i++)
        out->packages[i] = &lockfile->packages[i];
    qsort(out->packages, lockfile->count, sizeof *out->packages,
          identity == UN_IDENTITY_FIRST ? by_file_order : by_version_text);
    for (size_t i = 0; i < lockfile->count; i++)
        if (kept == 0 || !same_entry(out->packages[kept - 1], out->packages[i], identity))
            out->packages[kept++] = out->packages[i];
    out->count = kept;
    return true;
}

static void emit(differ *d, un_kind kind, un_level level, const un_package *from,
                 const un_package *to) {
    un_diff *out = d->out;
    un_change *grown = un_arena_grow(&out->arena, out->changes, &out->capacity, out->count + 1,
                                     sizeof *out->changes);
    if (!grown) {
        d->out_of_memory = true;
        return;
    }
    out->changes = grown;
    out->changes[out->count++] = (un_change){kind, level, from, to};
}

static bool known_and_different(un_slice a, un_slice b) {
    return a.len && b.len && !un_slice_equal(a, b);
}

static void compare_builds(differ *d, const un_package *from, const un_package *to) {
    bool builds_known = from->derivation.len && to->derivation.len;
    if (known_and_different(from->derivation, to->derivation))
        emit(d, UN_KIND_REBUILT, UN_LEVEL_NONE, from, to);
    else if (!builds_known && known_and_different(from->revision, to->revision))
        emit(d, UN_KIND_CHANGED, UN_LEVEL_NONE, from, to);
}

static void compare_two(differ *d, const un_package *from, const un_package *to) {
    int order;
    if (from->derivation.len && un_slice_equal(from->derivation, to->derivation))
        return;
    if (un_slice_equal(from->version, to->version)) {
        compare_builds(d, from, to);
    } else if (!from->version.len || !to->version.len ||
               !un_version_compare(d->scheme, from->version, to->version, &order) || order == 0) {
        emit(d, UN_KIND_CHANGED, UN_LEVEL_UNKNOWN, from, to);
    } else {
        emit(d, order < 0 ? UN_KIND_UPGRADED : UN_KIND_DOWNGRADED,
             un_version_level(d->scheme, from->version, to->version), from, to);
    }
}

/* --- several versions of one name ------------------------------------------------------------- */

/*
 * A total order, newest first, for qsort: versions that do not parse come last, by their bytes.
 * qsort has no argument for the scheme, and only semver has several versions of a name.
 */
static int newest_first(const void *left, const void *right) {
    const un_package *a = *(const un_package *const *)left, *b = *(const un_package *const *)right;
    int order = 0;
    bool a_parses = un_version_compare(UN_SCHEME_SEMVER, a->version, a->version, &order);
    bool b_parses = un_version_compare(UN_SCHEME_SEMVER, b->version, b->version, &order);
    if (a_parses != b_parses)
        return a_parses ? -1 : 1;
    if (a_parses && un_version_compare(UN_SCHEME_SEMVER, a->version, b->version, &order) && order)
        return -order;
    return un_slice_compare(b->version, a->version);
}

static int by_location(const void *left, const void *right) {
    const un_package *a = *(const un_package *const *)left, *b = *(const un_package *const *)right;
    return un_slice_compare(a->location, b->location);
}

/* Walks two sorted groups; equals go to compare_two and leave the groups. */
static void take_equals(differ *d, side *from, side *to,
                        int (*compare)(const void *, const void *)) {
    size_t i = 0, j = 0, from_kept = 0, to_kept = 0;
    while (i < from->count && j < to->count) {
        int order = compare(&from->packages[i], &to->packages[j]);
        if (order == 0)
            compare_two(d, from->packages[i++], to->packages[j++]);
        else if (order < 0)
            from->packages[from_kept++] = from->packages[i++];
        else
            to->packages[to_kept++] = to->packages[j++];
    }
    while (i < from->count)
        from->packages[from_kept++] = from->packages[i++];
    while (j < to->count)
        to->packages[to_kept++] = to->packages[j++];
    from->count = from_kept;
    to->count = to_kept;
}

static int version_text(const void *left, const void *right) {
    const un_package *a = *(const un_package *const *)left, *b = *(const un_package *const *)right;
    return un_slice_compare(a->version, b->version);
}

static void sort(side *group, int (*compare)(const void *, const void *)) {
    qsort(group->packages, group->count, sizeof *group->packages, compare);
}

/* Equal versions first, then those at one place, then the newest with the newest. */
static void compare_groups(differ *d, side from, side to) {
    take_equals(d, &from, &to, version_text);
    sort(&from, by_location);
    sort(&to, by_location);
    take_equals(d, &from, &to, by_location);
    sort(&from, newest_first);
    sort(&to, newest_first);
    for (size_t i = 0; i < from.count || i < to.count; i++)
        if (i < from.count && i < to.count)
            compare_two(d, from.packages[i], to.packages[i]);
        else if (i < from.count)
            emit(d, UN_KIND_REMOVED, UN_LEVEL_NONE, from.packages[i], NULL);
        else
            emit(d, UN_KIND_ADDED, UN_LEVEL_NONE, NULL, to.packages[i]);
}

/* The packages from `at` on that share the identity `of`. */
static side group_at(const side *all, size_t at, const un_package *of) {
    size_t end = at;
    while (end < all->count && compare_identity(all->packages[end], of) == 0)
        end++;
    return (side){all->packages + at, end - at};
}

static void compare_sides(differ *d, const side *from, const side *to) {
    size_t i = 0, j = 0;
    while ((i < from->count || j < to->count) && !d->out_of_memory) {
        const un_package *next = i < from->count ? from->packages[i] : to->packages[j];
        if (j < to->count && compare_identity(to->packages[j], next) < 0)
            next = to->packages[j];
        side old = group_at(from, i, next), new = group_at(to, j, next);
        i += old.count;
        j += new.count;
        compare_groups(d, old, new);
    }
}

un_status un_diff_compute(un_diff *out, const un_lockfile *from, const un_lockfile *to,
                          un_error *error) {
    *out = (un_diff){0};
    side old, new;
    if (from->format != to->format)
        return un_fail(error, UN_ARGUMENT, "a %s lockfile and a %s lockfile cannot be compared",
                       from->format->name, to->format->name);
    differ d = {out, from->format->versions, false};
    if (!prepare(&old, &out->arena, from) || !prepare(&new, &out->arena, to))
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    compare_sides(&d, &old, &new);
    return d.out_of_memory ? un_fail(error, UN_NO_MEMORY, "out of memory") : UN_OK;
}

void un_diff_free(un_diff *diff) {
    un_arena_free(&diff->arena);
    *diff = (un_diff){0};
}

const char *un_kind_name(un_kind kind) {
    static const char *const names[] = {
#define UN_KIND_NAME(name, text) text,
        UN_KIND_MAP(UN_KIND_NAME)
#undef UN_KIND_NAME
    };
    return names[kind];
}
