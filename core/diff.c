#include "diff.h"
#include "ascii.h"
#include "sort.h"
#include "system.h"
#include <stdio.h>
#include <stdlib.h>

/* One side, or the part of it that shares an identity. */
typedef struct side {
    const un_package **packages;
    size_t count;
} side;

typedef struct differ {
    un_diff *out;
    un_scheme scheme;
    un_names names;
    const un_slice *old_hashes, *new_hashes; /* of the two that were compared last */
    bool shared;                             /* and what came out */
    bool crossing; /* what is compared is for two systems, whose builds always differ */
    bool digested; /* by one and the same on both sides */
    bool out_of_memory;
} differ;

typedef int ordering(const void *, const void *);

static void sort(side *group, ordering *order) {
    qsort(group->packages, group->count, sizeof *group->packages, order);
}

static bool prepare(side *out, un_arena *arena, const un_packages *all) {
    out->packages = un_packages_sorted(all, arena, &out->count);
    return out->packages != NULL;
}

/* What its owner's change tells: also which binaries there are. That one was built anew is none. */
static bool is_owners(un_kind kind, const un_package *from, const un_package *to) {
    bool part = (from && from->owned) || (to && to->owned);
    bool stays = from && to && un_slice_equal(from->version, to->version);
    return part && kind != UN_KIND_REBUILT && !stays;
}

/* What the new side says counts, if it says something. */
static un_direct direct_of(const un_package *from, const un_package *to) {
    return to && (to->direct != UN_DIRECT_UNKNOWN || !from) ? to->direct : from->direct;
}

static void emit(differ *d, un_kind kind, un_level level, const un_package *from,
                 const un_package *to) {
    if (is_owners(kind, from, to))
        return;
    un_diff *out = d->out;
    un_change *grown = un_arena_grow(&out->arena, out->changes, &out->capacity, out->count + 1,
                                     sizeof *out->changes);
    if (!grown) {
        d->out_of_memory = true;
        return;
    }
    out->changes = grown;
    out->changes[out->count++] = (un_change){kind, level, from, to, direct_of(from, to)};
}

static bool known_and_different(un_slice a, un_slice b) {
    return a.len && b.len && !un_slice_equal(a, b);
}

/* What a digest says of how it was made: "sha512-", "sha256:", "10c0/"; absent: it says nothing. */
static un_slice algorithm(un_slice build) {
    size_t length = 0;
    while (length < build.len && length < 16 && un_is_alphanumeric(build.ptr[length]))
        length++;
    bool named =
        length && length < build.len && build.ptr[length] && strchr("-:/", build.ptr[length]);
    return (un_slice){build.ptr, named ? length : 0};
}

static bool is_hexadecimal(un_slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (un_hex_value(text.ptr[i]) < 0)
            return false;
    return true;
}

/* Bare digests of two lengths are of two algorithms, too. */
static bool same_algorithm(un_slice a, un_slice b) {
    un_slice x = algorithm(a), y = algorithm(b);
    if (x.len || y.len || a.len == b.len)
        return un_slice_equal(x, y);
    return !is_hexadecimal(a) || !is_hexadecimal(b);
}

/* The hashes of a package; where it has but one, that one. */
static const un_slice *hashes_of(const un_package *package, size_t *count) {
    *count = package->hashes ? package->hash_count : package->derivation.len > 0;
    return package->hashes ? package->hashes : &package->derivation;
}

static bool share_hash(const un_package *from, const un_package *to) {
    size_t i = 0, j = 0, a_count, b_count;
    const un_slice *a = hashes_of(from, &a_count), *b = hashes_of(to, &b_count);
    while (i < a_count && j < b_count) {
        int order = un_slice_compare(a[i], b[j]);
        if (order == 0)
            return true;
        if (order < 0)
            i++;
        else
            j++;
    }
    return false;
}

/* Old lockfiles have one long list of hashes for many packages, which is not walked for each. */
static bool same_build(differ *d, const un_package *from, const un_package *to) {
    if (from->derivation.len && un_slice_equal(from->derivation, to->derivation))
        return true;
    if (!from->hashes || from->hashes != d->old_hashes || to->hashes != d->new_hashes)
        d->shared = share_hash(from, to);
    d->old_hashes = from->hashes;
    d->new_hashes = to->hashes;
    return d->shared;
}

