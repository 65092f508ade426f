#include "requirement.h"
#include "commit.h"
#include "core/ascii.h"

static bool is_one_of(char c, const char *set) {
    return c && strchr(set, c);
}

/* --- the parts of a line ---------------------------------------------------------------------- */

size_t un_requirement_blanks(un_slice text) {
    for (size_t at = 0;; at++) {
        if (at < text.len && is_one_of(text.ptr[at], " \t\r\n\f"))
            continue;
        if (at == text.len || text.ptr[at] != '\\' ||
            (at + 1 < text.len && !is_one_of(text.ptr[at + 1], "\r\n")))
            return at;
    }
}

static void skip_blanks(un_slice *text) {
    *text = un_slice_from(*text, un_requirement_blanks(*text));
}

static bool take(un_slice *text, const char *mark) {
    un_slice wanted = un_slice_of(mark);
    if (!un_slice_starts(*text, wanted))
        return false;
    *text = un_slice_from(*text, wanted.len);
    return true;
}

/* Takes what goes to the next blank. */
static un_slice take_word(un_slice *text) {
    size_t length = 0;
    while (length < text->len && !un_requirement_blanks(un_slice_from(*text, length)))
        length++;
    un_slice word = un_slice_part(*text, 0, length);
    *text = un_slice_from(*text, length);
    return word;
}

/* Letters and digits, and between them hyphens, underscores and dots. */
static bool take_name(un_slice *text, un_slice *name) {
    size_t length = 0;
    while (length < text->len &&
           (un_is_alphanumeric(text->ptr[length]) || is_one_of(text->ptr[length], "-_.")))
        length++;
    *name = un_slice_part(*text, 0, length);
    *text = un_slice_from(*text, length);
    return length && un_is_alphanumeric(*name->ptr) && un_is_alphanumeric(name->ptr[length - 1]);
}

static bool take_extras(un_slice *text) {
    skip_blanks(text);
    if (!take(text, "["))
        return true;
    while (text->len && (un_is_alphanumeric(*text->ptr) || is_one_of(*text->ptr, "-_., \t")))
        *text = un_slice_from(*text, 1);
    return take(text, "]");
}

/* --- versions --------------------------------------------------------------------------------- */

/* How long "${NAME}" is, in whose place pip puts what the environment has; 0: there is none. */
static size_t variable(un_slice text) {
    un_slice mark = UN_SLICE("${");
    size_t length = 0;
    if (!un_slice_starts(text, mark))
        return 0;
    un_slice name = un_slice_from(text, mark.len);
    while (length < name.len && (un_is_alphanumeric(name.ptr[length]) || name.ptr[length] == '_'))
        length++;
    bool ended = length && un_slice_starts(un_slice_from(name, length), UN_SLICE("}"));
    return ended ? mark.len + length + 1 : 0;
}

static bool is_of_version(char c, bool any) {
    return un_is_alphanumeric(c) || is_one_of(c, ".+!*_-") ||
           (any && !is_one_of(c, " \t\r\n\f\\,;)"));
}

static un_slice take_version(un_slice *text, bool any) {
    size_t length = 0, step = 1;
    for (; step && length < text->len; length += step) {
        step = variable(un_slice_from(*text, length));
        if (!step)
            step = is_of_version(text->ptr[length], any);
    }
    un_slice version = un_slice_part(*text, 0, length);
    *text = un_slice_from(*text, length);
    return version;
}

/* A pattern names no version, nor does what only the environment knows. */
static bool names_one(un_slice version) {
    return un_slice_find(version, '*') == version.len &&
           un_slice_search(version, UN_SLICE("${")) == version.len;
}

/* ">= 1.0"; "== 1.*" names no version either. false: there is none. */
static bool take_clause(un_slice *text, un_slice *pinned) {
    bool any = take(text, "==="), equal = any || take(text, "==");
    if (!equal && !take(text, "~=") && !take(text, "!=") && !take(text, "<=") &&
        !take(text, ">=") && !take(text, "<") && !take(text, ">"))
        return false;
    skip_blanks(text);
    un_slice version = take_version(text, any);
    if (equal && !pinned->len && names_one(version))
        *pinned = version;
    skip_blanks(text);
    return version.len && un_slice_search(version, UN_SLICE("--")) == version.len;
}

/* Clauses between commas, of which the last may be behind one. */
static bool take_clauses(un_slice *text, un_slice *pinned) {
    bool open = take(text, "(");
    skip_blanks(text);
    while (text->len && is_one_of(*text->ptr, "=~!<>")) {
        if (!take_clause(text, pinned))
            return false;
        bool more = take(text, ",");
        skip_blanks(text);
        if (!more)
            break;
    }
    return !open || take(text, ")");
}

/* --- places ----------------------------------------------------------------------------------- */

static bool is_remote(un_slice place) {
    return un_slice_search(place, UN_SLICE("://")) < place.len &&
           !un_slice_starts(place, UN_SLICE("file:"));
}

