/*
 * cabal_freeze.c: cabal's cabal.project.freeze.
 *
 * Source: "cabal freeze" and "cabal.project reference" of cabal's documentation, and real files.
 *
 * The syntax of cabal.project, of which these fields are known: `constraints`, and some that name
 * no packages. A field begins at the margin, lines further in belong to it, "--" begins a comment.
 * Constraints are parted by commas: "any.name ==1.2.3", or "name +flag -flag". What the setup of a
 * package needs is "package:setup.name ==1.2.3".
 *
 * Identity: the name; "==1.2 || ==1.3" pins two versions, of which both are built.
 *
 * Conventions: what is `installed` comes with the compiler and has no version; it has source
 * "installed". Flags, and bounds, are what was asked for: no packages, for a version has the flags
 * that it has. What a setup needs has group "setup". There are no digests.
 */
#include "core/ascii.h"
#include "core/formats/shared/seen.h"
#include "core/lines.h"
#include "formats.h"

static const char *const fields[] = {
    "constraints",   "active-repositories", "index-state",
    "with-compiler", "preferences",         "reject-unconstrained-dependencies",
    "allow-newer",   "allow-older",
};

static bool is_field(un_slice name, const char *field) {
    size_t length = strlen(field);
    for (size_t i = 0; name.len == length && i < length; i++)
        if (un_lower(name.ptr[i]) != field[i])
            return false;
    return name.len == length;
}

/* The name in front of the colon of a line at the margin; absent: it is no field that we know. */
static un_slice field_of(const un_line *line) {
    size_t colon = un_slice_find(line->text, ':');
    un_slice name = un_slice_trim(un_slice_part(line->text, 0, colon));
    bool known = false;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        known |= is_field(name, fields[i]);
    return known && line->indent == 0 && colon < line->text.len ? name : (un_slice){NULL, 0};
}

static bool recognise(un_slice text) {
    un_line line = {0};
    return un_next_code(text, UN_SLICE("--"), &line) && field_of(&line).len;
}

typedef struct reader {
    un_packages *out;
    un_seen seen; /* name and version */
    un_error *error;
} reader;

static un_status add(reader *r, const un_package *package) {
    size_t number;
    bool known;
    un_status status =
        un_seen_find(&r->seen, package->name, package->version, &number, &known, r->error);
    return status == UN_OK && !known ? un_packages_add(r->out, package, r->error) : status;
}

/* "any.name", "setup.name", "package:setup.name" or "name"; false: a name has no such letters. */
static bool read_name(un_package *package, un_slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (!un_is_alphanumeric(text.ptr[i]) && !strchr("-_.:", text.ptr[i]))
            return false;
    size_t dot = un_slice_find_last(text, '.');
    package->name = un_slice_from(text, dot < text.len ? dot + 1 : 0);
    if (un_slice_ends(un_slice_part(text, 0, dot < text.len ? dot : 0), UN_SLICE("setup")))
        package->group = UN_SLICE("setup");
    return text.len > 0;
}

static bool is_of_flag(char c) {
    return un_is_alphanumeric(c) || c == '_';
}

/* "+name" and "-name" with blanks between them. */
static bool are_flags(un_slice text) {
    bool inside = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool sign = c == '+' || c == '-';
        if (c == ' ' || c == '\t')
            inside = false;
        else if (!inside && !(sign && i + 1 < text.len && is_of_flag(text.ptr[i + 1])))
            return false;
        else if (!is_of_flag(c) && !sign)
            return false;
        else
            inside = true;
    }
    return text.len > 0;
}

static bool is_bound(un_slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (!un_is_digit(text.ptr[i]) && !strchr("=<>^|&().* \t-", text.ptr[i]))
            return false;
    return text.len && strchr("=<>^(", *text.ptr);
}

