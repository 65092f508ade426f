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
 * is the derivation, the inner one where there is none; both identify the build. What
 * the project asks for stands in mix.exs alone.
 */
#include "core/ascii.h"
#include "core/formats/shared/hex.h"
#include "core/lines.h"
#include "formats.h"

static bool recognise(un_slice text) {
    un_line line = {0};
    return un_next_code(text, UN_SLICE("#"), &line) && un_slice_starts(line.text, UN_SLICE("%{"));
}

static bool is_word(char c) {
    return un_is_alphanumeric(c) || (c && strchr("_@?!.+-", c));
}

static un_slice scan_word(un_terms *s) {
    size_t start = s->at;
    while (is_word(un_terms_look(s)))
        s->at++;
    return un_slice_part(s->text, start, s->at - start);
}

static un_status scan_term(un_terms *s, un_slice *out);

/* Elements up to `close`, skipped. */
static un_status skip_elements(un_terms *s, char close) {
    un_slice ignored;
    un_status status = un_terms_open(s);
    while (status == UN_OK && !un_terms_take(s, close)) {
        status = scan_term(s, &ignored);
        /* "a: 1", "a" => 1 and plain elements alike. */
        if (status == UN_OK && un_terms_take(s, ':'))
            continue;
        if (status == UN_OK && un_terms_take(s, '=') && !un_terms_take(s, '>'))
            status = un_terms_fail(s, "expected '=>'");
        if (status == UN_OK)
            un_terms_take(s, ',');
    }
    s->depth--;
    return status;
}

/* Any term; *out is the text of a text, an atom or a word, absent for the others. */
static un_status scan_term(un_terms *s, un_slice *out) {
    char c = un_terms_next(s);
    *out = (un_slice){NULL, 0};
    if (c == '"' || c == '\'')
        return un_terms_quoted(s, out);
    if (c == ':') {
        s->at++;
        if (un_terms_look(s) == '"')
            return un_terms_quoted(s, out);
        *out = scan_word(s);
        return out->len ? UN_OK : un_terms_fail(s, "expected an atom");
    }
    if (c == '{' || c == '[' || c == '%') {
        s->at += c == '%';
        if (c == '%' && un_terms_look(s) != '{')
            return un_terms_fail(s, "expected '{'");
        s->at++;
        return skip_elements(s, c == '[' ? ']' : '}');
    }
    *out = scan_word(s);
    return out->len ? UN_OK : un_terms_fail(s, "expected a term");
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
static un_status scan_tuple(un_terms *s, un_slice *fields) {
    un_slice field;
    un_status status = UN_OK;
    if (!un_terms_take(s, '{'))
        return un_terms_fail(s, "expected '{'");
    for (size_t i = 0; status == UN_OK && !un_terms_take(s, '}'); i++) {
        status = scan_term(s, &field);
        if (i < FIELDS)
            fields[i] = field;
        if (status == UN_OK && !un_terms_take(s, ',') && un_terms_next(s) != '}')
            status = un_terms_fail(s, "expected ',' or '}'");
    }
    return status;
}

static un_status add(un_packages *out, un_slice key, const un_slice *fields, const un_terms *s) {
    un_status status = UN_OK;
    if (!key.len || !fields[KIND].len)
        return un_terms_fail(s, "expected {:hex, ...} or {:git, ...} before this");
    un_package package = {
        .name = key, .source = fields[KIND], .revision = fields[VERSION], .url = fields[NAME]};
    if (un_slice_equal(fields[KIND], UN_SLICE("hex"))) {
        package = (un_package){.name = fields[NAME].len ? fields[NAME] : key,
                               .version = fields[VERSION],
                               .source = UN_SLICE("registry")};
        status = un_hex_digests(out, &package, fields[INNER], fields[OUTER], s->error);
    }
    return status == UN_OK ? un_packages_add(out, &package, s->error) : status;
}

/* "key": {…} or "key" => {…} */
static un_status read_entry(un_packages *out, un_terms *s) {
    un_slice key, fields[FIELDS] = {{NULL, 0}};
    un_status status = un_terms_next(s) == '"' ? un_terms_quoted(s, &key)
                                               : un_terms_fail(s, "expected a key in quotes");
    if (status == UN_OK && !un_terms_take(s, ':') &&
        !(un_terms_take(s, '=') && un_terms_take(s, '>')))
        status = un_terms_fail(s, "expected ':' after the key");
    if (status == UN_OK)
        status = scan_tuple(s, fields);
    return status == UN_OK ? add(out, key, fields, s) : status;
}

static un_status read_mix(un_packages *out, un_slice text, un_error *error) {
    un_terms s = {.text = text, .comment = '#', .error = error};
    un_status status = UN_OK;
    if (!un_terms_take(&s, '%') || !un_terms_take(&s, '{'))
        return un_terms_fail(&s, "expected '%{'");
    while (status == UN_OK && !un_terms_take(&s, '}')) {
        status = read_entry(out, &s);
        if (status == UN_OK && !un_terms_take(&s, ',') && un_terms_next(&s) != '}')
            status = un_terms_fail(&s, "expected ',' or '}'");
    }
    un_terms_next(&s);
    if (status == UN_OK && s.at < s.text.len)
        status = un_terms_fail(&s, "expected nothing more after the map");
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
