#include "lines.h"
#include <stdarg.h>
#include <stdio.h>

bool un_next_line(un_slice text, un_line *line) {
    if (line->next >= text.len)
        return false;
    un_slice rest = un_slice_from(text, line->next);
    size_t length = un_slice_find(rest, '\n');
    line->number++;
    line->next += length + 1;
    line->text = un_slice_part(rest, 0, length);
    line->indent = 0;
    while (line->indent < length &&
           (rest.ptr[line->indent] == ' ' || rest.ptr[line->indent] == '\t'))
        line->indent++;
    line->text = un_slice_from(line->text, line->indent);
    if (un_slice_ends(line->text, UN_SLICE("\r")))
        line->text.len--;
    return true;
}

bool un_next_code(un_slice text, un_slice mark, un_line *line) {
    while (un_next_line(text, line))
        if (line->text.len && !un_slice_starts(line->text, mark))
            return true;
    return false;
}

un_status un_fail_line(un_error *error, const un_line *line, const char *format, ...) {
    char what[UN_MESSAGE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return un_fail_at(error, line->number, (uint32_t)line->indent + 1, "%s", what);
}
