#include "lockfile.h"
#include "formats/formats.h"

static const un_format *const formats[] = {&un_format_flox, &un_format_npm};

#define FORMATS (sizeof formats / sizeof *formats)

const un_format *un_format_at(size_t index) {
    return index < FORMATS ? formats[index] : NULL;
}

static const un_format *recognise(un_json_value root) {
    for (size_t i = 0; i < FORMATS; i++)
        if (formats[i]->recognise(root))
            return formats[i];
    return NULL;
}

static un_status read(un_lockfile *lockfile, un_error *error) {
    un_json_value root = un_json_root(&lockfile->json);
    if (un_json_typeof(root) != UN_JSON_OBJECT)
        return un_fail(error, UN_FORMAT, "JSON, but no lockfile that upnudge knows: not an object");
    lockfile->format = recognise(root);
    if (!lockfile->format)
        return un_fail(error, UN_FORMAT,
                       "JSON, but no lockfile that upnudge knows: no `lockfile-version` (flox) and "
                       "no `lockfileVersion` of npm");
    un_status status = lockfile->format->read(lockfile, root, error);
    for (size_t i = 0; i < lockfile->count; i++)
        if (!lockfile->packages[i].version.ptr)
            lockfile->packages[i].version = UN_SLICE("");
    return status;
}

un_status un_lockfile_parse(un_lockfile *out, un_slice name, const un_bytes *bytes,
                            un_error *error) {
    *out = (un_lockfile){0};
    un_status status = UN_OK;
    if (bytes->slice.len > UN_LOCKFILE_LIMIT)
        status = un_fail(error, UN_LIMIT, "larger than %zu MiB", UN_LOCKFILE_LIMIT >> 20);
    if (status == UN_OK)
        status = un_json_parse(&out->json, bytes, error);
    if (status == UN_OK)
        status = read(out, error);
    if (status != UN_OK)
        un_error_file(error, name);
    return status;
}

void un_lockfile_free(un_lockfile *lockfile) {
    un_arena_free(&lockfile->arena);
    un_json_free(&lockfile->json);
    *lockfile = (un_lockfile){0};
}

un_package *un_lockfile_add(un_lockfile *lockfile) {
    un_package *grown = un_arena_grow(&lockfile->arena, lockfile->packages, &lockfile->capacity,
                                      lockfile->count + 1, sizeof *lockfile->packages);
    if (!grown)
        return NULL;
    lockfile->packages = grown;
    return &grown[lockfile->count++];
}
