/* lockfile: what the two formats yield, and what is refused. argv[1]: the fixtures. */
#include "check.h"
#include "core/lockfile.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

static const char *fixtures;

/* Parses the first `length` bytes of a fixture. */
static un_status parse_part(un_lockfile *out, const char *name, size_t length, un_error *error) {
    char path[4096];
    un_bytes whole = {0}, bytes = {0};
    *out = (un_lockfile){0};
    snprintf(path, sizeof path, "%s/%s", fixtures, name);
    un_status status = un_file_read(&whole, AT_FDCWD, path, UN_LOCKFILE_LIMIT, 0, NULL, error);
    if (length > whole.slice.len)
        length = whole.slice.len;
    if (status == UN_OK)
        status = un_bytes_copy(&bytes, (un_slice){whole.slice.ptr, length}, error);
    if (status == UN_OK)
        status = un_lockfile_parse(out, un_slice_of(name), &bytes, NULL, error);
    un_bytes_free(&whole);
    un_bytes_free(&bytes);
    return status;
}

static bool open_fixture(un_lockfile *out, const char *name) {
    un_error error = {0};
    un_status status = parse_part(out, name, SIZE_MAX, &error);
    if (status != UN_OK)
        printf("%s: %s\n", name, error.message);
    return status == UN_OK;
}

static un_status parse_text(const char *text, un_error *error) {
    un_bytes bytes;
    un_lockfile lockfile = {0};
    un_status status = un_bytes_copy(&bytes, un_slice_of(text), error);
    if (status == UN_OK)
        status = un_lockfile_parse(&lockfile, UN_SLICE("some.lock"), &bytes, NULL, error);
    un_bytes_free(&bytes);
    un_lockfile_free(&lockfile);
    return status;
}

/* UN_FORMAT with these words, about that file. */
static bool refuses(const char *text, const char *words) {
    un_error error = {0};
    un_status status = parse_text(text, &error);
    bool right = status == UN_FORMAT && error.status == UN_FORMAT && strstr(error.message, words) &&
                 strcmp(error.file, "some.lock") == 0;
    if (!right)
        printf("%.80s: %d: %s\n", text, (int)status, error.message);
    return right;
}

static bool is(un_slice got, const char *wanted) {
    bool same = wanted ? got.ptr && un_slice_equal(got, un_slice_of(wanted)) : !got.ptr;
    if (!same)
        printf("got \"%.*s\", wanted \"%s\"\n", (int)got.len, got.ptr ? got.ptr : "",
               wanted ? wanted : "(absent)");
    return same;
}

/* The `skip`-th package of that name, system and location; any of them may be NULL. */
static const un_package *find(const un_lockfile *lockfile, const char *name, const char *system,
                              const char *location) {
    static const un_package none;
    for (size_t i = 0; i < lockfile->packages.count; i++) {
        const un_package *p = &lockfile->packages.items[i];
        if (un_slice_equal(p->name, un_slice_of(name)) &&
            (!system || un_slice_equal(p->system, un_slice_of(system))) &&
            (!location || un_slice_equal(p->location, un_slice_of(location))))
            return p;
    }
    return &none;
}

static void test_flox_1(void) {
    un_lockfile l = {0};
    CHECK(open_fixture(&l, "flox/v1-old.lock"));
    CHECK(l.packages.count == 13 && strcmp(l.packages.format, "flox") == 0);
    const un_package *curl = find(&l, "curl", "x86_64-linux", NULL);
    CHECK(is(curl->version, "8.9.0") && is(curl->group, "toplevel") && is(curl->source, "catalog"));
    CHECK(curl->revision.len == 40 && curl->derivation.len && is(curl->location, NULL));
    CHECK(is(find(&l, "python3", NULL, NULL)->group, "py"));
    CHECK(is(find(&l, "plain", NULL, NULL)->group, "toplevel"));
    CHECK(is(find(&l, "nulled", NULL, NULL)->group, "toplevel"));
    const un_package *flake = find(&l, "greeter", NULL, NULL);
    CHECK(is(flake->source, "flake") && is(flake->version, "") && is(flake->group, NULL));
    CHECK(flake->revision.len == 40 && flake->derivation.len);
    CHECK(find(&l, "tool", NULL, NULL)->revision.len == 40);
    const un_package *store = find(&l, "local", NULL, NULL);
    CHECK(is(store->source, "store-path") && is(store->version, "") && is(store->derivation, NULL));
    CHECK(is(store->revision, "/nix/store/00000000000000000000000000000001-local"));
    un_lockfile_free(&l);
    un_lockfile_free(&l);
    CHECK(open_fixture(&l, "flox/empty.lock") && l.packages.count == 0);
    un_lockfile_free(&l);
}

