#include "toml_scanner.h"

un_status un_toml_fail(const un_toml_scanner *s, const char *what) {
    return un_fail_offset(s->error, s->text, s->at, "%s%s",
                          s->at == s->text.len ? "truncated: " : "", what);
}

static un_status skip_comment(un_toml_scanner *s) {
    if (un_toml_peek(s, 0) != '#')
        return UN_OK;
    while (s->at < s->text.len && !un_toml_line_end(s)) {
        if (un_toml_is_control(un_toml_peek(s, 0)))
            return un_toml_fail(s, "control character in a comment");
        s->at++;
    }
    return UN_OK;
}

/* Stands behind blanks and ends of lines as nearly all are; at whatever else there is. */
static char skip_usual(un_toml_scanner *s) {
    char c = un_toml_peek(s, 0);
    while (c == ' ' || c == '\n' || c == '\t') {
        s->at++;
        c = un_toml_peek(s, 0);
    }
    return c;
}

un_status un_toml_skip_lines(un_toml_scanner *s) {
    un_status status = UN_OK;
    size_t end = 1;
    while (status == UN_OK && end) {
        char c = skip_usual(s);
        if (c != '#' && c != '\r')
            return UN_OK;
        status = skip_comment(s);
        end = un_toml_line_end(s);
        s->at += end;
    }
    return status;
}

un_status un_toml_end_line(un_toml_scanner *s) {
    un_toml_skip_blanks(s);
    un_status status = skip_comment(s);
    size_t end = un_toml_line_end(s);
    if (status == UN_OK && !end && s->at < s->text.len)
        return un_toml_fail(s, "expected the end of the line");
    s->at += end;
    return status;
}