/* Digests that two algorithms made differ even of the same contents, so they tell nothing. */
static bool rebuilt(differ *d, const un_package *from, const un_package *to) {
    return d->digested && from->derivation.len && to->derivation.len && !same_build(d, from, to) &&
           same_algorithm(from->derivation, to->derivation);
}

static void compare_builds(differ *d, const un_package *from, const un_package *to) {
    bool builds_known = from->derivation.len && to->derivation.len;
    if (rebuilt(d, from, to))
        emit(d, UN_KIND_REBUILT, UN_LEVEL_NONE, from, to);
    else if (!builds_known && known_and_different(from->revision, to->revision))
        emit(d, UN_KIND_CHANGED, UN_LEVEL_NONE, from, to);
}

static un_scheme scheme_of(un_scheme scheme, const un_package *a, const un_package *b) {
    return a->python && b->python ? UN_SCHEME_PEP440 : scheme;
}

/* How two versions that are known are ordered; 0: not known. */
static int order_of(const differ *d, const un_package *from, const un_package *to) {
    int order = 0;
    un_scheme scheme = scheme_of(d->scheme, from, to);
    bool known = un_version_compare(scheme, from->version, to->version, &order);
    return known ? order : 0;
}

/* A build that stays says that nothing changed, unless the version says that something did. */
static void compare_two(differ *d, const un_package *from, const un_package *to) {
    if (un_version_same(scheme_of(d->scheme, from, to), from->version, to->version)) {
        if (!d->crossing)
            compare_builds(d, from, to);
        return;
    }
    int order = from->version.len && to->version.len ? order_of(d, from, to) : 0;
    if (order)
        emit(d, order < 0 ? UN_KIND_UPGRADED : UN_KIND_DOWNGRADED,
             un_version_level(scheme_of(d->scheme, from, to), from->version, to->version), from,
             to);
    else if (!same_build(d, from, to))
        emit(d, UN_KIND_CHANGED, UN_LEVEL_UNKNOWN, from, to);
}

/*
 * --- several versions of one name --------------------------------------------------------------
 *
 * What stands in one version on both sides is unchanged, wherever it stands. Of the rest a package
 * at the same place is the one that replaces another; then a version that the other side knows too
 * only moved in the tree; what is left is paired from the newest downwards.
 */

/* Newest first. Versions that do not parse come last, by their bytes. */
static int newest_first(const void *left, const void *right, const void *context) {
    const un_package *a = left, *b = right;
    const un_scheme scheme = scheme_of(*(const un_scheme *)context, a, b);
    int order = 0;
    if (un_version_compare(scheme, a->version, b->version, &order)) {
        if (order)
            return -order;
    } else {
        bool a_parses = un_version_compare(scheme, a->version, a->version, &order);
        bool b_parses = un_version_compare(scheme, b->version, b->version, &order);
        if (a_parses != b_parses)
            return a_parses ? -1 : 1;
    }
    return un_slice_compare(b->version, a->version);
}

static int by_location(const void *left, const void *right) {
    const un_package *a = *(const un_package *const *)left, *b = *(const un_package *const *)right;
    return un_slice_compare(a->location, b->location);
}

static int by_version(const void *left, const void *right) {
    const un_package *a = *(const un_package *const *)left, *b = *(const un_package *const *)right;
    return un_slice_compare(a->version, b->version);
}

static int by_version_and_location(const void *left, const void *right) {
    int order = by_version(left, right);
    return order ? order : by_location(left, right);
}

/* Where one version stands twice at one place, the same builds belong together in any order. */
static int by_build(const void *left, const void *right) {
    const un_package *a = *(const un_package *const *)left, *b = *(const un_package *const *)right;
    size_t a_count, b_count;
    const un_slice *x = hashes_of(a, &a_count), *y = hashes_of(b, &b_count), none = {NULL, 0};
    int order = by_version_and_location(left, right);
    if (!order)
        order = un_slice_compare(a_count ? *x : none, b_count ? *y : none);
    return order ? order : un_slice_compare(a->revision, b->revision);
}

