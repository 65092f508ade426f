/*
 * toml_scalar.h: the values of TOML that hold no others; between toml.c and its parts.
 */
#ifndef UN_TOML_SCALAR_H
#define UN_TOML_SCALAR_H

#include "toml_scanner.h"
#include "writer.h"

/*
 * Reads the value where the scanner stands and writes it, unless `writer` is NULL. A date or time
 * is written as the text that stands there; floats that no double holds become infinite.
 */
un_status un_toml_scalar(un_toml_scanner *scanner, un_tree_writer *writer);

#endif
