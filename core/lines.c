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

/* Steps over lines that begin with the mark at the margin, of which a hostile file may have many.
 */
static void skip_comments(un_slice text, un_slice mark, un_line *line) {
    while (line->next < text.len && text.ptr[line->next] == *mark.ptr &&
           (mark.len == 1 || un_slice_starts(un_slice_from(text, line->next), mark))) {
        line->next += un_slice_find(un_slice_from(text, line->next), '\n') + 1;
        line->number++;
    }
}

bool un_next_code(un_slice text, un_slice mark, un_line *line) {
    for (;;) {
        skip_comments(text, mark, line);
        if (!un_next_line(text, line))
            return false;
        if (line->text.len && !un_slice_starts(line->text, mark))
            return true;
    }
}

un_status un_fail_line(un_error *error, const un_line *line, const char *format, ...) {
    char what[UN_MESSAGE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return un_fail_at(error, line->number, (uint32_t)line->indent + 1, "%s", what);
}
