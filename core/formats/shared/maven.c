#include "maven.h"

un_status un_maven_name(un_slice *out, un_packages *packages, un_slice group, un_slice name,
                        un_error *error) {
    *out = (un_slice){NULL, 0};
    if (!group.len || !name.len)
        return UN_OK;
    size_t length = group.len + 1 + name.len;
    char *text = un_arena_alloc(&packages->arena, length);
    if (!text)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    memcpy(text, group.ptr, group.len);
    text[group.len] = ':';
    memcpy(text + group.len + 1, name.ptr, name.len);
    *out = (un_slice){text, length};
    return UN_OK;
}
