/*
 * gosum.c: Go's go.sum, and the go.work.sum of a workspace.
 *
 * Source: "go.sum files" and "Workspaces" of the Go Modules Reference.
 *
 * Lines "module version hash", and "module version/go.mod hash" for what was looked at only. The
 * go.work.sum has those that no go.sum of the workspace's modules has.
 *
 * Identity: the path of the module; several versions may have been built from over time.
 *
 * Conventions: a line with /go.mod names a module that was considered, not one whose code was
 * taken: no package. The hash is the derivation. There are no comments.
 */
#include "core/formats/shared/words.h"
#include "core/lines.h"
#include "formats.h"

/* The three words of a line; false: there are not three, or the third is no hash. */
static bool split(un_slice text, un_slice *path, un_slice *version, un_slice *hash) {
    *path = un_next_word(&text);
    *version = un_next_word(&text);
    *hash = un_next_word(&text);
    return path->len && version->len && *version->ptr == 'v' && !un_slice_trim(text).len &&
           un_slice_starts(*hash, UN_SLICE("h1:"));
}

static bool recognise(un_slice text) {
    un_slice path, version, hash;
    un_line line = {0};
    return un_next_code(text, UN_SLICE("\n"), &line) && split(line.text, &path, &version, &hash);
}

static un_status read_gosum(un_packages *out, un_slice text, un_error *error) {
    un_package package = {.source = UN_SLICE("registry")};
    un_line line = {0};
    un_status status = UN_OK;
    while (status == UN_OK && un_next_code(text, UN_SLICE("\n"), &line)) {
        if (!split(line.text, &package.name, &package.version, &package.derivation))
            return un_fail_line(error, &line, "expected: module version h1:hash");
        if (!un_slice_ends(package.version, UN_SLICE("/go.mod")))
            status = un_packages_add(out, &package, error);
    }
    return status;
}

static const char *const filenames[] = {"go.sum", "go.work.sum", NULL};

const un_format un_format_gosum = {
    .name = "gosum",
    .title = "Go go.sum and go.work.sum",
    .filenames = filenames,
    .syntax = UN_SYNTAX_LINES,
    .scheme = UN_SCHEME_GO,
    .identity = UN_IDENTITY_SET,
    .recognise_text = recognise,
    .read_text = read_gosum,
};
