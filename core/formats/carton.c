/*
 * carton.c: Carton's cpanfile.snapshot, version 1.0.
 *
 * Source: Carton's own reader, CPAN::DistnameInfo for the names of distributions, and real files.
 *
 * A header, "DISTRIBUTIONS", and two blanks in a distribution, "Name-1.23". Four in stand
 * `pathname: …`, `provides:` and `requirements:`, and six in "Module version" of these.
 *
 * Identity: the name of the distribution.
 *
 * Conventions: people install distributions, so that they are the packages and not the modules in
 * them, of which one may have hundreds. Where the version begins is told as CPAN tells it: at the
 * first part that begins with a digit, or with "v" and one, unless that part is one word with more
 * behind it ("Crypt-3DES-0.01"). "CGI.pm-3.63" is CGI.
 */
#include "core/ascii.h"
#include "core/lines.h"
#include "formats.h"

static const char header[] = "# carton snapshot format: version ";

static bool recognise(un_slice text) {
    un_line line = {0};
    return un_next_code(text, UN_SLICE("\n"), &line) && line.indent == 0 &&
           un_slice_starts(line.text, un_slice_of(header));
}

/* --- "Name-1.23" ------------------------------------------------------------------------------ */

static bool begins_version(un_slice text) {
    bool marked = text.len && (*text.ptr == 'v' || *text.ptr == 'V');
    return marked ? text.len > 1 && un_is_digit(text.ptr[1]) : text.len && un_is_digit(*text.ptr);
}

static bool is_word(un_slice part) {
    return un_slice_find(part, '.') == part.len && un_slice_find(part, '_') == part.len;
}

/* Index of the hyphen before the last part that begins with a digit; the length: there is none. */
static size_t last_number(un_slice text) {
    size_t found = text.len;
    for (size_t i = 0; i + 1 < text.len; i++)
        if (text.ptr[i] == '-' && un_is_digit(text.ptr[i + 1]))
            found = i;
    return found;
}

/* Index of the hyphen before the version; the length: there is none. */
static size_t find_version(un_slice text) {
    size_t at = un_slice_find(text, '-');
    while (at < text.len) {
        un_slice rest = un_slice_from(text, at + 1);
        size_t end = un_slice_find(rest, '-');
        if (begins_version(rest) &&
            (end == rest.len || !is_word(un_slice_part(rest, 0, end)) || !un_is_digit(*rest.ptr)))
            return at;
        at += 1 + end;
    }
    return text.len;
}

static void split(un_slice text, un_slice *name, un_slice *version) {
    size_t at = find_version(text);
    un_slice suffix = UN_SLICE(".pm");
    *version = un_slice_from(text, at < text.len ? at + 1 : at);
    /* "Unicode-Collate-Standard-V3_1_1-0.1": what looks like a version is of the name. */
    size_t last = last_number(*version);
    un_slice head = un_slice_part(*version, 0, last);
    if (last < version->len && (!un_is_digit(*head.ptr) || un_slice_find(head, '_') < head.len)) {
        at += 1 + last;
        *version = un_slice_from(*version, last + 1);
    }
    *name = un_slice_part(text, 0, at);
    if (un_slice_ends(*name, suffix) && name->len > suffix.len)
        name->len -= suffix.len;
}

/* --- lines ------------------------------------------------------------------------------------ */

typedef struct reader {
    un_packages *out;
    un_slice entry; /* the distribution whose `pathname:` is to come */
    bool listed;    /* below DISTRIBUTIONS */
    bool known;     /* below a distribution that has a `pathname:` */
    bool modules;   /* below what it provides or requires */
    un_error *error;
} reader;

static bool is_plain(un_slice text) {
    return text.len && un_slice_find(text, ' ') == text.len &&
           un_slice_find(text, '\t') == text.len;
}

