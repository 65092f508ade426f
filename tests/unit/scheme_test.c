/* scheme: order of versions and bump level. */
#include "check.h"
#include "core/scheme.h"

enum {
    INCOMPARABLE = 9
};

static int compare(un_scheme scheme, const char *a, const char *b) {
    int order = 0, reverse = 0;
    bool known = un_version_compare(scheme, un_slice_of(a), un_slice_of(b), &order);
    bool back = un_version_compare(scheme, un_slice_of(b), un_slice_of(a), &reverse);
    order = (order > 0) - (order < 0);
    reverse = (reverse > 0) - (reverse < 0);
    if (known != back || (known && order != -reverse))
        return -INCOMPARABLE;
    return known ? order : INCOMPARABLE;
}

static un_level level(un_scheme scheme, const char *from, const char *to) {
    return un_version_level(scheme, un_slice_of(from), un_slice_of(to));
}

#define SEMVER(a, b) compare(UN_SCHEME_SEMVER, a, b)
#define NIX(a, b)    compare(UN_SCHEME_NIX, a, b)

static void test_semver(void) {
    /* The chain of semver.org, section 11. */
    static const char *const chain[] = {"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                        "1.0.0-beta",  "1.0.0-beta.2",  "1.0.0-beta.11",
                                        "1.0.0-rc.1",  "1.0.0",         "1.9.0",
                                        "1.10.0",      "2.0.0",         "2.1.0",
                                        "2.1.1",       "10.0.0"};
    size_t count = sizeof chain / sizeof *chain;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            CHECK(SEMVER(chain[i], chain[j]) == (i > j) - (i < j));
    CHECK(SEMVER("1.0.0+a", "1.0.0+b") == 0);
    CHECK(SEMVER("v1.2.3", "=1.2.3") == 0);
    CHECK(SEMVER("99999999999999999999999.0.0", "99999999999999999999998.9.9") == 1);
    CHECK(SEMVER("1.0.0-99999999999999999999999", "1.0.0-100000000000000000000000") == -1);
    CHECK(SEMVER("1.0.0-1", "1.0.0-a") == -1);
    CHECK(SEMVER("1.0.0--", "1.0.0--a") == -1);
}

