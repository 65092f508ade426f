/* platform: what a program tells of the system that it was made for. */
#include "check.h"
#include "core/os/platform.h"
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static char path[] = "/tmp/platform_test.XXXXXX";

/* Writes the program there is, as far as `length`. */
static void write_program(const void *bytes, size_t length) {
    int fd = open(path, O_WRONLY | O_TRUNC);
    if (fd < 0 || write(fd, bytes, length) != (ssize_t)length)
        exit(1);
    close(fd);
}

/* A program of 64 bits whose second header names the interpreter. */
static size_t make_wide(unsigned char *out, unsigned machine, const char *interpreter) {
    Elf64_Ehdr header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB},
                         .e_machine = (Elf64_Half)machine,
                         .e_phoff = sizeof header,
                         .e_phentsize = sizeof(Elf64_Phdr),
                         .e_phnum = interpreter ? 2 : 1};
    Elf64_Phdr parts[2] = {{.p_type = PT_PHDR},
                           {.p_type = PT_INTERP, .p_offset = sizeof header + sizeof parts}};
    memcpy(out, &header, sizeof header);
    memcpy(out + sizeof header, parts, sizeof parts);
    strcpy((char *)out + sizeof header + sizeof parts, interpreter ? interpreter : "");
    return sizeof header + sizeof parts + 64;
}

static size_t make_narrow(unsigned char *out, unsigned machine, const char *interpreter) {
    Elf32_Ehdr header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB},
                         .e_machine = (Elf32_Half)machine,
                         .e_phoff = sizeof header,
                         .e_phentsize = sizeof(Elf32_Phdr),
                         .e_phnum = 1};
    Elf32_Phdr part = {.p_type = PT_INTERP, .p_offset = sizeof header + sizeof part};
    memcpy(out, &header, sizeof header);
    memcpy(out + sizeof header, &part, sizeof part);
    strcpy((char *)out + sizeof header + sizeof part, interpreter ? interpreter : "");
    return sizeof header + sizeof part + 64;
}

static bool is_told(const char *wanted) {
    char name[UN_PLATFORM];
    un_platform(name, path);
    if (strcmp(name, wanted) != 0)
        printf("%s in the place of %s\n", name, wanted);
    return strcmp(name, wanted) == 0;
}

static bool tells(bool wide, unsigned machine, const char *interpreter, const char *wanted) {
    unsigned char bytes[512] = {0};
    size_t length =
        wide ? make_wide(bytes, machine, interpreter) : make_narrow(bytes, machine, interpreter);
    write_program(bytes, length);
    return is_told(wanted);
}

static void test_programs(void) {
    CHECK(tells(true, EM_X86_64, "/lib64/ld-linux-x86-64.so.2", "x86_64-linux"));
    CHECK(tells(true, EM_X86_64, "/lib/ld-musl-x86_64.so.1", "x86_64-linux-musl"));
    CHECK(tells(true, EM_AARCH64, "/lib/ld-linux-aarch64.so.1", "aarch64-linux"));
    CHECK(tells(true, EM_AARCH64, "/nix/store/x-musl-1.2.5/lib/ld-musl-aarch64.so.1",
                "aarch64-linux-musl"));
    CHECK(tells(true, EM_AARCH64, "/ld-musl-x/lib/ld-linux-aarch64.so.1", "aarch64-linux"));
    CHECK(tells(true, EM_RISCV, "/lib/ld-musl-riscv64.so.1", "riscv64-linux-musl"));
    CHECK(tells(true, EM_PPC64, "/lib64/ld64.so.2", "powerpc64le-linux"));
    CHECK(tells(true, EM_S390, "/lib/ld64.so.1", "s390x-linux"));
    CHECK(tells(true, EM_X86_64, NULL, "x86_64-linux"));
    CHECK(tells(false, EM_386, "/lib/ld-linux.so.2", "i686-linux"));
    CHECK(tells(false, EM_386, "/lib/ld-musl-i386.so.1", "i686-linux-musl"));
    CHECK(tells(false, EM_ARM, "/lib/ld-linux-armhf.so.3", "armv7l-linux"));
}

/* What the kernel says, where no program tells. */
static void kernel_name(char out[UN_PLATFORM]) {
    struct utsname kernel;
    if (uname(&kernel) != 0)
        exit(1);
    snprintf(out, UN_PLATFORM, "%.40s-linux", kernel.machine);
}

static void test_no_program(void) {
    char kernel[UN_PLATFORM], name[UN_PLATFORM];
    unsigned char bytes[512] = {0};
    kernel_name(kernel);
    un_platform(name, "/nonexistent/sh");
    CHECK(strcmp(name, kernel) == 0);
    un_platform(name, "/");
    CHECK(strcmp(name, kernel) == 0);
    write_program("#!/bin/busybox sh\n", 18);
    CHECK(is_told(kernel));
    CHECK(tells(true, 0xFFFF, "/lib/ld.so", kernel));
    /* Cut off anywhere, and with headers that point anywhere, it is read within its bounds. */
    size_t length = make_wide(bytes, EM_X86_64, "/lib/ld-musl-x86_64.so.1");
    for (size_t cut = 0; cut < length; cut++) {
        write_program(bytes, cut);
        un_platform(name, path);
        CHECK(strstr(name, "-linux"));
    }
    for (size_t at = 16; at < sizeof(Elf64_Ehdr) + 2 * sizeof(Elf64_Phdr); at++) {
        unsigned char kept = bytes[at];
        bytes[at] = 0xFF;
        write_program(bytes, length);
        un_platform(name, path);
        CHECK(strstr(name, "-linux"));
        bytes[at] = kept;
    }
}

int main(void) {
    int fd = mkstemp(path);
    if (fd < 0)
        return 1;
    close(fd);
    test_programs();
    test_no_program();
    unlink(path);
    return check_done();
}
