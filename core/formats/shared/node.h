/*
 * node.h: what the lockfiles of npm's registry have in common; between those formats only.
 */
#ifndef UN_FORMATS_NODE_H
#define UN_FORMATS_NODE_H

#include "core/packages.h"

/* The strongest of the integrity digests that blanks part. npm adds stronger ones in passing. */
un_slice un_node_integrity(un_slice integrity);

/* Whether it begins with such a digest, as neither "sharkdp-bat-1a2b3c4" nor "sha512-bat-1a2b3c4",
 * the names of a directory, do. */
bool un_node_is_integrity(un_slice text);

/* Source, revision and repository of what was resolved to a URL: "git", "file" or "registry". */
void un_node_source(un_package *package, un_slice resolved);

/* Parts at the first @ that is no scope's: "name@git+ssh://git@host/x". */
bool un_node_split_first(un_slice spec, un_slice *name, un_slice *version);

/* Parts "name@version" and "@scope/name@version"; false (and nothing set): there is no such @. */
bool un_node_split(un_slice spec, un_slice *name, un_slice *version);

#endif
