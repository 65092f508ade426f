/* Version orders: two versions and a scheme; the order of a pair is that of the pair turned. */
#include "fuzz.h"

static void compare(un_scheme scheme, un_slice a, un_slice b) {
    int forth = 0, back = 0, self = 0;
    bool known = un_version_compare(scheme, a, b, &forth);
    if (un_version_compare(scheme, b, a, &back) != known)
        abort();
    if (known && (forth > 0) != (back < 0))
        abort();
    if (known && (!un_version_compare(scheme, a, a, &self) || self != 0))
        abort();
    un_level level = un_version_level(scheme, a, b);
    if (known && (forth == 0) != (level == UN_LEVEL_NONE))
        abort();
}

/* The input: a byte for the scheme, a version, a line end, the other version. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    un_slice text = {(const char *)data + 1, size - 1};
    size_t end = un_slice_find(text, '\n');
    un_slice other = un_slice_from(text, end < text.len ? end + 1 : end);
    compare((un_scheme)(data[0] % UN_SCHEMES), un_slice_part(text, 0, end), other);
    return 0;
}
