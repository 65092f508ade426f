/* packages: a list that is filled by hand, and what two of them differ in. */
#include "check.h"
#include "core/diff.h"

#define MANY 1000

static void keeps_what_was_added(void) {
    un_packages list = {.format = "made-up"};
    char names[MANY][16];
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "p%d", i);
        un_package package = {.name = un_slice_of(names[i]), .version = UN_SLICE("1.0.0")};
        if (un_packages_add(&list, &package, NULL) != UN_OK)
            break;
    }
    CHECK_INT(list.count, MANY);
    bool kept = true;
    for (size_t i = 0; i < list.count; i++)
        kept = kept && un_slice_equal(list.items[i].name, un_slice_of(names[i])) &&
               !list.items[i].system.ptr;
    CHECK(kept);
    un_packages_free(&list);
    un_packages_free(&list);
    CHECK(!list.items && list.count == 0);
}

/* The version of "a" in a list of that format, scheme and identity. */
static un_packages list_of(const char *format, un_identity identity, const char *version) {
    un_packages list = {.format = format, .scheme = UN_SCHEME_SEMVER, .identity = identity};
    un_package package = {.name = UN_SLICE("a"), .version = un_slice_of(version)};
    CHECK_INT(un_packages_add(&list, &package, NULL), UN_OK);
    return list;
}

static void differs_by_its_scheme(void) {
    un_packages from = list_of("x", UN_IDENTITY_FIRST, "1.9.0");
    un_packages to = list_of("x", UN_IDENTITY_FIRST, "1.10.0");
    un_diff diff;
    CHECK_INT(un_diff_compute(&diff, &from, &to, NULL), UN_OK);
    if (CHECK(diff.count == 1)) {
        CHECK_INT(diff.changes[0].kind, UN_KIND_UPGRADED);
        CHECK_INT(diff.changes[0].level, UN_LEVEL_MINOR);
    }
    un_diff_free(&diff);
    un_packages_free(&from);
    un_packages_free(&to);
}

/* The first of a duplicate counts, or each version does. */
static void differs_by_its_identity(un_identity identity, size_t changes) {
    un_packages from = list_of("x", identity, "1.0.0"), to = list_of("x", identity, "1.0.0");
    un_package second = {.name = UN_SLICE("a"), .version = UN_SLICE("2.0.0")};
    un_diff diff;
    CHECK_INT(un_packages_add(&to, &second, NULL), UN_OK);
    CHECK_INT(un_diff_compute(&diff, &from, &to, NULL), UN_OK);
    CHECK_INT(diff.count, changes);
    un_diff_free(&diff);
    un_packages_free(&from);
    un_packages_free(&to);
}

static void tells_formats_apart(void) {
    un_packages from = list_of("x", UN_IDENTITY_SET, "1"), to = list_of("y", UN_IDENTITY_SET, "1");
    un_error error = {0};
    un_diff diff;
    CHECK_INT(un_diff_compute(&diff, &from, &to, &error), UN_ARGUMENT);
    CHECK_STR(error.message, "a x lockfile and a y lockfile cannot be compared");
    un_diff_free(&diff);
    un_packages_free(&from);
    un_packages_free(&to);
}

static void test_nameless(void) {
    un_packages packages = {.format = "x"};
    CHECK(un_packages_add(&packages, &(un_package){.version = UN_SLICE("1")}, NULL) == UN_OK);
    CHECK(un_packages_add(&packages, &(un_package){.name = UN_SLICE("")}, NULL) == UN_OK);
    CHECK(un_packages_add(&packages, &(un_package){.name = UN_SLICE("a")}, NULL) == UN_OK);
    CHECK(packages.count == 1 && packages.skipped == 2);
    un_packages_free(&packages);
    CHECK(packages.skipped == 0);
}

/* As long as they may be, and one byte more. */
static void test_length(void) {
    static char text[UN_NAME_LIMIT + 1];
    memset(text, 'x', sizeof text);
    un_slice longest = {text, UN_NAME_LIMIT}, longer = {text, UN_NAME_LIMIT + 1};
    un_packages packages = {.format = "x"};
    const un_package all[] = {{.name = longest, .version = longest},
                              {.name = longer},
                              {.name = UN_SLICE("a"), .version = longer}};
    for (size_t i = 0; i < 3; i++)
        CHECK(un_packages_add(&packages, &all[i], NULL) == UN_OK);
    CHECK(packages.count == 1 && packages.skipped == 2);
    un_packages_free(&packages);
}

int main(void) {
    keeps_what_was_added();
    differs_by_its_scheme();
    differs_by_its_identity(UN_IDENTITY_FIRST, 0);
    differs_by_its_identity(UN_IDENTITY_SET, 1);
    tells_formats_apart();
    test_nameless();
    test_length();
    return check_done();
}
