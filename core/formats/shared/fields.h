/*
 * fields.h: the members of a package's table, found in one walk; between formats only.
 *
 *     un_field fields[] = {{UN_SLICE("name"), {0}}, {UN_SLICE("version"), {0}}};
 *     un_fields_read(fields, 2, table);
 *     status = un_fields_package(&package, packages, table, fields, error);
 */
#ifndef UN_FORMATS_FIELDS_H
#define UN_FORMATS_FIELDS_H

#include "core/packages.h"
#include "core/tree/tree.h"

typedef struct un_field {
    un_slice name;
    un_value value; /* absent: there is no such member */
} un_field;

/* Sets the value of each field that `table` has. */
void un_fields_read(un_field *fields, size_t count, un_value table);

/* Another type than a string, where the field is there, is UN_FORMAT. */
un_status un_fields_string(un_slice *out, const un_field *field, un_error *error);

/* Adds a package with the name and the version that the first two fields tell. A missing name is
 * UN_FORMAT, a missing version is none. */
un_status un_fields_package(un_package **package, un_packages *out, un_value table,
                            const un_field *fields, un_error *error);

/* Gives every element of `list`, which must be tables, to `read`. No list is an empty one. */
un_status un_fields_each(un_value list, const char *name,
                         un_status (*read)(void *context, un_value table, un_error *error),
                         void *context, un_error *error);

/* Whether `list` is absent or an array of tables; looks at the first. */
bool un_fields_is_list(un_value list);

#endif
