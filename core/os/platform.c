#include "platform.h"
#include "core/system.h"
#include "os.h"
#include <elf.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

/* The headers of a program stand in its first page, and so does the name of its interpreter. */
typedef struct program {
    unsigned char bytes[4096];
    size_t length;
    bool wide, big; /* 64 bits; the most significant byte comes first */
} program;

static bool read_program(program *p, const char *path) {
    int fd = un_os_open(AT_FDCWD, path, O_RDONLY, 0);
    if (fd < 0)
        return false;
    ssize_t length = un_os_read(fd, p->bytes, sizeof p->bytes);
    un_os_close(fd);
    p->length = length > 0 ? (size_t)length : 0;
    if (p->length < sizeof(Elf32_Ehdr) || memcmp(p->bytes, ELFMAG, SELFMAG) != 0)
        return false;
    p->wide = p->bytes[EI_CLASS] == ELFCLASS64;
    p->big = p->bytes[EI_DATA] == ELFDATA2MSB;
    return true;
}

/* A number of `size` bytes; 0 where the page does not reach so far. */
static uint64_t number_at(const program *p, uint64_t at, size_t size) {
    uint64_t number = 0;
    if (at > p->length || p->length - at < size)
        return 0;
    for (size_t i = 0; i < size; i++)
        number = number << 8 | p->bytes[at + (p->big ? i : size - 1 - i)];
    return number;
}

/* Nix's word for the machine; NULL: we know none. */
static const char *machine_of(const program *p) {
    switch (number_at(p, offsetof(Elf32_Ehdr, e_machine), 2)) {
    case EM_X86_64:
        return p->wide ? "x86_64" : NULL;
    case EM_386:
        return "i686";
    case EM_AARCH64:
        return "aarch64";
    case EM_ARM:
        return "armv7l";
    case EM_RISCV:
        return p->wide ? "riscv64" : "riscv32";
    case EM_PPC64:
        return p->big ? "powerpc64" : "powerpc64le";
    case EM_S390:
        return p->wide ? "s390x" : NULL;
    case 258: /* EM_LOONGARCH, which older headers lack */
        return "loongarch64";
    default:
        return NULL;
    }
}

/* Where a field stands in the header of a program of 64 bits and of 32. */
#define FIELD(p, kind, field)                                                                      \
    ((p)->wide ? offsetof(Elf64_##kind, field) : offsetof(Elf32_##kind, field))

/* The path of the interpreter, which loads the C library; absent: the program is static. */
static un_slice interpreter_of(const program *p) {
    size_t word = p->wide ? 8 : 4;
    uint64_t at = number_at(p, FIELD(p, Ehdr, e_phoff), word);
    uint64_t size = number_at(p, FIELD(p, Ehdr, e_phentsize), 2);
    uint64_t count = number_at(p, FIELD(p, Ehdr, e_phnum), 2);
    while (count-- && at < p->length && number_at(p, at, 4) != PT_INTERP)
        at += size;
    uint64_t start = number_at(p, at + FIELD(p, Phdr, p_offset), word);
    if (number_at(p, at, 4) != PT_INTERP || start >= p->length)
        return (un_slice){NULL, 0};
    un_slice rest = {(const char *)p->bytes + start, p->length - (size_t)start};
    return un_slice_part(rest, 0, un_slice_find(rest, '\0'));
}

static bool is_musl(const program *p) {
    un_slice path = interpreter_of(p);
    size_t slash = un_slice_find_last(path, '/');
    return slash < path.len &&
           un_slice_starts(un_slice_from(path, slash + 1), UN_SLICE("ld-musl-"));
}

/* uname says "Linux" and "FreeBSD", and "arm64" and "amd64" where others say otherwise. */
static void name_kernel(char out[UN_PLATFORM], const struct utsname *kernel, const char *machine) {
    char text[UN_PLATFORM];
    int length = snprintf(text, sizeof text, "%.30s-%.30s", machine, kernel->sysname);
    for (char *c = text; *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + ('a' - 'A') : *c);
    un_slice name = un_system_name((un_slice){text, (size_t)length});
    snprintf(out, UN_PLATFORM, "%.*s", (int)name.len, name.ptr);
}

/* ARM's older machines are told by the kernel alone. */
void un_platform(char out[UN_PLATFORM], const char *path) {
    program p = {.length = 0};
    struct utsname kernel = {.sysname = "unknown", .machine = "unknown"};
    uname(&kernel);
    bool read = read_program(&p, path);
    const char *machine = read ? machine_of(&p) : NULL;
    bool told =
        !machine || (strncmp(machine, "arm", 3) == 0 && strncmp(kernel.machine, "armv6", 5) == 0);
    name_kernel(out, &kernel, told ? kernel.machine : machine);
    size_t length = strlen(out);
    if (read && is_musl(&p) && length + sizeof "-musl" <= UN_PLATFORM)
        strcpy(out + length, "-musl");
}
