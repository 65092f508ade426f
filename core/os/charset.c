#include "charset.h"
#include <iconv.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

/* Bytes of one character in any encoding of a locale, with room to spare. */
#define ROOM 16

/* Bytes of the character of UTF-8 that begins there. */
static size_t length_at(un_slice text) {
    unsigned char lead = (unsigned char)text.ptr[0];
    size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    return length < text.len ? length : text.len;
}

static bool is_control(unsigned char byte) {
    return byte < 0x20 || byte == 0x7F;
}

/* A byte alone between 0x80 and 0x9F is one, too, to terminals that do not know the encoding. */
static bool is_harmless(const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (is_control((unsigned char)bytes[i]))
            return false;
    return length != 1 || (unsigned char)bytes[0] < 0x80 || (unsigned char)bytes[0] > 0x9F;
}

/* How many bytes one character comes to; 0: the encoding lacks it. */
static size_t encode_one(iconv_t to, char out[ROOM], un_slice character) {
    char copy[4], *in = copy, *end = out;
    memcpy(copy, character.ptr, character.len);
    size_t left = character.len, room = ROOM;
    size_t replaced = iconv(to, &in, &left, &end, &room);
    if (replaced != 0 || left != 0) {
        iconv(to, NULL, NULL, NULL, NULL);
        return 0;
    }
    return ROOM - room;
}

/* Encodings that are no locale's have other bytes for ASCII, or begin with a mark. */
static bool has_ascii(iconv_t to) {
    char out[ROOM];
    for (char c = ' '; c <= '~'; c++)
        if (encode_one(to, out, (un_slice){&c, 1}) != 1 || out[0] != c)
            return false;
    return true;
}

static size_t encode(iconv_t to, char *out, un_slice text) {
    char *end = out;
    while (text.len) {
        char room[ROOM];
        un_slice character = {text.ptr, length_at(text)};
        bool ascii = (unsigned char)text.ptr[0] < 0x80;
        size_t length = ascii ? 0 : encode_one(to, room, character);
        if (ascii)
            *end++ = text.ptr[0];
        else if (length && is_harmless(room, length))
            end = (char *)memcpy(end, room, length) + length;
        else
            *end++ = '?';
        text = un_slice_from(text, character.len);
    }
    return (size_t)(end - out);
}

un_status un_charset_encode(un_bytes *out, un_slice text, const char *charset, un_error *error) {
    *out = (un_bytes){0};
    iconv_t to = iconv_open(charset, "UTF-8");
    bool known = to != (iconv_t)-1;
    if (!known || !has_ascii(to)) {
        if (known)
            iconv_close(to);
        return un_fail(error, UN_NOT_FOUND, "no encoding '%.40s' of a locale", charset);
    }
    char *bytes = malloc(text.len * ROOM + 1);
    un_status status = UN_OK;
    if (bytes)
        status = un_bytes_copy(out, (un_slice){bytes, encode(to, bytes, text)}, error);
    else
        status = un_fail(error, UN_NO_MEMORY, "out of memory");
    free(bytes);
    iconv_close(to);
    return status;
}

const char *un_charset_of_locale(char out[64], const char *locale) {
    locale_t found = newlocale(LC_CTYPE_MASK, locale, (locale_t)0);
    if (!found)
        return NULL;
    snprintf(out, 64, "%s", nl_langinfo_l(CODESET, found));
    freelocale(found);
    return out;
}
