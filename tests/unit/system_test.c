/* system: what platforms are called, whoever names them. */
#include "check.h"
#include "core/system.h"
#include <stdio.h>

static bool is_called(const char *platform, const char *wanted) {
    un_slice got = un_system_name(un_slice_of(platform));
    bool right = un_slice_equal(got, un_slice_of(wanted)) && !got.ptr == !wanted;
    if (!right)
        printf("%s: %.*s\n", platform, (int)got.len, got.ptr ? got.ptr : "");
    return right;
}

static void test_names(void) {
    static const struct {
        const char *system, *platforms[12];
    } names[] = {
        {"x86_64-linux",
         {"x86_64-linux", "linux-64", "linux-x64", "x86_64-linux-gnu", "linux/amd64", "linux_amd64",
          "x86_64-unknown-linux-gnu", "linux-x64-gnu", "linux-x64-glibc", "linux_x86_64"}},
        {"x86_64-linux-musl", {"x86_64-linux-musl", "x86_64-unknown-linux-musl", "linux-x64-musl"}},
        {"aarch64-linux-musl",
         {"aarch64-linux-musl", "linux-arm64-musl", "aarch64-unknown-linux-musl"}},
        {"aarch64-linux", {"linux-aarch64", "linux-arm64", "linux-arm64-gnu", "linux/arm64"}},
        {"armv7l-linux",
         {"linux-arm", "linux-armv7l", "linux-arm-gnueabihf", "armv7-unknown-linux-gnueabihf",
          "arm-linux-gnu"}},
        {"armv7l-linux-musl", {"linux-arm-musleabihf", "armv7-unknown-linux-musleabihf"}},
        {"armv6l-linux", {"linux-armv6l"}},
        {"i686-linux",
         {"linux-32", "x86-linux", "x86-linux-gnu", "i686-unknown-linux-gnu", "linux/386"}},
        {"powerpc64le-linux", {"linux-ppc64le", "powerpc64le-unknown-linux-gnu"}},
        {"riscv64-linux", {"linux-riscv64", "riscv64gc-unknown-linux-gnu", "linux-riscv64-gnu"}},
        {"s390x-linux", {"linux-s390x", "linux-s390x-gnu"}},
        {"loongarch64-linux", {"linux-loong64", "loongarch64-unknown-linux-gnu"}},
        {"x86_64-darwin",
         {"osx-64", "macos-x64", "darwin-x64", "x86_64-darwin-22", "x86_64-apple-darwin",
          "darwin/amd64", "darwin_amd64", "x86_64-darwin-21.6.0"}},
        {"aarch64-darwin",
         {"osx-arm64", "arm64-darwin", "arm64-darwin-23", "macos-arm64", "darwin_arm64",
          "aarch64-apple-darwin"}},
        {"x86_64-windows",
         {"win-64", "windows-x64", "x64-mingw32", "x64-mingw-ucrt", "x64-mswin64-140",
          "x86_64-pc-windows-msvc", "win32-x64", "win32-x64-msvc", "windows/amd64"}},
        {"i686-windows", {"win-32", "x86-mingw32", "x86-mswin32-60", "win32-ia32"}},
        {"aarch64-windows", {"win-arm64", "windows-arm64", "win32-arm64-msvc"}},
        {"x86_64-freebsd", {"freebsd-x64", "x86_64-unknown-freebsd"}},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t j = 0; j < 12 && names[i].platforms[j]; j++)
            CHECK(is_called(names[i].platforms[j], names[i].system));
}

static void test_nowhere_and_anywhere(void) {
    static const char *const own[] = {"java",
                                      "universal-darwin",
                                      "linux",
                                      "win32",
                                      "x64",
                                      "64",
                                      "aarch64-linux-android",
                                      "android-arm64",
                                      "linux-64-64",
                                      "linux-x64-baseline",
                                      "x86_64-linux-gnux32",
                                      "x86_64-darwin-musl",
                                      "wasm32",
                                      "-",
                                      "linux-",
                                      "x86_64-linux-23",
                                      "",
                                      "jruby-9"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        CHECK(is_called(own[i], own[i]));
    CHECK(is_called("noarch", NULL) && is_called("any", NULL) && is_called("ruby", NULL));
    CHECK(!un_system_name((un_slice){NULL, 0}).ptr);
}

static void test_parts(void) {
    CHECK(un_slice_equal(un_system_of(UN_SLICE("linux"), UN_SLICE("x64"), true),
                         UN_SLICE("x86_64-linux-musl")));
    CHECK(un_slice_equal(un_system_of(UN_SLICE("win32"), UN_SLICE("ia32"), false),
                         UN_SLICE("i686-windows")));
    CHECK(!un_system_of(UN_SLICE("linux"), UN_SLICE(""), false).ptr);
    CHECK(!un_system_of(UN_SLICE("plan9"), UN_SLICE("x64"), false).ptr);
    CHECK(!un_system_of(UN_SLICE("darwin"), UN_SLICE("x64"), true).ptr);
    CHECK(un_slice_equal(un_system_without_libc(UN_SLICE("x86_64-linux-musl")),
                         UN_SLICE("x86_64-linux")));
    CHECK(
        un_slice_equal(un_system_without_libc(UN_SLICE("x86_64-linux")), UN_SLICE("x86_64-linux")));
    CHECK(un_slice_equal(un_system_without_libc(UN_SLICE("-musl")), UN_SLICE("-musl")));
}

int main(void) {
    test_names();
    test_nowhere_and_anywhere();
    test_parts();
    return check_done();
}
