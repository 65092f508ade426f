/*
 * members.h: several members of an object in one walk, and lists of packages.
 *
 *     un_value name, version;
 *     const un_member members[] = {{UN_SLICE("name"), &name}, {UN_SLICE("version"), &version}};
 *     un_members(object, members, 2);
 *     status = un_expect_strings(members, 2, error);
 */
#ifndef UN_FORMATS_MEMBERS_H
#define UN_FORMATS_MEMBERS_H

#include "core/packages.h"
#include "core/tree/tree.h"

/* How a member is called, and where its value goes. */
typedef struct un_member {
    un_slice name;
    un_value *value;
} un_member;

/* Sets the values of all; absent is what the object does not have, and all where it is none. */
void un_members(un_value object, const un_member *members, size_t count);

/* UN_FORMAT "`<name>` is no string", unless each of them is one. Absent and null are fine. */
un_status un_expect_strings(const un_member *members, size_t count, un_error *error);

/* A date in seconds UTC, whatever it is written as; 0: it is none. See core/date.h. */
int64_t un_date_of(un_value value);

/* Reads one member of an object or one element of an array (whose key is absent). */
typedef un_status un_reader(un_packages *out, un_slice key, un_value value, un_error *error);

/* Calls `one` for each member or element until one fails. Absent and null containers are empty; one
 * of another type than `type` (UN_OBJECT, UN_ARRAY) is UN_FORMAT: "`<what>` is no object". */
un_status un_each(un_packages *out, un_value container, un_type type, const char *what,
                  un_reader *one, un_error *error);

#endif