/* Pairs what `order` calls equal, one with one, and takes the pairs out of both sides. */
static void pair(differ *d, side *from, side *to, ordering *order) {
    size_t i = 0, j = 0, from_kept = 0, to_kept = 0;
    sort(from, order);
    sort(to, order);
    while (i < from->count || j < to->count) {
        int sign = i == from->count ? 1
                   : j == to->count ? -1
                                    : order(&from->packages[i], &to->packages[j]);
        if (sign == 0)
            compare_two(d, from->packages[i++], to->packages[j++]);
        else if (sign < 0)
            from->packages[from_kept++] = from->packages[i++];
        else
            to->packages[to_kept++] = to->packages[j++];
    }
    from->count = from_kept;
    to->count = to_kept;
}

/* Takes out of `group` every version that is among `known`, which is sorted by version. */
static void drop_known(side *group, const side *known) {
    size_t kept = 0;
    for (size_t i = 0; i < group->count; i++)
        if (!bsearch(&group->packages[i], known->packages, known->count, sizeof *known->packages,
                     by_version))
            group->packages[kept++] = group->packages[i];
    group->count = kept;
}

static void drop_repeated(differ *d, side *group) {
    size_t kept = 0;
    const void **spare = un_arena_alloc(&d->out->arena, group->count * sizeof *spare);
    d->out_of_memory |= !spare;
    if (!spare)
        return;
    un_sort((const void **)group->packages, spare, group->count, newest_first, &d->scheme);
    for (size_t i = 0; i < group->count; i++)
        if (kept == 0 || by_version(&group->packages[kept - 1], &group->packages[i]) != 0)
            group->packages[kept++] = group->packages[i];
        else if (group->packages[i]->direct == UN_DIRECT_YES)
            group->packages[kept - 1] = group->packages[i];
    group->count = kept;
}

/* A copy of the group, sorted by version. */
static side versions_of(differ *d, const side *group) {
    side copy = {un_arena_alloc(&d->out->arena, group->count * sizeof *group->packages), 0};
    d->out_of_memory |= !copy.packages;
    if (copy.packages && group->count) {
        memcpy(copy.packages, group->packages, group->count * sizeof *group->packages);
        copy.count = group->count;
        sort(&copy, by_version);
    }
    return copy;
}

/* One name in several versions or at several places. The sides themselves stay as they are. */
static void compare_many(differ *d, side old, side new) {
    side from = versions_of(d, &old), to = versions_of(d, &new);
    old = versions_of(d, &old);
    new = versions_of(d, &new);
    if (d->out_of_memory)
        return;
    pair(d, &from, &to, by_build);
    pair(d, &from, &to, by_version_and_location);
    pair(d, &from, &to, by_version);
    pair(d, &from, &to, by_location);
    drop_known(&from, &new);
    drop_known(&to, &old);
    drop_repeated(d, &from);
    drop_repeated(d, &to);
    for (size_t i = 0; i < from.count || i < to.count; i++)
        if (i < from.count && i < to.count)
            compare_two(d, from.packages[i], to.packages[i]);
        else if (i < from.count)
            emit(d, UN_KIND_REMOVED, UN_LEVEL_NONE, from.packages[i], NULL);
        else
            emit(d, UN_KIND_ADDED, UN_LEVEL_NONE, NULL, to.packages[i]);
}

static un_slice version_of(const un_package *package) {
    return package ? package->version : (un_slice){NULL, 0};
}

static int by_from(const void *left, const void *right) {
    const un_change *a = left, *b = right;
    int order = un_slice_compare(version_of(a->from), version_of(b->from));
    if (!order)
        order = un_slice_compare(version_of(a->to), version_of(b->to));
    return order ? order : (a->kind > b->kind) - (a->kind < b->kind);
}

static int by_to(const void *left, const void *right) {
    const un_change *a = left, *b = right;
    int order = un_slice_compare(version_of(a->to), version_of(b->to));
    return order ? order : by_from(left, right);
}

