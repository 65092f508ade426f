/*
 * paket.c: Paket's paket.lock.
 *
 * Source: Paket's documentation of paket.lock, its own reader, and real lockfiles.
 *
 * Sections at the margin: NUGET, GITHUB, GIT, GIST and HTTP, each with `remote:` two blanks in and
 * what is taken from there four in: "name (version)" of NuGet, "file (commit)" of a repository.
 * What such a thing needs, and how it is built, stands six in. "GROUP name" begins another group,
 * and options of a group ("STORAGE: NONE") stand at the margin too.
 *
 * Identity: the name; groups may hold several versions of one.
 *
 * Conventions:
 *   - what stands in a group of its own has that for its group; the main one has no name;
 *   - a package of a repository is called as its remote, "owner/project" or the URL, for all files
 *     of one commit belong together; the file is the location and the commit the revision;
 *   - a file of HTTP goes by its own name, and its path at the remote is the revision.
 */
#include "core/lines.h"
#include "formats.h"

static const char *const sections[] = {"NUGET", "GITHUB", "GIT", "GIST", "HTTP"};

/* Paket refuses what it does not know here, too. */
static const char *const options[] = {
    "REFERENCES",
    "REDIRECTS",
    "STORAGE",
    "STRATEGY",
    "RESTRICTION",
    "FRAMEWORK",
    "CONTENT",
    "CONDITION",
    "COPY-LOCAL",
    "IMPORT-TARGETS",
    "LOWEST_MATCHING",
    "LICENSE-DOWNLOAD",
    "SPECIFIC-VERSION",
    "GENERATE-LOAD-SCRIPTS",
    "COPY-CONTENT-TO-OUTPUT-DIR",
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_one_of(un_slice text, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (un_slice_equal(text, un_slice_of(words[i])))
            return true;
    return false;
}

static bool is_section(un_slice text) {
    return is_one_of(text, sections, COUNT(sections));
}

static bool is_option(un_slice text) {
    size_t colon = un_slice_find(text, ':');
    return colon < text.len && is_one_of(un_slice_part(text, 0, colon), options, COUNT(options));
}

/* "GROUP name"; absent: it is none. */
static un_slice group_of(un_slice text) {
    un_slice mark = UN_SLICE("GROUP ");
    return un_slice_starts(text, mark) ? un_slice_trim(un_slice_from(text, mark.len))
                                       : (un_slice){NULL, 0};
}

/* Bundler has a section GIT, too, and writes the revision where Paket has the first file. */
static bool is_of_bundler(un_slice text, un_line line) {
    un_slice mark = UN_SLICE("\n");
    return un_slice_equal(line.text, UN_SLICE("GIT")) && un_next_code(text, mark, &line) &&
           (!un_next_code(text, mark, &line) || un_slice_starts(line.text, UN_SLICE("revision:")));
}

static bool recognise(un_slice text) {
    un_line line = {0};
    return un_next_code(text, UN_SLICE("\n"), &line) && line.indent == 0 &&
           (is_section(line.text) || is_option(line.text) || group_of(line.text).len) &&
           !is_of_bundler(text, line);
}

typedef struct reader {
    un_packages *out;
    un_slice section, group, remote;
    bool entry; /* whether there was one that something can be needed by */
    un_error *error;
} reader;

/* "what (in brackets)" and what follows; false: there are no brackets. */
static bool split(un_slice text, un_slice *what, un_slice *inside, un_slice *rest) {
    size_t open = un_slice_find(text, '('), close = un_slice_find(text, ')');
    if (open >= close || close == text.len || (open && text.ptr[open - 1] != ' '))
        return false;
    *what = un_slice_trim(un_slice_part(text, 0, open));
    *inside = un_slice_trim(un_slice_part(text, open + 1, close - open - 1));
    *rest = un_slice_trim(un_slice_from(text, close + 1));
    return true;
}

static bool is_word(un_slice text) {
    return text.len && un_slice_find(text, ' ') == text.len;
}

/* "name (version)", then " - " and settings. */
static un_status read_nuget(reader *r, const un_line *line) {
    un_slice name, version, rest;
    if (!split(line->text, &name, &version, &rest) || !is_word(name) || !is_word(version) ||
        (rest.len && !un_slice_starts(rest, UN_SLICE("- "))))
        return un_fail_line(r->error, line, "expected: name (version)");
    un_package package = {
        .name = name, .version = version, .group = r->group, .source = UN_SLICE("registry")};
    return un_packages_add(r->out, &package, r->error);
}

/* A path with blanks stands in quotes. */
static un_slice without_quotes(un_slice text) {
    bool quoted = text.len >= 2 && *text.ptr == '"' && text.ptr[text.len - 1] == '"';
    return quoted ? un_slice_part(text, 1, text.len - 2) : text;
}

/* "file (commit)", then a name for a key. A whole repository has no file, and HTTP has the path in
 * the brackets, or none. */
static un_status read_file(reader *r, const un_line *line) {
    un_slice file = line->text, commit = {NULL, 0}, rest = {NULL, 0};
    bool http = un_slice_equal(r->section, UN_SLICE("HTTP"));
    bool there = split(line->text, &file, &commit, &rest);
    if ((!there && !http) || (there && !is_word(commit)) || (rest.len && !is_word(rest)))
        return un_fail_line(r->error, line, "expected: file (commit)");
    file = without_quotes(file);
    un_package package = {.name = http ? file : r->remote,
                          .group = r->group,
                          .source = http ? UN_SLICE("url") : UN_SLICE("git"),
                          .revision = commit,
                          .location = file.len ? file : (un_slice){NULL, 0}};
    if (http)
        package.location = r->remote;
    return un_packages_add(r->out, &package, r->error);
}

static un_status read_entry(reader *r, const un_line *line) {
    if (!r->remote.len)
        return un_fail_line(r->error, line, "no remote has been named for this");
    r->entry = true;
    return un_slice_equal(r->section, UN_SLICE("NUGET")) ? read_nuget(r, line) : read_file(r, line);
}

static un_status read_margin(reader *r, const un_line *line) {
    un_slice group = group_of(line->text);
    if (is_section(line->text)) {
        r->section = line->text;
        r->remote = (un_slice){NULL, 0};
        r->entry = false;
    } else if (group.len) {
        r->group = group;
        r->section = r->remote = (un_slice){NULL, 0};
        r->entry = false;
    } else if (!is_option(line->text)) {
        return un_fail_line(r->error, line, "expected a section, as NUGET or GROUP");
    }
    return UN_OK;
}

/* Old lockfiles have `specs:` behind the remote. */
static un_status read_attribute(reader *r, const un_line *line) {
    un_slice mark = UN_SLICE("remote:");
    if (un_slice_starts(line->text, mark))
        r->remote = without_quotes(un_slice_trim(un_slice_from(line->text, mark.len)));
    else if (!un_slice_equal(line->text, UN_SLICE("specs:")))
        return un_fail_line(r->error, line, "expected `remote:`");
    return UN_OK;
}

/* "name (>= 1.0)", "name" or "build: command", of the entry above. */
static bool is_detail(un_slice text) {
    static const char *const settings[] = {"build", "path", "os"};
    un_slice name, inside, rest;
    size_t colon = un_slice_find(text, ':');
    if (is_one_of(un_slice_part(text, 0, colon), settings, COUNT(settings)) && colon < text.len)
        return true;
    un_slice wanted = un_slice_part(text, 0, un_slice_search(text, UN_SLICE(" - ")));
    return is_word(un_slice_trim(wanted)) || (split(text, &name, &inside, &rest) && is_word(name) &&
                                              (!rest.len || un_slice_starts(rest, UN_SLICE("- "))));
}

/* The indentation says what a line is: a section, its remote, a package, what that needs. */
static un_status read_line(reader *r, const un_line *line) {
    if (line->indent == 0)
        return read_margin(r, line);
    if (!r->section.len)
        return un_fail_line(r->error, line, "expected a section, as NUGET or GROUP");
    if (line->indent < 4)
        return read_attribute(r, line);
    if (line->indent < 6)
        return read_entry(r, line);
    return r->entry && is_detail(line->text)
               ? UN_OK
               : un_fail_line(r->error, line, "nothing that Paket writes below a package");
}

static un_status read_paket(un_packages *out, un_slice text, un_error *error) {
    reader r = {.out = out, .error = error};
    un_line line = {0};
    un_status status = UN_OK;
    while (status == UN_OK && un_next_code(text, UN_SLICE("\n"), &line)) {
        line.text = un_slice_trim(line.text);
        if (line.text.len)
            status = read_line(&r, &line);
    }
    return status;
}

static const char *const filenames[] = {"paket.lock", NULL};

const un_format un_format_paket = {
    .name = "paket",
    .title = "Paket paket.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_LINES,
    .scheme = UN_SCHEME_NUGET,
    .identity = UN_IDENTITY_SET,
    .names = UN_NAMES_CASELESS,
    .recognise_text = recognise,
    .read_text = read_paket,
};
