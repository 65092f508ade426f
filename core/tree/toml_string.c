#include "toml_string.h"
#include "core/ascii.h"
#include <stdint.h>
#include <stdlib.h>

typedef struct string {
    un_toml_scanner *s;
    size_t opened, start; /* offsets of the opening quote and of the contents */
    char quote;
    bool lines;    /* three quotes */
    bool decoded;  /* else the contents are what stands in the text */
    size_t length; /* of what is decoded */
} string;

static un_status append(string *g, const char *bytes, size_t length) {
    if (g->decoded && length)
        memcpy(g->s->decoded + g->s->kept + g->length, bytes, length);
    g->length += length;
    return UN_OK;
}

/* From here on the contents differ from what stands in the text, so they are copied. */
static un_status begin_decoding(string *g) {
    un_toml_scanner *s = g->s;
    if (g->decoded)
        return UN_OK;
    if (!s->decoded)
        s->decoded = malloc(s->text.len);
    if (!s->decoded)
        return un_fail(s->error, UN_NO_MEMORY, "out of memory");
    g->decoded = true;
    g->length = 0;
    return append(g, s->text.ptr + g->start, s->at - g->start);
}

static un_status take(string *g, size_t length) {
    append(g, g->s->text.ptr + g->s->at, length);
    g->s->at += length;
    return UN_OK;
}

static inline bool is_plain(char c, char quote) {
    return c != quote && (c != '\\' || quote != '"') && c != 0x7F &&
           ((unsigned char)c >= 0x20 || c == '\t');
}

/* The highest bit of each byte that is `c`, as "Hacker's Delight" finds a zero byte: what is marked
 * above the first need not be one. */
static inline uint64_t marks_of(uint64_t bytes, char c) {
    uint64_t rest = bytes ^ ((unsigned char)c * 0x0101010101010101);
    return (rest - 0x0101010101010101) & ~rest & 0x8080808080808080;
}

/* How many of the eight bytes stand for themselves, up to the first that may not. */
static inline size_t plain_bytes(const char *at, char quote) {
    uint64_t bytes;
    memcpy(&bytes, at, sizeof bytes);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    uint64_t controls = (bytes - 0x2020202020202020) & ~bytes & 0x8080808080808080;
    uint64_t marks =
        controls | marks_of(bytes, quote) | marks_of(bytes, '\\') | marks_of(bytes, 0x7F);
    return marks ? (size_t)__builtin_ctzll(marks) / 8 : 8;
}

/* How many bytes from `start` on stand for themselves: no quote, no escape, no control character.
 */
static size_t plain_length(un_slice text, size_t start, char quote) {
    size_t at = start, found;
    do {
        for (found = 8; found == 8 && text.len - at >= 8; at += found)
            found = plain_bytes(text.ptr + at, quote);
        /* A tab, a backslash that escapes nothing, or the last bytes. */
        found = at < text.len && is_plain(text.ptr[at], quote);
        at += found;
    } while (found);
    return at - start;
}

static size_t encode(char *out, uint32_t point) {
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, point >>= 6)
        out[i] = (char)(0x80 | (point & 0x3F));
    out[0] = (char)((0xF00 >> length & 0xFF) | point);
    return length;
}

/* \uXXXX and \UXXXXXXXX, which become the UTF-8 of that point. */
static un_status take_point(string *g, size_t digits) {
    un_toml_scanner *s = g->s;
    uint32_t point = 0;
    char bytes[4];
    for (size_t i = 0; i < digits; i++) {
        int digit = un_hex_value(un_toml_peek(s, 2 + i));
        if (digit < 0)
            return un_fail_offset(s->error, s->text, s->at,
                                  "expected %zu hexadecimal digits in the escape", digits);
        point = point << 4 | (uint32_t)digit;
    }
    if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
        return un_fail_offset(s->error, s->text, s->at,
                              "expected an escape of a Unicode scalar value, which is no surrogate "
                              "and at most 10FFFF");
    s->at += 2 + digits;
    size_t length = encode(bytes, point);
    return append(g, bytes, length);
}

