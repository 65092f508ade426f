/*
 * yaml.h: read YAML into a tree.
 *
 * libyaml parses; its events are written down as they come. Scalars stay text, so that a version
 * 1.10 stays 1.10, except what is plain and YAML's core schema calls null or a boolean. Anchors,
 * aliases and tags are refused: no lockfile has any, and aliases make bombs. So are nesting beyond
 * UN_TREE_DEPTH, keys that are no scalars and duplicate keys.
 */
#ifndef UN_YAML_H
#define UN_YAML_H

#include "tree.h"

/*
 * The root is an array of the documents, even of one. UN_SYNTAX, UN_LIMIT, UN_NO_MEMORY. Nothing of
 * `text` is needed afterwards but for places in errors. Release with un_tree_free, also after a
 * failure.
 */
un_status un_yaml_parse(un_tree *out, un_slice text, un_error *error);

/* The first document of what un_yaml_parse read. */
un_value un_yaml_first(un_value root);

#endif
