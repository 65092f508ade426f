/*
 * members.h: several members of an object in one walk.
 *
 *     enum { NAME, VERSION, MEMBERS };
 *     static const un_slice names[MEMBERS] = {UN_SLICE("name"), UN_SLICE("version")};
 *     un_value member[MEMBERS];
 *     un_members(object, names, member, MEMBERS);
 */
#ifndef UN_FORMATS_MEMBERS_H
#define UN_FORMATS_MEMBERS_H

#include "../lockfile.h"

/* out[i] is the member called names[i]; absent where there is none. */
void un_members(un_value object, const un_slice *names, un_value *out, size_t count);

/* As un_fail_value, unless `value` is a string: "`<what>` is no string". Absent is fine. */
un_status un_expect_string(un_value value, const char *what, un_error *error);

/* The number that a version begins with: 5 of "5.4"; 0 where there is none. */
unsigned un_major(un_slice version);

/* The first document of YAML. */
un_value un_first_document(un_value root);

#endif
