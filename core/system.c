#include "system.h"
#include "ascii.h"

/* Sources: conda's subdirs, Gem::Platform, mise's keys, Node's process.platform and process.arch,
 * Go's GOOS and GOARCH, Rust's and GNU's triples. */

#define SYSTEMS(X)                                                                                 \
    X(LINUX, "linux")                                                                              \
    X(MUSL, "linux-musl")                                                                          \
    X(DARWIN, "darwin")                                                                            \
    X(WINDOWS, "windows")                                                                          \
    X(FREEBSD, "freebsd")                                                                          \
    X(OPENBSD, "openbsd")                                                                          \
    X(NETBSD, "netbsd")

#define MACHINES(X)                                                                                \
    X(X86_64, "x86_64")                                                                            \
    X(I686, "i686")                                                                                \
    X(AARCH64, "aarch64")                                                                          \
    X(ARMV7L, "armv7l")                                                                            \
    X(ARMV6L, "armv6l")                                                                            \
    X(RISCV64, "riscv64")                                                                          \
    X(POWERPC64LE, "powerpc64le")                                                                  \
    X(POWERPC64, "powerpc64")                                                                      \
    X(S390X, "s390x")                                                                              \
    X(LOONGARCH64, "loongarch64")

#define ENUMERATE(name, text) name,
enum {
    SYSTEMS(ENUMERATE) SYSTEM_COUNT
};
enum {
    MACHINES(ENUMERATE) MACHINE_COUNT
};
#undef ENUMERATE

#define ROW(name, machine)                                                                         \
    {machine "-linux",   machine "-linux-musl", machine "-darwin", machine "-windows",             \
     machine "-freebsd", machine "-openbsd",    machine "-netbsd"},
static const char *const names[MACHINE_COUNT][SYSTEM_COUNT] = {MACHINES(ROW)};
#undef ROW

typedef struct word {
    un_slice text;
    int meaning;
} word;

static const word systems[] = {
    {UN_LITERAL("linux"), LINUX},     {UN_LITERAL("darwin"), DARWIN},
    {UN_LITERAL("macos"), DARWIN},    {UN_LITERAL("osx"), DARWIN},
    {UN_LITERAL("windows"), WINDOWS}, {UN_LITERAL("win"), WINDOWS},
    {UN_LITERAL("win32"), WINDOWS},   {UN_LITERAL("mingw"), WINDOWS},
    {UN_LITERAL("mingw32"), WINDOWS}, {UN_LITERAL("mswin32"), WINDOWS},
    {UN_LITERAL("mswin64"), WINDOWS}, {UN_LITERAL("freebsd"), FREEBSD},
    {UN_LITERAL("openbsd"), OPENBSD}, {UN_LITERAL("netbsd"), NETBSD},
};

static const word machines[] = {
    {UN_LITERAL("x86_64"), X86_64},
    {UN_LITERAL("x64"), X86_64},
    {UN_LITERAL("amd64"), X86_64},
    {UN_LITERAL("64"), X86_64},
    {UN_LITERAL("i686"), I686},
    {UN_LITERAL("i386"), I686},
    {UN_LITERAL("i586"), I686},
    {UN_LITERAL("x86"), I686},
    {UN_LITERAL("ia32"), I686},
    {UN_LITERAL("386"), I686},
    {UN_LITERAL("32"), I686},
    {UN_LITERAL("aarch64"), AARCH64},
    {UN_LITERAL("arm64"), AARCH64},
    {UN_LITERAL("arm"), ARMV7L},
    {UN_LITERAL("armv7"), ARMV7L},
    {UN_LITERAL("armv7l"), ARMV7L},
    {UN_LITERAL("armv7a"), ARMV7L},
    {UN_LITERAL("armv6"), ARMV6L},
    {UN_LITERAL("armv6l"), ARMV6L},
    {UN_LITERAL("riscv64"), RISCV64},
    {UN_LITERAL("riscv64gc"), RISCV64},
    {UN_LITERAL("ppc64le"), POWERPC64LE},
    {UN_LITERAL("powerpc64le"), POWERPC64LE},
    {UN_LITERAL("ppc64"), POWERPC64},
    {UN_LITERAL("powerpc64"), POWERPC64},
    {UN_LITERAL("s390x"), S390X},
    {UN_LITERAL("loongarch64"), LOONGARCH64},
    {UN_LITERAL("loong64"), LOONGARCH64},
};

