/*
 * formats.h: every lockfile format that is read, one file each.
 *
 * A format is one const un_format in <name>.c and one line of the list below, which makes it known
 * to everybody; fixtures show what it yields. Formats are pure: parsed bytes in, packages out, no
 * system call, and none knows another one or who calls it.
 */
#ifndef UN_FORMATS_H
#define UN_FORMATS_H

#include "core/packages.h"
#include "core/tree/tree.h"

/* What a format is written in, which says how it is read. */
typedef enum un_syntax {
    UN_SYNTAX_JSON,
    UN_SYNTAX_YAML, /* the root is an array of the documents */
    UN_SYNTAX_TOML,
    UN_SYNTAX_XML, /* see core/tree/xml.h for the shape */
    UN_SYNTAX_LINES,
} un_syntax;

typedef struct un_format {
    const char *name;  /* "flox" */
    const char *title; /* one line for people */
    const char *const
        *filenames; /* base names or relative paths, NULL-terminated, first is usual */
    un_syntax syntax;
    bool relaxed;   /* JSON with comments and trailing commas */
    bool bracketed; /* lines that may begin with a bracket, as JSON does, and are none */
    un_scheme scheme;
    un_identity identity;
    un_names names;
    bool named; /* every package of one is asked for by name, unless `read` says otherwise */
    /* Whether a parsed document, or a text of lines, is one of ours: looks at the content, never
     * at the file name. One of the two is NULL, as `syntax` says. */
    bool (*recognise)(un_value root);
    bool (*recognise_text)(un_slice text);
    /* Whether a document that nobody recognises, or somebody else, but that is called as ours are
     * may be one of ours; NULL: never. It leaves to the others what surely is theirs. */
    bool (*accept)(un_value root);
    /* What one without packages may consist of, by its members: those that say something else, and
     * those that list packages and are empty then. Where nobody recognises a document that is
     * called as ours are, it is one of them. NULL: never. */
    const char *const *header, *const *lists;
    /* Words of a comment that the tool writes, where that may be all; NULL: never. */
    const char *generated;
    /* Appends the packages to `out`. What their slices point to is the document's, the text's, or
     * in the arena of `out`. */
    un_status (*read)(un_packages *out, un_value root, un_error *error);
    un_status (*read_text)(un_packages *out, un_slice text, un_error *error);
} un_format;

/* The order settles which of two formats is meant when the content fits both. */
#define UN_FORMATS(X)                                                                              \
    X(flox)                                                                                        \
    X(npm)                                                                                         \
    X(pnpm)                                                                                        \
    X(yarn_berry)                                                                                  \
    X(pubspec)                                                                                     \
    X(podfile)                                                                                     \
    X(shards)                                                                                      \
    X(conda_lock)                                                                                  \
    X(pixi)                                                                                        \
    X(helm)                                                                                        \
    X(helmfile)                                                                                    \
    X(stack)                                                                                       \
    X(conda_env)                                                                                   \
    X(pre_commit)                                                                                  \
    X(bun)                                                                                         \
    X(deno)                                                                                        \
    X(composer)                                                                                    \
    X(pipfile)                                                                                     \
    X(flake)                                                                                       \
    X(devbox)                                                                                      \
    X(npins)                                                                                       \
    X(nuget)                                                                                       \
    X(package_resolved)                                                                            \
    X(renv)                                                                                        \
    X(conan)                                                                                       \
    X(vcpkg)                                                                                       \
    X(bazel)                                                                                       \
    X(maven_install)                                                                               \
    X(dub)                                                                                         \
    X(sbt)                                                                                         \
    X(lazy)                                                                                        \
    X(nix_profile)                                                                                 \
    X(yarn)                                                                                        \
    X(gomod)                                                                                       \
    X(gosum)                                                                                       \
    X(gemfile)                                                                                     \
    X(paket)                                                                                       \
    X(gradle)                                                                                      \
    X(gradle_catalog)                                                                              \
    X(gradle_verification)                                                                         \
    X(mix)                                                                                         \
    X(rebar)                                                                                       \
    X(terraform)                                                                                   \
    X(cabal_freeze)                                                                                \
    X(requirements)                                                                                \
    X(conda_explicit)                                                                              \
    X(conda_list)                                                                                  \
    X(carton)                                                                                      \
    X(tool_versions)                                                                               \
    X(opam)                                                                                        \
    X(cargo)                                                                                       \
    X(uv)                                                                                          \
    X(poetry)                                                                                      \
    X(pdm)                                                                                         \
    X(pylock)                                                                                      \
    X(julia)                                                                                       \
    X(gleam)                                                                                       \
    X(mise)

#define UN_FORMAT_DECLARE(name) extern const un_format un_format_##name;
UN_FORMATS(UN_FORMAT_DECLARE)
#undef UN_FORMAT_DECLARE

#endif