/* A backslash, then blanks up to the end of the line: whatever blank lines follow go with it. */
static un_status skip_line_end(string *g) {
    un_toml_scanner *s = g->s;
    size_t escape = s->at++, end;
    un_toml_skip_blanks(s);
    if (!un_toml_line_end(s))
        return un_fail_offset(s->error, s->text, escape,
                              "expected the end of the line behind the backslash");
    while ((end = un_toml_line_end(s)) != 0) {
        s->at += end;
        un_toml_skip_blanks(s);
    }
    return UN_OK;
}

/* Behind a backslash a string of three quotes may go on in the next line. */
static un_status take_escape(string *g) {
    static const char letters[] = "btnfr\"\\", meanings[] = "\b\t\n\f\r\"\\";
    un_toml_scanner *s = g->s;
    un_status status = begin_decoding(g);
    char c = un_toml_peek(s, 1);
    const char *letter = c ? strchr(letters, c) : NULL;
    if (status != UN_OK)
        return status;
    if (c == 'u' || c == 'U')
        return take_point(g, c == 'u' ? 4 : 8);
    if (g->lines && (c == ' ' || c == '\t' || c == '\r' || c == '\n'))
        return skip_line_end(g);
    if (!letter)
        return un_fail_offset(s->error, s->text, s->at,
                              "no such escape; expected one of b t n f r \" \\ u U");
    s->at += 2;
    return append(g, meanings + (letter - letters), 1);
}

/* Of up to five quotes the last three close the string; those in front belong to it. */
static un_status take_quotes(string *g, bool *closed) {
    size_t count = 0;
    if (!g->lines) {
        *closed = true;
        return UN_OK;
    }
    while (count < 5 && un_toml_peek(g->s, count) == g->quote)
        count++;
    *closed = count >= 3;
    return take(g, *closed ? count - 3 : count);
}

static un_status take_line_end(string *g) {
    un_toml_scanner *s = g->s;
    size_t end = un_toml_line_end(s);
    un_status status = end == 2 ? begin_decoding(g) : UN_OK;
    if (!g->lines)
        return un_fail_offset(s->error, s->text, s->at, "expected %c before the end of the line",
                              g->quote);
    s->at += end;
    return status == UN_OK ? append(g, "\n", 1) : status;
}

static un_status take_special(string *g, bool *closed) {
    un_toml_scanner *s = g->s;
    char c = un_toml_peek(s, 0);
    if (s->at == s->text.len)
        return un_fail_offset(s->error, s->text, g->opened, "truncated: a string without end");
    if (c == g->quote)
        return take_quotes(g, closed);
    if (c == '\\')
        return take_escape(g);
    if (un_toml_line_end(s))
        return take_line_end(g);
    return un_fail_offset(s->error, s->text, s->at, "control character 0x%02x in a string",
                          (unsigned)c);
}

/* Behind the opening quotes; a line's end right there does not count. */
static void open_string(string *g, bool key) {
    un_toml_scanner *s = g->s;
    g->quote = un_toml_peek(s, 0);
    g->lines = !key && un_toml_peek(s, 1) == g->quote && un_toml_peek(s, 2) == g->quote;
    s->at += g->lines ? 3 : 1;
    if (g->lines)
        s->at += un_toml_line_end(s);
    g->start = s->at;
}

/* Nearly all strings: on one line, without escapes, not empty. */
static bool is_simple(const un_toml_scanner *s, un_slice *out) {
    size_t start = s->at + 1, length = plain_length(s->text, start, s->text.ptr[s->at]);
    *out = un_slice_part(s->text, start, length);
    return length && start + length < s->text.len && out->ptr[length] == s->text.ptr[s->at];
}

un_status un_toml_string(un_toml_scanner *s, bool key, un_slice *out) {
    string g = {.s = s, .opened = s->at};
    if (is_simple(s, out)) {
        s->at += out->len + 2;
        return UN_OK;
    }
    bool closed = false;
    un_status status = UN_OK;
    open_string(&g, key);
    while (status == UN_OK && !closed) {
        take(&g, plain_length(s->text, s->at, g.quote));
        status = take_special(&g, &closed);
    }
    if (status != UN_OK)
        return status;
    *out = g.decoded ? (un_slice){s->decoded + s->kept, g.length}
                     : un_slice_part(s->text, g.start, g.length);
    s->at += g.lines ? 3 : 1;
    if (key && g.decoded)
        s->kept += g.length;
    return UN_OK;
}
