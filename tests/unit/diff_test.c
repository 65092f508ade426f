/* diff: what an upgrade changes. argv[1]: the fixtures. */
#include "core/diff.h"
#include "core/lockfile.h"
#include "effort.h"
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char *fixtures;

typedef struct pair {
    un_lockfile from, to;
    un_diff diff;
} pair;

static un_status read_text(un_lockfile *out, un_slice text) {
    un_bytes bytes;
    un_error error = {0};
    un_status status = un_bytes_copy(&bytes, text, &error);
    if (status == UN_OK)
        status = un_lockfile_parse(out, UN_SLICE("text"), &bytes, NULL, &error);
    if (status != UN_OK)
        printf("%s\n", error.message);
    un_bytes_free(&bytes);
    return status;
}

static void close_pair(pair *p) {
    un_diff_free(&p->diff);
    un_lockfile_free(&p->from);
    un_lockfile_free(&p->to);
}

static un_status read_fixture(un_lockfile *out, const char *name) {
    char path[4096];
    un_bytes bytes;
    snprintf(path, sizeof path, "%s/%s", fixtures, name);
    un_status status = un_file_read(&bytes, AT_FDCWD, path, UN_LOCKFILE_LIMIT, 0, NULL, NULL);
    if (status == UN_OK)
        status = un_lockfile_parse(out, un_slice_of(name), &bytes, NULL, NULL);
    un_bytes_free(&bytes);
    return status;
}

/* "kind level name from to" of every change, one a line. */
static void describe(const un_diff *diff, char *out, size_t room) {
    size_t at = 0;
    *out = '\0';
    for (size_t i = 0; i < diff->count && at < room; i++) {
        const un_change *c = &diff->changes[i];
        const un_package *any = c->to ? c->to : c->from;
        un_slice from = c->from ? c->from->version : UN_SLICE("-");
        un_slice to = c->to ? c->to->version : UN_SLICE("-");
        at += (size_t)snprintf(out + at, room - at, "%s %s %.*s %.*s %.*s\n", un_kind_name(c->kind),
                               un_level_name(c->level), (int)any->name.len, any->name.ptr,
                               (int)from.len, from.ptr, (int)to.len, to.ptr);
    }
}

static bool is(const un_diff *diff, const char *wanted) {
    char got[4096];
    describe(diff, got, sizeof got);
    if (strcmp(got, wanted) != 0)
        printf("got\n%swanted\n%s", got, wanted);
    return strcmp(got, wanted) == 0;
}

static bool fixtures_differ(const char *from, const char *to, const char *wanted) {
    pair p = {0};
    bool right = read_fixture(&p.from, from) == UN_OK && read_fixture(&p.to, to) == UN_OK &&
                 un_diff_compute(&p.diff, &p.from.packages, &p.to.packages, NULL) == UN_OK &&
                 is(&p.diff, wanted);
    close_pair(&p);
    return right;
}

static void test_fixtures(void) {
    CHECK(fixtures_differ("flox/v1-old.lock", "flox/v1-new.lock",
                          "upgraded minor curl 8.9.0 8.10.1\n"
                          "changed unknown dated 2025-12-05 0.23.0\n"
                          "added none fresh - 7.1.2-23\n"
                          "removed none gone 1 -\n"
                          "rebuilt none greeter  \n"
                          "changed none local  \n"
                          "upgraded patch plain 5.3p9 5.3p15\n"
                          "upgraded minor python3 python3-3.11.14 python3-3.12.1\n"
                          "rebuilt none rebuilt 2.4 2.4\n"));
    CHECK(fixtures_differ("npm/v3-old.json", "npm/v3-new.json",
                          "upgraded patch @scope/c 3.0.0-rc.1 3.0.0\n"
                          "upgraded major a 0.9.0 1.1.0\n"
                          "upgraded minor a 1.0.0 1.1.0\n"
                          "added none added - 1.0.0\n"
                          "rebuilt none b 2.0.0 2.0.0\n"
                          "changed none forked 0.3.0 0.3.0\n"
                          "removed none gone 1.0.0 -\n"
                          "downgraded patch real 4.5.6 4.5.5\n"));
    CHECK(fixtures_differ("flox/v1-old.lock", "flox/v1-old.lock", ""));
    CHECK(fixtures_differ("npm/v3-old.json", "npm/v3-old.json", ""));
    CHECK(fixtures_differ("flox/empty.lock", "flox/empty.lock", ""));
}

static bool texts_differ(const char *from, const char *to, const char *wanted) {
    pair p = {0};
    bool right = read_text(&p.from, un_slice_of(from)) == UN_OK &&
                 read_text(&p.to, un_slice_of(to)) == UN_OK &&
                 un_diff_compute(&p.diff, &p.from.packages, &p.to.packages, NULL) == UN_OK &&
                 is(&p.diff, wanted);
    close_pair(&p);
    return right;
}

#define MISE(version) "[[tools.zig]]\nversion = \"" version "\"\nbackend = \"core:zig\"\n"
#define PUB(version)                                                                               \
    "packages:\n  a:\n    dependency: transitive\n    source: hosted\n    version: \"" version     \
    "\"\nsdks:\n  dart: \"3\"\n"
#define CONAN(version)                                                                             \
    "{\"version\":\"0.5\",\"requires\":[\"a/" version "\"],\"build_requires\":[]}"

#define BAZEL_GRAPH(version)                                                                       \
    "{\"lockFileVersion\":3,\"moduleDepGraph\":{\"<root>\":{\"name\":\"\",\"version\":\"\"},"      \
    "\"own@_\":{"                                                                                  \
    "\"name\":\"own\",\"version\":\"\"},\"a@" version "\":{\"name\":\"a\",\"version\":\"" version  \
    "\",\"repoSpec\":{\"attributes\":{\"integrity\":\"sha256-AA==\"}}}}}"
