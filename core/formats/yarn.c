/*
 * yarn.c: yarn.lock of Yarn 1, which looks like YAML and is none.
 *
 * Source: Yarn 1's documentation, and real lockfiles.
 *
 * A header at the margin with the ranges that one package serves, then indented `version`,
 * `resolved` and `integrity`.
 *
 * Identity: the name; one name may stand in several versions.
 *
 * Conventions: an alias ("a@npm:real@^1") goes by the name of what is installed. A tarball of a
 * host of code that names a commit is from git, as pnpm.c has it. What is linked ("a@link:../a") is
 * local code and no package. What was asked for by its place alone ("user/repo", a URL) is called
 * as the field `name` says, which Yarn writes there, else as the repository; an archive that has no
 * such field cannot be named. What a package asks for in its own version, and may be missing, moves
 * with it (parts.h): there is nothing by which to tell what is for some systems. Nothing says which
 * packages only development needs, nor which of them the project asks for.
 */
#include "core/formats/shared/commit.h"
#include "core/formats/shared/node.h"
#include "core/formats/shared/parts.h"
#include "core/lines.h"
#include "formats.h"

static bool is_header(const un_line *line) {
    return line->indent == 0 && un_slice_ends(line->text, UN_SLICE(":"));
}

static bool has_comment(un_slice text) {
    un_line line = {0};
    for (int i = 0; i < 3 && un_next_line(text, &line); i++)
        if (un_slice_starts(line.text, UN_SLICE("# yarn lockfile v1")))
            return true;
    return false;
}

static bool is_version(un_slice text) {
    return un_slice_starts(text, UN_SLICE("version \"")) ||
           un_slice_starts(text, UN_SLICE("\"version\" \""));
}

/* The comment that Yarn writes, or a header with a version below it. */
static bool recognise(un_slice text) {
    un_line line = {0};
    if (has_comment(text))
        return true;
    return un_next_code(text, UN_SLICE("#"), &line) && is_header(&line) &&
           un_slice_find(line.text, '@') < line.text.len && un_next_line(text, &line) &&
           line.indent == 2 && is_version(line.text);
}

/* Takes a text in quotes, whose escapes stay as they are written, or what goes to the next `stop`
 * or blank; false: there is none, or its quote does not end. */
static bool take_token(un_slice *text, char stop, un_slice *token) {
    *token = *text = un_slice_trim(*text);
    if (text->len && *text->ptr == '"') {
        size_t end = 1;
        while (end < text->len && text->ptr[end] != '"')
            end += text->ptr[end] == '\\' ? 2 : 1;
        if (end >= text->len)
            return false;
        *token = un_slice_part(*text, 1, end - 1);
        *text = un_slice_from(*text, end + 1);
        return true;
    }
    token->len = un_slice_find(un_slice_part(*text, 0, un_slice_find(*text, stop)), ' ');
    *text = un_slice_from(*text, token->len);
    return token->len && un_slice_find(*token, '"') == token->len;
}

/* Takes the next of the ranges off `"a@^1", a@~1.2`; false: what stands there is none. */
static bool take_range(un_slice *header, un_slice *range) {
    bool taken = take_token(header, ',', range);
    *header = un_slice_trim(*header);
    if (!taken || !header->len)
        return taken;
    bool more = *header->ptr == ',';
    *header = un_slice_from(*header, 1);
    return more && header->len;
}

/* An alias ("npm:real@^1") is installed under its real name. */
static un_slice installed_name(un_slice name, un_slice wanted) {
    un_slice real, version;
    if (wanted.len <= 4 || !un_slice_starts(wanted, UN_SLICE("npm:")))
        return name;
    un_slice spec = un_slice_from(wanted, 4);
    return un_node_split_first(spec, &real, &version) ? real : spec;
}

/* A walk through the entries. */
typedef struct reader {
    un_packages *out;
    un_package package; /* of the entry that is open */
    un_slice place;     /* what was asked for without a name, as a URL or "user/repo" */
    un_parts parts;
    bool open;
    un_slice text;
    size_t optional; /* where its optionalDependencies begin in the text; 0: it has none */
    un_error *error;
} reader;

