/*
 * json_locate.h: where JSON is broken and what was expected there.
 *
 * simdjson says whether, not where. This strict scanner runs only when it refused a text, and makes
 * the words for a person.
 */
#ifndef UN_JSON_LOCATE_H
#define UN_JSON_LOCATE_H

#include "core/error.h"

/*
 * Scans `text` (padded, RFC 8259, at most `depth` levels) and fills *error with the first fault.
 * Returns UN_SYNTAX or UN_LIMIT; UN_OK when nothing was found.
 */
un_status un_json_locate(un_slice text, size_t depth, un_error *error);

#endif