#define BAZEL(version, digest)                                                                     \
    "{\"lockFileVersion\":24,\"registryFileHashes\":{\"https://b/modules/a/" version               \
    "/MODULE.bazel\":\"00\",\"https://b/modules/a/" version "/source.json\":\"" digest "\"}}"
#define MAVEN_TREE(version)                                                                        \
    "{\"dependency_tree\":{\"dependencies\":[{\"coord\":\"g:a:" version                            \
    "\",\"sha256\":\"aa\"}],\"version\":\"0.1.0\"}}"
#define MAVEN(version, shasums)                                                                    \
    "{\"artifacts\":{\"g:a\":{\"shasums\":{" shasums "},\"version\":\"" version                    \
    "\"}},\"dependencies\":{},\"repositories\":{},\"version\":\"2\"}"
#define REBAR(version, digests)                                                                    \
    "{\"1.2.0\",[{<<\"a\">>,{pkg,<<\"a\">>,<<\"" version "\">>},0}]}.[" digests "]."
#define INNER "{pkg_hash,[{<<\"a\">>,<<\"AA\">>}]}"
#define OUTER ",{pkg_hash_ext,[{<<\"a\">>,<<\"BB\">>}]}"
#define STACK(version, lts)                                                                        \
    "packages:\n- completed: {hackage: \"a-" version                                               \
    "@sha256:00,1\"}\nsnapshots:\n- completed: {}\n"                                               \
    "  original: lts-" lts "\n"

/* A tool that goes on to another layout of its lockfile changes no package. */
static void test_layouts(void) {
    CHECK(texts_differ(BAZEL_GRAPH("1.0.bcr.1"), BAZEL("1.0.bcr.1", "aa"), ""));
    CHECK(texts_differ(BAZEL_GRAPH("1.0"), BAZEL("1.0.bcr.1", "aa"),
                       "upgraded patch a 1.0 1.0.bcr.1\n"));
    CHECK(
        texts_differ(BAZEL("2.0-rc1", "aa"), BAZEL("2.0", "bb"), "upgraded patch a 2.0-rc1 2.0\n"));
    CHECK(texts_differ(BAZEL("2.0", "aa"), BAZEL("2.0", "bb"), "rebuilt none a 2.0 2.0\n"));
    CHECK(texts_differ(MAVEN_TREE("1"), MAVEN("1", "\"jar\":\"aa\",\"sources\":\"bb\""), ""));
    CHECK(texts_differ(MAVEN("1", "\"jar\":\"aa\""), MAVEN("1", "\"linux\":\"cc\",\"jar\":\"aa\""),
                       ""));
    CHECK(texts_differ(MAVEN("1", "\"jar\":\"aa\""), MAVEN("1", "\"jar\":\"bb\""),
                       "rebuilt none g:a 1 1\n"));
    CHECK(texts_differ(MAVEN_TREE("1.0-rc1"), MAVEN("1.0", "\"jar\":\"bb\""),
                       "upgraded patch g:a 1.0-rc1 1.0\n"));
    CHECK(texts_differ(REBAR("1.0.0", INNER), REBAR("1.0.0", INNER OUTER), ""));
    CHECK(texts_differ(REBAR("1.9.0", INNER), REBAR("1.10.0", INNER OUTER),
                       "upgraded minor a 1.9.0 1.10.0\n"));
    CHECK(texts_differ(STACK("1.0.9", "22.7"), STACK("1.0.10", "22.8"),
                       "upgraded minor a 1.0.9 1.0.10\nchanged none lts  \n"));
}

static void test_order_of_the_format(void) {
    CHECK(texts_differ(MISE("2.0.0-rc1"), MISE("2.0.0"), "upgraded patch zig 2.0.0-rc1 2.0.0\n"));
    CHECK(texts_differ(PUB("0.10.5+8"), PUB("0.10.5+9"), "upgraded patch a 0.10.5+8 0.10.5+9\n"));
    CHECK(texts_differ(CONAN("1.1.1k"), CONAN("3.0"), "upgraded major a 1.1.1k 3.0\n"));
    CHECK(texts_differ(CONAN("8.13"), CONAN("8.2"), "downgraded minor a 8.13 8.2\n"));
}

#define UV(name, version)                                                                          \
    "version = 1\nrequires-python = \">=3\"\n[[package]]\nname = \"" name                          \
    "\"\nversion = \"" version "\"\nsource = { registry = \"x\" }\n"
#define NUGET(name)                                                                                \
    "{\"version\":1,\"dependencies\":{\"net8.0\":{\"" name                                         \
    "\":{\"type\":\"Direct\",\"resolved\":\"1.0.0\",\"contentHash\":\"x\"}}}}"

/* As its ecosystem compares them; shown as the newer file has it. */
static void test_names(void) {
    CHECK(texts_differ(UV("PyYAML", "6.0"), UV("pyyaml", "6.0"), ""));
    CHECK(texts_differ(UV("zope.Interface", "6.0"), UV("Zope-_-interface", "7.0"),
                       "upgraded major Zope-_-interface 6.0 7.0\n"));
    CHECK(texts_differ(UV("ab", "1"), UV("a-b", "1"), "added none a-b - 1\nremoved none ab 1 -\n"));
    CHECK(texts_differ(NUGET("Newtonsoft.Json"), NUGET("newtonsoft.json"), ""));
    CHECK(texts_differ(NUGET("A.B"), NUGET("a-b"),
                       "added none a-b - 1.0.0\nremoved none A.B 1.0.0 -\n"));
    CHECK(texts_differ("{\"lockfileVersion\":3,\"packages\":{\"node_modules/JSONStream\":{}}}",
                       "{\"lockfileVersion\":3,\"packages\":{\"node_modules/jsonstream\":{}}}",
                       "removed none JSONStream  -\nadded none jsonstream - \n"));
}

