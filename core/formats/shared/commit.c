#include "commit.h"
#include "core/ascii.h"

#define LENGTH 40

static bool is_hexadecimal(char c) {
    return un_is_digit(c) || (c >= 'a' && c <= 'f');
}

bool un_is_commit(un_slice text) {
    size_t hexadecimal = 0;
    while (hexadecimal < text.len && is_hexadecimal(text.ptr[hexadecimal]))
        hexadecimal++;
    return hexadecimal == LENGTH && text.len == LENGTH;
}

un_slice un_commit_in(un_slice url) {
    for (size_t end = url.len, at = end; end; end = at) {
        while (at && is_hexadecimal(url.ptr[at - 1]))
            at--;
        if (end - at == LENGTH)
            return un_slice_part(url, at, LENGTH);
        at -= at > 0;
    }
    return (un_slice){NULL, 0};
}
