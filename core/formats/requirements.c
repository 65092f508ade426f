/*
 * requirements.c: pinned requirements.txt, as pip-compile, uv and `pip freeze` write it.
 *
 * Source: "Requirements File Format" of pip's documentation, and what those tools write.
 *
 * A requirement on each line, which a backslash at its end continues, behind it options as --hash;
 * lines of options; comments.
 *
 * Identity: the name as PEP 503 folds it; for several platforms a name may stand in several
 * versions.
 *
 * Conventions, where the field's readers differ:
 *   - what is not pinned (no "==", or one with "*" or "${…}") is no package, as trivy and syft
 *     have it, for nothing says what is installed; osv-scalibr takes the lowest version that a
 *     range allows. A file in which nothing is pinned is no lockfile, and the message says so;
 *   - what is taken from a place ("name @ URL", a wheel, a repository) is pinned by it; a directory
 *     that has no name, and whatever -e finds in one, is code of the project and no package;
 *   - `-r` and `-c` name other files, which are not read: each is a lockfile of its own;
 *   - markers and extras are passed over: the package is one, whoever installs it;
 *   - all hashes identify the build, in whatever order and notation they stand.
 */
#include "core/formats/shared/requirement.h"
#include "core/lines.h"
#include "formats.h"

/* --- lines ------------------------------------------------------------------------------------ */

/* What pip reads as one line. */
typedef struct logical {
    un_line first, last;
    un_slice text; /* without its comment; it may hold ends of lines behind backslashes */
} logical;

static bool is_comment(un_slice text) {
    return un_slice_starts(text, UN_SLICE("#"));
}

/* A # begins a comment where nothing but a blank is in front of it. */
static un_slice without_comment(un_slice text) {
    for (size_t at = un_slice_find(text, '#'); at < text.len;) {
        if (at == 0 || un_requirement_blanks(un_slice_part(text, at - 1, 1)))
            return un_slice_part(text, 0, at);
        at += 1 + un_slice_find(un_slice_from(text, at + 1), '#');
    }
    return text;
}

/* A comment ends a line, also in its middle. */
static bool next_logical(un_slice text, logical *l) {
    if (!un_next_code(text, UN_SLICE("#"), &l->last))
        return false;
    l->first = l->last;
    const char *end = l->last.text.ptr + l->last.text.len;
    un_line next = l->last;
    while (end[-1] == '\\' && un_next_line(text, &next) && !is_comment(next.text)) {
        l->last = next;
        if (next.text.len)
            end = next.text.ptr + next.text.len;
        else
            break;
    }
    l->text = without_comment((un_slice){l->first.text.ptr, (size_t)(end - l->first.text.ptr)});
    return true;
}

/* --- options ---------------------------------------------------------------------------------- */

static const struct {
    const char *name, *brief;
    bool value;
} options[] = {
    {"--hash", NULL, true}, /* first, for there are most of them */
    {"--index-url", "-i", true},
    {"--pypi-url", "-i", true},
    {"--extra-index-url", NULL, true},
    {"--no-index", NULL, false},
    {"--find-links", "-f", true},
    {"--requirement", "-r", true},
    {"--constraint", "-c", true},
    {"--editable", "-e", true},
    {"--no-binary", NULL, true},
    {"--only-binary", NULL, true},
    {"--prefer-binary", NULL, false},
    {"--require-hashes", NULL, false},
    {"--pre", NULL, false},
    {"--trusted-host", NULL, true},
    {"--use-feature", NULL, true},
    {"--use-pep517", NULL, false},
    {"--no-use-pep517", NULL, false},
    {"--no-build-isolation", NULL, false},
    {"--no-deps", NULL, false},
    {"--global-option", NULL, true},
    {"--install-option", NULL, true},
    {"--build-option", NULL, true},
    {"--config-settings", "-C", true},
    {"--config-setting", NULL, true},
    {"--process-dependency-links", NULL, false},
    {"--always-unzip", "-Z", false},
    {"--allow-external", NULL, true},
    {"--allow-unverified", NULL, true},
    {"--allow-all-external", NULL, false},
    {"--no-use-wheel", NULL, false},
    {"--use-wheel", NULL, false},
};

typedef struct option {
    const char *name; /* NULL: unknown */
    un_slice word, value;
    bool missing; /* its value */
} option;

