/*
 * gemfile.c: Bundler's Gemfile.lock and gems.locked.
 *
 * Source: Bundler's documentation, and real lockfiles.
 *
 * Sections at the margin. GEM, GIT, PATH and PLUGIN SOURCE have `specs:` with "name (version)" four
 * blanks in; what such a gem needs stands six in. CHECKSUMS has "name (version) sha256=…".
 *
 * Identity: (name, system): a gem may stand once for each platform.
 *
 * Conventions: the platform is no part of the version ("1.16.0-x86_64-linux"), for a version holds
 * no dash. Gems of a PATH are local code: those of the project itself (remote ".") are no packages,
 * the others have source "path". Direct is what DEPENDENCIES names, and what a gem of the project
 * itself needs. Other sections (PLATFORMS, RUBY VERSION, BUNDLED WITH) name no gems.
 */
#include "core/formats/shared/asked.h"
#include "core/formats/shared/listed.h"
#include "core/lines.h"
#include "core/system.h"
#include "formats.h"

static const char *const sections[] = {"GEM", "GIT", "PATH", "PLUGIN SOURCE"};
static const char *const others[] = {"PLATFORMS", "DEPENDENCIES", "RUBY VERSION", "BUNDLED WITH",
                                     "CHECKSUMS"};

static bool is_one_of(un_slice text, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (un_slice_equal(text, un_slice_of(words[i])))
            return true;
    return false;
}

/* Paket has a section GIT, too, and no `revision:` behind the remote. */
static bool is_of_paket(un_slice text, un_line line) {
    un_slice mark = UN_SLICE("#");
    return un_slice_equal(line.text, UN_SLICE("GIT")) && un_next_code(text, mark, &line) &&
           un_next_code(text, mark, &line) && !un_slice_starts(line.text, UN_SLICE("revision:"));
}

static bool recognise(un_slice text) {
    un_line line = {0};
    return un_next_code(text, UN_SLICE("#"), &line) && line.indent == 0 &&
           (is_one_of(line.text, sections, 4) || is_one_of(line.text, others, 5)) &&
           !is_of_paket(text, line);
}

typedef struct reader {
    un_packages *out;
    un_listed listed; /* by name and version with platform */
    un_asked asked;
    un_slice section, remote, revision;
    bool specs;
    bool known; /* whether there was a section that Bundler writes */
    un_error *error;
} reader;

/* "name (version)" and what follows; false: it is something else. */
static bool split(un_slice text, un_slice *name, un_slice *version, un_slice *rest) {
    size_t open = un_slice_search(text, UN_SLICE(" ("));
    size_t close = un_slice_find(text, ')');
    if (open == 0 || open + 2 >= close || close >= text.len)
        return false;
    *name = un_slice_part(text, 0, open);
    *version = un_slice_part(text, open + 2, close - open - 2);
    *rest = un_slice_trim(un_slice_from(text, close + 1));
    return true;
}

static void set_origin(const reader *r, un_package *package) {
    if (un_slice_equal(r->section, UN_SLICE("GIT"))) {
        package->source = UN_SLICE("git");
        package->revision = r->revision;
        package->url = r->remote;
    } else {
        package->source =
            un_slice_equal(r->section, UN_SLICE("PATH")) ? UN_SLICE("path") : UN_SLICE("registry");
    }
}

static bool is_of_project(const reader *r) {
    return un_slice_equal(r->section, UN_SLICE("PATH")) && un_slice_equal(r->remote, UN_SLICE("."));
}

/* A gem that stands in two sections is listed once. Those of the project itself are no packages. */
static un_status read_spec(reader *r, const un_line *line) {
    un_slice name, version, rest;
    if (!split(line->text, &name, &version, &rest) || rest.len)
        return un_fail_line(r->error, line, "expected: name (version)");
    if (is_of_project(r))
        return UN_OK;
    size_t dash = un_slice_find(version, '-');
    un_package package = {.name = name, .version = un_slice_part(version, 0, dash)};
    if (dash + 1 < version.len)
        package.system = un_system_name(un_slice_from(version, dash + 1));
    set_origin(r, &package);
    return un_listed_add(&r->listed, r->out, name, version, &package, NULL, r->error);
}

static un_slice value_of(un_slice text, un_slice key) {
    return un_slice_starts(text, key) ? un_slice_from(text, key.len) : (un_slice){NULL, 0};
}

/* remote, revision, specs: what a section says of all its gems. */
static void read_attribute(reader *r, un_slice text) {
    un_slice remote = value_of(text, UN_SLICE("remote: "));
    un_slice revision = value_of(text, UN_SLICE("revision: "));
    if (remote.ptr)
        r->remote = remote;
    if (revision.ptr)
        r->revision = revision;
    r->specs |= un_slice_equal(text, UN_SLICE("specs:"));
}