#define RESOLVED(version)                                                                          \
    "{\"version\":1,\"dependencies\":{\"net8.0\":{\"a\":{\"type\":\"Direct\",\"resolved\":"        \
    "\"" version "\"}}}}"
#define COMPOSER(version)                                                                          \
    "{\"content-hash\":\"x\",\"packages\":[{\"name\":\"a/a\",\"version\":\"" version "\"}],"       \
    "\"packages-dev\":[]}"

/* Another tool may write the same version otherwise, but to Maven and Cargo it is another one. */
static void test_spellings(void) {
    CHECK(texts_differ(UV("a", "2023.07.22"), UV("a", "2023.7.22"), ""));
    CHECK(texts_differ(UV("a", "1.0-alpha"), UV("a", "1.0.0a0"), ""));
    CHECK(texts_differ(UV("a", "1.0"), UV("a", "1.0+cpu"), "upgraded patch a 1.0 1.0+cpu\n"));
    CHECK(texts_differ("a==1.0 --hash=sha256:0a\n", "a==1.0.0 --hash=sha256:0a\n", ""));
    CHECK(texts_differ("a==1.0 --hash=sha256:0a\n", "a==1.0.0 --hash=sha256:0b\n",
                       "rebuilt none a 1.0 1.0.0\n"));
    CHECK(texts_differ("a==1.0\na==2.0\n", "a==1.0.0\na==2.0.1\n", "upgraded patch a 2.0 2.0.1\n"));
    CHECK(texts_differ(RESOLVED("1.0"), RESOLVED("1.0.0.0"), ""));
    CHECK(texts_differ(RESOLVED("1.0.0-Beta+1"), RESOLVED("1.0.0-beta+2"), ""));
    CHECK(texts_differ(COMPOSER("v1.0"), COMPOSER("1.0.0"), ""));
    CHECK(texts_differ(COMPOSER("dev-main"), COMPOSER("dev-next"),
                       "changed unknown a/a dev-main dev-next\n"));
    CHECK(texts_differ("g:a:1.0=x\n", "g:a:1.0.0=x\n", "changed unknown g:a 1.0 1.0.0\n"));
}

#define PIXI(key, name, version)                                                                   \
    "version: 6\nenvironments: {}\npackages:\n- " key ": x/noarch/x-1-2.conda\n  name: " name      \
    "\n  version: '" version "'\n"
#define CONDA_LOCK(manager, name, version)                                                         \
    "version: 1\nmetadata: {}\npackage:\n- name: " name "\n  version: '" version                   \
    "'\n  manager: " manager "\n  platform: linux-64\n"

#define ENVIRONMENT(conda, pip) "channels: []\ndependencies:\n- x=1\n" conda "- pip:\n" pip
#define COMMENTED(requirement)  "# platform: linux-64\n@EXPLICIT\n# pip " requirement "\n"

/* What pip installs goes by Python's rules, beside what conda does. */
static void test_two_ecosystems(void) {
    CHECK(texts_differ(CONDA_LOCK("pip", "PyYAML", "6.0"), CONDA_LOCK("pip", "pyyaml", "6.0"), ""));
    CHECK(
        texts_differ(CONDA_LOCK("conda", "PyYAML", "6.0"), CONDA_LOCK("pip", "pyyaml", "6.0"), ""));
    CHECK(texts_differ(CONDA_LOCK("pip", "a_b", "1"), CONDA_LOCK("pip", "a-b", "1"), ""));
    CHECK(texts_differ(PIXI("pypi", "a_b", "1"), PIXI("pypi", "A.b", "2"),
                       "upgraded major A.b 1 2\n"));
    CHECK(texts_differ(PIXI("conda", "a_b", "1"), PIXI("conda", "a-b", "1"),
                       "added none a-b - 1\nremoved none a_b 1 -\n"));
    CHECK(texts_differ(CONDA_LOCK("pip", "a", "1.0-1"), CONDA_LOCK("pip", "a", "1.0.post2"),
                       "upgraded patch a 1.0-1 1.0.post2\n"));
    CHECK(texts_differ(CONDA_LOCK("conda", "a", "1.0.1a"), CONDA_LOCK("conda", "a", "1.0.1"),
                       "upgraded patch a 1.0.1a 1.0.1\n"));
    CHECK(texts_differ(ENVIRONMENT("", "  - a_b==1\n"), ENVIRONMENT("", "  - A.b==2\n"),
                       "upgraded major A.b 1 2\n"));
    CHECK(texts_differ(ENVIRONMENT("- a_b=1\n", ""), ENVIRONMENT("- a-b=1\n", ""),
                       "added none a-b - 1\nremoved none a_b 1 -\n"));
    CHECK(texts_differ(ENVIRONMENT("", "  - a==1.0-1\n"), ENVIRONMENT("", "  - a==1.0.post2\n"),
                       "upgraded patch a 1.0-1 1.0.post2\n"));
    CHECK(texts_differ(COMMENTED("a_b @ https://example.org/a_b-1.whl"),
                       COMMENTED("a-b @ https://example.org/a_b-1.whl"), ""));
}

#define RENV(r, renv, source, hash, sha)                                                           \
    "{\"R\":{\"Version\":\"" r "\"},\"Packages\":{\"renv\":{\"Version\":\"" renv                   \
    "\"},\"a\":{\"Package\":\"a\",\"Version\":\"1\",\"Source\":\"" source "\"" hash sha "}}}"
#define HASH(hash) ",\"Hash\":\"" hash "\""
#define SHA(sha)   ",\"RemoteSha\":\"" sha "\""
#define RENV_UP    "upgraded minor renv 1.0.7 1.1.0\n"

