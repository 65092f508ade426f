#include "lockfile.h"
#include "ascii.h"
#include "content.h"
#include "core/tree/json.h"
#include "core/tree/toml.h"
#include "core/tree/xml.h"
#include "core/tree/yaml.h"
#include "lines.h"
#include "utf8.h"

static const un_format *const formats[] = {
#define UN_FORMAT_ADDRESS(name) &un_format_##name,
    UN_FORMATS(UN_FORMAT_ADDRESS)
#undef UN_FORMAT_ADDRESS
};

#define COUNT (sizeof formats / sizeof *formats)

const un_format *un_format_at(size_t index) {
    return index < COUNT ? formats[index] : NULL;
}

const char *un_syntax_name(un_syntax syntax) {
    static const char *const names[] = {"JSON", "YAML", "TOML", "XML", "lines"};
    return names[syntax];
}

/* --- which format ----------------------------------------------------------------------------- */

/* Whether the path ends in the usual name, alone or behind something like "backup-". */
static bool is_named(const un_format *format, un_slice path) {
    for (size_t i = 0; format->filenames[i]; i++) {
        un_slice name = un_slice_of(format->filenames[i]);
        size_t slash = un_slice_find_last(name, '/');
        if (slash < name.len)
            name = un_slice_from(name, slash + 1);
        if (!un_slice_ends(path, name))
            continue;
        if (path.len == name.len || !un_is_alphanumeric(path.ptr[path.len - name.len - 1]))
            return true;
    }
    return false;
}

/* The formats that the name fits come first, then the others, each as the table has them. */
typedef struct candidates {
    const un_format *formats[COUNT];
    size_t named; /* how many of them the name fits */
} candidates;

static candidates by_name(un_slice path) {
    candidates c = {.named = 0};
    size_t at = 0;
    for (size_t i = 0; i < COUNT; i++)
        if (is_named(formats[i], path))
            c.formats[at++] = formats[i];
    c.named = at;
    for (size_t i = 0; i < COUNT; i++)
        if (!is_named(formats[i], path))
            c.formats[at++] = formats[i];
    return c;
}

/* Hardly a format of lines begins with a bracket, as JSON does. */
static const un_format *recognise_text(const candidates *c, un_slice text) {
    un_line line = {0};
    if (!un_next_code(text, UN_SLICE("\n"), &line))
        return NULL;
    bool bracket = strchr("{[", *line.text.ptr);
    for (size_t i = 0; i < COUNT; i++) {
        const un_format *format = c->formats[i];
        if (format->syntax == UN_SYNTAX_LINES && (!bracket || format->bracketed) &&
            format->recognise_text(text))
            return format;
    }
    return NULL;
}

static bool is_listed(const char *const *words, un_slice word) {
    for (; words && *words; words++)
        if (un_slice_equal(word, un_slice_of(*words)))
            return true;
    return false;
}

static bool is_empty(un_value value) {
    un_type type = un_type_of(value);
    un_cursor c = un_walk(value);
    return type == UN_NULL ||
           ((type == UN_OBJECT || type == UN_ARRAY) && !un_next(&c, NULL, &(un_value){0}));
}

/* Whether it is nothing but what stands around the packages. */
static bool is_header(const un_format *format, un_value root) {
    un_slice key, text = root.tree->text;
    un_value value;
    if (format->syntax == UN_SYNTAX_YAML)
        root = un_yaml_first(root);
    if (un_type_of(root) != UN_OBJECT)
        return false;
    if (is_empty(root))
        return format->generated &&
               un_slice_search(text, un_slice_of(format->generated)) < text.len;
    for (un_cursor c = un_walk(root); un_next(&c, &key, &value);)
        if (!is_listed(format->header, key) && !(is_listed(format->lists, key) && is_empty(value)))
            return false;
    return true;
}

/* What fits several readers of one syntax is of the one that the name stands for. */
static const un_format *recognise_tree(const candidates *c, un_syntax syntax, bool relaxed,
                                       un_value root) {
    for (size_t i = 0; i < COUNT; i++) {
        const un_format *format = c->formats[i];
        if (format->syntax != syntax || (relaxed && !format->relaxed))
            continue;
        if (format->recognise(root) || (i < c->named && format->accept && format->accept(root)))
            return format;
    }
    for (size_t i = 0; i < c->named; i++)
        if (c->formats[i]->syntax == syntax && is_header(c->formats[i], root))
            return c->formats[i];
    return NULL;
}

/* --- which notation --------------------------------------------------------------------------- */

