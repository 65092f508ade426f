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
    {UN_SCHEME_MAVEN,
     {"1.0-alpha", "=1.0-a0", "1.0-a1", "1.0-beta", "=1.0-b0", "1.0-b1", "1.0-milestone", "=1.0-M0",
      "1.0-M1", "=1.0-milestone-1", "1.0-rc1", "1.0"}},
    {UN_SCHEME_CARGO,
     {"0.14.0-rc.1+9", "0.14.0", "0.14.0+1.2.0", "0.14.0+1.3.0", "0.14.0+1.10.0", "0.14.0+1.10.0.1",
      "0.14.0+zstd", "0.14.1", "0.15.0-alpha"}},
    {UN_SCHEME_JULIA,
     {"0.7.0-DEV.3", "0.7.0-beta", "=0.7.0beta", "0.7", "=0.7.0", "=v0.7.0", "1.0rc1", "1.0",
      "1.2.13", "1.2.13+0", "1.2.13+1", "1.2.13+10", "1.2.13+a", "1.3"}},
    {UN_SCHEME_PUB,
     {"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
      "1.0.0-rc.1+build.1", "1.0.0", "=01.0.0", "1.0.0+0.3.7", "1.3.7+build",
      "1.3.7+build.2.b8f12d7", "1.3.7+build.11.e0f985a", "2.0.0", "2.1.0+8", "2.1.0+9", "2.1.0+10",
      "2.1.1"}},
    {UN_SCHEME_HEX,
     {"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-rc.2", "1.0.0-rc.10", "1.0.0", "=1.0.0+build.1",
      "1.0.1-dev", "1.0.1"}},
    {UN_SCHEME_GO,
     {"v0.0.0-20191109021931-daa7c04131f5", "v0.0.0-20200101000000-0123456789ab", "v1", "=v1.0.0",
      "v1.2.3-pre", "v1.2.3-pre.0.20200101000000-0123456789ab", "v1.2.3",
      "v1.2.4-0.20191109021931-daa7c04131f5", "v1.2.4-0.20191109021932-000000000000", "v1.2.4",
      "v1.3", "v2.0.0+incompatible", "=v2.0.0", "v2.0.1-0.20200101000000-0123456789ab+incompatible",
      "v2.0.1+incompatible"}},
    {UN_SCHEME_CONAN,
     {"0.0.1-3",  "0.0.1-3-1",     "0.0.1-4", "0.0.1",   "1.0.0-",   "=1.0.0-0", "1.0.0-alpha1",
      "1.0-pre1", "=1.0.0-pre1.0", "1.0",     "=1",      "=1.0.0.0", "1.0+b.3",  "1.0+b.22",
      "1.0+b1",   "=1.0+b1.0",     "1.1.1",   "1.1.1.3", "1.1.1.22", "1.1.1a",   "1.1.1k",
      "1.1.9",    "1.1a",          "1.2-rc1", "1.2",     "1.2.2a",   "1.2.11",   "1.2.11.1",
      "8.2",      "8.13",          "9d",      "9e",      "10"}},
    {UN_SCHEME_CONAN, {"a.b.c", "b.c", "cci.20230101", "cci.20240101"}},
    {UN_SCHEME_CRAN,
     {"0.9-10", "1.0", "1.0.0", "=1.0-0", "1.0-1", "=1.0.1", "=1.00-01", "1.0-10", "1.2.3", "1.10",
      "2023.12.1"}},
    {UN_SCHEME_PVP, {"0", "0.9", "1", "1.0", "1.0.0", "1.0.0.1", "1.0.2", "1.0.10", "1.2", "1.10"}},
    {UN_SCHEME_ALPINE,
     {"0.1.0_alpha_pre2",
      "0.1.0_alpha",
      "0.1.0_alpha2",
      "0.1.0_beta",
      "0.1.0_pre1",
      "0.1.0_rc1",
      "0.1.0",
      "0.1.0-r0",
      "0.1.0-r2",
      "0.1.0-r10",
      "0.1.0_git20240101",
      "0.1.0_p1",
      "0.1.0_p1-r1",
      "0.1.0_p10",
      "0.1.0b",
      "0.1.0b-r1",
      "0.1.0.1",
      "0.1.3",
      "1.0",
      "1.00",
      "1.06-r6",
      "1.07",
      "1.07.5",
      "1.1",
      "1.1a",
      "1.10",
      "006",
      "6b-r7",
      "7",
      "021109-r3",
      "20050718-r1"}},
    {UN_SCHEME_RPM,
     {"xyz.4",   "1.0~rc1~git123", "1.0~rc1", "=1.0~rc_1", "1.0~rc2",      "1.0",      "=1_0",
      "1.0-1",   "1.0-1.fc40",     "1.0-2",   "1.0^",      "1.0^git1~pre", "1.0^git1", "1.0^git2",
      "1.0a",    "1.0aa",          "1.0.rc1", "1.0.1",     "=1.0.0001",    "1.1",      "10xyz",
      "10.1xyz", "1:0.1",          "=01:0.1", "2:0"}},
    {UN_SCHEME_BAZEL,
     {"0.0.0-20211025-d4f1ab9",
      "0.0.9-bcr.1",
      "0.0.9",
      "=0.0.9+build.7",
      "0.0.9.bcr.1",
      "0.0.9.bcr.2",
      "0.0.10",
      "1",
      "1.0-a.b",
      "1.0",
      "1.0.0",
      "1.2.0-rc.9",
      "1.2.0-rc.10",
      "1.2.0",
      "1.2.a",
      "1.2.b",
      "3.9",
      "3.20-rc2",
      "3.20.1",
      "2023-09-01",
      "2024-07-02",
      "2024-07-02.bcr.1+x",
      "2024",
      "20230802.0",
      "20230802.0.bcr.1",
      "20230802.1",
      "20240116.2",
      "head"}},
    {UN_SCHEME_PERL,
     {"0.01",     "0.1",        "=.1",       "v0.999",      "1",        "=1.",      "=v1",
      "=1.000",   "=001.0",     "1.0000001", "=v1.0.0.100", "1.002",    "=v1.2",    "=1.00_2",
      "1.002003", "=1.002_003", "=v1.2.3",   "=1.2.3",      "=1.2.3.0", "=v1.02.3", "v1.2.3.1",
      "v1.2.34",  "=v1.2.3_4",  "v1.23",     "=v1.2_3"}},
    {UN_SCHEME_PERL,
     {"1.10", "1.23-TRIAL", "1.23-TRIAL2", "1.23", "=1.230", "=v1.230.0", "1.2345", "=v1.234.500",
      "1.9", "v1.1000.2", "6.05", "6.30", "6.4", "=6.40", "6.77", "99999999999999999999.1"}},
    {UN_SCHEME_OPAM,
     {"1.0~~", "1.0~alpha1", "1.0~beta", "1.0", "=1.0-0", "1.0-1", "1.0-2", "1.0a", "1.0+dev",
      "1.0.1", "1.2", "1.10", "4.14.0", "4.14.0+options", "113.33.03", "v0.9.0", "v0.16~preview.1",
      "v0.16.3", "v0.17"}},
    {UN_SCHEME_MIXED,
     {"1.0.0-alpha", "1.0.0-rc1", "1.0.0-rc2", "1.0.0", "1.0.1", "1.2.0", "1.10.0-beta.2", "1.10.0",
      "2.0.0-rc1", "2.0.0"}},
    {UN_SCHEME_MIXED, {"3.9", "3.13.0a7", "3.13.0rc1", "3.13.0rc10", "3.13", "=3.13.0", "3.14"}},
    {UN_SCHEME_MIXED, {"python3-3.9.1", "python3-3.12.0-rc1", "python3-3.12.0", "python3-3.12.1"}},
    {UN_SCHEME_MIXED, {"1.1.1", "1.1.1k", "1.1.1w", "3.0.0", "3.0.0p1"}},
    {UN_SCHEME_MIXED, {"1.2.3", "1.2.3-unstable-2024-01-02", "1.2.3-unstable-2024-03-04", "1.2.4"}},
    {UN_SCHEME_MIXED, {"2024-01-02", "2025-12-05"}},
    {UN_SCHEME_MIXED,
     {"1.14.5-otp-25", "1.15.0-rc.2-otp-26", "1.15.0", "1.15.0-otp-25", "1.15.0-otp-26", "1.15.1"}},
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
        const char *versions[20];
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
        {UN_SCHEME_CARGO, {"", "1.0", "v1.0.0", "1.0.0+", "1.0.0+a..b", "01.0.0"}},
        {UN_SCHEME_JULIA, {"", "a", "1.2.3.4", "1.0-", "1.0+", "1.0_1", "1.0.x"}},
        {UN_SCHEME_PUB, {"", "1.0", "1.0.0.0", "v1.0.0", "1.0.0-", "1.0.0+", "a.b.c"}},
        {UN_SCHEME_HEX, {"", "1.0", "v1.0.0", "=1.0.0", "01.0.0", "1.0.0-01", "1.0.0.0"}},
        {UN_SCHEME_GO,
         {"", "1.0.0", "v", "v1.0.0.0", "v1-pre", "v1.2-pre", "v1.2+meta", "v01", "v1.02.0",
          "v1.0.0-01", "vv1.0.0", "latest"}},
        {UN_SCHEME_CONAN, {"", "-1", ".1", "[>=1 <2]", "1 2", "1\n", "\xc3\xa9"}},
        {UN_SCHEME_CRAN, {"", "1", "1.", "1..2", "1.0a", "-1.0", "1.0-", "v1.0"}},
        {UN_SCHEME_PVP, {"", "1.", ".1", "1..2", "1.0-1", "1.0a", "01.0", "1.00"}},
        {UN_SCHEME_ALPINE,
         {"", "a", "1.", "1..2", "1.0bc", "1_foo", "23_foo", "1-1", "1-r", "1-r1-r2", "1_", "1~",
          "1~abc_p1", "1.0A"}},
        {UN_SCHEME_RPM, {"", "-1", "1-", ":1", "a:1", "1-2-3", "1:", "1 2", "1/2"}},
        {UN_SCHEME_BAZEL,
         {"", "_", ".", "1..2", "1.", ".1", "-1", "1-", "1+", "1 2", "1_2", "1+a..b", "\xc3\xa9"}},
        {UN_SCHEME_PERL,
         {"", "v", ".", "v.1", "1..2", "1.2.", "1_2", "v1_2", "1_000.5", "1.1_1_1", "1.2b", "1e5",
          "1.2_", "1.2-3", "1.2-TRIALx", "undef"}},
        {UN_SCHEME_OPAM, {"", "base", "dev", "-1", "~1", "1:2", "1 2", "1/2", "+1"}},
        {UN_SCHEME_MIXED, {"", "abc", "main", "unstable", "-otp-25", "main-otp-25"}},
        {UN_SCHEME_DEBIAN,
         {"1:", "1:-1", "-1", "~1", "1.0-é", "1-2:3", "-1:0", "0:a-1", "99999999999:0",
          "2147483648:0", "1:2 3", "1.0-1-"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t j = 0; j == 0 || cases[i].versions[j]; j++)
            refuses(cases[i].scheme, cases[i].versions[j]);
}

