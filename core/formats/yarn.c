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
 * local code and no package. Nothing says which packages only development needs.
 */
#include "core/formats/shared/commit.h"
#include "core/formats/shared/node.h"
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

static un_status begin(un_packages *out, const un_line *line, un_error *error) {
    un_slice name, wanted, range, other, rest = un_slice_part(line->text, 0, line->text.len - 1);
    bool ranges = take_range(&rest, &range);
    while (ranges && rest.len)
        ranges = take_range(&rest, &other);
    if (!ranges || !un_node_split_first(range, &name, &wanted))
        return un_fail_line(error, line, "expected \"name@range\": at the margin");
    un_package package = {.name = installed_name(name, wanted)};
    un_node_source(&package, wanted);
    if (un_slice_starts(wanted, UN_SLICE("link:")))
        package.source = UN_SLICE("link");
    return un_packages_add(out, &package, error);
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

static void set_field(un_package *package, un_slice key, un_slice value) {
    if (un_slice_equal(key, UN_SLICE("version")))
        package->version = value;
    else if (un_slice_equal(key, UN_SLICE("resolved")))
        set_resolved(package, value);
    else if (un_slice_equal(key, UN_SLICE("integrity")))
        package->derivation = un_node_integrity(value);
}

static bool is_conflict(const un_line *line) {
    static const char *const marks[] = {"<<<<<<<", "=======", ">>>>>>>"};
    for (size_t i = 0; i < 3; i++)
        if (line->indent == 0 && un_slice_starts(line->text, un_slice_of(marks[i])))
            return true;
    return false;
}

/* Where a package ends it must have got a version; a linked one is taken off the list. */
static un_status end(un_packages *out, const un_line *line, un_error *error) {
    un_package *package = out->count ? &out->items[out->count - 1] : NULL;
    if (!package)
        return UN_OK;
    if (un_slice_equal(package->source, UN_SLICE("link")))
        out->count--;
    else if (!package->version.ptr)
        return un_fail_line(error, line, "'%.*s' has no version", un_slice_shown(package->name),
                            package->name.ptr);
    return UN_OK;
}

/* *open: whether a package has begun. Of what is indented only its own fields are read. */
static un_status read_line(un_packages *out, const un_line *line, bool *open, un_error *error) {
    un_status status = UN_OK;
    un_slice key, value;
    if (is_conflict(line))
        return un_fail_line(error, line, "a merge conflict; settle it and try again");
    if (line->indent > 0) {
        if (!*open)
            return un_fail_line(error, line, "expected \"name@range\": at the margin");
        if (!take_field(line->text, &key, &value))
            return un_fail_line(error, line, "expected: key \"value\"");
        if (line->indent == 2)
            set_field(&out->items[out->count - 1], key, value);
        return UN_OK;
    }
    if (!is_header(line))
        return un_fail_line(error, line, "expected \"name@range\": at the margin");
    if (*open)
        status = end(out, line, error);
    *open = true;
    return status == UN_OK ? begin(out, line, error) : status;
}

static un_status read_yarn(un_packages *out, un_slice text, un_error *error) {
    un_line line = {0};
    un_status status = UN_OK;
    bool open = false;
    while (status == UN_OK && un_next_code(text, UN_SLICE("#"), &line))
        status = read_line(out, &line, &open, error);
    if (status == UN_OK && !open && !has_comment(text))
        return un_fail_at(error, 1, 1, "nothing but comments, and none of Yarn's");
    return status == UN_OK && open ? end(out, &line, error) : status;
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