/* renv digests what a package says of itself, in its own way, and the series of R. */
static void test_renv(void) {
    static const char one[] = RENV("4.3.1", "1.0.7", "Repository", HASH("aa"), "");
    CHECK(texts_differ(one, RENV("4.3.2", "1.0.7", "Repository", HASH("bb"), ""),
                       "rebuilt none a 1 1\n"));
    CHECK(texts_differ(one, RENV("4.4.0", "1.0.7", "Repository", HASH("bb"), ""), ""));
    CHECK(texts_differ(one, RENV("4.3.1", "1.1.0", "Repository", HASH("bb"), ""), RENV_UP));
    CHECK(texts_differ(one, RENV("4.3.1", "1.0.7", "Repository", "", SHA("1")), ""));
    CHECK(texts_differ(RENV("4.3.1", "1.0.7", "Repository", "", ""), one, ""));
    CHECK(texts_differ(RENV("4.3.1", "1.0.7", "GitHub", HASH("aa"), SHA("1")),
                       RENV("4.3.1", "1.0.7", "GitHub", HASH("aa"), SHA("2")),
                       "changed none a 1 1\n"));
    CHECK(texts_differ(RENV("4.3.1", "1.0.7", "GitHub", HASH("aa"), SHA("1")),
                       RENV("4.4.1", "1.0.7", "GitHub", HASH("bb"), SHA("1")), ""));
}

#define PDM(version, files)                                                                        \
    "[metadata]\nlock_version = \"4.5.0\"\n[[package]]\nname = \"a\"\nversion = \"" version        \
    "\"\nfiles = [" files "]\n"
#define FILE_(name, hash) "{file = \"" name "\", hash = \"sha256:" hash "\"},"
#define URL(name, hash)   "{url = \"https://example.org/" name "\", hash = \"sha256:" hash "\"},"
#define POETRY(files)                                                                              \
    "[[package]]\nname = \"a\"\nversion = \"1\"\npython-versions = \"*\"\n[metadata]\n"            \
    "lock-version = \"1.1\"\ncontent-hash = \"x\"\npython-versions = \"*\"\n[metadata.files]\na "  \
    "= [" files "]\n"
#define UV_FILES(files)                                                                            \
    "version = 1\nrequires-python = \">=3\"\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource "  \
    "= { "                                                                                         \
    "registry = \"x\" }\n" files
#define PYLOCK(files)                                                                              \
    "lock-version = \"1.0\"\ncreated-by = \"x\"\n[[packages]]\nname = \"a\"\nversion = "           \
    "\"1\"\n" files
#define PIPFILE(hashes)                                                                            \
    "{\n\"_meta\":{},\n\"default\":{\"a\":{\"version\":\"==1\",\"hashes\":[" hashes "]}}}"
#define PIP(name, hashes) name "==1" hashes "\n"
#define EXPLICIT(path)    "# platform: linux-64\n@EXPLICIT\nhttps://example.org/" path "\n"
#define CONDA_ENV(name)   "channels: []\ndependencies:\n- " name "\n"
#define NIX_PROFILE(rev, path)                                                                     \
    "{\"elements\":{\"a\":{\"active\":true,\"attrPath\":\"packages.x86_64-linux.a\",\"url\":"      \
    "\"github:x/y/" rev "\",\"storePaths\":[\"/nix/store/" path "\"]}},\"version\":3}"
#define MIX(hashes) "%{\n  \"a\": {:hex, :a, \"1.0.0\", " hashes "},\n}\n"
#define REBUILT     "rebuilt none a 1 1\n"

