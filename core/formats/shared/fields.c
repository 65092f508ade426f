#include "fields.h"

void un_fields_read(un_field *fields, size_t count, un_value table) {
    un_slice key;
    un_value value;
    for (un_cursor c = un_walk(table); un_next(&c, &key, &value);)
        for (size_t i = 0; i < count; i++)
            if (un_slice_equal(fields[i].name, key)) {
                fields[i].value = value;
                break;
            }
}

un_status un_fields_string(un_slice *out, const un_field *field, un_error *error) {
    un_type type = un_type_of(field->value);
    *out = un_string(field->value);
    if (type == UN_STRING || type == UN_ABSENT)
        return UN_OK;
    return un_fail_value(error, field->value, "`%s`: expected a string, found %s", field->name.ptr,
                         un_type_name(type));
}

un_status un_fields_package(un_package **package, un_packages *out, un_value table,
                            const un_field *fields, un_error *error) {
    un_slice name, version;
    un_status status = un_fields_string(&name, &fields[0], error);
    if (status == UN_OK)
        status = un_fields_string(&version, &fields[1], error);
    if (status != UN_OK)
        return status;
    if (!name.len)
        return un_fail_value(error, table, "a package without a name");
    *package = un_packages_add(out);
    if (!*package)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    (*package)->name = name;
    (*package)->version = version;
    return UN_OK;
}

un_status un_fields_each(un_value list, const char *name,
                         un_status (*read)(void *context, un_value table, un_error *error),
                         void *context, un_error *error) {
    un_value table;
    un_status status = UN_OK;
    un_type type = un_type_of(list);
    if (type != UN_ABSENT && type != UN_ARRAY)
        return un_fail_value(error, list, "`%s`: expected an array, found %s", name,
                             un_type_name(type));
    for (un_cursor c = un_walk(list); status == UN_OK && un_next(&c, NULL, &table);) {
        if (un_type_of(table) != UN_OBJECT)
            return un_fail_value(error, table, "`%s`: expected tables, found %s", name,
                                 un_type_name(un_type_of(table)));
        status = read(context, table, error);
    }
    return status;
}

bool un_fields_is_list(un_value list) {
    un_value first;
    un_cursor c = un_walk(list);
    un_type type = un_type_of(list);
    if (type == UN_ARRAY && un_next(&c, NULL, &first))
        return un_type_of(first) == UN_OBJECT;
    return type == UN_ARRAY || type == UN_ABSENT;
}
