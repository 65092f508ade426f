/* Hostile lockfiles: each is refused or read, in bounded work, and in memory in proportion to its
 * size.
 */
#include "core/lockfile.h"
#include "effort.h"
#include <sys/resource.h>

/* Several times what reading these takes in proportion to their size, beside whatever else the
 * machine does; what grows faster takes thousands of times that. */
#ifdef __SANITIZE_ADDRESS__
#define UNITS        20000
#define COUNT_MEMORY false
#else
#define UNITS        4000
#define COUNT_MEMORY true
#endif

/* Memory allowed beyond the text itself: so many times its size, and what a process takes. */
#define TIMES 24
#define FLOOR ((size_t)4 << 20)

typedef struct text {
    char *bytes;
    size_t length;
} text;

/* `head`, `count` times `body`, `tail`. */
static text repeated(const char *head, const char *body, size_t count, const char *tail) {
    size_t h = strlen(head), b = strlen(body), t = strlen(tail);
    text made = {malloc(h + b * count + t + 1), h + b * count + t};
    if (!made.bytes)
        exit(2);
    memcpy(made.bytes, head, h);
    for (size_t i = 0; i < count; i++)
        memcpy(made.bytes + h + i * b, body, b);
    memcpy(made.bytes + h + b * count, tail, t + 1);
    return made;
}

static text joined(text a, text b) {
    text made = {malloc(a.length + b.length + 1), a.length + b.length};
    if (!made.bytes)
        exit(2);
    memcpy(made.bytes, a.bytes, a.length);
    memcpy(made.bytes + a.length, b.bytes, b.length + 1);
    free(a.bytes);
    free(b.bytes);
    return made;
}

static un_status parse(const char *name, text input, un_error *error) {
    un_bytes bytes;
    un_lockfile lockfile = {0};
    un_lockfile_options options = {.limit = (size_t)128 << 20};
    un_status status = un_bytes_copy(&bytes, (un_slice){input.bytes, input.length}, error);
    if (status == UN_OK)
        status = un_lockfile_parse(&lockfile, un_slice_of(name), &bytes, &options, error);
    un_bytes_free(&bytes);
    un_lockfile_free(&lockfile);
    return status;
}

/* The most that this process ever held, in bytes. */
static size_t resident(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (size_t)usage.ru_maxrss * 1024;
}

/* In a child, whose memory is counted apart. Exit code: the status, plus 32 or 64 where it took too
 * much work or memory.
 */
static int run_child(const char *name, text input) {
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        un_error error = {0};
        size_t before = resident();
        double begun = effort_begin();
        un_status status = parse(name, input, &error);
        double times = effort_times(begun, UNITS);
        bool slow = times > 1;
        size_t used = resident() - before;
        bool large = COUNT_MEMORY && used > FLOOR + (TIMES + 2) * input.length;
        if (slow)
            printf("%s, %zu bytes (%.40s): too slow: %.1f times the limit\n", name, input.length,
                   input.bytes, times);
        if (large)
            printf("%s, %zu bytes (%.40s): too large: %zu MB\n", name, input.length, input.bytes,
                   used >> 20);
        fflush(stdout);
        _exit((int)status + (slow ? 32 : 0) + (large ? 64 : 0));
    }
    return pid < 0 ? -1 : check_wait(pid);
}

/* `wanted` < 0: refused in any way. */
static void hostile(const char *name, text input, int wanted) {
    int status = run_child(name, input), code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (!CHECK(wanted < 0 ? code > UN_OK && code <= UN_ARGUMENT : code == wanted))
        printf("%s (%.60s): %d, wanted %d\n", name, input.bytes, code, wanted);
    free(input.bytes);
}

static void refused(const char *name, const char *input) {
    hostile(name, repeated(input, "", 0, ""), -1);
}

static void test_json(void) {
    const char *name = "package-lock.json";
    const char *open = "{\"lockfileVersion\":3,\"packages\":{\"node_modules/a\":";
    hostile(name, repeated("", "[", 1000000, ""), UN_LIMIT);
    hostile(name, repeated("{\"a\":", "{\"a\":", 1000000, ""), UN_LIMIT);
    hostile(name, joined(repeated("{\"a\":", "[", 1000000, ""), repeated("", "]", 1000000, "}")),
            UN_LIMIT);
    hostile(name, repeated("{\"a\":\"", "x", 100000000, "\"}"), UN_FORMAT);
    hostile(
        name,
        repeated("{\"lockfileVersion\":3,\"packages\":{\"node_modules/", "x", 30000000, "\":{}}}"),
        UN_OK);
    hostile(name, repeated("{\"a\":[0", ",0", 5000000, "]}"), UN_FORMAT);
    hostile(name, repeated("{\"a\":[{}", ",{}", 3000000, "]}"), UN_FORMAT);
    hostile(name, repeated("{\"a\":1,\"a\":[0", ",0", 1000000, "]}"), UN_SYNTAX);
    refused(name, "{\"a\":1,\"\\u0061\":2}");
    refused(name, "{\"a\":\"\\ud800\"}");
    refused(name, "{\"a\":\"\\udc00\\ud800\"}");
    refused(name, "{\"a\":1e400}");
    refused(name, "{\"a\":123456789012345678901234567890}");
    refused(name, "{\"a\":\"\x01\"}");
    refused(name, "{\"a\":\"\xff\"}");
    hostile(name, repeated(open, "{\"dependencies\":", 1000000, ""), UN_LIMIT);
    un_error error = {0};
    CHECK(parse(name, (text){(char[]){"{\"a\":\0}"}, 7}, &error) == UN_SYNTAX && error.column == 6);
}