/* A release is another one only when nothing is left of the hashes that it had. */
static void test_rebuilt(void) {
    const char *one = PDM("1", FILE_("a-1.whl", "1") FILE_("a-1.tar.gz", "2"));
    CHECK(texts_differ(one, PDM("1", FILE_("a-1.tar.gz", "2") FILE_("a-1.whl", "1")), ""));
    CHECK(texts_differ(one, PDM("1", URL("a-1.whl", "1") URL("a-1.tar.gz", "2")), ""));
    CHECK(texts_differ(one, PDM("1", FILE_("a-1-cp39.whl", "0") FILE_("a-1.whl", "1")), ""));
    CHECK(texts_differ(one, PDM("1", FILE_("a-1.whl", "3") FILE_("a-1.tar.gz", "4")), REBUILT));
    CHECK(texts_differ(one, PDM("1", ""), ""));
    CHECK(texts_differ(one, PDM("2", FILE_("a-1.whl", "1")), "upgraded major a 1 2\n"));
    CHECK(texts_differ(POETRY(FILE_("a.whl", "1")), POETRY(FILE_("a.zip", "2") FILE_("a.whl", "1")),
                       ""));
    CHECK(texts_differ(POETRY(FILE_("a.whl", "1")), POETRY(FILE_("a.whl", "2")), REBUILT));
    CHECK(
        texts_differ(UV_FILES("wheels = [{ hash = \"sha256:1\" }]\n"),
                     UV_FILES("sdist = { hash = \"sha256:2\" }\nwheels = [{ hash = \"sha256:0\" }, "
                              "{ hash = \"sha256:1\" }]\n"),
                     ""));
    CHECK(texts_differ(UV_FILES("sdist = { hash = \"sha256:2\" }\n"),
                       UV_FILES("sdist = { hash = \"sha256:3\" }\n"), REBUILT));
    CHECK(texts_differ(PYLOCK("wheels = [{ hashes = { sha256 = \"1\" } }]\n"),
                       PYLOCK("sdist = { hashes = { md5 = \"4\", sha256 = \"2\" } }\n"
                              "wheels = [{ hashes = { sha256 = \"0\" } }, "
                              "{ hashes = { sha256 = \"1\" } }]\n"),
                       ""));
    CHECK(texts_differ(PYLOCK("archive = { hashes = { sha256 = \"1\" } }\n"),
                       PYLOCK("archive = { hashes = { sha256 = \"2\" } }\n"), REBUILT));
    CHECK(texts_differ(PIPFILE("\"sha256:2\",\"sha256:1\""), PIPFILE("\"sha256:1\",\"sha256:3\""),
                       ""));
    CHECK(texts_differ(PIPFILE("\"sha256:2\""), PIPFILE("\"sha256:1\""), REBUILT));
    CHECK(texts_differ(PIPFILE("\"sha256:2\""), PIPFILE("\"sha512:1\""), ""));
    CHECK(texts_differ(PIP("a", " --hash=sha256:1 --hash=sha256:2"),
                       PIP("A", " \\\n  --hash=sha256:2 \\\n  --hash=sha256:3"), ""));
    CHECK(texts_differ(PIP("a", " --hash=sha256:ab"), PIP("a", " --hash sha256:AB"), ""));
    CHECK(texts_differ(PIP("a", " --hash=sha256:1"), PIP("a", " --hash=sha256:2"), REBUILT));
    CHECK(texts_differ(PIP("a", " --hash=sha256:1"), PIP("a", " --hash=sha512:2"), ""));
    CHECK(texts_differ(PIP("a", " --hash=sha256:1"), PIP("a", ""), ""));
    CHECK(texts_differ(EXPLICIT("linux-64/a-1-h1_0.conda"), EXPLICIT("noarch/a-1-h1_0.conda"), ""));
    CHECK(texts_differ(EXPLICIT("linux-64/a-1-h1_0.conda"), EXPLICIT("linux-64/a-1-h1_1.conda"),
                       REBUILT));
    CHECK(texts_differ(EXPLICIT("linux-64/a-1-h1_0.conda"), EXPLICIT("noarch/a-1-h1_1.conda#aa"),
                       ""));
    CHECK(texts_differ(CONDA_ENV("a=1=h1_0"), CONDA_ENV("conda-forge::A=1"), ""));
    CHECK(texts_differ(CONDA_ENV("a=1=h1_0"), CONDA_ENV("a=1=h1_1"), REBUILT));
    CHECK(texts_differ(NIX_PROFILE("1", "x-a-1"), NIX_PROFILE("2", "x-a-1"), ""));
    CHECK(texts_differ(NIX_PROFILE("1", "x-a-1-bin"), NIX_PROFILE("2", "y-a-1-bin"), REBUILT));
    CHECK(texts_differ(NIX_PROFILE("1", "x-a-1"), NIX_PROFILE("2", "y-a-2"),
                       "upgraded major a 1 2\n"));
}

/* Hashes that a later version of the tool writes, too, and other kinds of them. */
static void test_kinds_of_hashes(void) {
    CHECK(texts_differ(MIX("\"aa\""), MIX("\"aa\", [:mix], [], \"hexpm\", \"bb\""), ""));
    CHECK(texts_differ(MIX("\"aa\", [:mix], [], \"hexpm\", \"bb\""), MIX("\"aa\""), ""));
    CHECK(texts_differ(MIX("\"aa\", [:mix], [], \"hexpm\", \"bb\""),
                       MIX("\"cc\", [:mix], [], \"hexpm\", \"dd\""),
                       "rebuilt none a 1.0.0 1.0.0\n"));
    CHECK(texts_differ(MIX("\"aa\""), MIX("\"aabb\""), ""));
}

#define RELEASES 30000

/* An old pdm.lock: one release with many hashes, and many packages of it. */
static un_status read_releases(un_lockfile *out, char hash) {
    size_t room = (size_t)RELEASES * 200, at = 0;
    char *text = malloc(room);
    if (!text)
        return UN_NO_MEMORY;
    at += (size_t)snprintf(text, room,
                           "[metadata]\nlock_version = \"4.2\"\n[metadata.files]\n"
                           "\"a 1\" = [\n");
    for (int i = 0; i < RELEASES; i++)
        at += (size_t)snprintf(text + at, room - at, "{hash = \"sha256:%c%d\"},\n", hash, i);
    at += (size_t)snprintf(text + at, room - at, "]\n");
    for (int i = 0; i < RELEASES; i++)
        at +=
            (size_t)snprintf(text + at, room - at,
                             "[[package]]\nname = \"a\"\nversion = \"1\"\nrevision = \"%d\"\n", i);
    un_status status = read_text(out, (un_slice){text, at});
    free(text);
    return status;
}

static void test_many_hashes(void) {
    pair p = {0};
    double begun = effort_begin();
    CHECK(read_releases(&p.from, 'a') == UN_OK && read_releases(&p.to, 'b') == UN_OK);
    CHECK_INT(p.from.packages.count, RELEASES);
    CHECK(un_diff_compute(&p.diff, &p.from.packages, &p.to.packages, NULL) == UN_OK);
    CHECK(is(&p.diff, REBUILT));
    /* A walk over the hashes for each package would be three times the limit. */
    CHECK_EFFORT(begun, 1000);
    close_pair(&p);
}

/* Whether the changes between two texts are direct, one letter each: y, n, or ? for unknown. */
static bool directs(const char *from, const char *to, const char *wanted) {
    pair p = {0};
    char got[64] = "";
    bool right = read_text(&p.from, un_slice_of(from)) == UN_OK &&
                 read_text(&p.to, un_slice_of(to)) == UN_OK &&
                 un_diff_compute(&p.diff, &p.from.packages, &p.to.packages, NULL) == UN_OK;
    for (size_t i = 0; i < p.diff.count && i + 1 < sizeof got; i++)
        got[i] = "?yn"[p.diff.changes[i].direct];
    if (strcmp(got, wanted) != 0)
        printf("got %s, wanted %s\n", got, wanted);
    close_pair(&p);
    return right && strcmp(got, wanted) == 0;
}