/* "git" of "git+https://…"; absent: it is no repository. */
static un_slice code_system(un_slice place) {
    static const char *const systems[] = {"git", "hg", "svn", "bzr"};
    un_slice scheme = un_slice_part(place, 0, un_slice_find(place, ':'));
    un_slice system = un_slice_part(scheme, 0, un_slice_find(scheme, '+'));
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++)
        if (scheme.len < place.len && un_slice_equal(system, un_slice_of(systems[i])))
            return system;
    return (un_slice){NULL, 0};
}

/* The last part of the path of a URL. */
static un_slice file_of(un_slice place) {
    place = un_slice_part(place, 0, un_slice_find(place, '#'));
    place = un_slice_part(place, 0, un_slice_find(place, '?'));
    size_t slash = un_slice_find_last(place, '/');
    return slash < place.len ? un_slice_from(place, slash + 1) : place;
}

/* The name of a file without the ending of an archive of sources; absent: it has none. */
static un_slice source_archive(un_slice file) {
    static const char *const endings[] = {".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (un_slice_ends(file, un_slice_of(endings[i])))
            return un_slice_part(file, 0, file.len - strlen(endings[i]));
    return (un_slice){NULL, 0};
}

static bool is_archive(un_slice place) {
    un_slice file = file_of(place);
    return un_slice_ends(file, UN_SLICE(".whl")) || source_archive(file).ptr;
}

static bool is_place(un_slice text) {
    return un_slice_search(text, UN_SLICE("://")) < text.len ||
           un_slice_starts(text, UN_SLICE("file:")) || (text.len && *text.ptr == '.') ||
           (text.len && *text.ptr == '/') || is_archive(text);
}

/* A directory may be named without what begins a path elsewhere, as "lib/own". */
static bool is_place_alone(un_slice text) {
    return is_place(text) || un_slice_find(text, '/') < text.len;
}

/* What the names of those begin with that a marker asks for. */
static const char *const variables[] = {
    "python_version",
    "python_full_version",
    "python_implementation",
    "implementation_",
    "os_name",
    "os.name",
    "sys_platform",
    "sys.platform",
    "platform_",
    "platform.",
    "extra",
    "dependency_groups",
};

/* Nothing more, or what pip evaluates on the machine that it installs on. */
static bool is_end(un_slice text) {
    skip_blanks(&text);
    if (!take(&text, ";"))
        return !text.len;
    for (skip_blanks(&text); take(&text, "("); skip_blanks(&text))
        continue;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        if (un_slice_starts(text, un_slice_of(variables[i])))
            return true;
    return text.len && is_one_of(*text.ptr, "'\"");
}

/* The word that a place is; a semicolon at its end begins a marker. */
static un_slice take_place(un_slice *text) {
    un_slice whole = *text, place = take_word(text);
    if (un_slice_ends(place, UN_SLICE(";"))) {
        place.len--;
        *text = un_slice_from(whole, place.len);
    }
    return place;
}

/* "1.0" of "name-1.0-py3-none-any.whl" and of "name-1.0.tar.gz". */
static void read_file_name(un_requirement *out, un_slice file) {
    un_slice archive = source_archive(file), rest = file;
    size_t dash = un_slice_find(file, '-');
    if (archive.ptr) {
        rest = archive;
        dash = un_slice_find_last(archive, '-');
    } else if (!un_slice_ends(file, UN_SLICE(".whl"))) {
        return;
    }
    if (dash + 1 >= rest.len || (archive.ptr && !un_is_digit(archive.ptr[dash + 1])))
        return;
    if (!out->name.len)
        out->name = un_slice_part(rest, 0, dash);
    rest = un_slice_from(rest, dash + 1);
    out->version = archive.ptr ? rest : un_slice_part(rest, 0, un_slice_find(rest, '-'));
}

/* The value of "key=" among what stands behind # and between &; absent: there is none. */
static un_slice fragment(un_slice place, un_slice key) {
    size_t mark = un_slice_find(place, '#');
    while (mark < place.len) {
        place = un_slice_from(place, mark + 1);
        mark = un_slice_find(place, '&');
        un_slice field = un_slice_part(place, 0, mark);
        if (un_slice_starts(field, key))
            return un_slice_from(field, key.len);
    }
    return (un_slice){NULL, 0};
}

/* "#egg=name[extra]" says how it is called, and in old files "#egg=name==1.0" in which version. */
static void read_egg(un_requirement *out, un_slice egg) {
    un_slice name;
    if (!egg.len || !take_name(&egg, &name))
        return;
    if (!out->name.len)
        out->name = name;
    if (take_extras(&egg) && take(&egg, "=="))
        out->version = egg;
}

static void read_place(un_requirement *out) {
    read_egg(out, fragment(out->place, UN_SLICE("egg=")));
    if (!code_system(out->place).len)
        read_file_name(out, file_of(out->place));
}

/* --- a requirement ---------------------------------------------------------------------------- */

static bool take_named(un_requirement *out, un_slice *text) {
    if (!take_name(text, &out->name) || !take_extras(text))
        return false;
    skip_blanks(text);
    un_slice before = {text->ptr - 1, 1};
    if (!take(text, "@"))
        return take_clauses(text, &out->version);
    skip_blanks(text);
    out->labelled = un_requirement_blanks(before) > 0;
    out->place = take_place(text);
    return is_place(out->place);
}

bool un_requirement_parse(un_requirement *out, un_slice text) {
    *out = (un_requirement){.labelled = false};
    skip_blanks(&text);
    un_slice rest = text;
    if (!take_named(out, &rest) || !is_end(rest)) {
        rest = text;
        *out = (un_requirement){.place = take_place(&rest)};
        if (!is_place_alone(out->place) || !is_end(rest))
            return false;
    }
    if (out->place.len)
        read_place(out);
    return true;
}

bool un_requirement_is_local(const un_requirement *requirement) {
    un_slice place = requirement->place;
    return place.len && !is_remote(place) && !is_archive(place);
}

bool un_requirement_is_pinned(const un_requirement *requirement) {
    return requirement->version.len || requirement->place.len;
}

/* --- packages --------------------------------------------------------------------------------- */

static bool has_capital(un_slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] >= 'A' && text.ptr[i] <= 'Z')
            return true;
    return false;
}

