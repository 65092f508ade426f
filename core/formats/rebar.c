/*
 * rebar.c: rebar3's rebar.lock, terms of Erlang.
 *
 * Source: "Lock files" of rebar3's documentation, Erlang's file:consult, and real lockfiles.
 *
 * {"1.2.0", [{<<"key">>, {pkg, <<"name">>, <<"version">>}, level}, …]}. and then
 * [{pkg_hash, [{<<"key">>, <<"digest">>}, …]}, {pkg_hash_ext, […]}]. The first rebar3 wrote the
 * list alone. From a repository of code it is {git, "url", {ref, "commit"}}, with a fourth element
 * {git_subdir, …}. Of the terms, only those are looked at; the rest is skipped, as deep as
 * UN_TREE_DEPTH.
 *
 * Identity: the key, which is the name of the application.
 *
 * Conventions: as in mix.c. The name is that of the Hex package; of git the key. A git dependency
 * has no version, its commit is the revision. Direct is what stands on level 0. `pkg_hash_ext` is
 * the outer digest and the derivation, `pkg_hash` the inner one where there is none; both identify
 * the build.
 */
#include "core/ascii.h"
#include "core/formats/shared/commit.h"
#include "core/formats/shared/hex.h"
#include "core/formats/shared/listed.h"
#include "formats.h"

/* --- terms ------------------------------------------------------------------------------------ */

typedef struct term {
    char kind; /* '{', '[', 't' for a text, 'w' for an atom or a number, '\0' for none */
    un_slice text;
    size_t at;
} term;

/* <<"text">>, also <<"text"/utf8>> and <<>>. */
static un_status scan_binary(un_terms *s, un_slice *out) {
    un_status status = UN_OK;
    s->at += 2;
    bool quoted = un_terms_next(s) == '"';
    *out = un_slice_part(s->text, s->at, 0);
    if (quoted)
        status = un_terms_quoted(s, out);
    if (status == UN_OK && un_slice_starts(un_slice_from(s->text, s->at), UN_SLICE("/utf8")))
        s->at += 5;
    if (status == UN_OK && !(un_terms_take(s, '>') && un_terms_take(s, '>')))
        status = un_terms_fail(s, "expected '>>'");
    return status;
}

/* A point belongs to a number only in front of a digit: else it ends the term. */
static un_slice scan_word(un_terms *s) {
    size_t start = s->at;
    for (;; s->at++) {
        char c = un_terms_look(s), next = s->at + 1 < s->text.len ? s->text.ptr[s->at + 1] : '\0';
        if (!un_is_alphanumeric(c) && !(c && strchr("_@#+-", c)) &&
            !(c == '.' && un_is_digit(next)))
            return un_slice_part(s->text, start, s->at - start);
    }
}

static un_status scan_term(un_terms *s, term *out);

/* Elements up to the closing bracket, of which the first `count` go to `fields`. */
static un_status scan_elements(un_terms *s, char close, term *fields, size_t count) {
    un_status status = un_terms_open(s);
    term element;
    for (size_t i = 0; status == UN_OK && !un_terms_take(s, close); i++) {
        if (i && !un_terms_take(s, ','))
            return un_terms_fail(s, close == '}' ? "expected ',' or '}'" : "expected ',' or ']'");
        status = scan_term(s, &element);
        if (i < count)
            fields[i] = element;
    }
    s->depth--;
    return status;
}

static un_status scan_term(un_terms *s, term *out) {
    char c = un_terms_next(s);
    *out = (term){.kind = 't', .at = s->at};
    if (c == '"')
        return un_terms_quoted(s, &out->text);
    if (un_slice_starts(un_slice_from(s->text, s->at), UN_SLICE("<<")))
        return scan_binary(s, &out->text);
    if (c == '{' || c == '[') {
        out->kind = c;
        s->at++;
        return scan_elements(s, c == '{' ? '}' : ']', NULL, 0);
    }
    out->kind = 'w';
    if (c == '\'')
        return un_terms_quoted(s, &out->text);
    out->text = scan_word(s);
    return out->text.len ? UN_OK : un_terms_fail(s, "expected a term");
}

