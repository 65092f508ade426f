/*
 * lockfile.h: recognise a lockfile and list its packages.
 *
 *     un_lockfile lockfile = {0};
 *     status = un_lockfile_parse(&lockfile, name, &bytes, NULL, &error);
 *     use(&lockfile.packages);
 *     un_lockfile_free(&lockfile);
 *
 * Which format it is the content says (see core/formats/formats.h); that format's reader fills the
 * list, whose slices point into what this lockfile owns.
 */
#ifndef UN_LOCKFILE_H
#define UN_LOCKFILE_H

#include "core/formats/formats.h"
#include "core/os/file.h"

/* Largest lockfile that we read, unless the caller says otherwise. */
#define UN_LOCKFILE_LIMIT ((size_t)64 << 20)

typedef struct un_lockfile {
    un_packages packages;
    un_tree tree;  /* of a JSON, YAML, TOML or XML lockfile */
    un_slice text; /* of one read line by line: valid UTF-8 without NUL, in the packages' arena */
} un_lockfile;

/* What is not set is as usual. */
typedef struct un_lockfile_options {
    size_t limit;    /* bytes; UN_LOCKFILE_LIMIT */
    un_slice called; /* what such a file is usually called, where `name` is made up */
} un_lockfile_options;

/*
 * Parses bytes. `name` (a path or base name, may be absent) is for error messages and settles
 * doubts: the content decides the format. `options` may be NULL. UN_LIMIT: more bytes than the
 * limit. UN_FORMAT: valid, but no lockfile that we know, or a version of one that we do not know.
 * Release with un_lockfile_free, also after a failure.
 */
un_status un_lockfile_parse(un_lockfile *out, un_slice name, const un_bytes *bytes,
                            const un_lockfile_options *options, un_error *error);

void un_lockfile_free(un_lockfile *lockfile);

/* The format at `index`, NULL past the end. */
const un_format *un_format_at(size_t index);

/* "json" and so on. Static text. */
const char *un_syntax_name(un_syntax syntax);

#endif
