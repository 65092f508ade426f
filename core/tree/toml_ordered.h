/*
 * toml_ordered.h: TOML whose tables come in the order of the tree; between toml.c and its parts.
 *
 * Tools write lockfiles so that no table is gone back to, and then one round is enough: what is
 * read is written at once, and that every key is new shows in the tree (see un_tree_finish). That
 * takes a fourth of the time of two rounds. What is written otherwise, and what is broken, is for
 * those.
 */
#ifndef UN_TOML_ORDERED_H
#define UN_TOML_ORDERED_H

#include "toml_scanner.h"
#include "writer.h"

/*
 * Reads the whole document into `writer`. false: it is none that can be read so, for whatever
 * reason; scanner and writer are then of no use. It takes nothing that the two rounds refuse but
 * for keys that stood before, and makes the tree that they make.
 */
bool un_toml_ordered(un_toml_scanner *scanner, un_tree_writer *writer);

#endif
