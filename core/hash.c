#include "hash.h"
#include "core/os/os.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define PIECE 65536

static un_digest digest_of(XXH128_hash_t hash) {
    static const char digits[] = "0123456789abcdef";
    XXH128_canonical_t canonical;
    un_digest digest;
    XXH128_canonicalFromHash(&canonical, hash);
    for (size_t i = 0; i < sizeof canonical.digest; i++) {
        digest.hex[2 * i] = digits[canonical.digest[i] >> 4];
        digest.hex[2 * i + 1] = digits[canonical.digest[i] & 15];
    }
    digest.hex[UN_DIGEST_LENGTH] = '\0';
    return digest;
}

un_digest un_hash_bytes(un_slice bytes) {
    return digest_of(XXH3_128bits(bytes.len ? bytes.ptr : "", bytes.len));
}

un_hash un_hash_raw(un_slice bytes) {
    XXH128_canonical_t canonical;
    un_hash hash;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.len ? bytes.ptr : "", bytes.len));
    memcpy(hash.bytes, canonical.digest, sizeof hash.bytes);
    return hash;
}

un_status un_hash_file(un_digest *out, int fd, un_error *error) {
    ssize_t got;
    XXH3_state_t state;
    un_status status = UN_OK;
    /* The stack of a host's thread may be smaller than this. */
    char *piece = malloc(PIECE);
    if (!piece)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    XXH3_128bits_reset(&state);
    while ((got = un_os_read(fd, piece, PIECE)) > 0)
        XXH3_128bits_update(&state, piece, (size_t)got);
    if (got < 0)
        status = un_fail_system(error, errno, NULL, "cannot read");
    else
        *out = digest_of(XXH3_128bits_digest(&state));
    free(piece);
    return status;
}