/* "name@range", where the range may be empty; a name has a slash only behind its scope. */
static bool split(un_slice range, un_slice *name, un_slice *wanted) {
    if (!range.len)
        return false;
    size_t at = 1 + un_slice_find(un_slice_from(range, 1), '@');
    *name = un_slice_part(range, 0, at);
    *wanted = at < range.len ? un_slice_from(range, at + 1) : UN_SLICE("");
    size_t slash = un_slice_find(*name, '/');
    bool scoped = *range.ptr == '@' && slash > 1 && slash + 1 < name->len;
    return at < range.len && un_slice_find(*name, ':') == name->len &&
           (slash == name->len || scoped) &&
           !(un_slice_equal(*name, UN_SLICE("git")) &&
             un_slice_find(*wanted, ':') < un_slice_find(*wanted, '/'));
}

/* "a" of "https://example.org/a.git#v1" and of "user/a"; absent: there is none. */
static un_slice name_in(un_slice place) {
    place = un_slice_part(place, 0, un_slice_find(place, '#'));
    size_t slash = un_slice_find_last(place, '/');
    if (slash + 1 >= place.len || un_slice_ends(place, UN_SLICE(".tgz")) ||
        un_slice_ends(place, UN_SLICE(".tar.gz")))
        return (un_slice){NULL, 0};
    un_slice name = un_slice_from(place, slash + 1);
    if (un_slice_ends(name, UN_SLICE(".git")))
        name.len -= 4;
    return name;
}

static bool is_place(un_slice range) {
    return un_slice_find(range, '/') < range.len && un_slice_find(range, ' ') == range.len;
}

/* The first range that has a name says how the package is called. */
static un_status begin(reader *r, const un_line *line) {
    un_slice name = {NULL, 0}, wanted = name, range, rest = line->text;
    bool known = true;
    r->package = (un_package){.name = {NULL, 0}};
    r->place = (un_slice){NULL, 0};
    r->open = true;
    r->optional = 0;
    for (rest.len--; known && (rest.len || !(r->place.len || r->package.name.len));) {
        known = take_range(&rest, &range);
        bool named = known && split(range, &name, &wanted);
        if (named && !r->package.name.len) {
            r->package.name = installed_name(name, wanted);
            un_node_source(&r->package, wanted);
            if (un_slice_starts(wanted, UN_SLICE("link:")))
                r->package.source = UN_SLICE("link");
        } else if (known && !named && !r->place.len) {
            known = is_place(range);
            r->place = range;
        }
    }
    if (!known)
        return un_fail_line(r->error, line, "expected \"name@range\": at the margin");
    if (!r->package.name.len)
        un_node_source(&r->package, r->place);
    return UN_OK;
}

static void set_resolved(un_package *package, un_slice url) {
    un_slice commit = un_commit_in(un_slice_part(url, 0, un_slice_find(url, '#')));
    bool host = un_slice_search(url, UN_SLICE("codeload.github.com")) < url.len;
    if (un_slice_equal(package->source, UN_SLICE("registry")))
        un_node_source(package, url);
    if (un_slice_equal(package->source, UN_SLICE("git"))) {
        size_t mark = un_slice_find_last(url, '#');
        package->revision = mark < url.len ? un_slice_from(url, mark + 1) : commit;
    } else if (host && commit.len) {
        package->source = UN_SLICE("git");
        package->revision = commit;
    }
}

/* `key value`, `key: value` or `key:`; either may stand in quotes. Of integrity there may be more.
 */
