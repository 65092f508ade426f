/* digest: one digest for what is said, however it is written. */
#include "core/diff.h"
#include "core/digest.h"
#include "effort.h"

#define PACKAGES 12
#define MANY     20000

static un_digest digest_of(const un_packages *packages) {
    un_digest digest = {""};
    CHECK_INT(un_packages_digest(&digest, packages, NULL), UN_OK);
    return digest;
}

static bool same(const un_packages *a, const un_packages *b) {
    return strcmp(digest_of(a).hex, digest_of(b).hex) == 0;
}

static un_packages list_of(const un_package *packages, size_t count, un_identity identity) {
    un_packages list = {
        .format = "x", .scheme = UN_SCHEME_SEMVER, .identity = identity, .names = UN_NAMES_PYTHON};
    for (size_t i = 0; i < count; i++)
        CHECK_INT(un_packages_add(&list, &packages[i], NULL), UN_OK);
    return list;
}

static bool same_alone(un_package a, un_package b) {
    un_packages one = list_of(&a, 1, UN_IDENTITY_SET), other = list_of(&b, 1, UN_IDENTITY_SET);
    bool is_same = same(&one, &other);
    un_packages_free(&one);
    un_packages_free(&other);
    return is_same;
}

static const un_package full = {.name = UN_LITERAL("a"),
                                .version = UN_LITERAL("1"),
                                .system = UN_LITERAL("s"),
                                .group = UN_LITERAL("g"),
                                .source = UN_LITERAL("registry"),
                                .revision = UN_LITERAL("r"),
                                .derivation = UN_LITERAL("d"),
                                .location = UN_LITERAL("l")};

static void every_field_counts(void) {
    un_slice other = UN_SLICE("other"), none = {NULL, 0};
    CHECK(same_alone(full, full));
    for (size_t k = 0; k < 2; k++) {
        un_package variants[] = {full, full, full, full, full, full, full, full};
        un_slice *fields[] = {&variants[0].name,     &variants[1].version,   &variants[2].system,
                              &variants[3].group,    &variants[4].source,    &variants[5].revision,
                              &variants[6].location, &variants[7].derivation};
        for (size_t i = k; i < 8; i++) {
            *fields[i] = k ? none : other;
            CHECK(!same_alone(full, variants[i]));
        }
    }
}

/* What ends one field may begin the next. */
static void fields_do_not_run_together(void) {
    un_package left = {.name = UN_SLICE("ab"), .version = UN_SLICE("c")};
    un_package right = {.name = UN_SLICE("a"), .version = UN_SLICE("bc")};
    CHECK(!same_alone(left, right));
    left = (un_package){.name = UN_SLICE("a"), .group = UN_SLICE("x")};
    right = (un_package){.name = UN_SLICE("a"), .source = UN_SLICE("x")};
    CHECK(!same_alone(left, right));
}

static void names_count_as_they_compare(void) {
    un_package a = full, b = full;
    a.name = UN_SLICE("Py_YAML.x");
    b.name = UN_SLICE("py-yaml--X");
    CHECK(same_alone(a, b));
    b.name = UN_SLICE("pyyaml-x");
    CHECK(!same_alone(a, b));
}

static void hashes_count_in_any_order(void) {
    un_slice one[] = {UN_SLICE("h1"), UN_SLICE("h2"), UN_SLICE("h3")};
    un_slice other[] = {UN_SLICE("h3"), UN_SLICE("h1"), UN_SLICE("h2")};
    un_slice less[] = {UN_SLICE("h1"), UN_SLICE("h2")};
    un_package a = full, b = full, c = full;
    un_package_hashes(&a, one, 3);
    un_package_hashes(&b, other, 3);
    un_package_hashes(&c, less, 2);
    b.derivation = UN_SLICE("the first in the file");
    CHECK(same_alone(a, b));
    CHECK(!same_alone(a, c));
}

static void formats_and_duplicates(void) {
    un_package twice[] = {{.name = UN_SLICE("a"), .version = UN_SLICE("1")},
                          {.name = UN_SLICE("A"), .version = UN_SLICE("2")}};
    un_packages one = list_of(twice, 1, UN_IDENTITY_FIRST);
    un_packages both = list_of(twice, 2, UN_IDENTITY_FIRST);
    CHECK(same(&one, &both));
    both.identity = UN_IDENTITY_SET;
    CHECK(!same(&one, &both));
    un_packages none = list_of(NULL, 0, UN_IDENTITY_SET), other = none;
    other.format = "y";
    CHECK(!same(&none, &other));
    CHECK(!same(&none, &one));
    un_packages_free(&one);
    un_packages_free(&both);
}

static unsigned long long seed = 12;

static size_t below(size_t limit) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (size_t)(seed >> 33) % limit;
}

static un_package made_up(void) {
    static const un_slice words[] = {UN_LITERAL("a"), UN_LITERAL("b"), UN_LITERAL("A"),
                                     UN_LITERAL("")};
    return (un_package){.name = words[below(3)],
                        .version = words[below(4)],
                        .system = words[below(4)],
                        .derivation = words[below(4)],
                        .location = words[below(4)]};
}

static void shuffle(un_package *packages, size_t count) {
    for (size_t i = count; i > 1; i--) {
        size_t other = below(i);
        un_package kept = packages[i - 1];
        packages[i - 1] = packages[other];
        packages[other] = kept;
    }
}

static size_t changes_between(const un_packages *from, const un_packages *to) {
    un_diff diff;
    CHECK_INT(un_diff_compute(&diff, from, to, NULL), UN_OK);
    size_t count = diff.count;
    un_diff_free(&diff);
    return count;
}

/* Lists that often are equal: then there is no change, and where there is one they are not. */
static void no_change_between_equals(void) {
    unsigned equal = 0;
    for (int i = 0; i < 3000; i++) {
        un_package packages[PACKAGES], others[PACKAGES];
        size_t count = 1 + below(PACKAGES);
        un_identity identity = i % 2 ? UN_IDENTITY_SET : UN_IDENTITY_FIRST;
        for (size_t k = 0; k < count; k++)
            packages[k] = made_up();
        memcpy(others, packages, sizeof packages);
        shuffle(others, count);
        if (i % 3 == 0)
            others[below(count)] = made_up();
        un_packages from = list_of(packages, count, identity),
                    to = list_of(others, count, identity);
        bool equals = same(&from, &to);
        equal += equals;
        bool good = !equals || changes_between(&from, &to) == 0;
        good = good && (i % 3 == 0 || identity == UN_IDENTITY_FIRST || equals);
        if (!good)
            CHECK(good);
        un_packages_free(&from);
        un_packages_free(&to);
    }
    CHECK(equal > 1000 && equal < 2900);
}

/* One list of hashes for all packages is read once. */
static void long_lists_are_read_once(void) {
    static un_slice hashes[MANY];
    un_packages list = {.format = "x", .identity = UN_IDENTITY_SET};
    un_package package = full;
    for (size_t i = 0; i < MANY; i++)
        hashes[i] = UN_SLICE("0123456789abcdef");
    un_package_hashes(&package, hashes, MANY);
    for (size_t i = 0; i < MANY; i++)
        un_packages_add(&list, &package, NULL);
    double begun = effort_begin();
    digest_of(&list);
    CHECK_EFFORT(begun, 300);
    un_packages_free(&list);
}

int main(void) {
    every_field_counts();
    fields_do_not_run_together();
    names_count_as_they_compare();
    hashes_count_in_any_order();
    formats_and_duplicates();
    no_change_between_equals();
    long_lists_are_read_once();
    return check_done();
}
