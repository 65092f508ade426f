#include "toml_ordered.h"
#include "core/ascii.h"
#include "toml_scalar.h"
#include "toml_string.h"

typedef struct key {
    un_slice text;
    size_t place;
} key;

/* A table on the way to the one that is being filled. */
typedef struct step {
    un_slice key;
    bool list; /* [[…]]: its last element is open, too */
} step;

typedef struct reader {
    un_toml_scanner *scan;
    un_tree_writer *writer;
    step path[UN_TREE_DEPTH];
    size_t depth; /* of the path */
} reader;

/* --- keys ------------------------------------------------------------------------------------- */

static bool is_bare(char c) {
    return un_is_alphanumeric(c) || c == '_' || c == '-';
}

/* One part of a key, and the blanks behind it. false: there is none, or it has escapes. */
static bool read_part(reader *r, key *out) {
    un_toml_scanner *s = r->scan;
    size_t kept = s->kept, start = out->place = s->at;
    char c = un_toml_peek(s, 0);
    bool quoted = c == '"' || c == '\'';
    if (quoted && un_toml_string(s, true, &out->text) != UN_OK)
        return false;
    while (!quoted && is_bare(un_toml_peek(s, 0)))
        s->at++;
    if (!quoted)
        out->text = un_slice_part(s->text, start, s->at - start);
    un_toml_skip_blanks(s);
    return s->at > start && s->kept == kept;
}

static void write_key(reader *r, un_slice text) {
    un_write_string(r->writer, text, (size_t)(text.ptr - r->scan->text.ptr));
}

/* --- values ----------------------------------------------------------------------------------- */

static bool read_value(reader *r);

static bool open_container(reader *r, char kind) {
    un_write_open(r->writer, kind, r->scan->at++);
    return r->writer->status == UN_OK;
}

static bool close_container(reader *r) {
    un_write_close(r->writer);
    r->scan->at++;
    return true;
}

/* Recursion is as deep as the writer lets containers be, here and below. */
static bool read_array(reader *r) {
    un_toml_scanner *s = r->scan;
    bool more = open_container(r, '[') && un_toml_skip_lines(s) == UN_OK;
    while (more && un_toml_peek(s, 0) != ']') {
        if (!read_value(r) || un_toml_skip_lines(s) != UN_OK)
            return false;
        more = un_toml_peek(s, 0) == ',';
        s->at += more;
        if (more && un_toml_skip_lines(s) != UN_OK)
            return false;
    }
    return un_toml_peek(s, 0) == ']' && r->writer->status == UN_OK && close_container(r);
}

static bool read_member(reader *r) {
    key k;
    if (!read_part(r, &k) || un_toml_peek(r->scan, 0) != '=')
        return false;
    write_key(r, k.text);
    r->scan->at++;
    un_toml_skip_blanks(r->scan);
    return read_value(r);
}

/* A comma must have a member behind it, and all stand on one line. */
static bool read_inline(reader *r) {
    un_toml_scanner *s = r->scan;
    if (!open_container(r, '{'))
        return false;
    un_toml_skip_blanks(s);
    for (bool more = un_toml_peek(s, 0) != '}'; more;) {
        if (!read_member(r))
            return false;
        un_toml_skip_blanks(s);
        more = un_toml_peek(s, 0) == ',';
        s->at += more;
        un_toml_skip_blanks(s);
    }
    return un_toml_peek(s, 0) == '}' && close_container(r);
}

static bool read_value(reader *r) {
    switch (un_toml_peek(r->scan, 0)) {
    case '[':
        return read_array(r);
    case '{':
        return read_inline(r);
    default:
        return un_toml_scalar(r->scan, r->writer) == UN_OK;
    }
}

/* --- tables ----------------------------------------------------------------------------------- */

/* How many tables of the path the header leads through. */
static size_t shared_steps(const reader *r, const key *parts, size_t count) {
    size_t same = 0;
    while (same < count && same < r->depth && un_slice_equal(r->path[same].key, parts[same].text))
        same++;
    return same;
}

static void leave(reader *r, size_t depth) {
    for (; r->depth > depth; r->depth--) {
        un_write_close(r->writer);
        if (r->path[r->depth - 1].list)
            un_write_close(r->writer);
    }
}

static bool enter(reader *r, un_slice text, bool list, size_t place) {
    if (r->depth == UN_TREE_DEPTH)
        return false;
    write_key(r, text);
    if (list)
        un_write_open(r->writer, '[', place);
    un_write_open(r->writer, '{', place);
    r->path[r->depth++] = (step){text, list};
    return r->writer->status == UN_OK;
}

/* The header of a table that is open can only be that of a list, of which it begins an element. */
static bool open_table(reader *r, const key *parts, size_t count, bool list, size_t place) {
    size_t same = shared_steps(r, parts, count);
    leave(r, same);
    if (same == count) {
        if (!list || !r->path[same - 1].list)
            return false;
        un_write_close(r->writer);
        un_write_open(r->writer, '{', place);
        return r->writer->status == UN_OK;
    }
    for (; same + 1 < count; same++)
        if (!enter(r, parts[same].text, false, parts[same].place))
            return false;
    return enter(r, parts[same].text, list, place);
}

static bool read_header(reader *r) {
    un_toml_scanner *s = r->scan;
    key parts[UN_TREE_DEPTH];
    size_t place = s->at, count = 0;
    bool list = un_toml_peek(s, 1) == '[', more = true;
    s->at += list ? 2 : 1;
    while (more) {
        un_toml_skip_blanks(s);
        if (count == UN_TREE_DEPTH || !read_part(r, &parts[count++]))
            return false;
        more = un_toml_peek(s, 0) == '.';
        s->at += more;
    }
    if (un_toml_peek(s, 0) != ']' || (list && un_toml_peek(s, 1) != ']'))
        return false;
    s->at += list ? 2 : 1;
    return open_table(r, parts, count, list, place);
}

bool un_toml_ordered(un_toml_scanner *s, un_tree_writer *writer) {
    reader r = {.scan = s, .writer = writer};
    un_write_open(writer, '{', 0);
    bool fine = un_toml_skip_lines(s) == UN_OK;
    while (fine && s->at < s->text.len) {
        fine = un_toml_peek(s, 0) == '[' ? read_header(&r) : read_member(&r);
        fine = fine && un_toml_end_line(s) == UN_OK && un_toml_skip_lines(s) == UN_OK;
    }
    if (!fine || writer->status != UN_OK)
        return false;
    leave(&r, 0);
    un_write_close(writer);
    return true;
}