#define NPM(asked, packages)                                                                       \
    "{\"lockfileVersion\": 3, \"packages\": {\"\": {\"dependencies\": {" asked "}}, " packages "}" \
    "}"
#define AT(place, version) "\"" place "\": {\"version\": \"" version "\"}"

static void test_direct(void) {
    /* a is asked for, b is not; c came and d went. */
    CHECK(directs(NPM("\"a\": \"*\", \"d\": \"*\"",
                      AT("node_modules/a", "1.0.0") "," AT("node_modules/b", "1.0.0") "," AT(
                          "node_modules/d", "1.0.0")),
                  NPM("\"a\": \"*\", \"c\": \"*\"",
                      AT("node_modules/a", "1.1.0") "," AT("node_modules/b", "1.1.0") "," AT(
                          "node_modules/c", "1.0.0")),
                  "ynyy"));
    /* What the new side says counts. */
    CHECK(directs(NPM("\"a\": \"*\"", AT("node_modules/a", "1.0.0")),
                  NPM("", AT("node_modules/a", "1.1.0")), "n"));
    CHECK(directs(NPM("", AT("node_modules/a", "1.0.0")),
                  "{\"lockfileVersion\": 3, \"packages\": {" AT("node_modules/a", "1.1.0") "}}",
                  "n"));
    CHECK(directs("{\"lockfileVersion\": 3, \"packages\": {" AT("node_modules/a", "1.0.0") "}}",
                  "{\"lockfileVersion\": 3, \"packages\": {" AT("node_modules/a", "1.1.0") "}}",
                  "?"));
    /* The same change at two places is listed once, and is direct if it is so at one of them. */
    CHECK(directs(NPM("\"a\": \"*\"", AT("node_modules/a",
                                         "1.0.0") "," AT("node_modules/b/node_modules/a", "1.0.0")),
                  NPM("\"a\": \"*\"", AT("node_modules/a",
                                         "1.1.0") "," AT("node_modules/b/node_modules/a", "1.1.0")),
                  "y"));
    CHECK(directs(NPM("\"a\": \"*\"", AT("node_modules/b/node_modules/a",
                                         "1.0.0") "," AT("node_modules/a", "1.0.0")),
                  NPM("\"a\": \"*\"", AT("node_modules/c/node_modules/a",
                                         "1.1.0") "," AT("node_modules/a", "1.1.0")),
                  "y"));
    CHECK(directs(NPM("", AT("node_modules/b/node_modules/a", "1.0.0")),
                  NPM("\"a\": \"*\"", AT("node_modules/@s/c/node_modules/a",
                                         "1.1.0") "," AT("node_modules/a", "1.1.0")),
                  "y"));
    /* Of two versions each goes its own way. */
    CHECK(directs(NPM("\"a\": \"*\"", AT("node_modules/a",
                                         "2.0.0") "," AT("node_modules/b/node_modules/a", "1.0.0")),
                  NPM("\"a\": \"*\"", AT("node_modules/a",
                                         "2.1.0") "," AT("node_modules/b/node_modules/a", "1.1.0")),
                  "ny"));
}

static void test_two_formats(void) {
    pair p = {0};
    un_error error = {0};
    CHECK(read_fixture(&p.from, "flox/v1-old.lock") == UN_OK);
    CHECK(read_fixture(&p.to, "npm/v1.json") == UN_OK);
    CHECK(un_diff_compute(&p.diff, &p.from.packages, &p.to.packages, &error) == UN_ARGUMENT);
    CHECK(strstr(error.message, "flox") && strstr(error.message, "npm"));
    close_pair(&p);
}

/* A package-lock of entries "place@version", NULL-terminated; every place holds package x. */
static void make_npm(char *out, size_t room, const char *const *entries) {
    size_t at = (size_t)snprintf(out, room, "{\"lockfileVersion\":3,\"packages\":{");
    for (size_t i = 0; entries[i]; i++) {
        const char *sign = strchr(entries[i], '@');
        at += (size_t)snprintf(out + at, room - at, "%s\"%.*snode_modules/x\":{\"version\":\"%s\"}",
                               i ? "," : "", (int)(sign - entries[i]), entries[i], sign + 1);
    }
    snprintf(out + at, room - at, "}}");
}

typedef const char *const entries[8];

static bool differ(entries from, entries to, const char *wanted) {
    pair p = {0};
    char text[2048];
    make_npm(text, sizeof text, from);
    bool right = read_text(&p.from, un_slice_of(text)) == UN_OK;
    make_npm(text, sizeof text, to);
    right = right && read_text(&p.to, un_slice_of(text)) == UN_OK &&
            un_diff_compute(&p.diff, &p.from.packages, &p.to.packages, NULL) == UN_OK &&
            is(&p.diff, wanted);
    close_pair(&p);
    return right;
}

