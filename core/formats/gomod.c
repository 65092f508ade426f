/*
 * gomod.c: Go's go.mod.
 *
 * Source: "go.mod files" of the Go Modules Reference.
 *
 * `require`, `replace` and other directives, on a line each or in blocks.
 *
 * Identity: the path of the module.
 *
 * Conventions: versions as written, with their "v". A module that another one replaces goes by the
 * name and version of the other, for that is what is built, as osv-scalibr and trivy have it; one
 * that a directory replaces is local code and no package. The `go` and `toolchain` lines name a
 * language and no package. Indirect requirements are ordinary ones. go.sum beside it says what was
 * considered, not what is used.
 */
#include "core/formats/shared/seen.h"
#include "core/formats/shared/words.h"
#include "core/lines.h"
#include "formats.h"

static un_slice without_comment(un_slice text) {
    return un_slice_trim(un_slice_part(text, 0, un_slice_search(text, UN_SLICE("//"))));
}

static bool recognise(un_slice text) {
    un_line line = {0};
    if (!un_next_code(text, UN_SLICE("//"), &line))
        return false;
    un_slice rest = line.text;
    un_slice directive = un_next_word(&rest), path = un_next_word(&rest);
    return un_slice_equal(directive, UN_SLICE("module")) && path.len &&
           !without_comment(rest).len && !strchr("={:[", *path.ptr);
}

typedef struct replacement {
    un_slice path, version; /* no version: a directory */
} replacement;

typedef struct reader {
    un_packages *out;
    un_seen seen; /* replaced modules and the version that is replaced, "" for any */
    replacement *replacements;
    size_t capacity;
    un_error *error;
} reader;

static un_status read_require(reader *r, un_slice words, const un_line *line) {
    un_slice path = un_next_word(&words), version = un_next_word(&words);
    if (!path.len || !version.len || words.len)
        return un_fail_line(r->error, line, "expected a module and its version");
    un_package package = {.name = path, .version = version, .source = UN_SLICE("registry")};
    return un_packages_add(r->out, &package, r->error);
}

/* old [version] => new [version] */
static un_status read_replace(reader *r, un_slice words, const un_line *line) {
    un_slice path = un_next_word(&words), version = un_next_word(&words);
    un_slice arrow = UN_SLICE("=>"), word = version;
    size_t number;
    bool known;
    if (un_slice_equal(version, arrow))
        version = UN_SLICE("");
    else
        word = un_next_word(&words);
    replacement by = {un_next_word(&words), un_next_word(&words)};
    if (!path.len || !un_slice_equal(word, arrow) || !by.path.len || words.len)
        return un_fail_line(r->error, line, "expected: module [version] => module version");
    un_status status = un_seen_find(&r->seen, path, version, &number, &known, r->error);
    if (status != UN_OK)
        return status;
    replacement *grown =
        un_arena_grow(&r->out->arena, r->replacements, &r->capacity, number + 1, sizeof *grown);
    if (!grown)
        return un_fail(r->error, UN_NO_MEMORY, "out of memory");
    r->replacements = grown;
    grown[number] = by;
    return UN_OK;
}

static un_status read_directive(reader *r, un_slice name, un_slice words, const un_line *line) {
    if (un_slice_equal(name, UN_SLICE("require")))
        return read_require(r, words, line);
    if (un_slice_equal(name, UN_SLICE("replace")))
        return read_replace(r, words, line);
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] < 'a' || name.ptr[i] > 'z')
            return un_fail_line(r->error, line, "expected a directive");
    return UN_OK;
}

/* The replacement of exactly this version goes before that of any. */
static const replacement *replacement_of(const reader *r, const un_package *package) {
    size_t number;
    if (un_seen_get(&r->seen, package->name, package->version, &number) ||
        un_seen_get(&r->seen, package->name, UN_SLICE(""), &number))
        return &r->replacements[number];
    return NULL;
}

static void replace(reader *r) {
    size_t kept = 0;
    for (size_t i = 0; i < r->out->count; i++) {
        un_package package = r->out->items[i];
        const replacement *by = replacement_of(r, &package);
        if (by && !by->version.len)
            continue;
        if (by) {
            package.name = by->path;
            package.version = by->version;
        }
        r->out->items[kept++] = package;
    }
    r->out->count = kept;
}

/* "require (" opens a block whose lines are directives of that name, up to ")". */
static un_status read_lines(reader *r, un_slice text) {
    un_line line = {0};
    un_slice block = {NULL, 0};
    un_status status = UN_OK;
    while (status == UN_OK && un_next_code(text, UN_SLICE("//"), &line)) {
        un_slice words = without_comment(line.text), rest = words;
        if (un_slice_equal(words, UN_SLICE(")")) && block.ptr) {
            block = (un_slice){NULL, 0};
        } else if (block.ptr) {
            status = read_directive(r, block, words, &line);
        } else {
            un_slice name = un_next_word(&rest);
            if (un_slice_equal(un_slice_trim(rest), UN_SLICE("(")))
                block = name;
            else
                status = read_directive(r, name, rest, &line);
        }
    }
    if (status == UN_OK && block.ptr)
        return un_fail_line(r->error, &line, "the block of '%.*s' does not end",
                            un_slice_shown(block), block.ptr);
    return status;
}

static un_status read_gomod(un_packages *out, un_slice text, un_error *error) {
    reader r = {.out = out, .error = error};
    un_status status = read_lines(&r, text);
    if (status == UN_OK)
        replace(&r);
    un_seen_free(&r.seen);
    return status;
}

static const char *const filenames[] = {"go.mod", NULL};

const un_format un_format_gomod = {
    .name = "gomod",
    .title = "Go go.mod",
    .filenames = filenames,
    .syntax = UN_SYNTAX_LINES,
    .scheme = UN_SCHEME_SEMVER,
    .identity = UN_IDENTITY_SET,
    .recognise_text = recognise,
    .read_text = read_gomod,
};
