/*
 * lockfile.h: recognise a lockfile and list its packages.
 *
 *     un_lockfile lockfile = {0};
 *     status = un_lockfile_parse(&lockfile, name, &bytes, NULL, &error);
 *     for (size_t i = 0; i < lockfile.count; i++) use(&lockfile.packages[i]);
 *     un_lockfile_free(&lockfile);
 *
 * A format is one const un_format in core/formats/<name>.c; the table in lockfile.c lists them all.
 * Formats are pure: parsed bytes in, packages out, no system call.
 */
#ifndef UN_LOCKFILE_H
#define UN_LOCKFILE_H

#include "arena.h"
#include "core/os/file.h"
#include "core/tree/tree.h"
#include "lines.h"
#include "scheme.h"

/* Largest lockfile that we read, unless the caller says otherwise. */
#define UN_LOCKFILE_LIMIT ((size_t)64 << 20)

/* Absent fields are absent slices; `version` is the empty string where a package has none. */
typedef struct un_package {
    un_slice name; /* what the people who use the format call it */
    un_slice version;
    un_slice system;     /* "x86_64-linux" (see system.h); absent: any */
    un_slice group;      /* "dev": only for development; "optional"; else the format's own word */
    un_slice source;     /* where it comes from: "registry", "git", "path", "url", "catalog" */
    un_slice revision;   /* commit or content revision of the source */
    un_slice derivation; /* identifies the exact build: derivation, integrity hash */
    un_slice location;   /* place in the tree where one name can stand several times */
} un_package;

/* How packages of two lockfiles are matched. */
typedef enum un_identity {
    UN_IDENTITY_FIRST, /* (name, system): the first of a duplicate wins */
    UN_IDENTITY_SET,   /* (name, system): one name may stand in several versions */
} un_identity;

/* What a format is written in, which says how it is read. */
typedef enum un_syntax {
    UN_SYNTAX_JSON,
    UN_SYNTAX_YAML, /* the root is an array of the documents */
    UN_SYNTAX_TOML,
    UN_SYNTAX_LINES,
} un_syntax;

typedef struct un_format un_format;

typedef struct un_lockfile {
    const un_format *format;
    un_package *packages;
    size_t count, capacity;
    un_arena arena;
    un_tree tree;  /* of a JSON, YAML or TOML lockfile */
    un_slice text; /* of one read line by line: valid UTF-8 without NUL, in the arena */
} un_lockfile;

struct un_format {
    const char *name;  /* "flox" */
    const char *title; /* one line for people */
    const char *const
        *filenames; /* base names or relative paths, NULL-terminated, first is usual */
    un_syntax syntax;
    bool relaxed; /* JSON with comments and trailing commas */
    un_scheme versions;
    un_identity identity;
    /* Whether a parsed document, or a text of lines, is one of ours: looks at the content, never
     * at the file name. One of the two is NULL, as `syntax` says. */
    bool (*recognise)(un_value root);
    bool (*recognise_text)(un_slice text);
    /* Appends the packages to `lockfile` with un_lockfile_add. */
    un_status (*read)(un_lockfile *lockfile, un_value root, un_error *error);
    un_status (*read_text)(un_lockfile *lockfile, un_slice text, un_error *error);
};

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

/*
 * For lockfiles that somebody else reads: an empty one, whose format has the name, version order
 * and identity of `format`. Packages are added with un_lockfile_add; what their slices point to
 * must live as long, so it is best copied into the arena.
 */
un_status un_lockfile_begin(un_lockfile *out, const un_format *format, un_error *error);
void un_lockfile_free(un_lockfile *lockfile);

/* For formats: a new zeroed package at the end of the list; NULL when out of memory. It moves with
 * the next call. */
un_package *un_lockfile_add(un_lockfile *lockfile);

/* The format at `index`, NULL past the end. */
const un_format *un_format_at(size_t index);

/* "json" and so on. Static text. */
const char *un_syntax_name(un_syntax syntax);

#endif