/* "[table]" and "[[array]]" alone on their line are TOML, anything else with a bracket is JSON. */
static bool is_table_header(un_slice line) {
    size_t end = un_slice_find(line, ']'), start = 1;
    if (line.len > 1 && line.ptr[1] == '[')
        start = 2;
    return end < line.len && end > start && line.ptr[start] != '{' && line.ptr[start] != '[';
}

/* "<?xml", a comment or an element; what a merge left is none. */
static bool is_markup(un_slice line) {
    return line.len > 1 && (un_is_letter(line.ptr[1]) || strchr("?!_", line.ptr[1]));
}

/* What the first line that is no comment looks like. */
static un_syntax sniff(un_slice text) {
    un_line line = {0};
    if (!un_next_code(text, UN_SLICE("#"), &line))
        return UN_SYNTAX_YAML;
    switch (*line.text.ptr) {
    case '{':
        return UN_SYNTAX_JSON;
    case '/':
        return UN_SYNTAX_JSON;
    case '<':
        return is_markup(line.text) ? UN_SYNTAX_XML : UN_SYNTAX_YAML;
    case '[':
        return is_table_header(line.text) ? UN_SYNTAX_TOML : UN_SYNTAX_JSON;
    default: {
        size_t equals = un_slice_find(line.text, '=');
        return equals < un_slice_find(line.text, ':') ? UN_SYNTAX_TOML : UN_SYNTAX_YAML;
    }
    }
}