un_slice un_requirement_hash(un_arena *arena, un_slice text) {
    size_t mark = un_slice_find(text, '=');
    bool equals = mark < un_slice_find(text, ':');
    if (!equals && !has_capital(text))
        return text;
    char *copy = un_arena_alloc(arena, text.len + 1);
    if (!copy)
        return (un_slice){NULL, 0};
    for (size_t i = 0; i < text.len; i++)
        copy[i] = un_lower(text.ptr[i]);
    if (equals)
        copy[mark] = ':';
    return (un_slice){copy, text.len};
}

/* "1.0%2Bcpu", as a URL has it, is "1.0+cpu". Absent: no memory. */
static un_slice unescaped(un_arena *arena, un_slice text) {
    if (un_slice_find(text, '%') == text.len)
        return text;
    char *copy = un_arena_alloc(arena, text.len + 1);
    size_t length = 0;
    for (size_t i = 0; copy && i < text.len; i++) {
        bool escape = un_slice_starts(un_slice_from(text, i), UN_SLICE("%2B")) ||
                      un_slice_starts(un_slice_from(text, i), UN_SLICE("%2b"));
        copy[length++] = escape ? '+' : text.ptr[i];
        i += escape ? 2 : 0;
    }
    return (un_slice){copy, copy ? length : 0};
}

/* What follows the @ behind the path of a repository, which is behind its host. */
static un_slice revision_of(un_slice place) {
    place = un_slice_part(place, 0, un_slice_find(place, '#'));
    size_t host = un_slice_search(place, UN_SLICE("://"));
    un_slice path = host < place.len ? un_slice_from(place, host + 3) : UN_SLICE("");
    path = un_slice_from(path, un_slice_find(path, '/'));
    size_t at = un_slice_find_last(path, '@');
    return at < path.len ? un_slice_from(path, at + 1) : (un_slice){NULL, 0};
}

static un_slice hash_in(un_slice place) {
    static const char *const kinds[] = {"sha256=", "sha512=", "sha384="};
    size_t mark = un_slice_find(place, '#');
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        un_slice hash = fragment(place, un_slice_of(kinds[i]));
        if (mark < place.len && hash.len)
            return (un_slice){hash.ptr - strlen(kinds[i]), hash.len + strlen(kinds[i])};
    }
    return (un_slice){NULL, 0};
}

static void set_source(un_package *out, un_slice place) {
    un_slice system = code_system(place);
    if (system.len) {
        out->source = system;
        out->revision = revision_of(place);
    } else if (is_remote(place)) {
        out->source = UN_SLICE("url");
        out->revision = un_commit_in(place);
    } else {
        out->source = is_archive(place) ? UN_SLICE("file") : UN_SLICE("path");
    }
}

un_status un_requirement_package(un_package *out, un_arena *arena,
                                 const un_requirement *requirement, un_error *error) {
    un_slice place = requirement->place, hash = hash_in(place);
    *out = (un_package){.name = requirement->name, .source = UN_SLICE("registry")};
    if (requirement->version.len) {
        out->version = unescaped(arena, requirement->version);
        if (!out->version.ptr)
            return un_fail(error, UN_NO_MEMORY, "out of memory");
    }
    if (place.len)
        set_source(out, place);
    if (hash.len) {
        out->derivation = un_requirement_hash(arena, hash);
        if (!out->derivation.ptr)
            return un_fail(error, UN_NO_MEMORY, "out of memory");
    }
    return UN_OK;
}