/* Gems of the default set have no checksum; checksums of gems that are not listed are passed over.
 */
static void read_checksum(reader *r, un_slice text) {
    un_slice name, version, checksum;
    un_package *package = split(text, &name, &version, &checksum) && checksum.len
                              ? un_listed_get(&r->listed, r->out, name, version)
                              : NULL;
    if (package)
        package->derivation = un_slice_part(checksum, 0, un_slice_find(checksum, ','));
}

/* Capitals and blanks. Bundler passes over sections of newer versions of itself. */
static bool is_section(un_slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != ' ' && (text.ptr[i] < 'A' || text.ptr[i] > 'Z'))
            return false;
    return true;
}

static un_status begin_section(reader *r, const un_line *line) {
    if (!is_section(line->text))
        return un_fail_line(r->error, line, "expected a section, as GEM or PLATFORMS");
    r->known |= is_one_of(line->text, sections, 4) || is_one_of(line->text, others, 5);
    r->section = line->text;
    r->remote = r->revision = (un_slice){NULL, 0};
    r->specs = false;
    return UN_OK;
}

/* What a gem needs, or the project does: "name", "name (>= 1)", and "!" where its source is named.
 */
static bool is_dependency(un_slice text) {
    if (un_slice_ends(text, UN_SLICE("!")))
        text.len--;
    size_t gap = un_slice_find(text, ' ');
    return gap > 0 && (gap == text.len || (gap + 1 < text.len && text.ptr[gap + 1] == '(' &&
                                           un_slice_find(text, ')') == text.len - 1));
}

/* "name", "name!" or "name (>= 1)!". */
static un_status note_asked(reader *r, un_slice text) {
    un_slice name = un_slice_part(text, 0, un_slice_find(text, ' '));
    name.len = un_slice_find(name, '!');
    r->asked.told = true;
    return un_asked_note(&r->asked, name, UN_SLICE(""), r->error);
}

/* What names no gem must look as Bundler writes it, too. */
static bool is_known(const reader *r, const un_line *line) {
    bool word = un_slice_find(line->text, ' ') == line->text.len;
    if (un_slice_equal(r->section, UN_SLICE("DEPENDENCIES")))
        return is_dependency(line->text);
    if (un_slice_equal(r->section, UN_SLICE("PLATFORMS")) ||
        un_slice_equal(r->section, UN_SLICE("BUNDLED WITH")))
        return word;
    if (!is_one_of(r->section, sections, 4))
        return true;
    if (line->indent == 2)
        return un_slice_find(line->text, ':') < un_slice_find(line->text, ' ');
    return r->specs && line->indent >= 4 && (line->indent == 4 || is_dependency(line->text));
}

/* The indentation says what a line is: a section, something of it all, a gem. */
static un_status read_line(reader *r, const un_line *line) {
    if (line->indent == 0)
        return begin_section(r, line);
    if (!is_known(r, line))
        return un_fail_line(r->error, line, "nothing that Bundler writes below %.*s",
                            un_slice_shown(r->section), r->section.len ? r->section.ptr : "");
    if (un_slice_equal(r->section, UN_SLICE("CHECKSUMS"))) {
        read_checksum(r, line->text);
        return UN_OK;
    }
    if (un_slice_equal(r->section, UN_SLICE("DEPENDENCIES")))
        return note_asked(r, line->text);
    if (!is_one_of(r->section, sections, 4))
        return UN_OK;
    if (line->indent == 2)
        read_attribute(r, line->text);
    if (line->indent > 4 && is_of_project(r))
        return note_asked(r, line->text);
    return line->indent == 4 && r->specs ? read_spec(r, line) : UN_OK;
}

static un_status read_gemfile(un_packages *out, un_slice text, un_error *error) {
    reader r = {.out = out, .error = error};
    un_line line = {0};
    un_status status = UN_OK;
    while (status == UN_OK && un_next_code(text, UN_SLICE("#"), &line))
        status = read_line(&r, &line);
    if (status == UN_OK && !r.known)
        status = un_fail_at(error, 1, 1, "no section that Bundler writes");
    un_asked_settle(&r.asked, out);
    un_asked_free(&r.asked);
    un_listed_free(&r.listed);
    return status;
}

static const char *const filenames[] = {"Gemfile.lock", "gems.locked", NULL};

const un_format un_format_gemfile = {
    .name = "gemfile",
    .title = "Bundler Gemfile.lock and gems.locked",
    .filenames = filenames,
    .syntax = UN_SYNTAX_LINES,
    .scheme = UN_SCHEME_RUBYGEMS,
    .identity = UN_IDENTITY_SET,
    .recognise_text = recognise,
    .read_text = read_gemfile,
};
