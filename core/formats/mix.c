/*
 * mix.c: Elixir's mix.lock, a map of terms.
 *
 * Source: the documentation of Mix and Hex, and real lockfiles.
 *
 * %{"key": {:hex, :name, "version", "inner hash", managers, deps, "repository", "outer hash"}, …}.
 * From a repository of code it is {:git, "url", "commit", options}. Of the terms, only texts and
 * atoms of the outer tuple are looked at; the rest is skipped, as deep as UN_TREE_DEPTH.
 *
 * Identity: the key, which is the name of the application.
 *
 * Conventions: the name is that of the Hex package, which an application may be called otherwise
 * than; of git the key. A git dependency has no version, its commit is the revision. The outer hash
 * is the derivation, the inner one where there is none; both identify the build, for Hex did not
 * always write the outer one.
 */
#include "core/ascii.h"
#include "core/lines.h"
#include "formats.h"

static bool recognise(un_slice text) {
    un_line line = {0};
    return un_next_code(text, UN_SLICE("#"), &line) && un_slice_starts(line.text, UN_SLICE("%{"));
}

typedef struct scanner {
    un_slice text;
    size_t at, depth;
    un_error *error;
} scanner;

static un_status expected(const scanner *s, const char *what) {
    return un_fail_offset(s->error, s->text, s->at, "%s%s",
                          s->at == s->text.len ? "truncated: " : "", what);
}

static char look(const scanner *s) {
    return s->at < s->text.len ? s->text.ptr[s->at] : '\0';
}

static void skip_space(scanner *s) {
    for (;; s->at++) {
        if (look(s) == '#')
            s->at += un_slice_find(un_slice_from(s->text, s->at), '\n');
        char c = look(s);
        if (!c || !strchr(" \t\r\n", c))
            return;
    }
}

static bool take(scanner *s, char c) {
    skip_space(s);
    bool there = look(s) == c;
    s->at += there;
    return there;
}

/* A text in quotes; an escape stays as it is written: no name or version has one. */
static un_status scan_text(scanner *s, un_slice *out) {
    char quote = look(s);
    size_t start = ++s->at;
    while (s->at < s->text.len && s->text.ptr[s->at] != quote)
        s->at += s->text.ptr[s->at] == '\\' && s->at + 1 < s->text.len ? 2 : 1;
    if (s->at >= s->text.len) {
        s->at = start - 1;
        return expected(s, "this text does not end");
    }
    *out = un_slice_part(s->text, start, s->at - start);
    s->at++;
    return UN_OK;
}

static bool is_word(char c) {
    return un_is_alphanumeric(c) || (c && strchr("_@?!.+-", c));
}

static un_slice scan_word(scanner *s) {
    size_t start = s->at;
    while (is_word(look(s)))
        s->at++;
    return un_slice_part(s->text, start, s->at - start);
}

static un_status scan_term(scanner *s, un_slice *out);

/* Elements up to `close`, skipped. */
static un_status skip_elements(scanner *s, char close) {
    un_slice ignored;
    un_status status = UN_OK;
    if (++s->depth > UN_TREE_DEPTH) {
        expected(s, "deeper than 64 levels");
        if (s->error)
            s->error->status = UN_LIMIT;
        return UN_LIMIT;
    }
    while (status == UN_OK && !take(s, close)) {
        status = scan_term(s, &ignored);
        /* "a: 1", "a" => 1 and plain elements alike. */
        if (status == UN_OK && take(s, ':'))
            continue;
        if (status == UN_OK && take(s, '=') && !take(s, '>'))
            status = expected(s, "expected '=>'");
        if (status == UN_OK)
            take(s, ',');
    }
    s->depth--;
    return status;
}

/* Any term; *out is the text of a text, an atom or a word, absent for the others. */
static un_status scan_term(scanner *s, un_slice *out) {
    skip_space(s);
    char c = look(s);
    *out = (un_slice){NULL, 0};
    if (c == '"' || c == '\'')
        return scan_text(s, out);
    if (c == ':') {
        s->at++;
        if (look(s) == '"')
            return scan_text(s, out);
        *out = scan_word(s);
        return out->len ? UN_OK : expected(s, "expected an atom");
    }
    if (c == '{' || c == '[' || c == '%') {
        s->at += c == '%';
        if (c == '%' && look(s) != '{')
            return expected(s, "expected '{'");
        s->at++;
        return skip_elements(s, c == '[' ? ']' : '}');
    }
    *out = scan_word(s);
    return out->len ? UN_OK : expected(s, "expected a term");
}

