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

#include "core/packages.h"
#include "core/tree/tree.h"

/* out[i] is the member called names[i]; absent where there is none. */
void un_members(un_value object, const un_slice *names, un_value *out, size_t count);

/* As un_fail_value, unless `value` is a string: "`<what>` is no string". Absent is fine. */
un_status un_expect_string(un_value value, const char *what, un_error *error);

/* Reads one member of an object or one element of an array (whose key is absent). */
typedef un_status un_reader(un_packages *out, un_slice key, un_value value, un_error *error);

/* Calls `one` for each member or element until one fails. Absent and null containers are empty; one
 * of another type than `type` (UN_OBJECT, UN_ARRAY) is UN_FORMAT: "`<what>` is no object". */
un_status un_each(un_packages *out, un_value container, un_type type, const char *what,
                  un_reader *one, un_error *error);

/* A new package of that name, which must not be empty; NULL and *status otherwise. */
un_package *un_add_named(un_packages *out, un_slice name, un_value place, un_status *status,
                         un_error *error);

/* The number that a version begins with: 5 of "5.4"; 0 where there is none. */
unsigned un_major(un_slice version);

/* The first document of YAML. */
un_value un_first_document(un_value root);

#endif
