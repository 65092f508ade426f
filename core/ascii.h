/*
 * ascii.h: kinds of bytes in ASCII, whatever the user's language is.
 */
#ifndef UN_ASCII_H
#define UN_ASCII_H

#include <stdbool.h>

static inline bool un_is_digit(char c) {
    return c >= '0' && c <= '9';
}

static inline bool un_is_letter(char c) {
    return (unsigned char)((c | 0x20) - 'a') < 26;
}

static inline bool un_is_alphanumeric(char c) {
    return un_is_digit(c) || un_is_letter(c);
}

static inline char un_lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* The value of a hexadecimal digit; -1: it is none. */
static inline int un_hex_value(char c) {
    char lower = un_lower(c);
    if (un_is_digit(c))
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

#endif
