/*
 * digest.h: the digest of what a lockfile says, however it is written.
 *
 * Two lockfiles whose packages are equal in every field have the same one, whatever their order,
 * indentation, line ends and comments; only whether somebody asked for a package by name does not
 * count, for it is installed all the same. Names count as their ecosystem compares them, hashes of
 * one release in any order, and a duplicate that does not count (see diff.h) does not. So between
 * two lists of the same digest there is no change.
 */
#ifndef UN_DIGEST_H
#define UN_DIGEST_H

#include "hash.h"
#include "packages.h"

/* O(n log n). */
un_status un_packages_digest(un_digest *out, const un_packages *packages, un_error *error);

#endif
