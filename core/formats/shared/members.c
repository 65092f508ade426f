#include "members.h"
#include "core/date.h"

void un_members(un_value object, const un_member *members, size_t count) {
    un_slice key;
    un_value value;
    for (size_t i = 0; i < count; i++)
        *members[i].value = (un_value){NULL, 0};
    if (un_type_of(object) != UN_OBJECT)
        return;
    for (un_cursor c = un_walk(object); un_next(&c, &key, &value);)
        for (size_t i = 0; i < count; i++)
            if (un_slice_equal(key, members[i].name)) {
                *members[i].value = value;
                break;
            }
}

un_status un_expect_strings(const un_member *members, size_t count, un_error *error) {
    for (size_t i = 0; i < count; i++) {
        un_type type = un_type_of(*members[i].value);
        if (type != UN_STRING && type != UN_ABSENT && type != UN_NULL)
            return un_fail_value(error, *members[i].value, "`%s` is no string",
                                 members[i].name.ptr);
    }
    return UN_OK;
}

int64_t un_date_of(un_value value) {
    int64_t number;
    return un_integer(value, &number) ? un_date_of_number(number) : un_date_read(un_string(value));
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
