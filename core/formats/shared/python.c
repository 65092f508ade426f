#include "python.h"
#include "members.h"

static bool is_source(un_slice file) {
    file.len = un_slice_find(file, '#');
    return un_slice_ends(file, UN_SLICE(".tar.gz")) || un_slice_ends(file, UN_SLICE(".zip")) ||
           un_slice_ends(file, UN_SLICE(".tar.bz2"));
}

static un_slice hash_in(un_value file) {
    un_slice hash = un_get_string(file, UN_SLICE("hash"));
    return hash.ptr ? hash : un_string(file);
}

static bool is_source_file(un_value file) {
    return is_source(un_get_string(file, UN_SLICE("file"))) ||
           is_source(un_get_string(file, UN_SLICE("url")));
}

static size_t count_of(un_value list) {
    size_t count = 0;
    for (un_cursor c = un_walk(list); un_next(&c, NULL, &(un_value){0});)
        count++;
    return count;
}

void un_python_note_upload(un_package *package, un_value file) {
    un_value when = un_get(file, UN_SLICE("upload-time"));
    if (!when.tree)
        when = un_get(file, UN_SLICE("upload_time"));
    int64_t uploaded = un_date_of(when);
    if (uploaded && (!package->released || uploaded < package->released))
        package->released = uploaded;
}

un_status un_python_hashes(un_packages *out, un_package *package, un_value source, un_value files,
                           un_error *error) {
    size_t count = 0;
    un_slice first = {NULL, 0}, best = hash_in(source);
    un_value file;
    un_slice *hashes = un_arena_alloc(&out->arena, (1 + count_of(files)) * sizeof *hashes);
    if (!hashes)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    if (best.len)
        hashes[count++] = best;
    un_python_note_upload(package, source);
    for (un_cursor c = un_walk(files); un_next(&c, NULL, &file);) {
        un_python_note_upload(package, file);
        un_slice hash = hash_in(file);
        if (!hash.len)
            continue;
        hashes[count++] = hash;
        if (!first.len)
            first = hash;
        if (!best.len && is_source_file(file))
            best = hash;
    }
    package->derivation = best.len ? best : first;
    un_package_hashes(package, hashes, count);
    return UN_OK;
}

un_status un_python_releases_build(un_python_releases *out, un_arena *arena, un_value files,
                                   un_error *error) {
    *out = (un_python_releases){.known = NULL};
    if (un_index_build(&out->files, arena, files, UN_SLICE("")))
        out->known = un_arena_alloc(arena, out->files.count * sizeof *out->known);
    return out->known ? UN_OK : un_fail(error, UN_NO_MEMORY, "out of memory");
}

un_status un_python_release_hashes(un_packages *out, un_package *package,
                                   const un_python_releases *releases, un_slice key,
                                   un_error *error) {
    const un_index_entry *entry = un_index_entry_of(&releases->files, key);
    un_status status = UN_OK;
    if (!entry)
        return UN_OK;
    un_package *known = &releases->known[entry - releases->files.entries];
    if (!known->hashes)
        status = un_python_hashes(out, known, (un_value){NULL, 0}, entry->value, error);
    package->derivation = known->derivation;
    package->hashes = known->hashes;
    package->hash_count = known->hash_count;
    return status;
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
