/*
 * asked.h: which packages somebody asked for by name, and which something brought along; between
 * formats only.
 *
 *     un_asked asked = {.told = true};
 *     status = un_asked_note(&asked, name, version, error);     for each edge of the project
 *     un_asked_settle(&asked, out);
 *     un_asked_free(&asked);
 *
 * An edge is a pair of strings, which a format chooses by what its lockfile says of it: the name
 * and version that it leads to, or where a project stands and what it asks for. A package is direct
 * if any edge leads to this very one. The strings are borrowed. Each call but the walks over all
 * packages takes constant time for an edge.
 */
#ifndef UN_FORMATS_ASKED_H
#define UN_FORMATS_ASKED_H

#include "core/packages.h"
#include "seen.h"

typedef struct un_asked {
    un_seen edges;
    /* Bits that edges have set: what has none of them needs no look-up, as most packages do. */
    uint64_t likely[16];
    bool told; /* the lockfile says what the project asks for; else no package is marked */
} un_asked;

/* UN_NO_MEMORY. */
un_status un_asked_note(un_asked *asked, un_slice first, un_slice second, un_error *error);

/* Notes (first, key) for each member of an object; anything else has none. */
un_status un_asked_note_members(un_asked *asked, un_slice first, un_value object, un_error *error);

bool un_asked_has(const un_asked *asked, un_slice first, un_slice second);

/* Notes of an edge that it led somewhere; false: there is no such edge. */
bool un_asked_reach(un_asked *asked, un_slice first, un_slice second);

/* The strings of the next edge from *number on that led nowhere; false: there is none. */
bool un_asked_unreached(un_asked *asked, size_t *number, un_slice *first, un_slice *second);

/* What a package is, if that is so; unknown where nothing is told. */
un_direct un_asked_direct(const un_asked *asked, bool is_asked);

/* Marks all: direct is what an edge names with this version, or with none. */
void un_asked_settle(const un_asked *asked, un_packages *out);

/*
 * The same where packages go by their places, and an edge is the project's place and the name that
 * it asks for: what stands there under that name, else at the top, whose place is "". `split` says
 * where a package stands; false: in another package. UN_NO_MEMORY.
 */
un_status un_asked_settle_places(un_asked *asked, un_packages *out,
                                 bool (*split)(un_slice location, un_slice *place, un_slice *name),
                                 un_error *error);

void un_asked_free(un_asked *asked);

#endif
