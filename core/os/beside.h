/*
 * beside.h: a file that was installed with us: a program of ours, an object that is loaded late.
 *
 * It lies beside the file that holds this code, be that a program or a library, as in a build tree;
 * or in ../lib/upnudge or upnudge of there, as where it is installed. A static library cannot tell
 * from its program where it was installed, and is told when it is built (un_libdir). Beside a
 * set-uid program nothing is looked for.
 */
#ifndef UN_BESIDE_H
#define UN_BESIDE_H

#include <stdbool.h>

/* Writes the path of the file `name` to `out` (PATH_MAX bytes), an absolute one, wherever this
 * process has gone since. false: it is nowhere, and `out` says in words where it was looked for. */
bool un_beside(char *out, const char *name);

#endif
