#include "members.h"

void un_members(un_value object, const un_slice *names, un_value *out, size_t count) {
    un_slice key;
    un_value value;
    un_cursor c = un_walk(un_type_of(object) == UN_OBJECT ? object : (un_value){NULL, 0});
    memset(out, 0, count * sizeof *out);
    while (un_next(&c, &key, &value))
        for (size_t i = 0; i < count; i++)
            if (un_slice_equal(key, names[i])) {
                out[i] = value;
                break;
            }
}

un_status un_expect_string(un_value value, const char *what, un_error *error) {
    un_type type = un_type_of(value);
    if (type == UN_STRING || type == UN_ABSENT || type == UN_NULL)
        return UN_OK;
    return un_fail_value(error, value, "`%s` is no string", what);
}

un_status un_each(un_packages *out, un_value container, un_type type, const char *what,
                  un_reader *one, un_error *error) {
    un_type found = un_type_of(container);
    un_status status = UN_OK;
    un_slice key;
    un_value value;
    if (found == UN_ABSENT || found == UN_NULL)
        return UN_OK;
    if (found != type)
        return un_fail_value(error, container, "`%s` is no %s", what,
                             type == UN_OBJECT ? "object" : "array");
    un_cursor c = un_walk(container);
    while (status == UN_OK && un_next(&c, &key, &value))
        status = one(out, key, value, error);
    return status;
}

un_package *un_add_named(un_packages *out, un_slice name, un_value place, un_status *status,
                         un_error *error) {
    un_package *package = name.len ? un_packages_add(out) : NULL;
    if (package)
        package->name = name;
    else
        *status = name.len ? un_fail(error, UN_NO_MEMORY, "out of memory")
                           : un_fail_value(error, place, "a package without a name");
    return package;
}

unsigned un_major(un_slice version) {
    unsigned number = 0;
    for (size_t i = 0; i < version.len && i < 6; i++) {
        if (version.ptr[i] < '0' || version.ptr[i] > '9')
            break;
        number = 10 * number + (unsigned)(version.ptr[i] - '0');
    }
    return number;
}

un_value un_first_document(un_value root) {
    un_value document = {NULL, 0};
    un_cursor documents = un_walk(root);
    un_next(&documents, NULL, &document);
    return document;
}