/* Whether `one` is listed in the change after it: an absent version sorts first. */
static bool is_told(const un_change *one, const un_change *after) {
    if (one->kind == UN_KIND_REMOVED)
        return after->from && after->to && un_slice_equal(after->from->version, one->from->version);
    if (one->kind == UN_KIND_ADDED)
        return after->from && after->to && un_slice_equal(after->to->version, one->to->version);
    return by_from(one, after) == 0;
}

/* One that is direct at one place is so as a whole. */
static void drop_told(un_diff *out, size_t start, ordering *order) {
    size_t kept = start;
    un_change *all = out->changes;
    qsort(all + start, out->count - start, sizeof *all, order);
    for (size_t i = start; i < out->count; i++)
        if (i + 1 == out->count || !is_told(&all[i], &all[i + 1]))
            all[kept++] = all[i];
        else if (all[i].direct == UN_DIRECT_YES)
            all[i + 1].direct = UN_DIRECT_YES;
    out->count = kept;
}

/*
 * The changes from `start` on are of one name: in order, each once, and no version that became
 * another one is told to be removed, nor one that another became to be added.
 */
static void settle(un_diff *out, size_t start) {
    if (out->count - start < 2)
        return;
    drop_told(out, start, by_to);
    drop_told(out, start, by_from);
}

static void compare_groups(differ *d, side from, side to) {
    size_t start = d->out->count;
    if (from.count == 1 && to.count == 1)
        compare_two(d, from.packages[0], to.packages[0]);
    else
        compare_many(d, from, to);
    settle(d->out, start);
}

/*
 * --- systems -------------------------------------------------------------------------------------
 *
 * What ran anywhere may get builds for some systems, or the other way round, and a build for Linux
 * may be parted in those for its two C libraries. That is the same package, neither removed nor
 * added.
 */

/* How many versions of a name on one system are compared with those on other systems. */
#define STAND_INS 16

/* The packages from `at` on that are for the system of the first of them, `most` at most. */
static side system_at(const side *all, size_t at, size_t most) {
    size_t count = 1;
    while (count < most && at + count < all->count &&
           un_slice_equal(all->packages[at + count]->system, all->packages[at]->system))
        count++;
    return (side){all->packages + at, count};
}

/* Those of one name that are for `system`, or one more than is compared. */
static side of_system(const side *all, un_slice system) {
    size_t low = 0, high = all->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (un_slice_compare(all->packages[middle]->system, system) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == all->count || !un_slice_equal(all->packages[low]->system, system))
        return (side){all->packages, 0};
    return system_at(all, low, STAND_INS + 1);
}

/* Those for the same machine with the other C library. */
static side of_other_libc(const side *all, un_slice system) {
    char musl[64];
    un_slice plain = un_system_without_libc(system);
    if (plain.len < system.len)
        return of_system(all, plain);
    int length = snprintf(musl, sizeof musl, "%.*s-musl", un_slice_shown(plain), plain.ptr);
    if (length < 0 || (size_t)length >= sizeof musl)
        return (side){all->packages, 0};
    return of_system(all, (un_slice){musl, (size_t)length});
}

/* Those that serve `system` where none is for it alone: of the other C library, else what runs
 * anywhere; of what runs anywhere, what is for the first system that there is. Each of many systems
 * may have the same stand-in, so more than a few versions of it are none. */
static side stand_in(const side *all, un_slice system) {
    side found = {all->packages, 0};
    if (!system.len && all->count)
        found = system_at(all, 0, STAND_INS + 1);
    else if (system.len)
        found = of_other_libc(all, system);
    if (!found.count)
        found = of_system(all, (un_slice){NULL, 0});
    if (found.count > STAND_INS)
        found.count = 0;
    return found;
}

/* Without the versions that `known` has, too. */
static side without_known(differ *d, const side *group, const side *known) {
    side kept = versions_of(d, group), versions = versions_of(d, known);
    drop_known(&kept, &versions);
    return kept;
}