static void test_several_versions(void) {
    /* Only moved, doubled or merged in the tree. */
    CHECK(differ((entries){"@1.0.0"}, (entries){"a/@1.0.0"}, ""));
    CHECK(differ((entries){"@1.0.0"}, (entries){"@1.0.0", "a/@1.0.0"}, ""));
    CHECK(differ((entries){"@1.0.0", "a/@1.0.0", "b/@1.0.0"}, (entries){"@1.0.0"}, ""));
    CHECK(differ((entries){"@1.0.0", "a/@2.0.0"}, (entries){"@2.0.0", "a/@1.0.0"}, ""));
    /* Listed once. */
    CHECK(differ((entries){"@1.0.0", "a/@1.0.0", "b/@1.0.0"},
                 (entries){"@1.0.1", "a/@1.0.1", "b/@1.0.1"}, "upgraded patch x 1.0.0 1.0.1\n"));
    /* The newest with the newest. */
    CHECK(differ((entries){"@1.0.0", "a/@2.0.0"}, (entries){"c/@1.1.0", "d/@2.10.0"},
                 "upgraded minor x 1.0.0 1.1.0\nupgraded minor x 2.0.0 2.10.0\n"));
    CHECK(differ((entries){"@1.0.0", "a/@9.0.0"}, (entries){"c/@10.0.0"},
                 "removed none x 1.0.0 -\nupgraded major x 9.0.0 10.0.0\n"));
    /* The same place before the newest. */
    CHECK(differ((entries){"@2.0.0", "a/@1.0.0"}, (entries){"@3.0.0", "a/@4.0.0"},
                 "upgraded major x 1.0.0 4.0.0\nupgraded major x 2.0.0 3.0.0\n"));
    CHECK(differ((entries){"@1.0.0", "a/@2.0.0"}, (entries){"@2.0.0", "a/@2.0.0"},
                 "upgraded major x 1.0.0 2.0.0\n"));
    CHECK(differ((entries){"@1.0.0", "a/@3.0.0"}, (entries){"@1.0.0", "b/@1.0.0"},
                 "removed none x 3.0.0 -\n"));
    CHECK(differ((entries){"@1.0.0"}, (entries){"@1.0.0", "a/@2.0.0", "b/@2.0.0"},
                 "added none x - 2.0.0\n"));
    /* No removal of what became another version elsewhere. */
    CHECK(differ((entries){"@1.0.0", "a/@1.0.0"}, (entries){"@1.1.0"},
                 "upgraded minor x 1.0.0 1.1.0\n"));
    CHECK(differ((entries){"@1.0.0"}, (entries){"@1.1.0", "a/@1.1.0"},
                 "upgraded minor x 1.0.0 1.1.0\n"));
    CHECK(differ((entries){"@odd"}, (entries){"@1.1.0"}, "changed unknown x odd 1.1.0\n"));
}

#define MANY 100000

/* One name in `MANY` versions, all of them other ones than in the other file. */
static un_status read_many(un_lockfile *out, int minor) {
    size_t room = (size_t)MANY * 64, at = 0;
    char *text = malloc(room);
    if (!text)
        return UN_NO_MEMORY;
    at += (size_t)snprintf(text, room, "{\"lockfileVersion\":3,\"packages\":{");
    for (int i = 0; i < MANY; i++)
        at += (size_t)snprintf(text + at, room - at,
                               "%s\"p%d-%d/node_modules/x\":{\"version\":\"%d.%d.0\"}",
                               i ? "," : "", minor, i, i * 7919 % MANY, minor);
    at += (size_t)snprintf(text + at, room - at, "}}");
    un_status status = read_text(out, (un_slice){text, at});
    free(text);
    return status;
}

static void test_one_name_many_times(void) {
    pair p = {0};
    double begun = effort_begin();
    CHECK(read_many(&p.from, 1) == UN_OK && read_many(&p.to, 2) == UN_OK);
    CHECK(un_diff_compute(&p.diff, &p.from.packages, &p.to.packages, NULL) == UN_OK);
    CHECK(p.diff.count == MANY);
    size_t minor = 0;
    for (size_t i = 0; i < p.diff.count; i++)
        minor +=
            p.diff.changes[i].kind == UN_KIND_UPGRADED && p.diff.changes[i].level == UN_LEVEL_MINOR;
    CHECK(minor == MANY);
    /* Quadratic time would be minutes. */
    CHECK_EFFORT(begun, 20000);
    close_pair(&p);
}

/* A Gemfile.lock whose gems are those words, "1.16.0-x86_64-linux-gnu" and so on, of one name. */
static un_status read_gems(un_lockfile *out, const char *versions) {
    char text[4096];
    size_t length = (size_t)snprintf(text, sizeof text, "GEM\n  specs:\n");
    while (*versions && length < sizeof text) {
        int word = (int)strcspn(versions, " ");
        length += (size_t)snprintf(text + length, sizeof text - length, "    nokogiri (%.*s)\n",
                                   word, versions);
        versions += word + (versions[word] == ' ');
    }
    return read_text(out, un_slice_of(text));
}

static bool gems_differ(const char *from, const char *to, const char *wanted) {
    pair p = {0};
    bool right = read_gems(&p.from, from) == UN_OK && read_gems(&p.to, to) == UN_OK &&
                 un_diff_compute(&p.diff, &p.from.packages, &p.to.packages, NULL) == UN_OK &&
                 is(&p.diff, wanted);
    close_pair(&p);
    return right;
}

#define UP   "upgraded minor nokogiri 1.16.0 1.17.0\n"
#define DOWN "downgraded minor nokogiri 1.17.0 1.16.0\n"