static bool take_field(un_slice text, un_slice *key, un_slice *value) {
    *value = (un_slice){NULL, 0};
    if (!take_token(&text, ' ', key) || !key->len)
        return false;
    bool colon = un_slice_starts(text, UN_SLICE(":"));
    if (colon)
        text = un_slice_from(text, 1);
    if (un_slice_ends(*key, UN_SLICE(":"))) {
        colon = true;
        key->len--;
    }
    un_slice whole = text = un_slice_trim(text);
    if (!text.len)
        return colon;
    if (!take_token(&text, ' ', value))
        return false;
    if (text.len && un_slice_equal(*key, UN_SLICE("integrity")) && *whole.ptr != '"')
        *value = whole;
    else if (un_slice_trim(text).len)
        return false;
    return true;
}

/* The lines below optionalDependencies, twice: the first time tells their scope. */
static un_status claim(reader *r) {
    un_slice key, value, scope = {NULL, 0};
    un_status status = UN_OK;
    for (int walk = 0; walk < 2 && r->optional; walk++) {
        un_line line = {.next = r->optional};
        while (status == UN_OK && un_next_line(r->text, &line) && line.indent > 2 &&
               take_field(line.text, &key, &value))
            status = un_parts_claim_one(&r->parts, &r->package, key, value, &scope, r->error);
    }
    return status;
}

static void set_field(un_package *package, un_slice key, un_slice value) {
    if (un_slice_equal(key, UN_SLICE("version")))
        package->version = value;
    else if (un_slice_equal(key, UN_SLICE("name")) && !package->name.len)
        package->name = value;
    else if (un_slice_equal(key, UN_SLICE("resolved")))
        set_resolved(package, value);
    else if (un_slice_equal(key, UN_SLICE("integrity")))
        package->derivation = un_node_integrity(value);
}

/* Where an entry ends it must have got a version. What is linked is no package. */
static un_status end(reader *r, const un_line *line) {
    un_package *package = &r->package;
    if (!package->name.len)
        package->name = name_in(r->place);
    un_slice shown = package->name.len ? package->name : r->place;
    if (un_slice_equal(package->source, UN_SLICE("link")))
        return UN_OK;
    if (!package->version.ptr)
        return un_fail_line(r->error, line, "'%.*s' has no version", un_slice_shown(shown),
                            shown.ptr);
    if (!package->name.len)
        package->location = r->place;
    un_status status = un_packages_add(r->out, package, r->error);
    return status == UN_OK && package->name.len ? claim(r) : status;
}

/* Of what is indented only the entry's own fields are read. */
static un_status read_line(reader *r, const un_line *line) {
    un_status status = UN_OK;
    un_slice key, value;
    if (line->indent == 0 ? !is_header(line) : !r->open)
        return un_fail_line(r->error, line, "expected \"name@range\": at the margin");
    if (line->indent > 0) {
        if (!take_field(line->text, &key, &value))
            return un_fail_line(r->error, line, "expected: key \"value\"");
        if (line->indent == 2)
            set_field(&r->package, key, value);
        if (line->indent == 2 && un_slice_equal(key, UN_SLICE("optionalDependencies")))
            r->optional = line->next;
        return UN_OK;
    }
    if (r->open)
        status = end(r, line);
    return status == UN_OK ? begin(r, line) : status;
}

static un_status read_yarn(un_packages *out, un_slice text, un_error *error) {
    reader r = {.out = out, .parts = {.out = out, .unbound = true}, .text = text, .error = error};
    un_line line = {0};
    un_status status = UN_OK;
    while (status == UN_OK && un_next_code(text, UN_SLICE("#"), &line))
        status = read_line(&r, &line);
    if (status == UN_OK && !r.open && !has_comment(text))
        status = un_fail_at(error, 1, 1, "nothing but comments, and none of Yarn's");
    if (status == UN_OK && r.open)
        status = end(&r, &line);
    un_parts_settle(&r.parts);
    un_parts_free(&r.parts);
    return status;
}

static const char *const filenames[] = {"yarn.lock", NULL};

const un_format un_format_yarn = {
    .name = "yarn",
    .title = "Yarn 1 yarn.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_LINES,
    .scheme = UN_SCHEME_SEMVER,
    .identity = UN_IDENTITY_SET,
    .recognise_text = recognise,
    .read_text = read_yarn,
};