/* The fields of a tuple that was scanned; none of what is no tuple. Each term is so looked at a few
 * times, whatever it holds. */
static void fields_of(const un_terms *s, const term *tuple, term *fields, size_t count) {
    un_terms again = {.text = s->text, .comment = s->comment, .at = tuple->at + 1};
    memset(fields, 0, count * sizeof *fields);
    if (tuple->kind == '{')
        (void)scan_elements(&again, '}', fields, count);
}

/* --- what stands there ------------------------------------------------------------------------ */

typedef struct digests {
    un_slice inner, outer;
} digests;

typedef struct reader {
    un_terms s;
    un_packages *out;
    un_listed listed; /* by key */
    digests *known;   /* of each package */
    size_t capacity;
} reader;

static un_slice text_of(const term *found) {
    return found->kind == 't' || found->kind == 'w' ? found->text : (un_slice){NULL, 0};
}

/* {ref, "commit"}; a tag or a branch names no revision. */
static un_slice revision_of(const reader *r, const term *where) {
    term fields[2];
    fields_of(&r->s, where, fields, 2);
    un_slice text = where->kind == '{' ? text_of(&fields[1]) : text_of(where);
    bool sure = un_slice_equal(text_of(&fields[0]), UN_SLICE("ref"));
    return sure || un_is_commit(text) ? text : (un_slice){NULL, 0};
}

static un_package package_of(const reader *r, un_slice key, const term *from) {
    term fields[3];
    fields_of(&r->s, from, fields, 3);
    un_slice kind = text_of(&fields[0]), name = text_of(&fields[1]);
    if (un_slice_equal(kind, UN_SLICE("pkg")))
        return (un_package){.name = name.len ? name : key,
                            .version = text_of(&fields[2]),
                            .source = UN_SLICE("registry")};
    if (un_slice_equal(kind, UN_SLICE("git_subdir")))
        kind = UN_SLICE("git");
    return (un_package){
        .name = key, .source = kind, .revision = revision_of(r, &fields[2]), .url = name};
}

/* {<<"key">>, {…}, level} */
static un_status add(reader *r, const term *entry) {
    term fields[3];
    fields_of(&r->s, entry, fields, 3);
    un_slice key = text_of(&fields[0]), level = text_of(&fields[2]);
    un_package package = package_of(r, key, &fields[1]);
    if (level.len)
        package.direct = un_slice_equal(level, UN_SLICE("0")) ? UN_DIRECT_YES : UN_DIRECT_NO;
    if (!key.len)
        package.name.len = 0;
    if (!package.name.len)
        return un_packages_add(r->out, &package, r->s.error);
    return un_listed_add(&r->listed, r->out, key, UN_SLICE(""), &package, NULL, r->s.error);
}

/* Gives each element of a list to `one`, scanned. */
static un_status each(reader *r, un_status (*one)(reader *r, const term *element)) {
    un_status status = UN_OK;
    term element;
    if (!un_terms_take(&r->s, '['))
        return un_terms_fail(&r->s, "expected '['");
    for (size_t i = 0; status == UN_OK && !un_terms_take(&r->s, ']'); i++) {
        if (i && !un_terms_take(&r->s, ','))
            return un_terms_fail(&r->s, "expected ',' or ']'");
        status = scan_term(&r->s, &element);
        if (status == UN_OK)
            status = one(r, &element);
    }
    return status;
}

static un_status read_end(reader *r) {
    return un_terms_take(&r->s, '.') ? UN_OK : un_terms_fail(&r->s, "expected '.' behind the term");
}

/* {"1.2.0", […]}. or […]. */
static un_status read_packages(reader *r) {
    un_slice version;
    bool versioned = un_terms_take(&r->s, '{');
    un_status status = UN_OK;
    if (versioned)
        status = un_terms_next(&r->s) == '"'
                     ? un_terms_quoted(&r->s, &version)
                     : un_terms_fail(&r->s, "expected the version of the lock file");
    if (status == UN_OK && versioned && !un_terms_take(&r->s, ','))
        status = un_terms_fail(&r->s, "expected ','");
    if (status == UN_OK)
        status = each(r, add);
    if (status == UN_OK && versioned && !un_terms_take(&r->s, '}'))
        status = un_terms_fail(&r->s, "expected '}'");
    return status == UN_OK ? read_end(r) : status;
}

