#include "error.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

/* Names come from paths and from files that strangers wrote; a terminal obeys control bytes. */
static void tame(char *text) {
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 127)
            *text = '?';
}

static bool goes_on(char c) {
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* Takes away the beginning of a character of UTF-8 whose end did not fit. */
static void end_whole(char *text) {
    size_t end = strlen(text), begin = end;
    while (begin > 0 && end - begin < 4 && goes_on(text[begin - 1]))
        begin--;
    if (begin > 0 && (unsigned char)text[begin - 1] >= 0xc0)
        text[begin - 1] = '\0';
}

static void __attribute__((format(printf, 3, 0)))
fill(un_error *error, un_status status, const char *format, va_list arguments) {
    memset(error, 0, sizeof *error);
    error->status = status;
    if (vsnprintf(error->message, sizeof error->message, format, arguments) >=
        (int)sizeof error->message)
        end_whole(error->message);
    tame(error->message);
}

un_status un_fail(un_error *error, un_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (error)
        fill(error, status, format, arguments);
    va_end(arguments);
    return status;
}

un_status un_fail_at(un_error *error, uint32_t line, uint32_t column, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (error) {
        fill(error, UN_SYNTAX, format, arguments);
        error->line = line;
        error->column = column;
    }
    va_end(arguments);
    return UN_SYNTAX;
}

un_status un_fail_offset(un_error *error, un_slice text, size_t offset, const char *format, ...) {
    char what[UN_MESSAGE];
    uint32_t line = 1;
    size_t begin = 0;
    va_list arguments;
    for (size_t at = 0; at < offset && at < text.len; at++)
        if (text.ptr[at] == '\n') {
            line++;
            begin = at + 1;
        }
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return un_fail_at(error, line, (uint32_t)(offset - begin) + 1, "%s", what);
}

static un_status status_of(int sys) {
    switch (sys) {
    case ENOENT:
    case ENOTDIR:
        return UN_NOT_FOUND;
    case ENOMEM:
        return UN_NO_MEMORY;
    case ELOOP:
        return UN_FOREIGN;
    default:
        return UN_SYSTEM;
    }
}

un_status un_fail_system(un_error *error, int sys, const char *file, const char *doing) {
    un_status status = un_fail(error, status_of(sys), "%s", doing);
    if (error)
        error->sys = sys;
    un_error_file(error, un_slice_of(file));
    return status;
}

void un_error_file(un_error *error, un_slice file) {
    if (!error || error->file[0] || !file.len)
        return;
    size_t room = sizeof error->file - 1;
    size_t length = file.len < room ? file.len : room;
    const char *from = file.ptr + (file.len - length);
    for (; length < file.len && length > 0 && goes_on(*from); from++)
        length--;
    memcpy(error->file, from, length);
    error->file[length] = '\0';
    tame(error->file);
}

const char *un_status_code(un_status status) {
    static const char *const codes[] = {
#define UN_STATUS_CODE(name, code) code,
        UN_STATUS_MAP(UN_STATUS_CODE)
#undef UN_STATUS_CODE
    };
    return (size_t)status < sizeof codes / sizeof *codes ? codes[status] : "unknown";
}

size_t un_error_text(const un_error *error, char *buffer, size_t capacity) {
    char place[32] = "", system[128] = "";
    if (capacity == 0)
        return 0;
    if (error->line && error->column)
        snprintf(place, sizeof place, "%u:%u", error->line, error->column);
    else if (error->line)
        snprintf(place, sizeof place, "%u", error->line);
    if (error->sys && strerror_r(error->sys, system, sizeof system) != 0 && !system[0])
        snprintf(system, sizeof system, "error %d", error->sys);
    int length = snprintf(buffer, capacity, "%s%s%s%s%s%s%s", error->file,
                          error->file[0] && place[0] ? ":" : "", place,
                          error->file[0] || place[0] ? ": " : "", error->message,
                          error->sys ? ": " : "", system);
    size_t wanted = length < 0 ? 0 : (size_t)length;
    return wanted < capacity ? wanted : capacity - 1;
}
