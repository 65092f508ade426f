#include "toml_scalar.h"
#include "core/ascii.h"
#include "core/date.h"
#include "toml_string.h"
#include <locale.h>
#include <math.h>
#include <stdlib.h>

/* What a value without quotes is made of: a token, and where it is looked at. */
typedef struct token {
    un_slice text;
    size_t place;
    un_toml_scanner *s;
    un_tree_writer *writer;
} token;

static bool is_token_byte(char c) {
    return un_is_alphanumeric(c) || (c && strchr("+-_.:", c));
}

static char byte_at(un_slice text, size_t at) {
    return at < text.len ? text.ptr[at] : '\0';
}

static un_status fail_token(const token *t, size_t at, const char *wanted) {
    return un_fail_offset(t->s->error, t->s->text, t->place + at, "%s", wanted);
}

/* --- numbers ---------------------------------------------------------------------------------- */

static bool is_digit_of(char c, int base) {
    int value = un_hex_value(c);
    return value >= 0 && value < base;
}

/* End of the digits from `at` on, single underscores between them; `at`: there are none. */
static size_t skip_digits(un_slice text, size_t at, int base) {
    while (at < text.len && is_digit_of(text.ptr[at], base)) {
        at++;
        if (byte_at(text, at) == '_' && is_digit_of(byte_at(text, at + 1), base))
            at++;
    }
    return at;
}

/* The bound is asked before each digit is added, for beyond it the number would wrap. */
static un_status write_integer(const token *t, size_t from, int base) {
    bool negative = t->text.ptr[0] == '-';
    const uint64_t most = (uint64_t)INT64_MAX + negative;
    uint64_t number = 0;
    for (size_t at = from; at < t->text.len; at++) {
        if (t->text.ptr[at] == '_')
            continue;
        uint64_t digit = (uint64_t)un_hex_value(t->text.ptr[at]);
        if (number > (most - digit) / (uint64_t)base)
            return fail_token(t, 0, "number too large: expected an integer of 64 bits");
        number = number * (uint64_t)base + digit;
    }
    if (t->writer)
        un_write_integer(t->writer, (int64_t)(negative ? 0 - number : number), t->place);
    return UN_OK;
}

/* The C library reads a number as the user's language has it, unless told otherwise. */
static double real_of(const char *text) {
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t usual = plain ? uselocale(plain) : (locale_t)0;
    double number = strtod(text, NULL);
    if (plain) {
        uselocale(usual);
        freelocale(plain);
    }
    return number;
}

/* strtod knows no underscores and wants a NUL behind the digits, so it gets a copy of them. */
static un_status write_real(const token *t) {
    char small[64], *digits = small;
    size_t length = 0;
    if (!t->writer)
        return UN_OK;
    if (t->text.len >= sizeof small)
        digits = malloc(t->text.len + 1);
    if (!digits)
        return un_fail(t->s->error, UN_NO_MEMORY, "out of memory");
    for (size_t at = 0; at < t->text.len; at++)
        if (t->text.ptr[at] != '_')
            digits[length++] = t->text.ptr[at];
    digits[length] = '\0';
    un_write_real(t->writer, real_of(digits), t->place);
    if (digits != small)
        free(digits);
    return UN_OK;
}

static un_status read_special(const token *t, size_t sign) {
    un_slice word = un_slice_from(t->text, sign);
    bool infinite = un_slice_equal(word, UN_SLICE("inf"));
    if (!infinite && !un_slice_equal(word, UN_SLICE("nan")))
        return fail_token(t, 0, "expected a value");
    double number = infinite ? (double)INFINITY : (double)NAN;
    if (t->writer)
        un_write_real(t->writer, t->text.ptr[0] == '-' ? -number : number, t->place);
    return UN_OK;
}

static un_status read_based(const token *t) {
    char letter = t->text.ptr[1];
    int base = letter == 'x' ? 16 : letter == 'o' ? 8 : 2;
    size_t end = skip_digits(t->text, 2, base);
    if (end == 2 || end < t->text.len)
        return fail_token(t, end,
                          base == 16  ? "expected a hexadecimal digit"
                          : base == 8 ? "expected an octal digit"
                                      : "expected a binary digit");
    return write_integer(t, 2, base);
}

/* Behind the fraction and exponent that begin at `at`, as far as they are right. */
static size_t skip_real(un_slice text, size_t at) {
    if (byte_at(text, at) == '.') {
        size_t end = skip_digits(text, at + 1, 10);
        if (end == ++at)
            return at;
        at = end;
    }
    if ((byte_at(text, at) | 0x20) == 'e') {
        at++;
        at += byte_at(text, at) == '+' || byte_at(text, at) == '-';
        at = skip_digits(text, at, 10);
    }
    return at;
}