static void test_flox_0(void) {
    un_lockfile l = {0};
    CHECK(open_fixture(&l, "flox/v0.lock"));
    CHECK(l.packages.count == 4);
    const un_package *hello = find(&l, "hello", "aarch64-darwin", NULL);
    CHECK(is(hello->version, "2.12") && hello->revision.len == 40 && is(hello->derivation, NULL));
    CHECK(is(hello->group, "toplevel") && is(hello->source, "catalog"));
    CHECK(find(&l, "urlonly", NULL, NULL)->revision.len == 40);
    CHECK(is(find(&l, "bare", NULL, NULL)->version, ""));
    un_lockfile_free(&l);
}

#define V1 "{\"lockfile-version\":1,\"packages\":"
#define V0 "{\"lockfile-version\":0,\"packages\":"

static void test_flox_refused(void) {
    CHECK(refuses(V1 "{}}", "`packages` is no array"));
    CHECK(refuses("{\"lockfile-version\":1}", "`packages` is no array"));
    CHECK(refuses(V1 "[1]}", "packages[0] is no object"));
    CHECK(refuses(V1 "[{\"install_id\":\"a\",\"system\":\"s\"},{\"system\":\"s\"}]}",
                  "packages[1] has no install_id"));
    CHECK(refuses(V1 "[{\"install_id\":\"a\"}]}", "packages[0] has no system"));
    CHECK(refuses(V1 "[{\"install_id\":\"a\",\"system\":\"s\",\"version\":1}]}",
                  "packages[0].version is no string"));
    CHECK(refuses(V1 "[{\"install_id\":[],\"system\":\"s\"}]}", "packages[0].install_id"));
    CHECK(refuses(V0 "[]}", "`packages` is no object"));
    CHECK(refuses(V0 "{\"s\":[{}]}}", "no object"));
    CHECK(refuses(V0 "{\"s\":{\"a\":1}}}", "not every one an object"));
    CHECK(parse_text(V0 "{\"s\":{\"a\":{\"info\":[],\"input\":7}},\"t\":null}}", NULL) == UN_OK);
    CHECK(refuses("{\"lockfile-version\":2,\"packages\":[]}", "newer than this upnudge reads"));
    CHECK(refuses("{\"lockfile-version\":\"1\",\"packages\":[]}", "no version number"));
}

static void test_npm_3(void) {
    un_lockfile l = {0};
    CHECK(open_fixture(&l, "npm/v3-old.json"));
    CHECK(l.packages.count == 11 && strcmp(l.packages.format, "npm") == 0);
    const un_package *a = find(&l, "a", NULL, "node_modules/a");
    CHECK(is(a->version, "1.0.0") && is(a->source, "registry") && is(a->group, NULL));
    CHECK(is(a->system, NULL) && is(a->revision, NULL) && a->derivation.len > 7);
    const un_package *inner = find(&l, "a", NULL, "node_modules/b/node_modules/a");
    CHECK(is(inner->version, "0.9.0") && is(inner->group, "dev"));
    CHECK(is(find(&l, "a", NULL, "packages/member/node_modules/a")->version, "1.0.0"));
    CHECK(is(find(&l, "@scope/c", NULL, NULL)->group, "optional"));
    CHECK(is(find(&l, "real", NULL, "node_modules/nick")->version, "4.5.6"));
    const un_package *forked = find(&l, "forked", NULL, NULL);
    CHECK(is(forked->source, "git") && is(forked->version, "0.3.0") && forked->revision.len == 40);
    const un_package *packed = find(&l, "packed", NULL, NULL);
    CHECK(is(packed->source, "file") && is(packed->group, "optional"));
    CHECK(is(find(&l, "bundled", NULL, NULL)->source, "registry"));
    CHECK(!find(&l, "tool", NULL, NULL)->name.ptr && !find(&l, "demo", NULL, NULL)->name.ptr);
    CHECK(!find(&l, "@demo/member", NULL, NULL)->name.ptr);
    un_lockfile_free(&l);
    CHECK(open_fixture(&l, "npm/v3-new.json"));
    CHECK(memcmp(find(&l, "weak", NULL, NULL)->derivation.ptr, "sha512-", 7) == 0);
    un_lockfile_free(&l);
}

