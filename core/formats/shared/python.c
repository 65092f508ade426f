#include "python.h"

static bool is_source(un_slice file) {
    return un_slice_ends(file, UN_SLICE(".tar.gz")) || un_slice_ends(file, UN_SLICE(".zip")) ||
           un_slice_ends(file, UN_SLICE(".tar.bz2"));
}

un_slice un_python_hash(un_value files) {
    un_slice first = {NULL, 0};
    un_value file;
    for (un_cursor c = un_walk(files); un_next(&c, NULL, &file);) {
        un_slice hash = un_get_string(file, UN_SLICE("hash"));
        if (!hash.ptr)
            hash = un_string(file);
        if (hash.len && is_source(un_get_string(file, UN_SLICE("file"))))
            return hash;
        if (!first.ptr)
            first = hash;
    }
    return first;
}

un_slice un_python_group(un_value groups, un_slice ordinary) {
    un_slice found = {NULL, 0};
    un_value group;
    for (un_cursor c = un_walk(groups); un_next(&c, NULL, &group);) {
        un_slice name = un_string(group);
        if (un_slice_equal(name, ordinary))
            return (un_slice){NULL, 0};
        if (!found.len || un_slice_equal(name, UN_SLICE("dev")))
            found = name;
    }
    return found;
}

bool un_python_is_project(un_slice path) {
    return un_slice_equal(path, UN_SLICE(".")) || un_slice_equal(path, UN_SLICE("./"));
}