/* The schemes contradict each other, or the versions are of two kinds. */
static void test_unknown(void) {
    static const struct {
        un_scheme scheme;
        const char *one, *other;
    } pairs[] = {
        {UN_SCHEME_MIXED, "1.0.0-1", "1.0.0"},       {UN_SCHEME_MIXED, "1.0.0-rc9", "1.0.0-rc10"},
        {UN_SCHEME_MIXED, "1.0.0-dev", "1.0.0-a1"},  {UN_SCHEME_MIXED, "1.0.0-x", "1.0"},
        {UN_SCHEME_MIXED, "1.0.0-rc1", "1.0.0k"},    {UN_SCHEME_MIXED, "2025-12-05", "0.23.0"},
        {UN_SCHEME_MIXED, "python3-3.1.0", "3.1.0"}, {UN_SCHEME_CONAN, "cci.20240101", "1.0"},
    };
    int order;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (!CHECK(!un_version_compare(pairs[i].scheme, un_slice_of(pairs[i].one),
                                       un_slice_of(pairs[i].other), &order)))
            printf("%s orders %s and %s\n", un_scheme_name(pairs[i].scheme), pairs[i].one,
                   pairs[i].other);
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
    check_level(UN_SCHEME_OPAM, "v0.16.3", "v0.17.0", UN_LEVEL_MINOR);
    check_level(UN_SCHEME_OPAM, "1.0~alpha1", "1.0", UN_LEVEL_PATCH);
    check_level(UN_SCHEME_MAVEN, "5.3.9", "5.3.20", UN_LEVEL_PATCH);
    check_level(UN_SCHEME_MAVEN, "31.1-jre", "32.0.0-android", UN_LEVEL_MAJOR);
    check_level(UN_SCHEME_NUGET, "6.0.0", "6.1", UN_LEVEL_MINOR);
    check_level(UN_SCHEME_CONDA, "1.24.3", "1.26.0", UN_LEVEL_MINOR);
    check_level(UN_SCHEME_SEMVER, "1.2", "1.3", UN_LEVEL_UNKNOWN);
    check_level(UN_SCHEME_MIXED, "2.0.0-rc1", "2.0.0", UN_LEVEL_PATCH);
    check_level(UN_SCHEME_MIXED, "1.1.1k", "3.0.0", UN_LEVEL_MAJOR);
    check_level(UN_SCHEME_MIXED, "1.0.0", "1.0.0-1", UN_LEVEL_UNKNOWN);
    check_level(UN_SCHEME_PUB, "0.10.5+8", "0.10.5+9", UN_LEVEL_PATCH);
    check_level(UN_SCHEME_JULIA, "1.2.13+0", "1.2.13+1", UN_LEVEL_PATCH);
    check_level(UN_SCHEME_CONAN, "1.2.11", "1.2.11.1", UN_LEVEL_PATCH);
    check_level(UN_SCHEME_CONAN, "8.13", "9.0", UN_LEVEL_MAJOR);
    check_level(UN_SCHEME_CRAN, "1.8-2", "1.9-0", UN_LEVEL_MINOR);
    check_level(UN_SCHEME_PVP, "1.1.2", "1.2.0", UN_LEVEL_MAJOR);
    check_level(UN_SCHEME_PVP, "1.1.2", "2.0", UN_LEVEL_MAJOR);
    check_level(UN_SCHEME_PVP, "1.1.2", "1.1.3", UN_LEVEL_MINOR);
    check_level(UN_SCHEME_PVP, "1.1.2.0", "1.1.2.1", UN_LEVEL_PATCH);
    check_level(UN_SCHEME_ALPINE, "1.2.3-r0", "1.2.3-r1", UN_LEVEL_PATCH);
    check_level(UN_SCHEME_RPM, "1.2.3-1", "1:1.2.3-1", UN_LEVEL_MAJOR);
    check_level(UN_SCHEME_GO, "v1.2.3", "v1.3.0", UN_LEVEL_MINOR);
    check_level(UN_SCHEME_BAZEL, "20230802.0", "20240116.2", UN_LEVEL_MAJOR);
    check_level(UN_SCHEME_BAZEL, "7.6.1", "7.6.1.bcr.1", UN_LEVEL_PATCH);
    check_level(UN_SCHEME_BAZEL, "2023-09-01", "2024-07-02", UN_LEVEL_MAJOR);
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
        "0",    "1",     "10", "2",          "01",    ".",     ".",          ".",  "-",
        "_",    "+",     "~",  ":",          "!",     "a",     "b",          "rc", "dev",
        "post", "alpha", "x",  "pre",        "v",     "SP",    "ga",         "p",  "*",
        "-1",   ".0",    ".0", ".dev",       "-beta", "\xff",  "2024-01-02", "^",  "_p1",
        "_rc",  "-r1",   "k",  "-unstable-", "-rc1",  "-rc10", "+1",         "-1"};
    static const char *const starts[] = {"1",      "1.0",    "1.0.0",  "1.2.3",  "0.1.0",
                                         "2.0.0-", "v1.0.0", "v1.2.0", "v1.0.0-"};
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
    if (!CHECK(triples > 50))
        printf("%s: %u triples\n", un_scheme_name(scheme), triples);
}

int main(void) {
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        check_list(&lists[i]);
    test_refused();
    test_unknown();
    test_levels();
    for (un_scheme scheme = 0; scheme < UN_SCHEMES; scheme++)
        test_properties(scheme);
    return check_done();
}
