#include "self.h"
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <unistd.h>

/* The linker's name of a program is what somebody called it by; of a library it is where it was
 * found. NULL: this is in the program. */
static const char *library(void) {
    Dl_info own, program;
    if (!dladdr((void *)(uintptr_t)un_self_path, &own) || !own.dli_fname)
        return NULL;
    bool told = dladdr((void *)getauxval(AT_PHDR), &program);
    return told && program.dli_fbase == own.dli_fbase ? NULL : own.dli_fname;
}

bool un_self_path(char *out, size_t capacity) {
    const char *path = library();
    if (path)
        return (size_t)snprintf(out, capacity, "%s", path) < capacity;
    ssize_t length = readlink("/proc/self/exe", out, capacity - 1);
    out[length > 0 ? length : 0] = '\0';
    return length > 0 && (size_t)length < capacity - 1;
}