static void test_not_semver(void) {
    static const char *const broken[] = {"",       "1",          "1.2",      "1.2.3.4", "01.2.3",
                                         "1.2.3-", "1.2.3-a..b", "1.2.3-01", "1.2.3+",  "a.b.c",
                                         "1.2.3 ", "github:a/b", "-1.2.3",   "1.2.x",   "1.2.3_4"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        CHECK(SEMVER(broken[i], "1.2.3") == INCOMPARABLE);
}

static void test_nix(void) {
    CHECK(NIX("1.0", "2.3") == -1);
    CHECK(NIX("2.1", "2.3") == -1);
    CHECK(NIX("2.3", "2.3") == 0);
    CHECK(NIX("2.5", "2.3") == 1);
    CHECK(NIX("3.1", "2.3") == 1);
    CHECK(NIX("2.3.1", "2.3") == 1);
    CHECK(NIX("2.3.1", "2.3a") == 1);
    CHECK(NIX("2.3pre1", "2.3") == -1);
    CHECK(NIX("2.3pre3", "2.3pre12") == -1);
    CHECK(NIX("2.3a", "2.3c") == -1);
    CHECK(NIX("2.3pre1", "2.3c") == -1);
    CHECK(NIX("2.3pre1", "2.3q") == -1);
    CHECK(NIX("5.3p9", "5.3p15") == -1);
    CHECK(NIX("7.1.2-23", "7.1.2-24") == -1);
    CHECK(NIX("7.1.2", "7.1.2-1") == -1);
    CHECK(NIX("8.9.0", "8.10.1") == -1);
}

static void test_nix_names(void) {
    CHECK(NIX("python3-3.11.14", "python3-3.12.1") == -1);
    CHECK(NIX("1password-cli-2.30.3", "1password-cli-2.4.0") == 1);
    CHECK(NIX("python3-3.11.14", "python2-3.12.1") == INCOMPARABLE);
    CHECK(NIX("python3-3.11.14", "3.12.1") == INCOMPARABLE);
    CHECK(NIX("python3", "python3") == INCOMPARABLE);
    CHECK(NIX("unstable", "1.0") == INCOMPARABLE);
    CHECK(NIX("", "1.0") == INCOMPARABLE);
    CHECK(level(UN_SCHEME_NIX, "python3-3.11.14", "python3-3.12.1") == UN_LEVEL_MINOR);
}

static void test_dates(void) {
    CHECK(NIX("2025-12-05", "0.23.0") == INCOMPARABLE);
    CHECK(NIX("2025-12-05", "2026-01-01") == -1);
    CHECK(NIX("unstable-2025-12-05", "unstable-2026-01-01") == -1);
    CHECK(NIX("2025-12-05", "2025-12-05-1") == INCOMPARABLE);
    CHECK(level(UN_SCHEME_NIX, "2025-12-05", "2026-01-01") == UN_LEVEL_UNKNOWN);
    CHECK(level(UN_SCHEME_NIX, "2025-12-05", "0.23.0") == UN_LEVEL_UNKNOWN);
}

static void test_levels(void) {
    CHECK(level(UN_SCHEME_SEMVER, "1.2.3", "2.0.0") == UN_LEVEL_MAJOR);
    CHECK(level(UN_SCHEME_SEMVER, "1.2.3", "1.1.9") == UN_LEVEL_MINOR);
    CHECK(level(UN_SCHEME_SEMVER, "1.2.3", "1.2.4") == UN_LEVEL_PATCH);
    CHECK(level(UN_SCHEME_SEMVER, "1.2.3-rc.1", "1.2.3") == UN_LEVEL_PATCH);
    CHECK(level(UN_SCHEME_SEMVER, "1.2.3", "1.2.3") == UN_LEVEL_NONE);
    CHECK(level(UN_SCHEME_SEMVER, "x", "x") == UN_LEVEL_NONE);
    CHECK(level(UN_SCHEME_SEMVER, "1.2", "1.3.0") == UN_LEVEL_UNKNOWN);
    CHECK(level(UN_SCHEME_PERL, "1.23", "2.01") == UN_LEVEL_MAJOR);
    CHECK(level(UN_SCHEME_PERL, "1.23", "1.24") == UN_LEVEL_MINOR);
    CHECK(level(UN_SCHEME_PERL, "1.302183", "1.302190") == UN_LEVEL_PATCH);
    CHECK(level(UN_SCHEME_PERL, "v1.2.3", "v1.2.4") == UN_LEVEL_PATCH);
    CHECK(level(UN_SCHEME_PERL, "1.23", "v1.230.1") == UN_LEVEL_PATCH);
    CHECK(level(UN_SCHEME_PERL, "1.23-TRIAL", "1.23") == UN_LEVEL_PATCH);
    CHECK(level(UN_SCHEME_PERL, "1.2", "1.20") == UN_LEVEL_NONE);
    CHECK(level(UN_SCHEME_NIX, "5", "6") == UN_LEVEL_MAJOR);
    CHECK(level(UN_SCHEME_NIX, "5-1", "5-2") == UN_LEVEL_PATCH);
    CHECK(level(UN_SCHEME_NIX, "5", "5.1") == UN_LEVEL_MINOR);
    CHECK(level(UN_SCHEME_NIX, "8.9", "8.10.1") == UN_LEVEL_MINOR);
    CHECK(level(UN_SCHEME_NIX, "5.3p9", "5.3p15") == UN_LEVEL_PATCH);
    CHECK(level(UN_SCHEME_NIX, "7.1.2-23", "7.1.2-24") == UN_LEVEL_PATCH);
    CHECK(level(UN_SCHEME_NIX, "1.2.3.4", "1.2.3.5") == UN_LEVEL_PATCH);
}

/* Any bytes at all: no answer may depend on the side, nor read outside. */
static void test_any_bytes(void) {
    static const char alphabet[] = "0123456789.-+vp=re_a\0\xff";
    unsigned seed = 20260102;
    size_t broken = 0;
    for (int i = 0; i < 100000; i++) {
        char a[16], b[16];
        size_t a_len = (seed >> 8) % 12, b_len = (seed >> 16) % 12;
        for (size_t c = 0; c < 12; c++) {
            seed = seed * 1103515245 + 12345;
            a[c] = alphabet[(seed >> 16) % sizeof alphabet];
            b[c] = seed >> 30 ? a[c] : alphabet[(seed >> 8) % sizeof alphabet];
        }
        for (int s = UN_SCHEME_SEMVER; s <= UN_SCHEME_NIX; s++) {
            int one = 0, two = 0;
            un_slice x = {a, a_len}, y = {b, b_len};
            bool known = un_version_compare((un_scheme)s, x, y, &one);
            bool back = un_version_compare((un_scheme)s, y, x, &two);
            broken += known != back || (known && (one > 0) - (one < 0) != (two < 0) - (two > 0));
            broken += (un_version_level((un_scheme)s, x, y) == UN_LEVEL_UNKNOWN) && known && !one;
        }
    }
    CHECK(broken == 0);
}

static void test_names(void) {
    un_scheme scheme;
    CHECK(un_scheme_find(&scheme, UN_SLICE("nix")) && scheme == UN_SCHEME_NIX);
    CHECK(!un_scheme_find(&scheme, UN_SLICE("ni")));
    CHECK(strcmp(un_level_name(UN_LEVEL_PATCH), "patch") == 0);
}

int main(void) {
    test_semver();
    test_not_semver();
    test_nix();
    test_nix_names();
    test_dates();
    test_levels();
    test_any_bytes();
    test_names();
    return check_done();
}
