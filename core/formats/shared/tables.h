/*
 * tables.h: arrays of tables, in which lockfiles in TOML list their packages.
 *
 * TOML knows no null, so what is there must be of the type that is expected.
 */
#ifndef UN_FORMATS_TABLES_H
#define UN_FORMATS_TABLES_H

#include "members.h"

/* Whether `list` is absent or an array of tables; looks at the first. */
bool un_are_tables(un_value list);

/* Whether the document has `package` tables and, beside them, nothing by which one could tell whose
 * they are: no other member than `version` and `metadata`, and in no table what Cargo or
 * Poetry alone writes into it. It looks at all of them. */
bool un_are_bare_packages(un_value root);

/* Gives every table of the list called `name` to `one`, until one fails. No list is an empty one;
 * what is no list of tables is UN_FORMAT. */
un_status un_each_table(un_value list, const char *name,
                        un_status (*one)(void *context, un_value table, un_error *error),
                        void *context, un_error *error);

/* UN_FORMAT "`<name>`: expected a string, found …", unless each of them is one or absent. */
un_status un_expect_toml_strings(const un_member *members, size_t count, un_error *error);

#endif
