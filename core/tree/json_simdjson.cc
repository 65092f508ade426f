/*
 * json_simdjson.cc: simdjson behind three C functions, the only C++ of the project.
 *
 * Built as upnudge-json.so, which core/json.c loads at the first parse. The tape that is handed out
 * is laid out as simdjson's doc/tape.md says.
 *
 * Want of memory is an answer here, never an exception: where one is thrown the C++ runtime asks
 * for memory of its own, and ends the process when there is none. So simdjson, which asks for
 * nothing but what may fail, gets memory from here. (In a program of C++ it gets it from that one's
 * operators, whose runtime has had from the beginning what throwing takes.)
 */
#include "json_simdjson.h"
#define SIMDJSON_EXCEPTIONS 0
#include <cstdlib>
#include <new>
#include <simdjson.h>

#define EXPORT extern "C" __attribute__((visibility("default")))
#define SHARED __attribute__((visibility("default")))

SHARED void *operator new(std::size_t size, const std::nothrow_t &) noexcept {
    return std::malloc(size ? size : 1);
}

SHARED void *operator new[](std::size_t size, const std::nothrow_t &) noexcept {
    return std::malloc(size ? size : 1);
}

/* What simdjson must have are the names of its parsers, each once in a process. */
alignas(16) static char spare[4096];
static std::size_t spared;

SHARED void *operator new(std::size_t size) {
    void *memory = std::malloc(size ? size : 1);
    if (memory)
        return memory;
    std::size_t whole = (size + 15) / 16 * 16;
    std::size_t at = __atomic_fetch_add(&spared, whole, __ATOMIC_RELAXED);
    if (at > sizeof spare || whole > sizeof spare - at)
        throw std::bad_alloc();
    return spare + at;
}

static void give_back(void *memory) noexcept {
    char *at = static_cast<char *>(memory);
    if (at < spare || at >= spare + sizeof spare)
        std::free(memory);
}

SHARED void operator delete(void *memory) noexcept {
    give_back(memory);
}

SHARED void operator delete(void *memory, std::size_t) noexcept {
    give_back(memory);
}

SHARED void operator delete[](void *memory) noexcept {
    give_back(memory);
}

SHARED void operator delete[](void *memory, std::size_t) noexcept {
    give_back(memory);
}

/* The best parser of this machine, which no variable of the environment has a say in. */
static void choose() {
    static const bool chosen = [] {
        simdjson::get_active_implementation() =
            simdjson::get_available_implementations().detect_best_supported();
        return true;
    }();
    (void)chosen;
}

static int parse(un_simdjson *out, const char *bytes, std::size_t length, std::size_t depth) {
    choose();
    auto *parser = new (std::nothrow) simdjson::dom::parser();
    out->owner = parser;
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

EXPORT int un_simdjson_parse(un_simdjson *out, const char *bytes, size_t length, size_t depth) {
    *out = un_simdjson{nullptr, nullptr, nullptr};
    try {
        return parse(out, bytes, length, depth);
    } catch (...) {
        return UN_SIMDJSON_NO_MEMORY;
    }
}

EXPORT void un_simdjson_free(void *owner) {
    delete static_cast<simdjson::dom::parser *>(owner);
}
