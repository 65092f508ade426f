/*
 * json_simdjson.cc: simdjson behind three C functions, the only C++ of the project.
 *
 * Built as upnudge-json.so, which core/json.c loads at the first parse. The tape that is handed out
 * is laid out as simdjson's doc/tape.md says.
 */
#include "json_simdjson.h"
#define SIMDJSON_EXCEPTIONS 0
#include <new>
#include <simdjson.h>

#define EXPORT extern "C" __attribute__((visibility("default")))

EXPORT int un_simdjson_parse(un_simdjson *out, const char *bytes, size_t length, size_t depth) {
    auto *parser = new (std::nothrow) simdjson::dom::parser();
    *out = un_simdjson{nullptr, nullptr, parser};
    if (!parser)
        return UN_SIMDJSON_NO_MEMORY;
    /* simdjson counts the document itself as one level. */
    auto error = parser->allocate(length < 64 ? 64 : length, depth + 1);
    if (!error)
        error = parser->parse(reinterpret_cast<const uint8_t *>(bytes), length, false).error();
    if (error == simdjson::MEMALLOC || error == simdjson::CAPACITY)
        return UN_SIMDJSON_NO_MEMORY;
    if (error == simdjson::DEPTH_ERROR)
        return UN_SIMDJSON_DEPTH;
    if (error)
        return UN_SIMDJSON_SYNTAX;
    out->tape = parser->doc.tape.get();
    out->strings = reinterpret_cast<const char *>(parser->doc.string_buf.get());
    return UN_SIMDJSON_OK;
}

EXPORT void un_simdjson_free(void *owner) {
    delete static_cast<simdjson::dom::parser *>(owner);
}