/* What can stand in a number is told by its first two characters; the rest must fit that. */
static un_status read_number(const token *t) {
    un_slice text = t->text;
    size_t sign = text.len && (text.ptr[0] == '-' || text.ptr[0] == '+');
    char first = byte_at(text, sign), second = byte_at(text, sign + 1);
    if (!un_is_digit(first))
        return read_special(t, sign);
    if (!sign && first == '0' && (second == 'x' || second == 'o' || second == 'b'))
        return read_based(t);
    if (first == '0' && (un_is_digit(second) || second == '_'))
        return fail_token(t, sign, "leading zero");
    size_t whole = skip_digits(text, sign, 10);
    if (whole == text.len)
        return write_integer(t, sign, 10);
    size_t end = skip_real(text, whole);
    if (end == whole)
        return fail_token(t, end, "no number; expected the end of the value");
    if (end < text.len || !un_is_digit(text.ptr[end - 1]))
        return fail_token(t, end, "expected a digit");
    return write_real(t);
}

/* --- dates and times -------------------------------------------------------------------------- */

static bool is_shaped(un_slice text, size_t at, const char *shape) {
    for (; *shape; shape++, at++)
        if (*shape == '0' ? !un_is_digit(byte_at(text, at)) : byte_at(text, at) != *shape)
            return false;
    return true;
}

static unsigned number_at(un_slice text, size_t at, size_t digits) {
    unsigned number = 0;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (unsigned)(text.ptr[at + i] - '0');
    return number;
}

static bool begins_with_date(un_slice text) {
    int64_t day;
    return text.len >= 10 && un_date_day(un_slice_part(text, 0, 10), &day);
}

/* Behind the time at `at`; 0: there is none. */
static size_t skip_time(un_slice text, size_t at) {
    if (!is_shaped(text, at, "00:00:00") || number_at(text, at, 2) > 23 ||
        number_at(text, at + 3, 2) > 59 || number_at(text, at + 6, 2) > 59)
        return 0;
    at += 8;
    if (byte_at(text, at) != '.')
        return at;
    size_t digits = ++at;
    while (un_is_digit(byte_at(text, at)))
        at++;
    return at > digits ? at : 0;
}

static size_t skip_offset(un_slice text, size_t at) {
    char c = byte_at(text, at);
    if (c == 'Z' || c == 'z')
        return at + 1;
    if ((c == '+' || c == '-') && is_shaped(text, at + 1, "00:00") &&
        number_at(text, at + 1, 2) <= 23 && number_at(text, at + 4, 2) <= 59)
        return at + 6;
    return at;
}

/* The four kinds of TOML: a time, a date, both, and both with an offset. */
static un_status read_date(const token *t) {
    bool dated = byte_at(t->text, 4) == '-';
    size_t end = 0;
    if (dated && begins_with_date(t->text)) {
        end = 10;
        if (end < t->text.len && strchr("Tt ", t->text.ptr[end]))
            end = skip_time(t->text, end + 1);
        if (end > 10)
            end = skip_offset(t->text, end);
    } else if (!dated) {
        end = skip_time(t->text, 0);
    }
    if (end != t->text.len)
        return fail_token(t, 0,
                          dated ? "no such date; expected one like 1979-05-27T07:32:00Z"
                                : "no such time; expected one like 07:32:00");
    if (t->writer)
        un_write_string(t->writer, t->text, t->place);
    return UN_OK;
}

/* --- any of them ------------------------------------------------------------------------------ */

/* A blank ends a token, unless it parts a date from its time. */
static size_t token_length(const un_toml_scanner *s) {
    un_slice rest = un_slice_from(s->text, s->at);
    size_t length = 0;
    while (length < rest.len && is_token_byte(rest.ptr[length]))
        length++;
    if (length != 10 || !is_shaped(rest, 0, "0000-00-00") || !is_shaped(rest, 10, " 00:"))
        return length;
    for (length++; length < rest.len && is_token_byte(rest.ptr[length]);)
        length++;
    return length;
}

static un_status read_token(un_toml_scanner *s, un_tree_writer *writer) {
    token t = {un_slice_part(s->text, s->at, token_length(s)), s->at, s, writer};
    s->at += t.text.len;
    bool yes = un_slice_equal(t.text, UN_SLICE("true"));
    if (yes || un_slice_equal(t.text, UN_SLICE("false"))) {
        if (writer)
            un_write_boolean(writer, yes, t.place);
        return UN_OK;
    }
    if (is_shaped(t.text, 0, "0000-") || is_shaped(t.text, 0, "00:"))
        return read_date(&t);
    return read_number(&t);
}

un_status un_toml_scalar(un_toml_scanner *s, un_tree_writer *writer) {
    un_slice text;
    size_t place = s->at;
    char c = un_toml_peek(s, 0);
    if (c != '"' && c != '\'')
        return read_token(s, writer);
    un_status status = un_toml_string(s, false, &text);
    if (status == UN_OK && writer)
        un_write_string(writer, text, place);
    return status;
}
