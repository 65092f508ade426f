/*
 * toml.h: read TOML 1.0 into a tree.
 *
 * Source: toml.io/en/v1.0.0. Dates and times are checked and kept as the text that stands there.
 * Integers are numbers, and so are floats. Nesting beyond UN_TREE_DEPTH is refused.
 */
#ifndef UN_TOML_H
#define UN_TOML_H

#include "tree.h"

/*
 * The root is an object. UN_SYNTAX, UN_LIMIT, UN_NO_MEMORY. Nothing of `text` is needed afterwards
 * but for places in errors. Release with un_tree_free, also after a failure.
 */
un_status un_toml_parse(un_tree *out, un_slice text, un_error *error);

#endif
