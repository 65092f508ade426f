/* scheme: each one's versions in ascending order, equal spellings, what does not parse, and
 * properties. */
#include "check.h"
#include "core/scheme.h"
#include <stdint.h>

#define MOST 40

typedef struct list {
    un_scheme scheme;
    const char
        *versions[MOST]; /* ascending, NULL-terminated; "=" in front: equal to the one before */
} list;

static const list lists[] = {
    {UN_SCHEME_SEMVER,
     {"0.0.4", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
      "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "=1.0.0+build.7", "=v1.0.0", "1.0.1-0", "1.0.1",
      "1.2.0", "1.10.0", "2.0.0", "2.1.0-0A.is.legal", "99999999999999999999999.999999.0"}},
    {UN_SCHEME_NIX,
     {"1.0pre1", "1.0", "1.0a", "1.0.1", "1.0.2-1", "1.0.2-2", "1.2", "1.10", "2.3pre1", "2.3",
      "2.3.1"}},
    {UN_SCHEME_PEP440,
     {"1.dev0",
      "1.0.dev456",
      "1.0a1.dev1",
      "1.0a1",
      "=1.0-ALPHA.1",
      "1.0a2.dev456",
      "1.0a12.dev456",
      "1.0a12",
      "1.0b1.dev456",
      "1.0b2",
      "1.0b2.post345.dev456",
      "1.0b2.post345",
      "1.0rc1.dev456",
      "1.0rc1",
      "=1.0c1",
      "=1.0-preview_1",
      "1.0",
      "=1.0.0",
      "=v1",
      "1.0+abc.5",
      "1.0+abc.7",
      "1.0+5",
      "1.0.post456.dev34",
      "1.0.post456",
      "=1.0-456",
      "=1.0_rev456",
      "1.0.15",
      "1.1.dev1",
      "1.1",
      "1.10",
      "2012.4",
      "1!0.1",
      "1!1.0",
      "2!0"}},
    {UN_SCHEME_RUBYGEMS,
     {"0.9",     "1.0.a",   "1.0.a.2",    "=1.a.2",       "1.0.b1",    "=1.0.b.1",
      "1.0.rc1", "1.0",     "=1",         "=1.0.0",       "1.0.1-x86", "=1.0.1.pre.x86",
      "1.0.1",   "1.8.2.a", "1.8.2.a9",   "=1.8.2.a.9",   "1.8.2.a10", "1.8.2",
      "1.9.3",   "1.10.0",  "2.0.0.rc.1", "2.0.0.rc.1.1", "2.0"}},
    {UN_SCHEME_COMPOSER,
     {"1.0.0-dev",    "1.0.0-alpha", "1.0.0-alpha1", "=v1.0.0.0-a1",  "1.0.0-alpha2",
      "1.0-beta1",    "=1.0.0b1",    "1.0.0-beta.2", "1.0.0-RC1",     "=1.0.0rc1",
      "1.0.0-RC2",    "1.0",         "=1.0.0",       "=1.0.0-stable", "=1.0.0+build",
      "1.0.0-patch1", "=1.0.0-p1",   "1.0.0-pl2",    "1.0.1",         "1.0.x-dev",
      "1.1.0",        "1.10",        "1.x-dev",      "2.0.0.1",       "10.0"}},
    {UN_SCHEME_COMPOSER, {"2010-01-02", "2010-01-03", "20100104"}},
    {UN_SCHEME_DEBIAN,
     {"1.0~~", "1.0~~a", "1.0~", "1.0~rc1-1", "1.0", "=1.0-0", "=0:1.0", "1.0-1~bpo12+1", "1.0-1",
      "1.0-1+b1", "1.0-1.1", "1.0-2", "1.0a-1", "1.0+dfsg-1", "1.0.1-1", "1.2-1", "1.10-1",
      "1:0.1-1", "2:0"}},
    {UN_SCHEME_MAVEN, {"1-alpha",
                       "=1-ALPHA",
                       "1-alpha-1",
                       "=1-a1",
                       "1-alpha2",
                       "1-beta-1",
                       "=1-b1",
                       "1-milestone-1",
                       "=1m1",
                       "1-rc1",
                       "=1-cr1",
                       "1-rc2",
                       "1-SNAPSHOT",
                       "1",
                       "=1.0",
                       "=1.0.0",
                       "=1-ga",
                       "=1-final",
                       "=1.0.0-release",
                       "1-sp",
                       "1-sp-1",
                       "1-abc",
                       "1-xyz",
                       "1-1",
                       "1-2",
                       "1-10",
                       "1.1",
                       "1.2",
                       "1.10",
                       "2.0-alpha.1",
                       "2"}},
    {UN_SCHEME_NUGET,
     {"1.0.0-alpha", "=1.0.0-ALPHA", "1.0.0-alpha.1", "1.0.0-Beta", "1.0.0-beta.2", "1.0.0-beta.11",
      "1.0.0-rc", "1.0", "=1.0.0", "=1.0.0.0", "=1.00.0+meta", "1.0.0.1", "1.0.1", "1.2", "1.10",
      "2.0.0.0"}},
    {UN_SCHEME_CONDA,
     {"0.4",        "=0.4.0",     "0.4.1.rc",  "=0.4.1.RC",  "0.4.1",    "0.5a1",     "0.5b3",
      "0.5C1",      "0.5",        "0.9.6",     "0.960923",   "1.0",      "1.1dev1",   "1.1_",
      "1.1a1",      "1.1.0dev1",  "=1.1.dev1", "1.1.a1",     "1.1.0rc1", "1.1.0",     "=1.1",
      "1.1.0post1", "=1.1.post1", "1.1post1",  "1996.07.12", "1!0.4.1",  "1!3.1.1.6", "2!0.4.1"}},
};