static un_status expect_none(const reader *r, const un_line *line) {
    if (!r->entry.len)
        return UN_OK;
    return un_fail_line(r->error, line, "expected `pathname:` of %.*s before this",
                        un_slice_shown(r->entry), r->entry.ptr);
}

static un_status begin_distribution(reader *r, const un_line *line) {
    un_status status = expect_none(r, line);
    if (status == UN_OK && !is_plain(line->text))
        status = un_fail_line(r->error, line, "expected a distribution, as Name-1.23");
    r->entry = line->text;
    r->known = r->modules = false;
    return status;
}

/* Carton installs from `pathname`: what has none is no distribution of its. */
static un_status add(reader *r) {
    un_package package = {.source = UN_SLICE("registry")};
    split(r->entry, &package.name, &package.version);
    r->entry = (un_slice){NULL, 0};
    r->known = true;
    return un_packages_add(r->out, &package, r->error);
}

static bool is_property(reader *r, un_slice text) {
    r->modules = un_slice_equal(text, UN_SLICE("provides:")) ||
                 un_slice_equal(text, UN_SLICE("requirements:"));
    return r->modules;
}

/* "Module 1.23", "Module undef", "Module >= 1.2, != 1.5" */
static bool is_module(un_slice text) {
    size_t gap = un_slice_find(text, ' ');
    un_slice version = un_slice_trim(un_slice_from(text, gap));
    return gap && version.len &&
           (strchr(".<>=!", *version.ptr) || begins_version(version) ||
            un_slice_equal(version, UN_SLICE("undef")));
}

/* The indentation says what a line is. */
static un_status read_line(reader *r, const un_line *line) {
    if (line->indent == 0 && un_slice_equal(line->text, UN_SLICE("DISTRIBUTIONS"))) {
        r->listed = true;
        return UN_OK;
    }
    if (!r->listed || line->indent == 0)
        return un_fail_line(r->error, line, "expected DISTRIBUTIONS");
    if (line->indent == 2)
        return begin_distribution(r, line);
    if (line->indent == 4 && r->entry.len && un_slice_starts(line->text, UN_SLICE("pathname: ")))
        return add(r);
    bool known = r->known && ((line->indent == 4 && is_property(r, line->text)) ||
                              (line->indent == 6 && r->modules && is_module(line->text)));
    return known ? UN_OK
                 : un_fail_line(r->error, line, "nothing that Carton writes below a distribution");
}

static un_status read_header(const un_line *line, un_error *error) {
    un_slice mark = un_slice_of(header);
    if (!un_slice_starts(line->text, mark))
        return un_fail_line(error, line, "expected \"%s1.0\"", header);
    un_slice version = un_slice_trim(un_slice_from(line->text, mark.len));
    if (!un_slice_equal(version, UN_SLICE("1.0")))
        return un_fail_line(error, line,
                            "cpanfile.snapshot version %.*s is newer than this upnudge reads (1.0)",
                            un_slice_shown(version), version.ptr);
    return UN_OK;
}

static un_status read_carton(un_packages *out, un_slice text, un_error *error) {
    reader r = {.out = out, .error = error};
    un_line line = {0};
    un_slice no_comment = UN_SLICE("\n");
    if (!un_next_code(text, no_comment, &line))
        return un_fail_at(error, 1, 1, "empty");
    un_status status = read_header(&line, error);
    while (status == UN_OK && un_next_code(text, no_comment, &line))
        status = read_line(&r, &line);
    return status == UN_OK ? expect_none(&r, &line) : status;
}

static const char *const filenames[] = {"cpanfile.snapshot", NULL};

const un_format un_format_carton = {
    .name = "carton",
    .title = "Carton cpanfile.snapshot, version 1.0",
    .filenames = filenames,
    .syntax = UN_SYNTAX_LINES,
    .scheme = UN_SCHEME_PERL,
    .identity = UN_IDENTITY_SET,
    .recognise_text = recognise,
    .read_text = read_carton,
};
