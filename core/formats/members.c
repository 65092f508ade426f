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

un_value un_first_document(un_value root) {
    un_value document = {NULL, 0};
    un_cursor documents = un_walk(root);
    un_next(&documents, NULL, &document);
    return document;
}
