#include "json_locate.h"
#include "core/ascii.h"
#include "core/utf8.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct scanner {
    const char *start, *at, *end;
    size_t depth, most; /* levels still allowed, and in all */
    un_error *error;
} scanner;

static un_status __attribute__((format(printf, 3, 4)))
fault(const scanner *s, const char *at, const char *format, ...) {
    char what[200];
    un_slice text = {s->start, (size_t)(s->end - s->start)};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return un_fail_offset(s->error, text, (size_t)(at - s->start), "%s", what);
}

static un_status expected(const scanner *s, const char *what) {
    return s->at == s->end ? fault(s, s->at, "truncated: %s, but the text ends", what)
                           : fault(s, s->at, "%s", what);
}

static void skip_space(scanner *s) {
    while (s->at < s->end && strchr(" \t\r\n", *s->at) && *s->at)
        s->at++;
}

static bool is_next(const scanner *s, char c) {
    return s->at < s->end && *s->at == c;
}

static bool is_digit(const scanner *s) {
    return s->at < s->end && un_is_digit(*s->at);
}

/* The four digits behind \u; -1: not four. */
static long code_unit(const char *at, const char *end) {
    char digits[5] = {0};
    if (end - at < 4)
        return -1;
    memcpy(digits, at, 4);
    return strspn(digits, "0123456789abcdefABCDEF") == 4 ? strtol(digits, NULL, 16) : -1;
}

/* The second half of a surrogate pair whose first half, `unit`, was scanned: both must be there. */
static un_status scan_surrogate(scanner *s, const char *escape, long unit) {
    long second = s->end - s->at > 6 && s->at[0] == '\\' && s->at[1] == 'u'
                      ? code_unit(s->at + 2, s->end)
                      : -1;
    if (unit > 0xDBFF || second < 0xDC00 || second > 0xDFFF)
        return fault(s, escape, "half of a surrogate pair");
    s->at += 6;
    return UN_OK;
}

static un_status scan_escape(scanner *s) {
    const char *escape = s->at;
    if (++s->at == s->end || !*s->at || !strchr("\"\\/bfnrtu", *s->at))
        return fault(s, escape, "not an escape that JSON knows");
    if (*s->at++ != 'u')
        return UN_OK;
    long unit = code_unit(s->at, s->end);
    if (unit < 0)
        return fault(s, escape, "expected four hexadecimal digits after \\u");
    s->at += 4;
    return unit < 0xD800 || unit > 0xDFFF ? UN_OK : scan_surrogate(s, escape, unit);
}

static un_status scan_character(scanner *s) {
    if ((unsigned char)*s->at < 0x20)
        return fault(s, s->at, "a control character inside a string");
    if (*s->at == '\\')
        return scan_escape(s);
    size_t length = un_utf8_length(s->at, s->end);
    s->at += length;
    return length ? UN_OK : fault(s, s->at, "invalid UTF-8");
}

static un_status scan_string(scanner *s, const char *what) {
    const char *opening = s->at;
    un_status status = UN_OK;
    if (!is_next(s, '"'))
        return expected(s, what);
    s->at++;
    while (status == UN_OK && s->at < s->end && *s->at != '"')
        status = scan_character(s);
    if (status == UN_OK && s->at == s->end)
        return fault(s, opening, "truncated: this string does not end");
    s->at += status == UN_OK;
    return status;
}

static void skip_digits(scanner *s) {
    while (is_digit(s))
        s->at++;
}

/* Whether a whole number fits 64 bits, as simdjson wants it. */
static bool fits(const char *digits, size_t length, bool negative) {
    const char *most = negative ? "9223372036854775808" : "18446744073709551615";
    size_t room = strlen(most);
    return length < room || (length == room && memcmp(digits, most, length) <= 0);
}

