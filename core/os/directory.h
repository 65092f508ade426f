/*
 * directory.h: state directories that are ours and nobody else's.
 *
 * A state directory is entered through its descriptor, never again by its path, so that a swap
 * of a path component between two calls cannot lead us elsewhere.
 */
#ifndef UN_DIRECTORY_H
#define UN_DIRECTORY_H

#include "core/error.h"

/*
 * Opens directory `path`; *out is a descriptor that the caller closes. Its last component must not
 * be a symbolic link, it must be owned by the effective user, and nobody else may write to it, else
 * UN_FOREIGN: so `sudo tool activate` cannot leave root's files in a user's cache. On the way root
 * follows symbolic links of root's alone. Missing is UN_NOT_FOUND, unless `create`: then it and its
 * missing parents are made with mode 0700, provided that the nearest parent that exists is owned by
 * the effective user or, for an ordinary user, by root.
 */
un_status un_directory_open(int *out, const char *path, bool create, un_error *error);

/* Whether un_directory_open would open it, found out as cheaply as can be. */
un_status un_directory_reach(const char *path, un_error *error);

/* The same of what is at the end of a way that was gone before: for who asks again and again. */
un_status un_directory_examine(const char *path, un_error *error);

/* The same, and that nobody else may so much as look into it (UN_FOREIGN). */
un_status un_directory_private(const char *path, un_error *error);

/* The same as un_directory_open for one component `name` inside the open directory `parent`. */
un_status un_directory_enter(int *out, int parent, const char *name, bool create, un_error *error);

/*
 * The names of what is in the open directory `dir`, in no order, each with its NUL; *length are the
 * bytes of all. What has no room is left out.
 */
un_status un_directory_names(char *names, size_t room, size_t *length, int dir, un_error *error);

#endif
