/*
 * hash.h: keys of environments and digests of contents, XXH3-128 of libxxhash.
 *
 * XXH3 is not cryptographic: it tells apart files that were not made to collide. That is enough
 * here, since whoever can write the environment's lockfile can already decide what the user sees.
 */
#ifndef UN_HASH_H
#define UN_HASH_H

#include "error.h"

/* Length of a digest in hexadecimal digits, without a NUL. */
#define UN_DIGEST_LENGTH 32

/* XXH3-128 (seed 0) in canonical (big-endian) order: lower-case hex and a NUL. */
typedef struct un_digest {
    char hex[UN_DIGEST_LENGTH + 1];
} un_digest;

un_digest un_hash_bytes(un_slice bytes);

/* The same in 16 bytes, for who compares many and shows none. */
typedef struct un_hash {
    unsigned char bytes[UN_DIGEST_LENGTH / 2];
} un_hash;

un_hash un_hash_raw(un_slice bytes);

/*
 * The digest of what `fd` yields from its present offset to its end. Reads in pieces, so memory is
 * constant; blocks as reading does.
 */
un_status un_hash_file(un_digest *out, int fd, un_error *error);

#endif