static void test_npm_1_and_2(void) {
    un_lockfile l = {0};
    CHECK(open_fixture(&l, "npm/v1.json"));
    CHECK(l.packages.count == 9);
    CHECK(is(find(&l, "a", NULL, "node_modules/b/node_modules/a")->version, "0.9.0"));
    CHECK(is(find(&l, "@scope/real", NULL, "node_modules/nick")->version, "4.5.6"));
    CHECK(is(find(&l, "real", NULL, "node_modules/nick2")->version, "1.0.0"));
    const un_package *forked = find(&l, "forked", NULL, NULL);
    CHECK(is(forked->source, "git") && is(forked->version, "") && forked->revision.len == 40);
    CHECK(is(find(&l, "hub", NULL, NULL)->source, "git"));
    CHECK(is(find(&l, "packed", NULL, NULL)->source, "file"));
    CHECK(is(find(&l, "tarball", NULL, NULL)->version, ""));
    un_lockfile_free(&l);
    CHECK(open_fixture(&l, "npm/v2.json"));
    CHECK(l.packages.count == 2 && !find(&l, "only", NULL, NULL)->name.ptr);
    un_lockfile_free(&l);
    CHECK(open_fixture(&l, "npm/npm-shrinkwrap.json") && l.packages.count == 1);
    un_lockfile_free(&l);
}

static void test_npm_refused(void) {
    CHECK(refuses("{\"lockfileVersion\":4,\"packages\":{}}", "newer than this upnudge reads"));
    CHECK(refuses("{\"lockfileVersion\":3,\"packages\":[]}", "`packages` is no object"));
    CHECK(refuses("{\"lockfileVersion\":\"3\",\"packages\":{}}", "no version number"));
    CHECK(refuses("{\"lockfileVersion\":3,\"packages\":{\"node_modules/a\":1}}", "node_modules/a"));
    CHECK(refuses("{\"lockfileVersion\":1,\"dependencies\":[{}]}", "is no object"));
    CHECK(refuses("{\"lockfileVersion\":1,\"dependencies\":{\"a\":{\"dependencies\":[1]}}}",
                  "`node_modules/a` is no object"));
    CHECK(refuses("{\"lockfileVersion\":1,\"dependencies\":{\"a\":\"1\"}}", "dependencies.a"));
    CHECK(parse_text("{\"lockfileVersion\":2,\"packages\":{\"node_modules/a\":"
                     "{\"version\":1,\"resolved\":false,\"name\":[]}}}",
                     NULL) == UN_OK);
}

/* A place of a megabyte, repeated for a thousand children: a gigabyte, were there no limit. */
static void test_npm_multiplied(void) {
    size_t key = 1000000, room = key + 40000;
    char *text = calloc(1, room);
    CHECK(text != NULL);
    if (!text)
        return;
    size_t at = (size_t)snprintf(text, room, "{\"lockfileVersion\":1,\"dependencies\":{\"");
    memset(text + at, 'k', key);
    at += key;
    at += (size_t)snprintf(text + at, room - at, "\":{\"dependencies\":{");
    for (int i = 0; i < 1000; i++)
        at += (size_t)snprintf(text + at, room - at, "%s\"%d\":{}", i ? "," : "", i);
    snprintf(text + at, room - at, "}}}}");
    CHECK(parse_text(text, NULL) == UN_LIMIT);
    free(text);
}

static void test_unknown(void) {
    un_lockfile l = {0};
    un_error error = {0};
    CHECK(refuses("{\"error\":\"x\"}", "no lockfile that upnudge knows"));
    CHECK(refuses("{}", "no lockfile that upnudge knows"));
    CHECK(refuses("[]", "no lockfile"));
    CHECK(parse_part(&l, "flox/error.lock", SIZE_MAX, &error) == UN_FORMAT);
    CHECK(strstr(error.file, "error.lock") && strstr(error.message, "JSON, but no lockfile"));
    un_lockfile_free(&l);
    CHECK(parse_part(&l, "flox/v2.lock", SIZE_MAX, NULL) == UN_FORMAT);
    un_lockfile_free(&l);
    CHECK(parse_part(&l, "npm/v4.json", SIZE_MAX, NULL) == UN_FORMAT);
    un_lockfile_free(&l);
    CHECK(parse_text("{\"lockfile-version\":1,", &error) == UN_SYNTAX && error.line == 1);
}

/* Cut off anywhere before its closing brace, a lockfile is refused with a place. */
static void test_truncated(const char *name) {
    un_lockfile l = {0};
    size_t accepted = 0, unplaced = 0;
    for (size_t length = 0;; length++) {
        un_error error = {0};
        un_status status = parse_part(&l, name, length, &error);
        un_lockfile_free(&l);
        if (status == UN_OK) {
            accepted = length;
            break;
        }
        unplaced += status != UN_SYNTAX || error.line == 0 || error.column == 0;
    }
    CHECK(accepted > 10 && unplaced == 0);
}

int main(int count, char **arguments) {
    fixtures = count > 1 ? arguments[1] : "tests/fixtures";
    test_flox_1();
    test_flox_0();
    test_flox_refused();
    test_npm_3();
    test_npm_1_and_2();
    test_npm_refused();
    test_npm_multiplied();
    test_unknown();
    test_truncated("flox/v1-old.lock");
    test_truncated("flox/v0.lock");
    test_truncated("npm/v1.json");
    test_truncated("npm/v3-old.json");
    return check_done();
}