/* They tell no more than the system does: who made the machine, which C library is usual there. */
static const word silent[] = {
    {UN_LITERAL("unknown"), 0}, {UN_LITERAL("pc"), 0},        {UN_LITERAL("apple"), 0},
    {UN_LITERAL("gnu"), 0},     {UN_LITERAL("gnueabihf"), 0}, {UN_LITERAL("gnueabi"), 0},
    {UN_LITERAL("msvc"), 0},    {UN_LITERAL("ucrt"), 0},      {UN_LITERAL("glibc"), 0},
};

static const word libraries[] = {
    {UN_LITERAL("musl"), 0}, {UN_LITERAL("musleabihf"), 0}, {UN_LITERAL("musleabi"), 0}};

static const word anywhere[] = {
    {UN_LITERAL("noarch"), 0}, {UN_LITERAL("any"), 0}, {UN_LITERAL("ruby"), 0}};

#define COUNT(words) (sizeof(words) / sizeof *(words))

/* -1: it is none of them. */
static int meaning_of(un_slice text, const word *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (un_slice_equal(text, words[i].text))
            return words[i].meaning;
    return -1;
}

/* What the words of a platform say; -1: none of them did. */
typedef struct reading {
    int system, machine;
    bool musl;
} reading;

/* "23" of "arm64-darwin-23" and "140" of "x64-mswin64-140" are versions of the system. */
static bool is_version(const reading *r, un_slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (!un_is_digit(text.ptr[i]) && text.ptr[i] != '.')
            return false;
    return text.len && (r->system == DARWIN || r->system == WINDOWS) && r->machine >= 0;
}

/* false: the word is unknown, or says again what another has said. */
static bool take_word(reading *r, un_slice text) {
    int system = meaning_of(text, systems, COUNT(systems));
    int machine = meaning_of(text, machines, COUNT(machines));
    if (system >= 0 && r->system < 0)
        r->system = system;
    else if (machine >= 0 && r->machine < 0)
        r->machine = machine;
    else if (meaning_of(text, libraries, COUNT(libraries)) == 0)
        r->musl = true;
    else
        return meaning_of(text, silent, COUNT(silent)) == 0 || is_version(r, text);
    return true;
}

static un_slice name_of(const reading *r) {
    if (r->system < 0 || r->machine < 0 || (r->musl && r->system != LINUX))
        return (un_slice){NULL, 0};
    return un_slice_of(names[r->machine][r->musl ? MUSL : r->system]);
}

/* Where the next word ends. Go's "linux_amd64" has its blank behind the system alone, for
 * "x86_64" has one, too. */
static size_t word_end(const reading *r, un_slice rest) {
    size_t end = un_slice_find(rest, '-'), slash = un_slice_find(rest, '/');
    size_t low = un_slice_find(rest, '_');
    end = slash < end ? slash : end;
    bool system = meaning_of(un_slice_part(rest, 0, low), systems, COUNT(systems)) >= 0;
    return low < end && r->system < 0 && system ? low : end;
}

un_slice un_system_name(un_slice platform) {
    reading r = {.system = -1, .machine = -1};
    un_slice rest = platform;
    if (meaning_of(platform, anywhere, COUNT(anywhere)) == 0)
        return (un_slice){NULL, 0};
    for (bool more = platform.len > 0; more;) {
        size_t end = word_end(&r, rest);
        if (!take_word(&r, un_slice_part(rest, 0, end)))
            return platform;
        more = end < rest.len;
        rest = more ? un_slice_from(rest, end + 1) : rest;
    }
    un_slice name = name_of(&r);
    return name.len ? name : platform;
}

un_slice un_system_of(un_slice os, un_slice machine, bool musl) {
    return name_of(&(reading){.system = meaning_of(os, systems, COUNT(systems)),
                              .machine = meaning_of(machine, machines, COUNT(machines)),
                              .musl = musl});
}

un_slice un_system_without_libc(un_slice system) {
    un_slice musl = UN_SLICE("-musl");
    bool named = system.len > musl.len && un_slice_ends(system, musl);
    return named ? un_slice_part(system, 0, system.len - musl.len) : system;
}
