#include "commit.h"

static bool is_hexadecimal(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

un_slice un_commit_in(un_slice url) {
    for (size_t end = url.len, at = end; end; end = at) {
        while (at && is_hexadecimal(url.ptr[at - 1]))
            at--;
        if (end - at == 40)
            return un_slice_part(url, at, 40);
        at -= at > 0;
    }
    return (un_slice){NULL, 0};
}
