/*
 * json.h: read JSON strictly and fast.
 *
 * simdjson parses (UTF-8 validated, nothing but RFC 8259 accepted) and its tape is the tree. It and
 * its C++ runtime live in a shared object of their own (upnudge-json.so), which the first parse
 * loads: a process that parses no lockfile does not pay for them. A byte order mark is accepted; an
 * error says line, column and what was expected.
 */
#ifndef UN_JSON_H
#define UN_JSON_H

#include "core/os/file.h"
#include "tree.h"

/*
 * Parses `bytes` (of an un_bytes: padded). UN_SYNTAX, UN_LIMIT (depth), UN_NO_MEMORY, or UN_SYSTEM
 * when upnudge-json.so cannot be loaded. Release with un_tree_free, also after a failure.
 */
un_status un_json_parse(un_tree *out, const un_bytes *bytes, un_error *error);

/*
 * Makes strict JSON of relaxed JSON: comments and trailing commas become blanks, so that every
 * place stays what it was. What is no relaxed JSON either stays broken. Linear. Release *out with
 * un_bytes_free, also after a failure.
 */
un_status un_json_relax(un_bytes *out, un_slice text, un_error *error);

#endif
