/*
 * forge.h: the pages of repositories that a format names without an address.
 *
 * "github" and its kind say where a repository is as surely as a URL does. They are Nix's words for
 * the three hosts that it knows; others have the same.
 */
#ifndef UN_FORMATS_FORGE_H
#define UN_FORMATS_FORGE_H

#include "core/arena.h"
#include <stdint.h>

typedef struct un_forge {
    un_slice kind;         /* "github", "gitlab", "sourcehut" */
    un_slice host;         /* absent: the usual one of that kind */
    un_slice owner, place; /* "owner", "repo"; the owner absent: it is a part of the place */
} un_forge;

/* The page, made in `arena`; absent: it is no such kind, or names none. false: out of memory. */
bool un_forge_page(un_slice *page, const un_forge *forge, un_arena *arena);

/* Of a reference to a flake: "github:owner/repo/ref?dir=x", "git+https://host/repo?ref=x"; absent
 * where that leads to no repository on the web. false: out of memory. */
bool un_forge_of_flake(un_slice *page, un_slice reference, un_arena *arena);

/* What one that is locked says of when it came out, "…?lastModified=1793701230"; 0: nothing. */
int64_t un_forge_date_of_flake(un_slice reference);

#endif
