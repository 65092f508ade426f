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
 * language and no package. Indirect requirements are ordinary ones, which "// indirect" behind them
 * tells from direct ones. go.sum beside it says what was considered, not what is used.
 */
#include "core/ascii.h"
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
    bool module; /* whether the project was named */
    un_error *error;
} reader;

static bool is_version(un_slice text) {
    return text.len > 1 && *text.ptr == 'v' && un_is_digit(text.ptr[1]);
}

/* Whether what stands behind the version says so; as Go has it, in the first word of the comment.
 */
static bool is_indirect(un_slice text, const char *end) {
    un_slice comment = un_slice_trim(un_slice_from(text, (size_t)(end - text.ptr)));
    if (!un_slice_starts(comment, UN_SLICE("//")))
        return false;
    comment = un_slice_from(comment, 2);
    un_slice word = un_next_word(&comment);
    return un_slice_equal(word, UN_SLICE("indirect")) ||
           un_slice_equal(word, UN_SLICE("indirect;"));
}

static un_status read_require(reader *r, un_slice words, const un_line *line) {
    un_slice path = un_next_word(&words), version = un_next_word(&words);
    if (!path.len || !is_version(version) || words.len)
        return un_fail_line(r->error, line, "expected a module and its version");
    un_package package = {.name = path,
                          .version = version,
                          .source = UN_SLICE("registry"),
                          .direct =
                              is_indirect(line->text, words.ptr) ? UN_DIRECT_NO : UN_DIRECT_YES};
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

static bool is_word(un_slice words) {
    un_slice word = un_next_word(&words);
    return word.len && !words.len;
}

static bool is_number(un_slice words) {
    return words.len && un_is_digit(*words.ptr) && is_word(words);
}

static bool is_setting(un_slice words) {
    return is_word(words) && un_slice_find(words, '=') < words.len;
}

static bool is_module(un_slice words) {
    un_slice path = un_next_word(&words), version = un_next_word(&words);
    return path.len && is_version(version) && !words.len;
}

/* A version, or "[from, to]". */
static bool is_range(un_slice words) {
    if (words.len < 2 || *words.ptr != '[')
        return is_version(words) && is_word(words);
    size_t comma = un_slice_find(words, ',');
    return comma + 1 < words.len && words.ptr[words.len - 1] == ']' &&
           is_version(un_slice_trim(un_slice_part(words, 1, comma - 1))) &&
           is_version(un_slice_trim(un_slice_from(words, comma + 1)));
}

/* The directives that name no package, and what follows them. */
static const struct {
    const char *name;
    bool (*fits)(un_slice words);
    const char *what;
} others[] = {
    {"module", is_word, "the path of the module"},
    {"go", is_number, "a version of Go"},
    {"toolchain", is_word, "a toolchain"},
    {"godebug", is_setting, "key=value"},
    {"exclude", is_module, "a module and its version"},
    {"retract", is_range, "a version or [from, to]"},
    {"tool", is_word, "the path of a package"},
    {"ignore", is_word, "a path"},
};

/* What Go knows no more than we is no go.mod: a message that got into its place names no packages,
 * and so says that all of them are gone. */
static un_status read_directive(reader *r, un_slice name, un_slice words, const un_line *line) {
    if (un_slice_equal(name, UN_SLICE("require")))
        return read_require(r, words, line);
    if (un_slice_equal(name, UN_SLICE("replace")))
        return read_replace(r, words, line);
    r->module |= un_slice_equal(name, UN_SLICE("module"));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (!un_slice_equal(name, un_slice_of(others[i].name)))
            continue;
        if (others[i].fits(un_slice_trim(words)))
            return UN_OK;
        return un_fail_line(r->error, line, "%s: expected %s", others[i].name, others[i].what);
    }
    return un_fail_line(r->error, line, "unknown directive '%.*s'", un_slice_shown(name), name.ptr);
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

static bool is_empty_block(un_slice words) {
    return words.len >= 2 && *words.ptr == '(' &&
           un_slice_equal(un_slice_trim(un_slice_from(words, 1)), UN_SLICE(")"));
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
            rest = un_slice_trim(rest);
            if (un_slice_equal(rest, UN_SLICE("(")))
                block = name;
            else if (!is_empty_block(rest))
                status = read_directive(r, name, rest, &line);
        }
    }
    if (status == UN_OK && block.ptr)
        return un_fail_line(r->error, &line, "the block of '%.*s' does not end",
                            un_slice_shown(block), block.ptr);
    if (status == UN_OK && !r->module)
        return un_fail_at(r->error, 1, 1, "no line says which module this is");
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
    .scheme = UN_SCHEME_GO,
    .identity = UN_IDENTITY_SET,
    .recognise_text = recognise,
    .read_text = read_gomod,
};
