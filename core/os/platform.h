/*
 * platform.h: which platform the programs of this system are made for.
 *
 *     char name[UN_PLATFORM];
 *     un_platform(name, "/bin/sh");
 *
 * The kernel's word (uname) is that of the kernel: it says x86_64 to a 32-bit system that it runs,
 * and nothing of the C library. How this program was compiled says no more, for a static one runs
 * on any system of its machine. So a program that every system has is asked, whose ELF header and
 * interpreter tell both.
 */
#ifndef UN_PLATFORM_H
#define UN_PLATFORM_H

/* Room for a name, with its NUL. */
#define UN_PLATFORM 64

/* The platform that the program at `path` is made for, as core/system.h calls it: "x86_64-linux",
 * "aarch64-linux-musl"; that of the kernel where the program cannot tell. Three system calls. */
void un_platform(char out[UN_PLATFORM], const char *path);

#endif
