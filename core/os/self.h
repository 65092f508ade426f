/*
 * self.h: which file this code has been loaded from.
 *
 *     char path[PATH_MAX];
 *     if (un_self_path(path, sizeof path))
 *         ...
 *
 * That is the library where it is in one, else the program.
 */
#ifndef UN_SELF_H
#define UN_SELF_H

#include <stdbool.h>
#include <stddef.h>

/* false: nobody knows, or its path takes more than `capacity` bytes. */
bool un_self_path(char *out, size_t capacity);

#endif