/* The syntax that the name stands for; `found` where the name says nothing or agrees. */
static un_syntax meant(const candidates *c, un_syntax found) {
    for (size_t i = 0; i < c->named; i++)
        if (c->formats[i]->syntax == found)
            return found;
    return c->named ? c->formats[0]->syntax : found;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* From here on the list is one of that format, also when the rest of it turns out to be broken. */
static void begin_list(un_lockfile *lockfile, const un_format *format) {
    lockfile->packages.format = format->name;
    lockfile->packages.scheme = format->scheme;
    lockfile->packages.identity = format->identity;
    lockfile->packages.names = format->names;
}

/* Of some formats every package is asked for by name. */
static un_status mark_named(un_lockfile *lockfile, const un_format *format, un_status status) {
    un_packages *packages = &lockfile->packages;
    for (size_t i = 0; format->named && i < packages->count; i++)
        if (packages->items[i].direct == UN_DIRECT_UNKNOWN)
            packages->items[i].direct = UN_DIRECT_YES;
    return status;
}

static un_status read_text(un_lockfile *lockfile, const un_format *format, un_slice text,
                           un_error *error) {
    lockfile->text = un_arena_copy(&lockfile->packages.arena, text);
    if (!lockfile->text.ptr)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    begin_list(lockfile, format);
    return mark_named(lockfile, format,
                      format->read_text(&lockfile->packages, lockfile->text, error));
}

static un_status parse_tree(un_tree *out, un_syntax syntax, const un_bytes *bytes,
                            un_error *error) {
    switch (syntax) {
    case UN_SYNTAX_YAML:
        return un_yaml_parse(out, bytes->slice, error);
    case UN_SYNTAX_TOML:
        return un_toml_parse(out, bytes->slice, error);
    case UN_SYNTAX_XML:
        return un_xml_parse(out, bytes->slice, error);
    default:
        return un_json_parse(out, bytes, error);
    }
}

/* Replaces the tree of JSON that is not strict by that of relaxed JSON, if it is such. */
static bool parse_relaxed(un_lockfile *lockfile, const un_bytes *bytes) {
    un_bytes strict = {0};
    un_tree tree = {0};
    bool parsed = un_json_relax(&strict, bytes->slice, NULL) == UN_OK &&
                  un_json_parse(&tree, &strict, NULL) == UN_OK;
    un_bytes_free(&strict);
    un_tree_free(&lockfile->tree);
    lockfile->tree = tree;
    lockfile->tree.text = un_utf8_without_mark(bytes->slice);
    return parsed;
}

/* Strict JSON is tried first, since only some formats allow comments and trailing commas. */
static un_status read_tree(un_lockfile *lockfile, const candidates *c, un_syntax syntax,
                           const un_bytes *bytes, un_error *error) {
    un_status status = parse_tree(&lockfile->tree, syntax, bytes, error);
    bool relaxed = status == UN_SYNTAX && syntax == UN_SYNTAX_JSON;
    if (status != UN_OK && !(relaxed && parse_relaxed(lockfile, bytes)))
        return status;
    un_value root = un_tree_root(&lockfile->tree);
    const un_format *format = recognise_tree(c, syntax, relaxed, root);
    if (format) {
        begin_list(lockfile, format);
        return mark_named(lockfile, format, format->read(&lockfile->packages, root, error));
    }
    /* Relaxed JSON of no format that allows it is broken JSON, as `error` says. */
    if (relaxed)
        return status;
    return un_fail(error, UN_FORMAT,
                   "valid %s, but no lockfile that upnudge knows; `upnudge formats` lists them",
                   un_syntax_name(syntax));
}

static un_status read_lines(un_lockfile *lockfile, const un_format *format, un_slice text,
                            un_error *error) {
    un_status status = un_utf8_check(text, error);
    /* A reader of lines may pass over what it does not know. */
    if (status == UN_OK)
        status = un_content_conflict(text, 0, error);
    return status == UN_OK ? read_text(lockfile, format, text, error) : status;
}

/* Where the look of the content and the name disagree, the content is right if it is a lockfile; if
 * it is none, the name says what to complain of. Valid JSON is no TOML and no lines, whatever it is
 * called. */
static un_status read_lockfile(un_lockfile *lockfile, un_slice name, const un_bytes *bytes,
                               un_error *error) {
    un_slice text = un_utf8_without_mark(bytes->slice);
    candidates c = by_name(name);
    if (!un_next_code(text, UN_SLICE("\n"), &(un_line){0}))
        return un_fail_at(error, 1, 1, "empty; expected a lockfile");
    const un_format *of_lines = recognise_text(&c, text);
    if (of_lines)
        return read_lines(lockfile, of_lines, text, error);
    un_syntax found = sniff(text), wanted = meant(&c, found);
    un_status status = read_tree(lockfile, &c, found, bytes, error);
    bool other_json = found == UN_SYNTAX_JSON && status == UN_FORMAT && wanted != UN_SYNTAX_YAML;
    if (lockfile->packages.format || wanted == found || other_json)
        return status;
    un_tree_free(&lockfile->tree);
    return wanted == UN_SYNTAX_LINES ? read_lines(lockfile, c.formats[0], text, error)
                                     : read_tree(lockfile, &c, wanted, bytes, error);
}

/* Of what names no package one cannot say that it has none: that everything was removed would be
 * the next word. */
static un_status expect_a_name(const un_lockfile *lockfile, un_error *error) {
    const un_packages *packages = &lockfile->packages;
    const un_package *first = &packages->nameless;
    un_slice place = first->location;
    size_t nameless = packages->skipped - packages->overlong;
    if (packages->count || !nameless)
        return UN_OK;
    return un_fail_value(error, (un_value){first->at ? &lockfile->tree : NULL, first->at},
                         "none of its %zu entries names a package; this is the first%s%.*s",
                         nameless, place.len ? ": " : "", un_slice_shown(place),
                         place.len ? place.ptr : "");
}

/* What breaks a lockfile is told by its cause, which may stand elsewhere. */
static un_status explain(un_status status, const un_bytes *bytes, un_error *error) {
    un_slice text = un_utf8_without_mark(bytes->slice);
    if (status != UN_SYNTAX && status != UN_FORMAT)
        return status;
    un_status conflict = un_content_conflict(text, error ? error->line : 0, error);
    return conflict == UN_OK ? status : conflict;
}

/* Formats leave the version away where there is none; nobody above wants to tell the two apart. */
static void fill_versions(un_packages *packages) {
    for (size_t i = 0; i < packages->count; i++)
        if (!packages->items[i].version.ptr)
            packages->items[i].version = UN_SLICE("");
}

un_status un_lockfile_parse(un_lockfile *out, un_slice name, const un_bytes *bytes,
                            const un_lockfile_options *options, un_error *error) {
    *out = (un_lockfile){0};
    un_status status = UN_OK;
    size_t limit = options && options->limit ? options->limit : UN_LOCKFILE_LIMIT;
    un_slice called = options && options->called.len ? options->called : name;
    if (bytes->slice.len > limit)
        status = un_fail(error, UN_LIMIT, "larger than %zu bytes, the most that is read", limit);
    if (status == UN_OK)
        status = un_content_check(bytes->slice, error);
    if (status == UN_OK)
        status = read_lockfile(out, called, bytes, error);
    if (status == UN_OK)
        status = expect_a_name(out, error);
    status = explain(status, bytes, error);
    /* The text is the caller's and may go before the lockfile does; only errors had places. */
    out->tree.text = (un_slice){NULL, 0};
    fill_versions(&out->packages);
    if (status != UN_OK)
        un_error_file(error, name);
    else if (error)
        *error = (un_error){0};
    return status;
}

void un_lockfile_free(un_lockfile *lockfile) {
    un_packages_free(&lockfile->packages);
    un_tree_free(&lockfile->tree);
    *lockfile = (un_lockfile){0};
}
