/*
 * reading.h: what the tests of the readers of trees ask: whether a text is read, where and in which
 * words it is refused, and whether one that is made to take long does not.
 *
 * The test defines parse(), which reads a text and frees what came out.
 */
#ifndef UN_READING_H
#define UN_READING_H

#include "core/error.h"
#include "effort.h"
#include <stdint.h>

static un_status parse(un_slice text, un_error *error);

static inline bool accepts(const char *text) {
    return parse(un_slice_of(text), NULL) == UN_OK;
}

/* Whether `text` is refused with that status at that place in words that hold `words`. */
static inline bool refuses(const char *text, un_status status, unsigned line, unsigned column,
                           const char *words) {
    un_error error = {0};
    un_status got = parse(un_slice_of(text), &error);
    bool right = got == status && error.status == status && error.line == line &&
                 error.column == column && strstr(error.message, words);
    if (!right)
        printf("%.60s: %d at %u:%u: %s\n", text, (int)got, error.line, error.column, error.message);
    return right;
}

#define MEGABYTE 1000000

/* `head`, then a megabyte of `unit`s, then `tail`; the byte 1 in a unit becomes a number of seven
 * digits. Free it; NULL: there is no memory. */
static inline un_slice flood(const char *head, const char *unit, const char *tail) {
    size_t length = strlen(head), wide = strlen(unit);
    char *text = malloc(MEGABYTE + length + strlen(tail) + 16);
    if (!text)
        return (un_slice){NULL, 0};
    memcpy(text, head, length);
    for (unsigned number = 0; length + wide + 7 < MEGABYTE; number++)
        for (size_t i = 0; i < wide; i++)
            if (unit[i] == '\1')
                length += (size_t)snprintf(text + length, 8, "%07u", number);
            else
                text[length++] = unit[i];
    memcpy(text + length, tail, strlen(tail));
    return (un_slice){text, length + strlen(tail)};
}

/* Whether that flood is answered with the status, in bounded work. */
static inline bool answers(const char *head, const char *unit, const char *tail, un_status wanted) {
    un_slice text = flood(head, unit, tail);
    double begun = effort_begin();
    un_error error = {0};
    un_status status = text.ptr ? parse(text, &error) : UN_NO_MEMORY;
    double times = effort_times(begun, 1000);
    free((char *)(uintptr_t)text.ptr);
    if (status != wanted)
        printf("%s%.60s…: %d: %s\n", head, unit, (int)status, error.message);
    if (times > 1)
        printf("%s%.60s…: too slow: %.1f times the limit\n", head, unit, times);
    return status == wanted && times <= 1;
}

#endif
