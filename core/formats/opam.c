/*
 * opam.c: what `opam lock` and `opam switch export` write.
 *
 * Source: "File formats" of opam's manual.
 *
 * Fields "name: value" and sections "name "label" { … }". A locked file has
 * depends: [ "name" {= "version" & …} … ] and pin-depends: [ ["name.version" "URL"] … ], an export
 * installed: [ "name.version" … ] and a section `package` with the URL of what is pinned. Values of
 * other fields are skipped, but for the `roots` of an export.
 *
 * Identity: the name; a switch has one version of it.
 *
 * Conventions: what is not pinned by "=" is no package; an opam file in which nothing is, as it
 * stands in a repository, is no lockfile, and the message says so. What only tests, documentation
 * or the development of the package itself need has group "dev". Direct is what `roots` names; a
 * locked file does not tell what was asked for before it was locked. What is pinned to a repository
 * of code has its commit, or branch, as revision.
 */
#include "core/ascii.h"
#include "core/formats/shared/asked.h"
#include "core/formats/shared/listed.h"
#include "core/lines.h"
#include "core/url.h"
#include "formats.h"

static bool recognise(un_slice text) {
    un_line line = {0};
    return un_next_code(text, UN_SLICE("#"), &line) &&
           un_slice_starts(line.text, UN_SLICE("opam-version:"));
}

/* --- tokens ----------------------------------------------------------------------------------- */

enum {
    END = '\0',
    STRING = 's',
    WORD = 'w',
    OPERATOR = 'o',
    NONE = '?' /* what no token begins with */
};

/* Brackets and colons are their own kind. */
typedef struct token {
    char kind;
    un_slice text;
    size_t at;
} token;

typedef struct scanner {
    un_slice text;
    size_t at;
} scanner;

static char look(const scanner *s, size_t ahead) {
    return s->at + ahead < s->text.len ? s->text.ptr[s->at + ahead] : '\0';
}

/* Comments of this kind stand in one another. One that does not end is left to be no token. */
static bool skip_comment(scanner *s) {
    scanner inside = *s;
    size_t depth = 0;
    do {
        bool open = look(&inside, 0) == '(' && look(&inside, 1) == '*';
        bool close = look(&inside, 0) == '*' && look(&inside, 1) == ')';
        depth += open;
        depth -= close;
        inside.at += open || close ? 2 : 1;
    } while (depth && inside.at < inside.text.len);
    if (!depth)
        s->at = inside.at;
    return !depth;
}

static void skip_space(scanner *s) {
    for (;;) {
        char c = look(s, 0);
        if (c == '#')
            s->at += un_slice_find(un_slice_from(s->text, s->at), '\n');
        else if (c && strchr(" \t\r\n", c))
            s->at++;
        else if (c != '(' || look(s, 1) != '*' || !skip_comment(s))
            return;
    }
}

/* A text in one or in three quotes; its escapes stay as they are: no name or version has one. */
static token scan_string(scanner *s) {
    un_slice quotes = UN_SLICE("\"\"\"");
    token t = {STRING, {NULL, 0}, s->at};
    quotes.len = un_slice_starts(un_slice_from(s->text, s->at), quotes) ? 3 : 1;
    size_t start = s->at += quotes.len;
    while (s->at < s->text.len && !un_slice_starts(un_slice_from(s->text, s->at), quotes))
        s->at += look(s, 0) == '\\' && s->at + 1 < s->text.len ? 2 : 1;
    t.text = un_slice_part(s->text, start, s->at - start);
    if (s->at == s->text.len)
        t.kind = NONE;
    else
        s->at += quotes.len;
    return t;
}

static bool is_word(char c) {
    return un_is_alphanumeric(c) || (c && strchr("_-+.", c));
}

/* "package:variable" is one, where nothing is between. */
static token scan_word(scanner *s) {
    token t = {WORD, {NULL, 0}, s->at};
    while (is_word(look(s, 0)) || (look(s, 0) == ':' && is_word(look(s, 1))))
        s->at++;
    t.text = un_slice_part(s->text, t.at, s->at - t.at);
    return t;
}

static token next(scanner *s) {
    skip_space(s);
    char c = look(s, 0);
    token t = {c, {NULL, 0}, s->at};
    if (s->at == s->text.len)
        return t;
    if (c == '"')
        return scan_string(s);
    if (is_word(c))
        return scan_word(s);
    if (c && strchr("[](){}:", c)) {
        s->at++;
        return t;
    }
    while (look(s, 0) && strchr("=!<>~&|?", look(s, 0)))
        s->at++;
    t.text = un_slice_part(s->text, t.at, s->at - t.at);
    t.kind = t.text.len ? OPERATOR : NONE;
    return t;
}

/* --- packages --------------------------------------------------------------------------------- */

typedef struct reader {
    un_packages *out;
    un_listed listed; /* by name */
    un_asked roots;
    scanner scanner;
    bool known; /* whether there was `opam-version` */
    bool asked; /* whether there was a dependency */
    char open[UN_TREE_DEPTH];
    size_t depth; /* of brackets inside of a value */
    un_slice sections[UN_TREE_DEPTH], labels[UN_TREE_DEPTH];
    size_t section;     /* how many of them are open */
    un_package package; /* of the dependency, or the pin, that is read */
    size_t versions;    /* that it is pinned to */
    token before;
    un_error *error;
} reader;