static void test_relaxed_json(void) {
    const char *name = "bun.lock",
               *open = "{\"lockfileVersion\":1,\"workspaces\":{},\"packages\":{";
    hostile(name, repeated(open, ",", 1000000, "}}"), UN_SYNTAX);
    hostile(name, repeated(open, "/*", 1000000, "}}"), UN_SYNTAX);
    hostile(name, repeated(open, "/* ", 1000000, "}}"), UN_SYNTAX);
    hostile(name, repeated(open, "/**/", 1000000, "}}"), UN_OK);
    hostile(name, repeated(open, "//\n", 1000000, "}}"), UN_OK);
    hostile(name, repeated(open, "\"a", 1000001, ""), UN_SYNTAX);
    hostile(name, repeated("", "[,", 1000000, ""), -1);
    hostile(name, repeated(open, "\\\"", 1000000, ""), UN_SYNTAX);
}

static void test_yaml(void) {
    const char *name = "pnpm-lock.yaml";
    hostile(name, repeated("a: ", "[", 1000000, ""), UN_LIMIT);
    hostile(name, repeated("a: ", "{a: ", 1000000, ""), -1);
    hostile(name, repeated("", "- ", 500000, "a"), UN_LIMIT);
    hostile(name, repeated("", "? ", 500000, "a"), -1);
    hostile(name, repeated("a: &a [x]\nb: [", "*a, ", 100000, "]"), UN_SYNTAX);
    hostile(name, repeated("a: \"", "x", 20000000, "\""), -1);
    hostile(name, repeated("lockfileVersion: '9.0'\npackages:\n", "  a@1: {}\n", 2, ""), UN_SYNTAX);
    hostile(name, repeated("", "---\n", 1000000, ""), -1);
    refused(name, "a: !!binary x");
    refused(name, "lockfileVersion: '9.0'\npackages: {a\xff: {}}");
    refused(name, "[a, b]: c");
}

static void test_toml(void) {
    const char *name = "Cargo.lock";
    hostile(name, repeated("a = ", "[", 1000000, ""), UN_LIMIT);
    hostile(name, repeated("a", ".a", 1000000, " = 1"), UN_LIMIT);
    hostile(name, repeated("a = ", "{a = ", 1000000, ""), UN_LIMIT);
    hostile(name,
            repeated("version = 4\n", "[[package]]\nname = \"a\"\nversion = \"1\"\n", 200000, ""),
            UN_OK);
    hostile(name, repeated("", "[a]\n", 2, ""), UN_SYNTAX);
    hostile(name, repeated("a = \"", "x", 30000000, "\""), -1);
    hostile("libs.versions.toml", repeated("[libraries]\na = \"", "a:", 10000000, "\"\n"),
            UN_FORMAT);
    hostile(name, repeated("", "a = 1\n", 2, ""), UN_SYNTAX);
}

/* As many elements, each with a name of its own, which the library remembers. */
static text named_apart(unsigned count) {
    text made = {malloc(16 + 9 * (size_t)count), 0};
    if (!made.bytes)
        exit(2);
    made.length = (size_t)sprintf(made.bytes, "<r>");
    for (unsigned i = 0; i < count; i++)
        made.length += (size_t)sprintf(made.bytes + made.length, "<a%05x/>", i);
    made.length += (size_t)sprintf(made.bytes + made.length, "</r>");
    return made;
}

