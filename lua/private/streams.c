/*
 * streams.c: the three streams under the names that our copies of other people's archives know them
 * by.
 *
 * Debian compiles its static archives for programs, which may find the C library's variables in a
 * place of their own. In a library that would take relocations of its code. So the build renames
 * them in copies of the archives (all.names), and here the names get their values.
 */
#include <stdio.h>

#define PRIVATE __attribute__((visibility("hidden")))

extern FILE *un_private_stdin, *un_private_stdout, *un_private_stderr;
PRIVATE FILE *un_private_stdin, *un_private_stdout, *un_private_stderr;

__attribute__((constructor)) static void take_streams(void) {
    un_private_stdin = stdin;
    un_private_stdout = stdout;
    un_private_stderr = stderr;
}