/* One package, whether it is built here or for a system. */
static void test_systems(void) {
    CHECK(gems_differ("1.16.0", "1.16.0-x86_64-linux-gnu", ""));
    CHECK(gems_differ("1.16.0", "1.16.0-x86_64-linux-musl 1.16.0-arm64-darwin", ""));
    CHECK(gems_differ("1.16.0-x86_64-linux 1.16.0-java", "1.16.0", ""));
    CHECK(gems_differ("1.16.0", "1.17.0-x86_64-linux-gnu", UP));
    CHECK(gems_differ("1.17.0-x86_64-linux-gnu", "1.16.0", DOWN));
    CHECK(gems_differ("1.16.0", "1.17.0-aarch64-linux-musl 1.17.0-x86_64-linux-gnu", UP UP));
    CHECK(gems_differ("1.16.0-aarch64-linux 1.16.0-x86_64-linux", "1.17.0", UP));
    CHECK(gems_differ("1.16.0", "1.16.0 1.16.0-x86_64-linux", ""));
    CHECK(gems_differ("1.16.0", "1.17.0 1.17.0-x86_64-linux", UP));
    CHECK(gems_differ("1.16.0 1.16.0-x86_64-linux", "1.17.0", UP));
    CHECK(gems_differ("1.16.0 1.16.0-x86_64-linux", "1.17.0-x86_64-linux", UP));
    CHECK(
        gems_differ("1.16.0-x86_64-linux", "1.16.0-x86_64-linux-gnu 1.16.0-x86_64-linux-musl", ""));
    CHECK(
        gems_differ("1.16.0-x86_64-linux", "1.17.0-x86_64-linux-gnu 1.17.0-x86_64-linux-musl", UP));
    CHECK(gems_differ("1.16.0-x86_64-linux", "1.17.0-x86_64-linux-musl", UP));
    CHECK(gems_differ("1.16.0-x86_64-linux-musl", "1.17.0-x86_64-linux", UP));
    CHECK(gems_differ("1.16.0-arm64-darwin-22", "1.17.0-arm64-darwin-23", UP));
}

/* What is for other systems is another thing. */
static void test_other_systems(void) {
    CHECK(gems_differ("1.16.0-x86_64-linux", "1.16.0-x86_64-linux 1.16.0-arm64-darwin",
                      "added none nokogiri - 1.16.0\n"));
    CHECK(gems_differ("1.16.0-x86_64-linux 1.16.0-java", "1.16.0-java",
                      "removed none nokogiri 1.16.0 -\n"));
    CHECK(gems_differ("1.16.0-java", "1.16.0-arm64-darwin",
                      "added none nokogiri - 1.16.0\nremoved none nokogiri 1.16.0 -\n"));
    CHECK(gems_differ("1.16.0", "1.16.0 1.17.0-x86_64-linux", "added none nokogiri - 1.17.0\n"));
    CHECK(gems_differ("1.16.0 1.15.0-x86_64-linux", "1.16.0", "removed none nokogiri 1.15.0 -\n"));
}

/* Neither many systems nor many versions that could stand in for each take long. */
static void test_many_systems(void) {
    char *old = malloc((size_t)MANY * 64), *new = malloc((size_t)MANY * 64);
    pair p = {0};
    double begun = effort_begin();
    if (!old || !new)
        exit(1);
    size_t i = (size_t)sprintf(old, "GEM\n  specs:\n"), j = (size_t)sprintf(new, "GEM\n  specs:\n");
    for (unsigned number = 0; number < MANY; number++) {
        i += (size_t)sprintf(old + i, "    a (1.%u)\n", number);
        j += (size_t)sprintf(new + j, "    a (2.0-x%u)\n", number);
    }
    CHECK(read_text(&p.from, (un_slice){old, i}) == UN_OK);
    CHECK(read_text(&p.to, (un_slice){new, j}) == UN_OK);
    CHECK(un_diff_compute(&p.diff, &p.from.packages, &p.to.packages, NULL) == UN_OK);
    CHECK(p.diff.count == (size_t)2 * MANY);
    CHECK_EFFORT(begun, 20000);
    close_pair(&p);
    free(old);
    free(new);
}

/* Whole days of the only change from one package to the other; -1: not known. */
static long days_behind(const char *from, int64_t then, const char *to, int64_t now) {
    un_packages old = {.format = "x", .scheme = UN_SCHEME_SEMVER}, new = old;
    un_package a = {.name = UN_SLICE("a"), .version = un_slice_of(from), .released = then};
    un_package b = {.name = UN_SLICE("a"), .version = un_slice_of(to), .released = now};
    un_diff diff = {0};
    int64_t days = -1;
    if (from)
        un_packages_add(&old, &a, NULL);
    if (to)
        un_packages_add(&new, &b, NULL);
    if (!CHECK(un_diff_compute(&diff, &old, &new, NULL) == UN_OK && diff.count == 1) ||
        !un_change_behind(diff.changes, &days))
        days = -1;
    un_diff_free(&diff);
    un_packages_free(&old);
    un_packages_free(&new);
    return (long)days;
}

static void test_behind(void) {
    const int64_t then = 1793701230, day = 86400;
    CHECK(days_behind("1.0.0", then, "1.1.0", then + 41 * day) == 41);
    CHECK(days_behind("1.0.0", then, "1.1.0", then + 41 * day - 1) == 40);
    CHECK(days_behind("1.0.0", then, "1.1.0", then) == 0);
    CHECK(days_behind("1.0.0", then, "1.1.0", then - 1) == -1);
    CHECK(days_behind("1.0.0", 0, "1.1.0", then) == -1);
    CHECK(days_behind("1.0.0", then, "1.1.0", 0) == -1);
    CHECK(days_behind("1.1.0", then, "1.0.1", then + day) == -1);
    CHECK(days_behind(NULL, 0, "1.1.0", then) == -1);
    CHECK(days_behind("1.1.0", then, NULL, 0) == -1);
}

int main(int count, char **arguments) {
    fixtures = count > 1 ? arguments[1] : "tests/fixtures";
    test_fixtures();
    test_layouts();
    test_order_of_the_format();
    test_names();
    test_spellings();
    test_two_ecosystems();
    test_renv();
    test_rebuilt();
    test_kinds_of_hashes();
    test_many_hashes();
    test_direct();
    test_behind();
    test_two_formats();
    test_several_versions();
    test_one_name_many_times();
    test_systems();
    test_other_systems();
    test_many_systems();
    return check_done();
}
