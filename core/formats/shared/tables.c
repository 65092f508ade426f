#include "tables.h"

bool un_are_tables(un_value list) {
    un_value first;
    un_cursor c = un_walk(list);
    un_type type = un_type_of(list);
    if (type == UN_ARRAY && un_next(&c, NULL, &first))
        return un_type_of(first) == UN_OBJECT;
    return type == UN_ARRAY || type == UN_ABSENT;
}

/* What Cargo alone writes into a table, or Poetry. */
static bool is_marked(un_value table) {
    return un_get(table, UN_SLICE("python-versions")).tree ||
           un_get(table, UN_SLICE("checksum")).tree ||
           un_type_of(un_get(table, UN_SLICE("source"))) == UN_STRING;
}

bool un_are_bare_packages(un_value root) {
    un_slice key;
    un_value value, packages = un_get(root, UN_SLICE("package"));
    for (un_cursor c = un_walk(root); un_next(&c, &key, &value);)
        if (!un_slice_equal(key, UN_SLICE("package")) &&
            !un_slice_equal(key, UN_SLICE("version")) && !un_slice_equal(key, UN_SLICE("metadata")))
            return false;
    if (un_type_of(packages) != UN_ARRAY || !un_are_tables(packages))
        return false;
    for (un_cursor c = un_walk(packages); un_next(&c, NULL, &value);)
        if (is_marked(value))
            return false;
    return true;
}

static un_status expected(un_error *error, un_value found, const char *name, const char *what) {
    return un_fail_value(error, found, "`%s`: expected %s, found %s", name, what,
                         un_type_name(un_type_of(found)));
}

un_status un_each_table(un_value list, const char *name,
                        un_status (*one)(void *context, un_value table, un_error *error),
                        void *context, un_error *error) {
    un_value table;
    un_status status = UN_OK;
    un_type type = un_type_of(list);
    if (type != UN_ABSENT && type != UN_ARRAY)
        return expected(error, list, name, "an array");
    for (un_cursor c = un_walk(list); status == UN_OK && un_next(&c, NULL, &table);)
        status = un_type_of(table) == UN_OBJECT ? one(context, table, error)
                                                : expected(error, table, name, "tables");
    return status;
}

un_status un_expect_toml_strings(const un_member *members, size_t count, un_error *error) {
    for (size_t i = 0; i < count; i++) {
        un_type type = un_type_of(*members[i].value);
        if (type != UN_STRING && type != UN_ABSENT)
            return expected(error, *members[i].value, members[i].name.ptr, "a string");
    }
    return UN_OK;
}
