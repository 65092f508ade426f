/*
 * xml.h: read XML into a tree.
 *
 * libexpat parses; its events are written down as they come. An element is an array: its name, then
 * an object of its attributes where it has any, then the elements and texts in it, in their order.
 * Text that is nothing but blanks is left away, and so are comments and processing instructions.
 * Names stay as they are written, with their prefix.
 *
 * A document type declaration is refused: no lockfile has one, and its entities make bombs and
 * reach for other files. So are nesting beyond UN_TREE_DEPTH and encodings other than UTF-8.
 */
#ifndef UN_XML_H
#define UN_XML_H

#include "tree.h"

/*
 * The root is the outermost element. UN_SYNTAX, UN_LIMIT, UN_NO_MEMORY. Nothing of `text` is needed
 * afterwards but for places in errors. Release with un_tree_free, also after a failure.
 */
un_status un_xml_parse(un_tree *out, un_slice text, un_error *error);

/* Absent: it is no element. */
un_slice un_xml_name(un_value element);

/* An object; absent where it has none. */
un_value un_xml_attributes(un_value element);

#endif