/* The old side has none for this system, unless another one stood in for it. */
static void compare_new(differ *d, const side *from, const side *to, side new) {
    side none = {new.packages, 0}, origin = stand_in(from, new.packages[0]->system);
    if (!origin.count) {
        compare_groups(d, none, new);
        return;
    }
    side kept = of_system(to, origin.packages[0]->system);
    d->crossing = !kept.count;
    if (kept.count > STAND_INS)
        compare_groups(d, none, new);
    else if (kept.count)
        compare_groups(d, none, without_known(d, &new, &kept));
    else
        compare_groups(d, origin, new);
    d->crossing = false;
}

/* The new side has none for this system. What stands in for it there has been compared. */
static void compare_old(differ *d, const side *from, const side *to, side old) {
    side none = {old.packages, 0}, target = stand_in(to, old.packages[0]->system);
    if (!target.count || old.count > STAND_INS) {
        compare_groups(d, old, none);
        return;
    }
    side kept = of_system(from, target.packages[0]->system);
    if (kept.count > STAND_INS)
        compare_groups(d, old, none);
    else if (kept.count)
        compare_groups(d, without_known(d, &old, &kept), none);
}

/* One name, on all systems that it is for. */
static void compare_names(differ *d, side from, side to) {
    size_t i = 0, j = 0;
    while (i < from.count || j < to.count) {
        int order = i == from.count ? 1
                    : j == to.count
                        ? -1
                        : un_slice_compare(from.packages[i]->system, to.packages[j]->system);
        side old = order <= 0 ? system_at(&from, i, from.count) : (side){from.packages, 0};
        side new = order >= 0 ? system_at(&to, j, to.count) : (side){to.packages, 0};
        i += old.count;
        j += new.count;
        if (order == 0)
            compare_groups(d, old, new);
        else if (order < 0)
            compare_old(d, &from, &to, old);
        else
            compare_new(d, &from, &to, new);
    }
}

/* The packages from `at` on whose name means that of `of`. */
static side name_at(const differ *d, const side *all, size_t at, const un_package *of) {
    size_t end = at;
    while (end < all->count && un_package_compare(d->names, all->packages[end], of) == 0)
        end++;
    return (side){all->packages + at, end - at};
}

static void compare_sides(differ *d, const side *from, const side *to) {
    size_t i = 0, j = 0;
    while ((i < from->count || j < to->count) && !d->out_of_memory) {
        const un_package *next = i < from->count ? from->packages[i] : to->packages[j];
        if (j < to->count && un_package_compare(d->names, to->packages[j], next) < 0)
            next = to->packages[j];
        side old = name_at(d, from, i, next), new = name_at(d, to, j, next);
        i += old.count;
        j += new.count;
        compare_names(d, old, new);
    }
}

un_status un_diff_compute(un_diff *out, const un_packages *from, const un_packages *to,
                          un_error *error) {
    *out = (un_diff){0};
    side old, new;
    if (strcmp(from->format, to->format) != 0)
        return un_fail(error, UN_ARGUMENT, "a %s lockfile and a %s lockfile cannot be compared",
                       from->format, to->format);
    differ d = {.out = out,
                .scheme = from->scheme,
                .names = from->names,
                .digested = un_slice_equal(from->digested_by, to->digested_by)};
    if (!prepare(&old, &out->arena, from) || !prepare(&new, &out->arena, to))
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    compare_sides(&d, &old, &new);
    return d.out_of_memory ? un_fail(error, UN_NO_MEMORY, "out of memory") : UN_OK;
}

void un_diff_free(un_diff *diff) {
    un_arena_free(&diff->arena);
    *diff = (un_diff){0};
}

bool un_change_behind(const un_change *change, int64_t *days) {
    int64_t from = change->from ? change->from->released : 0;
    int64_t to = change->to ? change->to->released : 0;
    if (change->kind == UN_KIND_DOWNGRADED || !from || !to || to < from)
        return false;
    *days = (to - from) / 86400;
    return true;
}

const char *un_kind_name(un_kind kind) {
    static const char *const names[] = {
#define UN_KIND_NAME(name, text) text,
        UN_KIND_MAP(UN_KIND_NAME)
#undef UN_KIND_NAME
    };
    return names[kind];
}
