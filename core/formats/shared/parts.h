/*
 * parts.h: packages that are another one's binaries for single systems; between the formats of
 * npm's registry only.
 *
 *     un_parts parts = {.out = out};
 *     status = un_parts_claim(&parts, owner, &owner_version, optional_dependencies, &error);
 *     un_parts_settle(&parts);
 *     un_parts_free(&parts);
 *
 * "esbuild" asks for "@esbuild/linux-x64" and two dozen others in its own version, of which each
 * system installs one. An upgrade moves them all with it, so they count as one (see diff.h). They
 * are told by what the lockfile says, not by their names: the owner's optional dependencies, of its
 * own version, or of a scope in which it has such; and each for some systems only, where the format
 * says for which.
 */
#ifndef UN_FORMATS_PARTS_H
#define UN_FORMATS_PARTS_H

#include "core/packages.h"
#include "core/tree/tree.h"
#include "seen.h"

typedef struct un_parts {
    un_packages *out;
    bool unbound; /* the format does not say for which systems a package is */
    un_seen claimed;
} un_parts;

/* Notes that the package `owner` in `version` asks for one in exactly that version, which may have
 * a protocol in front ("npm:1.2.3"). `scope` has the scope of those in its own version, and is set
 * by the first of them. */
un_status un_parts_claim_one(un_parts *parts, const un_package *owner, un_slice name,
                             un_slice wanted, un_slice *scope, un_error *error);

/* The same of an object of such, in any order. */
un_status un_parts_claim(un_parts *parts, const un_package *owner, un_value wanted,
                         un_error *error);

/* Marks every package that is claimed. */
void un_parts_settle(un_parts *parts);

void un_parts_free(un_parts *parts);

/* What `os`, `cpu` and `libc` say, each a word or a list: whether the package is for some systems
 * only, and for which where that is one. */
void un_parts_bind(un_package *package, un_value os, un_value cpu, un_value libc);

/* The same as Yarn writes it: "os=linux & cpu=x64 & libc=glibc". */
void un_parts_bind_conditions(un_package *package, un_slice conditions);

#endif