static void test_xml(void) {
    const char *name = "verification-metadata.xml", *root = "<verification-metadata>";
    const char *open = "<verification-metadata><components><component group='g' name='n' "
                       "version='1'><artifact name='a'><sha256 value='a'>";
    const char *close = "</sha256></artifact></component></components></verification-metadata>";
    hostile(name, repeated("", "<a>", 1000000, ""), UN_LIMIT);
    hostile(name, repeated(root, "<a b='1'>", 1000000, ""), UN_LIMIT);
    hostile(name, repeated(root, "<a/>", 3000000, "</verification-metadata>"), UN_OK);
    hostile(name, repeated(root, "x<a/>", 2000000, "</verification-metadata>"), UN_FORMAT);
    hostile(name,
            repeated("<verification-metadata><configuration>", "x<a/>", 2000000,
                     "</configuration></verification-metadata>"),
            UN_OK);
    hostile(name, repeated(root, "<a b=''/>", 1000000, "</verification-metadata>"), UN_OK);
    hostile(name, repeated(open, "<also-trust value='b'/>", 500000, close), UN_OK);
    hostile(name,
            repeated("<verification-metadata><components>", "<component/>", 1000000,
                     "</components></verification-metadata>"),
            UN_FORMAT);
    hostile(name, repeated("<a b='", "x", 30000000, "'/>"), UN_FORMAT);
    hostile(name, repeated("<a>", "x", 30000000, "</a>"), UN_FORMAT);
    hostile(name, repeated("<a>", "&#65;", 5000000, "</a>"), UN_FORMAT);
    hostile(name, repeated("<!DOCTYPE a [", "<!ENTITY b 'b'>", 1000000, "]><a/>"), UN_SYNTAX);
    hostile(name, named_apart(300000), UN_FORMAT);
    refused(name, "<?xml version='1.0' encoding='UTF-16'?><verification-metadata/>");
    refused(name, "<verification-metadata>\xff</verification-metadata>");
    refused(name, "<!DOCTYPE a SYSTEM '/etc/passwd'><verification-metadata/>");
}