enum {
    KIND,
    NAME,
    VERSION,
    INNER,
    OUTER = 7,
    FIELDS
};

/* The elements of a tuple; those beyond FIELDS are skipped. */
static un_status scan_tuple(scanner *s, un_slice *fields) {
    un_slice field;
    un_status status = UN_OK;
    if (!take(s, '{'))
        return expected(s, "expected '{'");
    for (size_t i = 0; status == UN_OK && !take(s, '}'); i++) {
        status = scan_term(s, &field);
        if (i < FIELDS)
            fields[i] = field;
        if (status == UN_OK && !take(s, ',') && (skip_space(s), look(s) != '}'))
            status = expected(s, "expected ',' or '}'");
    }
    return status;
}

/* Both hashes, for the next version of Hex may write one more. */
static un_status add_hashes(un_packages *out, un_package *package, const un_slice *fields,
                            un_error *error) {
    un_slice *hashes = un_arena_alloc(&out->arena, 2 * sizeof *hashes);
    size_t count = 0;
    if (!hashes)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    package->derivation = fields[OUTER].len ? fields[OUTER] : fields[INNER];
    if (fields[INNER].len)
        hashes[count++] = fields[INNER];
    if (fields[OUTER].len)
        hashes[count++] = fields[OUTER];
    un_package_hashes(package, hashes, count);
    return UN_OK;
}

static un_status add(un_packages *out, un_slice key, const un_slice *fields, const scanner *s) {
    un_status status = UN_OK;
    if (!key.len || !fields[KIND].len)
        return expected(s, "expected {:hex, ...} or {:git, ...} before this");
    un_package package = {.name = key, .source = fields[KIND], .revision = fields[VERSION]};
    if (un_slice_equal(fields[KIND], UN_SLICE("hex"))) {
        package = (un_package){.name = fields[NAME].len ? fields[NAME] : key,
                               .version = fields[VERSION],
                               .source = UN_SLICE("registry")};
        status = add_hashes(out, &package, fields, s->error);
    }
    return status == UN_OK ? un_packages_add(out, &package, s->error) : status;
}

/* "key": {…} or "key" => {…} */
static un_status read_entry(un_packages *out, scanner *s) {
    un_slice key, fields[FIELDS] = {{NULL, 0}};
    skip_space(s);
    un_status status =
        look(s) == '"' ? scan_text(s, &key) : expected(s, "expected a key in quotes");
    if (status == UN_OK && !take(s, ':') && !(take(s, '=') && take(s, '>')))
        status = expected(s, "expected ':' after the key");
    if (status == UN_OK)
        status = scan_tuple(s, fields);
    return status == UN_OK ? add(out, key, fields, s) : status;
}

static un_status read_mix(un_packages *out, un_slice text, un_error *error) {
    scanner s = {.text = text, .error = error};
    un_status status = UN_OK;
    if (!take(&s, '%') || !take(&s, '{'))
        return expected(&s, "expected '%{'");
    while (status == UN_OK && !take(&s, '}')) {
        status = read_entry(out, &s);
        if (status == UN_OK && !take(&s, ',') && (skip_space(&s), look(&s) != '}'))
            status = expected(&s, "expected ',' or '}'");
    }
    skip_space(&s);
    if (status == UN_OK && s.at < s.text.len)
        status = expected(&s, "expected nothing more after the map");
    return status;
}

static const char *const filenames[] = {"mix.lock", NULL};

const un_format un_format_mix = {
    .name = "mix",
    .title = "Elixir mix.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_LINES,
    .scheme = UN_SCHEME_HEX,
    .identity = UN_IDENTITY_FIRST,
    .recognise_text = recognise,
    .read_text = read_mix,
};