/* Takes what goes to the next blank outside of quotes. */
static un_slice take_word(un_slice *text) {
    char quote = '\0';
    size_t length = 0;
    *text = un_slice_from(*text, un_requirement_blanks(*text));
    for (; length < text->len; length++) {
        char c = text->ptr[length];
        if (!quote && un_requirement_blanks(un_slice_from(*text, length)))
            break;
        if (quote ? c == quote : c == '"' || c == '\'')
            quote = quote ? '\0' : c;
    }
    un_slice word = un_slice_part(*text, 0, length);
    *text = un_slice_from(*text, length);
    return word;
}

static un_slice unquoted(un_slice word) {
    bool quoted = word.len > 1 && strchr("\"'", *word.ptr) && word.ptr[word.len - 1] == *word.ptr;
    return quoted ? un_slice_part(word, 1, word.len - 2) : word;
}

/* "--name value", "--name=value", "-n value" and "-nvalue". */
static bool is_called(un_slice word, size_t number, un_slice *attached) {
    un_slice name = un_slice_of(options[number].name), brief = un_slice_of(options[number].brief);
    un_slice front = un_slice_part(word, 0, un_slice_find(word, '='));
    *attached = (un_slice){NULL, 0};
    if (un_slice_equal(front, name)) {
        if (front.len < word.len)
            *attached = un_slice_from(word, front.len + 1);
        return true;
    }
    if (!brief.len || !un_slice_starts(word, brief) || un_slice_starts(word, UN_SLICE("--")))
        return false;
    if (word.len > brief.len)
        *attached = un_slice_from(word, brief.len);
    return true;
}

static option take_option(un_slice *text) {
    option found = {.word = take_word(text)};
    for (size_t i = 0; !found.name && i < sizeof options / sizeof *options; i++) {
        if (!is_called(found.word, i, &found.value))
            continue;
        found.name = options[i].name;
        if (options[i].value && !found.value.ptr)
            found.value = take_word(text);
        found.missing = options[i].value && !found.value.len;
    }
    found.value = unquoted(found.value);
    return found;
}

static bool is_option(const option *o, const char *name) {
    return o->name && strcmp(o->name, name) == 0;
}

/* Where the options begin: at the first word with a hyphen in front. */
static size_t options_at(un_slice text) {
    un_slice rest = text;
    while (rest.len) {
        rest = un_slice_from(rest, un_requirement_blanks(rest));
        if (un_slice_starts(rest, UN_SLICE("-")))
            break;
        take_word(&rest);
    }
    return text.len - rest.len;
}

/* --- which file it is ------------------------------------------------------------------------- */

/* Comments by which tools say that they wrote the file, which may have no packages; PDM's second
 * line, for the first stands in its own lockfile, too. */
static bool has_header(un_slice text) {
    static const char *const headers[] = {
        "# This file is autogenerated by pip-compile", "# This file was autogenerated by uv",
        "# Please do not edit it manually.", "# generated by rye"};
    un_line line = {0};
    while (un_next_line(text, &line) && line.number < 10)
        for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
            if (un_slice_starts(line.text, un_slice_of(headers[i])))
                return true;
    return false;
}

/* A line that pip alone knows: an option, or a name with "==" or "@". What is not pinned may stand
 * before it. */
static bool recognise(un_slice text) {
    logical l = {.text = {NULL, 0}};
    un_requirement requirement;
    bool code = false;
    for (; next_logical(text, &l); code = true) {
        size_t at = options_at(l.text);
        un_slice rest = un_slice_from(l.text, at);
        if (at == 0) {
            option first = take_option(&rest);
            return first.name && !first.missing;
        }
        if (!un_requirement_parse(&requirement, un_slice_part(l.text, 0, at)))
            return false;
        if (requirement.labelled || (requirement.version.len && !requirement.place.len))
            return true;
    }
    return !code && has_header(text);
}

/* --- reading ---------------------------------------------------------------------------------- */

typedef struct reader {
    un_packages *out;
    bool asked; /* whether there was a requirement */
    bool known; /* whether there was a line of any kind */
    un_error *error;
} reader;