static un_slice text_of(const char *listed) {
    return un_slice_of(*listed == '=' ? listed + 1 : listed);
}

/* The rank of each: equal ones share it. */
static void check_list(const list *l) {
    int ranks[MOST] = {0};
    size_t count = 0;
    for (; l->versions[count]; count++)
        if (count)
            ranks[count] = ranks[count - 1] + (*l->versions[count] != '=');
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            un_slice a = text_of(l->versions[i]), b = text_of(l->versions[j]);
            int order = 99, wanted = (ranks[i] > ranks[j]) - (ranks[i] < ranks[j]);
            bool known = un_version_compare(l->scheme, a, b, &order);
            order = (order > 0) - (order < 0);
            if (!CHECK(known && order == wanted))
                printf("%s: %s against %s: %d, wanted %d\n", un_scheme_name(l->scheme), a.ptr,
                       b.ptr, known ? order : 99, wanted);
            un_level level = un_version_level(l->scheme, a, b);
            CHECK((level == UN_LEVEL_NONE) == (wanted == 0));
        }
}

static void refuses(un_scheme scheme, const char *version) {
    int order;
    if (!CHECK(!un_version_compare(scheme, un_slice_of(version), un_slice_of(version), &order)))
        printf("%s takes '%s'\n", un_scheme_name(scheme), version);
}

static void test_refused(void) {
    static const struct {
        un_scheme scheme;
        const char *versions[16];
    } cases[] = {
        {UN_SCHEME_SEMVER,
         {"", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3-a..b", "1.2.3+",
          "a.b.c", "1.2.3 ", "1.2.3-\xff"}},
        {UN_SCHEME_NIX, {"", "abc"}},
        {UN_SCHEME_PEP440,
         {"", "a", "1..2", "1.0+", "1.0+a..b", "1.0+-a", "1.0 1", "!1", "1.0-", "1.0.x", "1.0a1b2",
          "1.0.dev1.post1", "1.0+a b"}},
        {UN_SCHEME_RUBYGEMS, {"", "a", "1.", "1..2", "junk.1", "1.2-", "1_2", "1,2", "1a"}},
        {UN_SCHEME_COMPOSER,
         {"", "dev-main", "dev-master", "1.0.0-foo", "main", "1.0.0-beta-x", "1.0-dev-dev"}},
        {UN_SCHEME_DEBIAN, {"", "a1", ":1", "a:1", "1-", "1_2", "1 2", "1-2_3"}},
        {UN_SCHEME_MAVEN, {"", "1 2", "1\n"}},
        {UN_SCHEME_NUGET, {"", "a", "1.2.3.4.5", "1-", "1-a..b", "1+", "1.x"}},
        {UN_SCHEME_CONDA, {"", ".1", "1..2", "1.", "a!1", "1+", "1-2_3", "1 2", "1/2"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t j = 0; j == 0 || cases[i].versions[j]; j++)
            refuses(cases[i].scheme, cases[i].versions[j]);
}

static void check_level(un_scheme scheme, const char *from, const char *to, un_level wanted) {
    un_level level = un_version_level(scheme, un_slice_of(from), un_slice_of(to));
    if (!CHECK(level == wanted))
        printf("%s: %s to %s: %s\n", un_scheme_name(scheme), from, to, un_level_name(level));
}

static void test_levels(void) {
    check_level(UN_SCHEME_PEP440, "1.0", "2.0", UN_LEVEL_MAJOR);
    check_level(UN_SCHEME_PEP440, "1.9", "1!0.1", UN_LEVEL_MAJOR);
    check_level(UN_SCHEME_PEP440, "1", "1.1", UN_LEVEL_MINOR);
    check_level(UN_SCHEME_PEP440, "1.0.0rc1", "1.0", UN_LEVEL_PATCH);
    check_level(UN_SCHEME_PEP440, "1.0", "1.0.0", UN_LEVEL_NONE);
    check_level(UN_SCHEME_RUBYGEMS, "7.0.4", "7.1.0.beta1", UN_LEVEL_MINOR);
    check_level(UN_SCHEME_COMPOSER, "v5.4.0", "6.0.0", UN_LEVEL_MAJOR);
    check_level(UN_SCHEME_COMPOSER, "dev-main", "dev-next", UN_LEVEL_UNKNOWN);
    check_level(UN_SCHEME_COMPOSER, "1.0.0", "dev-main", UN_LEVEL_UNKNOWN);
    check_level(UN_SCHEME_DEBIAN, "1.2.3-1", "1.2.3-2", UN_LEVEL_PATCH);
    check_level(UN_SCHEME_DEBIAN, "1.2.3-1", "1:1.2.3-1", UN_LEVEL_MAJOR);
    check_level(UN_SCHEME_MAVEN, "5.3.9", "5.3.20", UN_LEVEL_PATCH);
    check_level(UN_SCHEME_MAVEN, "31.1-jre", "32.0.0-android", UN_LEVEL_MAJOR);
    check_level(UN_SCHEME_NUGET, "6.0.0", "6.1", UN_LEVEL_MINOR);
    check_level(UN_SCHEME_CONDA, "1.24.3", "1.26.0", UN_LEVEL_MINOR);
    check_level(UN_SCHEME_SEMVER, "1.2", "1.3", UN_LEVEL_UNKNOWN);
}

/* --- properties ------------------------------------------------------------------------------- */

static uint64_t seed = 20260101;

static unsigned draw(unsigned below) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed % below);
}