/* --- digests ---------------------------------------------------------------------------------- */

static digests *digests_of(reader *r, const term *pair, un_slice *digest) {
    term fields[2];
    fields_of(&r->s, pair, fields, 2);
    *digest = text_of(&fields[1]);
    const un_package *package =
        un_listed_get(&r->listed, r->out, text_of(&fields[0]), UN_SLICE(""));
    return package ? &r->known[package - r->out->items] : NULL;
}

static un_status note_inner(reader *r, const term *pair) {
    un_slice digest;
    digests *found = digests_of(r, pair, &digest);
    if (found)
        found->inner = digest;
    return UN_OK;
}

static un_status note_outer(reader *r, const term *pair) {
    un_slice digest;
    digests *found = digests_of(r, pair, &digest);
    if (found)
        found->outer = digest;
    return UN_OK;
}

/* {pkg_hash, […]}; what else a newer rebar3 may put there is skipped. */
static un_status read_section(reader *r, const term *section) {
    term fields[2];
    size_t end = r->s.at;
    fields_of(&r->s, section, fields, 2);
    bool inner = un_slice_equal(text_of(&fields[0]), UN_SLICE("pkg_hash"));
    bool outer = un_slice_equal(text_of(&fields[0]), UN_SLICE("pkg_hash_ext"));
    if ((!inner && !outer) || fields[1].kind != '[')
        return UN_OK;
    r->s.at = fields[1].at;
    un_status status = each(r, inner ? note_inner : note_outer);
    r->s.at = end;
    return status;
}

static un_status read_digests(reader *r) {
    r->known = un_arena_alloc(&r->out->arena, (r->out->count + 1) * sizeof *r->known);
    if (!r->known)
        return un_fail(r->s.error, UN_NO_MEMORY, "out of memory");
    un_status status = each(r, read_section);
    return status == UN_OK ? read_end(r) : status;
}

static un_status set_digests(const reader *r) {
    un_status status = UN_OK;
    for (size_t i = 0; status == UN_OK && i < r->out->count; i++)
        status = un_hex_digests(r->out, &r->out->items[i], r->known[i].inner, r->known[i].outer,
                                r->s.error);
    return status;
}

static un_status read_file(reader *r) {
    un_status status = read_packages(r);
    un_terms_next(&r->s);
    if (status != UN_OK || r->s.at == r->s.text.len)
        return status;
    status = read_digests(r);
    if (status == UN_OK)
        status = set_digests(r);
    un_terms_next(&r->s);
    if (status == UN_OK && r->s.at < r->s.text.len)
        status = un_terms_fail(&r->s, "expected nothing more behind the digests");
    return status;
}

static un_status read_rebar(un_packages *out, un_slice text, un_error *error) {
    reader r = {.s = {.text = text, .comment = '%', .error = error}, .out = out};
    un_status status = read_file(&r);
    un_listed_free(&r.listed);
    return status;
}

/* Whether it begins as no JSON does: {"1.2.0",[ or [{<< or []. */
static bool recognise(un_slice text) {
    un_terms s = {.text = text, .comment = '%'};
    un_slice version;
    if (un_terms_take(&s, '{'))
        return un_terms_next(&s) == '"' && un_terms_quoted(&s, &version) == UN_OK && version.len &&
               un_is_digit(*version.ptr) && un_terms_take(&s, ',') && un_terms_take(&s, '[');
    if (!un_terms_take(&s, '['))
        return false;
    return (un_terms_take(&s, '{') && un_terms_take(&s, '<') && un_terms_take(&s, '<')) ||
           (un_terms_take(&s, ']') && un_terms_take(&s, '.'));
}

static const char *const filenames[] = {"rebar.lock", NULL};

const un_format un_format_rebar = {
    .name = "rebar",
    .title = "rebar3 rebar.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_LINES,
    .bracketed = true,
    .scheme = UN_SCHEME_HEX,
    .identity = UN_IDENTITY_FIRST,
    .recognise_text = recognise,
    .read_text = read_rebar,
};