static void test_lines(void) {
    hostile("yarn.lock", repeated("# yarn lockfile v1\n", "a@1:\n  version \"1\"\n", 500000, ""),
            UN_OK);
    hostile("yarn.lock", repeated("# yarn lockfile v1\n\"", "a", 10000000, ""), -1);
    hostile("go.mod", repeated("module a\nrequire (\n", "\ta.b/c v1.0.0\n", 1000000, ")\n"), UN_OK);
    hostile("go.mod", repeated("module a\n", "replace a => b v1\n", 500000, ""), UN_OK);
    hostile("go.sum", repeated("", "a v1 h1:x\n", 1000000, ""), UN_OK);
    hostile("Gemfile.lock", repeated("", "GEM\n  specs:\n    a (1)\n", 500000, ""), UN_OK);
    hostile("Gemfile.lock", repeated("GEM\n", " ", 10000000, "a"), UN_SYNTAX);
    hostile("Gemfile.lock", repeated("GEM\n  specs:\n    a (1)\n", "      b (", 1000000, ")"),
            UN_OK);
    hostile("yarn.lock", repeated("\"a@1", "\", \"a@1", 1000000, "\":\n  version \"1\"\n"), UN_OK);
    hostile("yarn.lock", repeated("a@1:\n  version \"1\"\n  ", "\"\\", 1000000, ""), UN_SYNTAX);
    hostile("gradle.lockfile", repeated("", "a:", 1000000, "=c"), UN_SYNTAX);
    hostile("poetry.lock", repeated("", "[[package]]\nname = \"a\"\n", 500000, ""), UN_OK);
    hostile("gradle.lockfile", repeated("", "a:b:1=c\n", 1000000, ""), UN_OK);
    hostile("mix.lock", repeated("%{\"a\": {:hex, ", "[", 1000000, ""), UN_LIMIT);
    hostile("mix.lock", repeated("%{\"a\": {:hex, ", "a:", 1000000, ""), -1);
    hostile("mix.lock", repeated("%{\"a\": {:hex, \"", "\\\"", 1000000, ""), UN_SYNTAX);
    hostile(".terraform.lock.hcl", repeated("provider \"a\" {\n", "b {\n", 1000000, ""), UN_SYNTAX);
    hostile(".terraform.lock.hcl", repeated("provider \"a\" {\n", "/*\n", 1000000, ""), UN_SYNTAX);
    hostile("yarn.lock", repeated("# yarn lockfile v1\r", "\r", 1000000, ""), UN_OK);
    hostile("rebar.lock", repeated("[{<<\"a\">>,", "[", 1000000, ""), UN_LIMIT);
    hostile("rebar.lock", repeated("[{<<\"a\">>,{", "\"\\", 1000000, ""), UN_SYNTAX);
    hostile("rebar.lock", repeated("[{<<\"a\">>,{pkg", ",a", 5000000, "},0}]."), UN_OK);
    hostile("rebar.lock", repeated("[", "{<<\"a\">>,{pkg,b,c},0},", 300000, "d]."), UN_OK);
    const char *freeze = "cabal.project.freeze", *open = "constraints: a ";
    hostile(freeze, repeated(open, "-b\t", 1000000, ""), UN_OK);
    hostile(freeze, repeated(open, "==1 || ", 1000000, "==2"), UN_OK);
    hostile(freeze, repeated(open, "==1, a", 1000000, ""), UN_SYNTAX);
    hostile(freeze, repeated("constraints:", " , \n", 1000000, ""), UN_OK);
    hostile("paket.lock",
            repeated("NUGET\n  remote: x\n", "    a (1)\n      b (>= 1)\n", 300000, ""), UN_OK);
    hostile("paket.lock", repeated("NUGET\n  remote: x\n    a", " (", 1000000, ")\n"), UN_SYNTAX);
    hostile("paket.lock", repeated("", "GIT\n", 1000000, ""), UN_OK);
    const char *requirements = "requirements.txt";
    hostile(requirements, repeated("", "a==1.0 --hash=sha256:aa\n", 500000, ""), UN_OK);
    hostile(requirements, repeated("a==1.0", " \\\n --hash=sha256:aa", 500000, ""), UN_OK);
    hostile(requirements, repeated("a==1.0", " #", 5000000, ""), UN_OK);
    hostile(requirements, repeated("a==1.0", "#", 5000000, ""), UN_SYNTAX);
    hostile(requirements, repeated("a==1.0", "\\\n", 5000000, ""), UN_OK);
    hostile(requirements, repeated("a", ",==1.0", 1000000, ""), UN_SYNTAX);
    hostile(requirements, repeated("a==1.0", ",==1.0", 1000000, ""), UN_OK);
    hostile(requirements, repeated("a", " ", 20000000, ""), UN_FORMAT);
    hostile(requirements, repeated("", "a\n", 1000000, ""), UN_FORMAT);
    hostile(requirements, repeated("a @ https://", "#&@/", 1000000, ""), UN_OK);
    hostile(requirements, repeated("a==1 --hash=", "\"'", 1000000, ""), UN_OK);
    hostile("explicit.txt", repeated("@EXPLICIT\n", "http://x/a-1-0.conda\n", 1000000, ""), UN_OK);
    hostile("explicit.txt", repeated("@EXPLICIT\na", "#", 20000000, ""), UN_SYNTAX);
    hostile("explicit.txt", repeated("@EXPLICIT\na", "-/", 10000000, "x.conda"), UN_FORMAT);
    hostile("cpanfile.snapshot",
            repeated("# carton snapshot format: version 1.0\nDISTRIBUTIONS\n  a", "-1", 5000000,
                     "\n    pathname: a\n"),
            UN_OK);
    hostile("cpanfile.snapshot",
            repeated("# carton snapshot format: version 1.0\nDISTRIBUTIONS\n",
                     "  A-1\n    pathname: a\n", 500000, ""),
            UN_OK);
    hostile(".tool-versions", repeated("", "nodejs 20.0\n", 1000000, ""), UN_OK);
    hostile(".tool-versions", repeated("nodejs", " 20", 5000000, ""), UN_OK);
    hostile(".tool-versions", repeated("nodejs 2", "~", 20000000, ""), -1);
    const char *opam = "opam.locked", *depends = "opam-version: \"2.0\"\ndepends: [";
    hostile(opam, repeated(depends, "\"a\" {= \"1\"}\n", 500000, "]"), UN_OK);
    hostile(opam, repeated(depends, "[", 1000000, "]"), UN_LIMIT);
    hostile(opam, repeated("opam-version: \"2.0\"\n", "a {", 1000000, ""), UN_LIMIT);
    hostile(opam, repeated("opam-version: \"2.0\"\n", "(*", 1000000, ""), UN_SYNTAX);
    hostile(opam, repeated("opam-version: \"2.0\"\n", "a: b", 1000000, ""), UN_SYNTAX);
    hostile(opam, repeated("opam-version: \"2.0\" a: b ", "(* *)", 1000000, ""), UN_OK);
    hostile(opam, repeated("opam-version: ", "\"\\", 5000000, ""), UN_SYNTAX);
    refused("go.sum", "a v1 h1:\xff\n");
}

/* Without a name that helps, the first look at a text must not take long either. */
static void test_unnamed(void) {
    hostile("x", repeated("", " ", 20000000, ""), UN_SYNTAX);
    hostile("x", repeated("", "\n", 20000000, ""), UN_SYNTAX);
    hostile("x", repeated("", "#\n", 10000000, ""), -1);
    hostile("x", repeated("", "//\n", 5000000, ""), -1);
    hostile("x", repeated("", "x", 20000000, ""), -1);
    hostile("x", repeated("", "\xff", 20000000, ""), -1);
}

int main(void) {
    /* Measured here, it is known to every child. */
    effort_unit();
    test_json();
    test_relaxed_json();
    test_yaml();
    test_toml();
    test_xml();
    test_lines();
    test_unnamed();
    return check_done();
}
