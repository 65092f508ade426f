/*
 * json_simdjson.h: what upnudge-json.so exports; between json.c and json_simdjson.cc only.
 */
#ifndef UN_JSON_SIMDJSON_H
#define UN_JSON_SIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    UN_SIMDJSON_OK,
    UN_SIMDJSON_SYNTAX,
    UN_SIMDJSON_DEPTH,
    UN_SIMDJSON_NO_MEMORY
};

/* tape and strings live as long as owner. */
typedef struct un_simdjson {
    const uint64_t *tape;
    const char *strings;
    void *owner;
} un_simdjson;

/*
 * Parses `length` bytes with 64 readable ones behind them, nested `depth` deep at most. Answers one
 * of the codes above; out->owner is to be freed in any case.
 */
int un_simdjson_parse(un_simdjson *out, const char *bytes, size_t length, size_t depth);
void un_simdjson_free(void *owner);

#ifdef __cplusplus
}
#endif
#endif