static un_status fail(const reader *r, const token *t, const char *what) {
    return un_fail_offset(r->error, r->scanner.text, t->at, "%s%s",
                          t->kind == END ? "truncated: " : "", what);
}

/* The first of a name wins. */
static un_status add(reader *r, const un_package *package) {
    if (!package->name.len)
        return un_packages_add(r->out, package, r->error);
    return un_listed_add(&r->listed, r->out, package->name, UN_SLICE(""), package, NULL, r->error);
}

static void split(un_slice text, un_package *package) {
    size_t dot = un_slice_find(text, '.');
    package->name = un_slice_part(text, 0, dot);
    package->version = dot < text.len ? un_slice_from(text, dot + 1) : UN_SLICE("");
}

/* It is in the list already, so its page is made of the text here. */
static un_status pin(reader *r, un_slice name, un_slice url) {
    size_t mark = un_slice_find_last(url, '#');
    bool git = un_slice_starts(url, UN_SLICE("git+")) || un_slice_starts(url, UN_SLICE("git:"));
    bool remote =
        un_slice_search(url, UN_SLICE("://")) < url.len && !un_slice_starts(url, UN_SLICE("file:"));
    un_package *package = un_listed_get(&r->listed, r->out, name, UN_SLICE(""));
    if (!package)
        return UN_OK;
    package->source = git ? UN_SLICE("git") : remote ? UN_SLICE("url") : UN_SLICE("path");
    if (git && mark < url.len)
        package->revision = un_slice_from(url, mark + 1);
    package->url = git ? url : (un_slice){NULL, 0};
    if (!un_url_page(&package->url, true, &r->out->arena))
        return un_fail(r->error, UN_NO_MEMORY, "out of memory");
    return UN_OK;
}

/* --- values ----------------------------------------------------------------------------------- */

/* What a field does with the tokens of its value; the last one is END. */
typedef un_status use(reader *r, const token *t);

static un_status end_dependency(reader *r) {
    un_package package = r->package;
    bool pinned = r->versions == 1;
    r->package = (un_package){.source = UN_SLICE("registry")};
    r->versions = 0;
    return pinned ? add(r, &package) : UN_OK;
}

static bool is_of_development(un_slice word) {
    return un_slice_equal(word, UN_SLICE("with-test")) ||
           un_slice_equal(word, UN_SLICE("with-doc")) ||
           un_slice_equal(word, UN_SLICE("with-dev-setup"));
}

/* Outside of braces a text names a package, inside of them one behind "=" alone is its version:
 * os = "linux" asks for something else. */
static un_status use_dependency(reader *r, const token *t) {
    bool inside = r->depth && memchr(r->open, '{', r->depth);
    un_status status = UN_OK;
    if (t->kind == END || (t->kind == STRING && !inside))
        status = end_dependency(r);
    if (t->kind == STRING && !inside) {
        r->package.name = t->text;
        r->asked = true;
    } else if (t->kind == STRING && un_slice_equal(r->before.text, UN_SLICE("="))) {
        r->versions++;
        r->package.version = t->text;
    } else if (t->kind == WORD && inside && is_of_development(t->text)) {
        r->package.group = UN_SLICE("dev");
    }
    bool compared = t->kind == OPERATOR && (r->before.kind == WORD || r->before.kind == STRING);
    r->before = *t;
    if (compared)
        r->before.text.len = 0;
    return status;
}

static un_status use_installed(reader *r, const token *t) {
    un_package package = {.source = UN_SLICE("registry")};
    if (t->kind != STRING)
        return UN_OK;
    split(t->text, &package);
    return add(r, &package);
}

static un_status use_root(reader *r, const token *t) {
    un_package package = {.name = {NULL, 0}};
    r->roots.told = true;
    if (t->kind != STRING)
        return UN_OK;
    split(t->text, &package);
    return un_asked_note(&r->roots, package.name, UN_SLICE(""), r->error);
}

/* Texts come in pairs. The packages that they are of may stand below. */
static un_status use_pin(reader *r, const token *t) {
    if (t->kind == STRING && !r->package.name.ptr)
        split(t->text, &r->package);
    else if (t->kind == STRING) {
        un_slice name = r->package.name;
        r->package.name = (un_slice){NULL, 0};
        return pin(r, name, t->text);
    }
    return UN_OK;
}

/* `src` in the section `url` of the section `package`. */
static un_status use_place(reader *r, const token *t) {
    return t->kind == STRING ? pin(r, r->labels[0], t->text) : UN_OK;
}

static un_status use_nothing(reader *r, const token *t) {
    (void)r, (void)t;
    return UN_OK;
}