static un_status add(const reader *r, const un_requirement *requirement, un_slice *hashes,
                     size_t count) {
    un_package package;
    if (!un_requirement_is_pinned(requirement))
        return UN_OK;
    un_status status = un_requirement_package(&package, &r->out->arena, requirement, r->error);
    if (count) {
        un_package_hashes(&package, hashes, count);
        package.derivation = hashes[0];
    }
    return status == UN_OK ? un_packages_add(r->out, &package, r->error) : status;
}

/* What is installed from a directory so that it can be edited is code of the project. Such a
 * directory may be called like anything but a requirement with a version. */
static un_status read_editable(const reader *r, const logical *l, un_slice value) {
    un_requirement requirement;
    bool parsed = un_requirement_parse(&requirement, value);
    if (parsed && requirement.version.len && !requirement.place.len)
        return un_fail_line(r->error, &l->first, "-e: expected a path or a URL");
    bool local = !parsed || !requirement.place.len || un_requirement_is_local(&requirement);
    return local ? UN_OK : add(r, &requirement, NULL, 0);
}

/* Reads all options; `hashes` (may be NULL) takes those that there are. */
static un_status read_options(const reader *r, const logical *l, un_slice text, un_slice *hashes,
                              size_t *count) {
    un_status status = UN_OK;
    for (*count = 0; status == UN_OK && un_requirement_blanks(text) < text.len;) {
        option o = take_option(&text);
        if (!o.name && un_slice_starts(o.word, UN_SLICE(";")))
            return UN_OK;
        if (!o.name)
            return un_fail_line(r->error, &l->first, "pip knows no option '%.*s'",
                                un_slice_shown(o.word), o.word.ptr);
        if (o.missing)
            return un_fail_line(r->error, &l->first, "%s needs a value", o.name);
        if (is_option(&o, "--hash") && hashes) {
            hashes[*count] = un_requirement_hash(&r->out->arena, o.value);
            if (!hashes[*count].ptr)
                return un_fail(r->error, UN_NO_MEMORY, "out of memory");
        }
        *count += is_option(&o, "--hash");
        if (is_option(&o, "--editable") && !hashes)
            status = read_editable(r, l, o.value);
    }
    return status;
}

static un_status read_requirement(reader *r, const logical *l, size_t at) {
    un_requirement requirement;
    un_slice behind = un_slice_from(l->text, at), *hashes = NULL;
    size_t count = 0;
    if (!un_requirement_parse(&requirement, un_slice_part(l->text, 0, at)))
        return un_fail_line(r->error, &l->first, "expected a requirement, as name==1.0");
    r->asked = true;
    un_status status = read_options(r, l, behind, NULL, &count);
    if (status == UN_OK && count) {
        hashes = un_arena_alloc(&r->out->arena, count * sizeof *hashes);
        status = hashes ? read_options(r, l, behind, hashes, &count)
                        : un_fail(r->error, UN_NO_MEMORY, "out of memory");
    }
    if (status != UN_OK || (un_requirement_is_local(&requirement) && !requirement.name.len))
        return status;
    return add(r, &requirement, hashes, count);
}

static un_status read_requirements(un_packages *out, un_slice text, un_error *error) {
    reader r = {.out = out, .error = error};
    logical l = {.text = {NULL, 0}};
    un_status status = UN_OK;
    size_t count;
    while (status == UN_OK && next_logical(text, &l)) {
        size_t at = options_at(l.text);
        r.known = true;
        status =
            at == 0 ? read_options(&r, &l, l.text, NULL, &count) : read_requirement(&r, &l, at);
    }
    if (status == UN_OK && !r.known && !has_header(text))
        return un_fail_at(error, 1, 1, "nothing but comments, and none of pip's tools");
    if (status == UN_OK && r.asked && !out->count)
        return un_fail(error, UN_FORMAT,
                       "no requirement is pinned to a version (name==1.0), so this is no lockfile");
    return status;
}

static const char *const filenames[] = {"requirements.txt", "requirements-dev.txt",
                                        "requirements.lock", NULL};

const un_format un_format_requirements = {
    .name = "requirements",
    .title = "pinned requirements.txt of pip, pip-compile and uv",
    .filenames = filenames,
    .syntax = UN_SYNTAX_LINES,
    .scheme = UN_SCHEME_PEP440,
    .identity = UN_IDENTITY_SET,
    .names = UN_NAMES_PYTHON,
    .recognise_text = recognise,
    .read_text = read_requirements,
};
