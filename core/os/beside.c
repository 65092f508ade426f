#include "beside.h"
#include "os.h"
#include <dlfcn.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/* What stands before the path in a line of /proc/self/maps, and more. */
#define LEAD 128

extern const char un_libdir[];
__attribute__((weak)) const char un_libdir[] = "";

/* What a line of /proc/self/maps says, "55d0-55d1 r-xp 00000000 08:01 123   /path", if it is of the
 * mapping that holds `address`. */
static bool take_path(char *out, size_t capacity, char *line, uintptr_t address) {
    char *end, *path = strchr(line, '/');
    unsigned long long first = strtoull(line, &end, 16);
    unsigned long long behind = *end == '-' ? strtoull(end + 1, NULL, 16) : 0;
    if (address < first || address >= behind || !path)
        return false;
    path[strcspn(path, "\n")] = '\0';
    return (size_t)snprintf(out, capacity, "%s", path) < capacity;
}

/* A library that was found by a relative path has that name for good, and the process may be
 * elsewhere by now. The kernel knows better. */
static bool mapped_file(char *out, size_t capacity, uintptr_t address) {
    char line[PATH_MAX + LEAD];
    FILE *maps = fopen("/proc/self/maps", "re");
    bool found = false;
    while (maps && !found && fgets(line, sizeof line, maps))
        found = take_path(out, capacity, line, address);
    if (maps)
        fclose(maps);
    return found;
}

/* The linker's name of a program is what somebody called it by; of a library it is where it was
 * found. NULL: this is in the program. */
static const char *library(void) {
    Dl_info own, program;
    if (!dladdr((void *)(uintptr_t)library, &own) || !own.dli_fname)
        return NULL;
    bool told = dladdr((void *)(uintptr_t)getauxval(AT_PHDR), &program);
    return told && program.dli_fbase == own.dli_fbase ? NULL : own.dli_fname;
}

/* Without /proc, what the program was started as; a relative path may lead elsewhere by now. */
static bool called_file(char *out) {
    const char *path = (const char *)(uintptr_t)getauxval(AT_EXECFN);
    return path && path[0] == '/' && realpath(path, out) != NULL;
}

/* The file that holds this code. Where a set-uid program lies says whoever made a link to it. */
static bool own_file(char *out, size_t capacity) {
    const char *path = library();
    if (path && path[0] == '/')
        return (size_t)snprintf(out, capacity, "%s", path) < capacity;
    if (path)
        return mapped_file(out, capacity, (uintptr_t)own_file);
    if (un_os_is_raised())
        return false;
    ssize_t length = readlink("/proc/self/exe", out, capacity - 1);
    out[length > 0 ? length : 0] = '\0';
    return length > 0 || called_file(out);
}

static bool is_at(char *out, const char *directory, const char *below, const char *name) {
    int length = snprintf(out, PATH_MAX, "%s%s/%s", directory, below, name);
    return length > 0 && length < PATH_MAX && access(out, F_OK) == 0;
}

bool un_beside(char *out, const char *name) {
    static const char *const places[] = {"", "/../lib/upnudge", "/upnudge"};
    char own[PATH_MAX];
    char *slash = own_file(own, sizeof own) ? strrchr(own, '/') : NULL;
    if (slash)
        *slash = '\0';
    for (size_t i = 0; slash && i < sizeof places / sizeof *places; i++)
        if (is_at(out, own, places[i], name))
            return true;
    if (*un_libdir && is_at(out, un_libdir, "", name))
        return true;
    snprintf(out, PATH_MAX, "%.300s%s%.300s", slash ? own : "?", *un_libdir ? " or " : "",
             un_libdir);
    return false;
}
