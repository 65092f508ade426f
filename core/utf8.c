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

/* Whether the eight bytes are ASCII without NUL: the tests of "Hacker's Delight" for a zero byte.
 */
static bool is_plain(const char *at) {
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return !((word | (word - 0x0101010101010101)) & 0x8080808080808080);
}

un_status un_utf8_check(un_slice text, un_error *error) {
    for (size_t at = 0; at < text.len;) {
        if (text.len - at >= 8 && is_plain(text.ptr + at)) {
            at += 8;
            continue;
        }
        size_t length = un_utf8_length(text.ptr + at, text.ptr + text.len);
        if (length == 0)
            return un_fail_offset(error, text, at, "invalid UTF-8");
        if (text.ptr[at] == '\0')
            return un_fail_offset(error, text, at, "a NUL byte");
        at += length;
    }
    return UN_OK;
}

un_slice un_utf8_without_mark(un_slice text) {
    return un_slice_starts(text, UN_SLICE("\xEF\xBB\xBF")) ? un_slice_from(text, 3) : text;
}