/* Takes "==1.2.3" off the text, up to the next "||"; false: it is something else. */
static bool take_pin(un_slice *text, un_slice *version) {
    size_t bars = un_slice_search(*text, UN_SLICE("||"));
    un_slice pin = un_slice_trim(un_slice_part(*text, 0, bars));
    *text = un_slice_trim(un_slice_from(*text, bars < text->len ? bars + 2 : bars));
    if (!un_slice_starts(pin, UN_SLICE("==")))
        return false;
    *version = un_slice_trim(un_slice_from(pin, 2));
    for (size_t i = 0; i < version->len; i++)
        if (!un_is_digit(version->ptr[i]) && version->ptr[i] != '.')
            return false;
    return version->len && un_is_digit(*version->ptr);
}

static bool are_pins(un_slice text) {
    un_slice version;
    while (text.len)
        if (!take_pin(&text, &version))
            return false;
    return true;
}

static bool is_other(un_slice text) {
    return un_slice_equal(text, UN_SLICE("source")) || un_slice_equal(text, UN_SLICE("test")) ||
           un_slice_equal(text, UN_SLICE("bench")) || are_flags(text) || is_bound(text);
}

static un_status expected(const reader *r, const un_line *line, un_slice item) {
    size_t column = (size_t)(item.ptr - line->text.ptr) + line->indent + 1;
    return un_fail_at(r->error, line->number, (uint32_t)column, "expected: name ==version");
}

static un_status read_constraint(reader *r, un_slice item, const un_line *line) {
    un_package package = {.source = UN_SLICE("registry")};
    un_status status = UN_OK;
    size_t end = 0;
    /* Flags may go on behind the end of a line. */
    if (are_flags(item))
        return UN_OK;
    while (end < item.len && !strchr(" \t=<>^(", item.ptr[end]))
        end++;
    un_slice rest = un_slice_trim(un_slice_from(item, end));
    if (!read_name(&package, un_slice_part(item, 0, end)) || !rest.len)
        return expected(r, line, item);
    if (un_slice_equal(rest, UN_SLICE("installed"))) {
        package.source = rest;
        return add(r, &package);
    }
    if (!are_pins(rest))
        return is_other(rest) ? UN_OK : expected(r, line, item);
    while (status == UN_OK && rest.len && take_pin(&rest, &package.version))
        status = add(r, &package);
    return status;
}

/* A comma may stand in front of the first one and behind the last. */
static un_status read_constraints(reader *r, un_slice text, const un_line *line) {
    un_status status = UN_OK;
    while (status == UN_OK && text.len) {
        size_t comma = un_slice_find(text, ',');
        un_slice item = un_slice_trim(un_slice_part(text, 0, comma));
        if (item.len)
            status = read_constraint(r, item, line);
        text = un_slice_from(text, comma < text.len ? comma + 1 : comma);
    }
    return status;
}

static un_status read_lines(reader *r, un_slice text) {
    un_line line = {0};
    un_slice field = {NULL, 0};
    un_status status = UN_OK;
    while (status == UN_OK && un_next_code(text, UN_SLICE("--"), &line)) {
        un_slice value = line.text;
        if (line.indent == 0 || !field.len) {
            field = field_of(&line);
            if (!field.len)
                return un_fail_line(r->error, &line, "expected a field, as constraints");
            value = un_slice_from(value, un_slice_find(value, ':') + 1);
        }
        if (is_field(field, "constraints"))
            status = read_constraints(r, value, &line);
    }
    if (status == UN_OK && !field.len)
        return un_fail_at(r->error, 1, 1, "nothing but comments");
    return status;
}

static un_status read_cabal_freeze(un_packages *out, un_slice text, un_error *error) {
    reader r = {.out = out, .error = error};
    un_status status = read_lines(&r, text);
    un_seen_free(&r.seen);
    return status;
}

static const char *const filenames[] = {"cabal.project.freeze", NULL};

const un_format un_format_cabal_freeze = {
    .name = "cabal-freeze",
    .title = "cabal cabal.project.freeze",
    .filenames = filenames,
    .syntax = UN_SYNTAX_LINES,
    .scheme = UN_SCHEME_PVP,
    .identity = UN_IDENTITY_SET,
    .recognise_text = recognise,
    .read_text = read_cabal_freeze,
};