/* What makes a number a float, which may be larger than 64 bits hold. */
static un_status scan_fraction(scanner *s, bool *whole) {
    if (is_next(s, '.')) {
        *whole = false;
        s->at++;
        if (!is_digit(s))
            return expected(s, "expected a digit after the point");
        skip_digits(s);
    }
    if (is_next(s, 'e') || is_next(s, 'E')) {
        *whole = false;
        s->at++;
        s->at += is_next(s, '+') || is_next(s, '-');
        if (!is_digit(s))
            return expected(s, "expected a digit in the exponent");
        skip_digits(s);
    }
    return UN_OK;
}

/* RFC 8259 sets no bounds to numbers, but simdjson refuses those that no machine number holds. */
static un_status scan_number(scanner *s) {
    const char *at = s->at;
    bool negative = *at == '-', whole = true;
    s->at += negative;
    const char *digits = s->at;
    if (!is_digit(s))
        return expected(s, "expected a digit");
    skip_digits(s);
    size_t length = (size_t)(s->at - digits);
    if (*digits == '0' && length > 1)
        return fault(s, at, "a number with a leading zero");
    un_status status = scan_fraction(s, &whole);
    if (status != UN_OK)
        return status;
    /* The padding behind the text ends what strtod reads. */
    if (whole ? !fits(digits, length, negative) : isinf(strtod(at, NULL)))
        return fault(s, at, "number too large");
    return UN_OK;
}

static un_status scan_value(scanner *s);

static un_status scan_member(scanner *s) {
    un_status status = scan_string(s, "expected a member name in quotes");
    if (status != UN_OK)
        return status;
    skip_space(s);
    if (!is_next(s, ':'))
        return expected(s, "expected ':' after a member name");
    s->at++;
    return scan_value(s);
}

/* A comma must have an item behind it. */
static un_status scan_items(scanner *s, char close, un_status (*item)(scanner *)) {
    for (;;) {
        skip_space(s);
        un_status status = item(s);
        skip_space(s);
        if (status != UN_OK || is_next(s, close))
            return status;
        if (!is_next(s, ','))
            return expected(s, close == '}' ? "expected ',' or '}' after a member"
                                            : "expected ',' or ']' after an element");
        s->at++;
    }
}

static un_status too_deep(const scanner *s) {
    fault(s, s->at, "deeper than %zu levels", s->most);
    if (s->error)
        s->error->status = UN_LIMIT;
    return UN_LIMIT;
}

static un_status scan_container(scanner *s, char close, un_status (*item)(scanner *)) {
    if (s->depth == 0)
        return too_deep(s);
    s->depth--;
    s->at++;
    skip_space(s);
    un_status status = is_next(s, close) ? UN_OK : scan_items(s, close, item);
    s->at += status == UN_OK;
    s->depth++;
    return status;
}

static un_status scan_word(scanner *s) {
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        if ((size_t)(s->end - s->at) >= length && memcmp(s->at, words[i], length) == 0) {
            s->at += length;
            return UN_OK;
        }
    }
    return expected(s, "expected a value");
}

static un_status scan_value(scanner *s) {
    skip_space(s);
    if (s->at == s->end)
        return expected(s, "expected a value");
    switch (*s->at) {
    case '{':
        return scan_container(s, '}', scan_member);
    case '[':
        return scan_container(s, ']', scan_value);
    case '"':
        return scan_string(s, "expected a string");
    default:
        return *s->at == '-' || is_digit(s) ? scan_number(s) : scan_word(s);
    }
}

un_status un_json_locate(un_slice text, size_t depth, un_error *error) {
    scanner s = {text.ptr, text.ptr, text.ptr + text.len, depth, depth, error};
    skip_space(&s);
    if (s.at == s.end)
        return fault(&s, s.start, "empty; expected JSON");
    un_status status = scan_value(&s);
    if (status != UN_OK)
        return status;
    skip_space(&s);
    return s.at < s.end ? expected(&s, "expected nothing more after the document") : UN_OK;
}