static un_slice make_up(char *buffer) {
    static const char *const pieces[] = {
        "0",  "1", "10", "2",  "01", ".",   ".",    ".",     "-",    "_",         "+", "~",
        ":",  "!", "a",  "b",  "rc", "dev", "post", "alpha", "x",    "pre",       "v", "SP",
        "ga", "p", "*",  "-1", ".0", ".0",  ".dev", "-beta", "\xff", "2024-01-02"};
    static const char *const starts[] = {"1", "1.0", "1.0.0", "1.2.3", "0.1.0", "2.0.0-"};
    const char *start = draw(8) ? starts[draw(sizeof starts / sizeof *starts)] : "";
    size_t used = strlen(start);
    memcpy(buffer, start, used);
    for (unsigned left = draw(5); left; left--) {
        const char *piece = pieces[draw(sizeof pieces / sizeof *pieces)];
        size_t length = strlen(piece);
        memcpy(buffer + used, piece, length);
        used += length;
    }
    return (un_slice){buffer, used};
}

static int sign(int order) {
    return (order > 0) - (order < 0);
}

static void test_properties(un_scheme scheme) {
    char buffers[3][128];
    unsigned broken = 0, triples = 0;
    for (unsigned turn = 0; turn < 200000; turn++) {
        un_slice v[3];
        int ab = 0, ba = 0, bc = 0, ac = 0, aa = 0;
        for (size_t i = 0; i < 3; i++)
            v[i] = make_up(buffers[i]);
        bool known = un_version_compare(scheme, v[0], v[1], &ab);
        if (known != un_version_compare(scheme, v[1], v[0], &ba))
            broken++;
        un_level level = un_version_level(scheme, v[0], v[1]);
        if (!known || !un_version_compare(scheme, v[1], v[2], &bc) ||
            !un_version_compare(scheme, v[0], v[2], &ac))
            continue;
        triples++;
        broken += sign(ab) != -sign(ba) || (level == UN_LEVEL_NONE) != (ab == 0) ||
                  !un_version_compare(scheme, v[0], v[0], &aa) || aa != 0;
        bool transitive =
            ab <= 0 && bc <= 0 ? ac <= 0 && ((ab == 0 && bc == 0) == (ac == 0)) : true;
        if (!transitive) {
            broken++;
            printf("%s: %.*s, %.*s, %.*s\n", un_scheme_name(scheme), (int)v[0].len, v[0].ptr,
                   (int)v[1].len, v[1].ptr, (int)v[2].len, v[2].ptr);
        }
    }
    CHECK_INT(broken, 0);
    CHECK(triples > 50);
}

int main(void) {
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        check_list(&lists[i]);
    test_refused();
    test_levels();
    for (un_scheme scheme = 0; scheme < UN_SCHEMES; scheme++)
        test_properties(scheme);
    return check_done();
}
