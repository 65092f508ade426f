#include "system.h"

/* Sources: conda's subdirs, RubyGems' Gem::Platform, mise's platform keys. "" stands for anywhere.
 */
static const struct {
    const char *platform, *system;
} names[] = {
    {"noarch", ""},
    {"any", ""},
    {"ruby", ""},
    {"linux-64", "x86_64-linux"},
    {"linux-32", "i686-linux"},
    {"linux-aarch64", "aarch64-linux"},
    {"linux-armv6l", "armv6l-linux"},
    {"linux-armv7l", "armv7l-linux"},
    {"linux-ppc64le", "powerpc64le-linux"},
    {"linux-riscv64", "riscv64-linux"},
    {"linux-s390x", "s390x-linux"},
    {"osx-64", "x86_64-darwin"},
    {"osx-arm64", "aarch64-darwin"},
    {"win-64", "x86_64-windows"},
    {"win-32", "i686-windows"},
    {"win-arm64", "aarch64-windows"},
    {"x86_64-linux-gnu", "x86_64-linux"},
    {"aarch64-linux-gnu", "aarch64-linux"},
    {"arm64-darwin", "aarch64-darwin"},
    {"x64-mingw32", "x86_64-windows"},
    {"x64-mingw-ucrt", "x86_64-windows"},
    {"x86-mingw32", "i686-windows"},
    {"x86-linux", "i686-linux"},
    {"x86-linux-gnu", "i686-linux"},
    {"linux-x64", "x86_64-linux"},
    {"linux-arm64", "aarch64-linux"},
    {"linux-arm", "armv7l-linux"},
    {"macos-x64", "x86_64-darwin"},
    {"macos-arm64", "aarch64-darwin"},
    {"windows-x64", "x86_64-windows"},
    {"windows-arm64", "aarch64-windows"},
};

un_slice un_system_name(un_slice platform) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (un_slice_equal(platform, un_slice_of(names[i].platform)))
            return *names[i].system ? un_slice_of(names[i].system) : (un_slice){NULL, 0};
    return platform;
}
