#include "utf8.h"

size_t un_utf8_length(const char *at, const char *end) {
    const unsigned char *c = (const unsigned char *)at;
    size_t left = (size_t)(end - at), length = c[0] < 0x80   ? 1
                                               : c[0] < 0xE0 ? 2
                                               : c[0] < 0xF0 ? 3
                                                             : 4;
    if (length == 1)
        return 1;
    if (c[0] < 0xC2 || c[0] > 0xF4 || left < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((c[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (c[0] == 0xE0 && c[1] < 0xA0) || (c[0] == 0xF0 && c[1] < 0x90);
    bool beyond = (c[0] == 0xED && c[1] > 0x9F) || (c[0] == 0xF4 && c[1] > 0x8F);
    return overlong || beyond ? 0 : length;
}

#define PIECE 32

/* Whether so many bytes are ASCII without NUL: the tests of "Hacker's Delight" for a zero byte. */
static bool is_plain(const char *at) {
    uint64_t words[PIECE / 8], found = 0;
    memcpy(words, at, sizeof words);
    for (size_t i = 0; i < PIECE / 8; i++)
        found |= words[i] | (words[i] - 0x0101010101010101);
    return !(found & 0x8080808080808080);
}

un_status un_utf8_check(un_slice text, un_error *error) {
    for (size_t at = 0; at < text.len;) {
        while (text.len - at >= PIECE && is_plain(text.ptr + at))
            at += PIECE;
        /* What is none is looked at alone, and the rest of its piece. */
        for (size_t end = at + PIECE; at < text.len && at < end;) {
            size_t length = un_utf8_length(text.ptr + at, text.ptr + text.len);
            if (length == 0)
                return un_fail_offset(error, text, at, "invalid UTF-8");
            if (text.ptr[at] == '\0')
                return un_fail_offset(error, text, at, "a NUL byte");
            at += length;
        }
    }
    return UN_OK;
}

un_slice un_utf8_without_mark(un_slice text) {
    return un_slice_starts(text, UN_SLICE("\xEF\xBB\xBF")) ? un_slice_from(text, 3) : text;
}