static use *use_of(const reader *r, un_slice field, bool pins) {
    bool url = r->section == 2 && un_slice_equal(r->sections[0], UN_SLICE("package")) &&
               un_slice_equal(r->sections[1], UN_SLICE("url"));
    if (pins) {
        if (url && un_slice_equal(field, UN_SLICE("src")))
            return use_place;
        return r->section == 0 && un_slice_equal(field, UN_SLICE("pin-depends")) ? use_pin
                                                                                 : use_nothing;
    }
    if (r->section == 0 && un_slice_equal(field, UN_SLICE("depends")))
        return use_dependency;
    if (r->section == 0 && un_slice_equal(field, UN_SLICE("installed")))
        return use_installed;
    if (r->section == 0 && un_slice_equal(field, UN_SLICE("roots")))
        return use_root;
    return use_nothing;
}

/* Counts the brackets of a value. */
static un_status nest(reader *r, const token *t) {
    if (t->kind == '[' || t->kind == '(' || t->kind == '{') {
        if (r->depth == UN_TREE_DEPTH) {
            fail(r, t, "deeper than 64 levels");
            if (r->error)
                r->error->status = UN_LIMIT;
            return UN_LIMIT;
        }
        r->open[r->depth++] = t->kind;
    } else if (t->kind == ']' || t->kind == ')' || t->kind == '}') {
        char wanted = t->kind == ']' ? '[' : t->kind == ')' ? '(' : '{';
        if (!r->depth || r->open[--r->depth] != wanted)
            return fail(r, t, "a bracket closes that was not opened");
    }
    return UN_OK;
}

/* Outside of brackets only operators join values, and braces add to them. */
static bool is_behind(const reader *r, char before) {
    scanner ahead = r->scanner;
    char kind = next(&ahead).kind;
    return !r->depth && before != OPERATOR && kind != OPERATOR && kind != '{';
}

static un_status read_value(reader *r, use *field) {
    un_status status = UN_OK;
    token t = {.kind = END};
    r->package = (un_package){.source = UN_SLICE("registry")};
    r->versions = 0;
    r->before = t;
    do {
        t = next(&r->scanner);
        if (t.kind == END || t.kind == NONE || t.kind == ':')
            return fail(r, &t, "expected a value");
        status = nest(r, &t);
        if (status == UN_OK)
            status = field(r, &t);
    } while (status == UN_OK && !is_behind(r, t.kind));
    t.kind = END;
    return status == UN_OK ? field(r, &t) : status;
}

/* --- fields ----------------------------------------------------------------------------------- */

static un_status open_section(reader *r, un_slice name, token t) {
    un_slice label = t.kind == STRING ? t.text : UN_SLICE("");
    if (t.kind == STRING)
        t = next(&r->scanner);
    if (t.kind != '{')
        return fail(r, &t, "expected ':' or '{'");
    if (r->section == UN_TREE_DEPTH) {
        fail(r, &t, "deeper than 64 levels");
        if (r->error)
            r->error->status = UN_LIMIT;
        return UN_LIMIT;
    }
    r->sections[r->section] = name;
    r->labels[r->section++] = label;
    return UN_OK;
}

static un_status read_item(reader *r, const token *name, bool pins) {
    if (name->kind == '}' && r->section) {
        r->section--;
        return UN_OK;
    }
    if (name->kind != WORD)
        return fail(r, name, "expected the name of a field");
    token t = next(&r->scanner);
    r->known |= un_slice_equal(name->text, UN_SLICE("opam-version")) && t.kind == ':';
    return t.kind == ':' ? read_value(r, use_of(r, name->text, pins))
                         : open_section(r, name->text, t);
}

/* Pins are read in a second walk, for they may stand in front of what they pin. */
static un_status walk(reader *r, bool pins) {
    un_status status = UN_OK;
    r->scanner.at = 0;
    for (token t = next(&r->scanner); status == UN_OK; t = next(&r->scanner)) {
        if (t.kind == END && r->section)
            return fail(r, &t, "a section does not end");
        if (t.kind == END)
            return UN_OK;
        status = read_item(r, &t, pins);
    }
    return status;
}

static un_status read_opam(un_packages *out, un_slice text, un_error *error) {
    reader r = {.out = out, .scanner = {.text = text}, .error = error};
    un_status status = walk(&r, false);
    if (status == UN_OK)
        status = walk(&r, true);
    un_asked_settle(&r.roots, out);
    un_asked_free(&r.roots);
    un_listed_free(&r.listed);
    if (status == UN_OK && !r.known)
        return un_fail_at(error, 1, 1, "no field opam-version, as every file of opam has it");
    if (status == UN_OK && r.asked && !out->count)
        return un_fail(error, UN_FORMAT,
                       "no dependency is pinned to a version, so this is no lockfile; `opam lock` "
                       "pins them");
    return status;
}

static const char *const filenames[] = {"opam.locked", NULL};

const un_format un_format_opam = {
    .name = "opam",
    .title = "opam *.opam.locked, and opam switch export",
    .filenames = filenames,
    .syntax = UN_SYNTAX_LINES,
    .scheme = UN_SCHEME_OPAM,
    .identity = UN_IDENTITY_FIRST,
    .recognise_text = recognise,
    .read_text = read_opam,
};
