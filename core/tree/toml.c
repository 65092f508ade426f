#include "toml.h"
#include "core/ascii.h"
#include "core/utf8.h"
#include "toml_nodes.h"
#include "toml_ordered.h"
#include "toml_scalar.h"
#include "toml_string.h"
#include "writer.h"
#include <stdlib.h>

typedef struct reader {
    un_toml_scanner scan;
    un_toml_nodes nodes;
    un_tree_writer output;
    un_tree_writer *writer; /* NULL in the first round (see toml_nodes.h) */
} reader;

/* A table that is being filled, and how deep it stands; the root is 1 deep. */
typedef struct level {
    uint32_t node;
    size_t depth;
} level;

typedef struct key {
    un_slice text;
    size_t place;
    bool decoded;
} key;

static un_status fail_memory(reader *r) {
    return un_fail(r->scan.error, UN_NO_MEMORY, "out of memory");
}

static un_status fail_key(reader *r, const key *k, const char *what) {
    return un_fail_offset(r->scan.error, r->scan.text, k->place, "%s \"%.*s\"", what,
                          un_slice_shown(k->text), k->text.ptr);
}

static un_status check_depth(reader *r, size_t depth, size_t place) {
    if (depth <= UN_TREE_DEPTH)
        return UN_OK;
    un_fail_offset(r->scan.error, r->scan.text, place, "deeper than %d levels", UN_TREE_DEPTH);
    if (r->scan.error)
        r->scan.error->status = UN_LIMIT;
    return UN_LIMIT;
}

/* --- keys ------------------------------------------------------------------------------------- */

static bool is_bare(char c) {
    return un_is_alphanumeric(c) || c == '_' || c == '-';
}

/* A bare key, or a string on one line, which stays where it was decoded. */
static un_status read_key_part(reader *r, key *out) {
    un_toml_scanner *s = &r->scan;
    char c = un_toml_peek(s, 0);
    size_t start = out->place = s->at;
    if (c == '"' || c == '\'') {
        size_t kept = s->kept;
        un_status status = un_toml_string(s, true, &out->text);
        out->decoded = s->kept > kept;
        return status;
    }
    while (is_bare(un_toml_peek(s, 0)))
        s->at++;
    out->text = un_slice_part(s->text, start, s->at - start);
    out->decoded = false;
    return s->at > start ? UN_OK : un_toml_fail(&r->scan, "expected a key");
}

static uint32_t add(reader *r, uint32_t parent, const key *k, un_toml_kind kind, size_t place) {
    const char *base = k->decoded ? r->scan.decoded : r->scan.text.ptr;
    return un_toml_add(&r->nodes, (un_toml_node){.parent = parent,
                                                 .key = (uint32_t)(k->text.ptr - base),
                                                 .length = (uint32_t)k->text.len & UN_TOML_LIMIT,
                                                 .kind = (unsigned)kind & 7,
                                                 .decoded = k->decoded,
                                                 .place = (uint32_t)place});
}

/* Steps from a table into the one that a part of a dotted key names, which is made where there is
 * none. TOML lets a table be continued only by what it was made with: headers, or dotted keys. */
static un_status descend(reader *r, level *at, const key *k, bool header) {
    uint32_t found = un_toml_find(&r->nodes, at->node, k->text);
    if (!found)
        found = add(r, at->node, k, header ? UN_TOML_SUPER : UN_TOML_DOTTED, k->place);
    if (!found)
        return fail_memory(r);
    un_toml_node *node = &r->nodes.items[found];
    if (node->kind == UN_TOML_VALUE || node->kind == UN_TOML_INLINE)
        return fail_key(r, k, "nothing can be added to the value of");
    if (!header && (node->kind == UN_TOML_LIST || node->kind == UN_TOML_HEADED))
        return fail_key(r, k, "only a header can add to the table");
    if (!header)
        node->kind = UN_TOML_DOTTED;
    *at = (level){found, at->depth + 1};
    if (node->kind == UN_TOML_LIST)
        *at = (level){node->last, at->depth + 1};
    return check_depth(r, at->depth, k->place);
}

/* Reads a key; *at becomes the table that it leads to, *last its last part. */
static un_status read_key(reader *r, level *at, bool header, key *last) {
    un_status status = read_key_part(r, last);
    while (status == UN_OK) {
        un_toml_skip_blanks(&r->scan);
        if (un_toml_peek(&r->scan, 0) != '.')
            return UN_OK;
        r->scan.at++;
        un_toml_skip_blanks(&r->scan);
        status = descend(r, at, last, header);
        if (status == UN_OK)
            status = read_key_part(r, last);
    }
    return status;
}

/* --- values ----------------------------------------------------------------------------------- */

/* The array that is being read, whose inline tables are children of the node `holder`. */
typedef struct elements {
    uint32_t holder, next; /* next: the first that the second round did not write yet */
    size_t depth;          /* of the innermost array */
} elements;

static un_status write_node(reader *r, uint32_t node);
static un_status read_inline(reader *r, level table);

/* The first round makes a node of the table, which keeps where it ends; the second writes the table
 * from its nodes and goes on behind it. */
static un_status read_inline_element(reader *r, elements *e) {
    uint32_t node = e->next;
    un_status status = UN_OK;
    if (r->writer) {
        status = write_node(r, node);
        e->next = un_toml_next(&r->nodes, node);
        r->scan.at = r->nodes.items[node].key;
        return status;
    }
    node = un_toml_add(
        &r->nodes,
        (un_toml_node){.parent = e->holder, .kind = UN_TOML_INLINE, .place = (uint32_t)r->scan.at});
    if (!node)
        return fail_memory(r);
    status = read_inline(r, (level){node, e->depth + 1});
    r->nodes.items[node].key = (uint32_t)r->scan.at;
    return status;
}

static un_status read_array(reader *r, elements *e);

static un_status read_element(reader *r, elements *e) {
    switch (un_toml_peek(&r->scan, 0)) {
    case '[':
        return read_array(r, e);
    case '{':
        return read_inline_element(r, e);
    default:
        return un_toml_scalar(&r->scan, r->writer);
    }
}

/* Stands behind the comma then, or at the bracket. */
static un_status end_element(reader *r) {
    un_status status = un_toml_skip_lines(&r->scan);
    char c = un_toml_peek(&r->scan, 0);
    if (status != UN_OK || c == ']')
        return status;
    if (c != ',')
        return un_toml_fail(&r->scan, "expected ',' or ']' in the array");
    r->scan.at++;
    return un_toml_skip_lines(&r->scan);
}

/* An array nests as deep as UN_TREE_DEPTH, which so bounds the recursion. */
static un_status read_array(reader *r, elements *e) {
    un_status status = check_depth(r, ++e->depth, r->scan.at);
    if (status != UN_OK)
        return status;
    if (r->writer)
        un_write_open(r->writer, '[', r->scan.at);
    r->scan.at++;
    status = un_toml_skip_lines(&r->scan);
    while (status == UN_OK && un_toml_peek(&r->scan, 0) != ']') {
        status = read_element(r, e);
        if (status == UN_OK)
            status = end_element(r);
    }
    if (status != UN_OK)
        return status;
    if (r->writer)
        un_write_close(r->writer);
    r->scan.at++;
    e->depth--;
    return UN_OK;
}

/* The value of `node` at `depth` if it holds others; in the first round. */
static un_status read_value(reader *r, uint32_t node, size_t depth) {
    switch (un_toml_peek(&r->scan, 0)) {
    case '[':
        return read_array(r, &(elements){.holder = node, .depth = depth - 1});
    case '{':
        r->nodes.items[node].kind = UN_TOML_INLINE;
        return read_inline(r, (level){node, depth});
    default:
        return un_toml_scalar(&r->scan, NULL);
    }
}

static un_status read_member(reader *r, level table) {
    key k;
    un_status status = read_key(r, &table, false, &k);
    if (status != UN_OK)
        return status;
    if (un_toml_find(&r->nodes, table.node, k.text))
        return fail_key(r, &k, "duplicate key");
    if (un_toml_peek(&r->scan, 0) != '=')
        return un_toml_fail(&r->scan, "expected '=' behind the key");
    r->scan.at++;
    un_toml_skip_blanks(&r->scan);
    uint32_t node = add(r, table.node, &k, UN_TOML_VALUE, r->scan.at);
    return node ? read_value(r, node, table.depth + 1) : fail_memory(r);
}

/* Stands behind the comma then, or at the brace; *more: whether there was a comma. */
static un_status end_member(reader *r, bool *more) {
    un_toml_skip_blanks(&r->scan);
    *more = un_toml_peek(&r->scan, 0) == ',';
    if (!*more && un_toml_peek(&r->scan, 0) != '}')
        return un_toml_fail(&r->scan, "expected ',' or '}' in the inline table");
    r->scan.at += *more;
    un_toml_skip_blanks(&r->scan);
    return UN_OK;
}

/* A comma must have a member behind it, and all stand on one line. */
static un_status read_inline(reader *r, level table) {
    un_status status = check_depth(r, table.depth, r->scan.at);
    if (status != UN_OK)
        return status;
    r->scan.at++;
    un_toml_skip_blanks(&r->scan);
    for (bool more = un_toml_peek(&r->scan, 0) != '}'; status == UN_OK && more;) {
        status = read_member(r, table);
        if (status == UN_OK)
            status = end_member(r, &more);
    }
    r->scan.at += status == UN_OK;
    return status;
}

/* --- tables ----------------------------------------------------------------------------------- */

/* [key] */
static un_status open_table(reader *r, level *at, const key *k, size_t place) {
    uint32_t found = un_toml_find(&r->nodes, at->node, k->text);
    un_toml_node *node = &r->nodes.items[found];
    if (!found) {
        found = add(r, at->node, k, UN_TOML_HEADED, place);
    } else if (node->kind == UN_TOML_SUPER) {
        node->kind = UN_TOML_HEADED;
        node->place = (uint32_t)place;
    } else {
        return fail_key(r, k, "defined twice: table");
    }
    *at = (level){found, at->depth + 1};
    return found ? check_depth(r, at->depth, place) : fail_memory(r);
}

/* [[key]] */
static un_status open_element(reader *r, level *at, const key *k, size_t place) {
    uint32_t list = un_toml_find(&r->nodes, at->node, k->text);
    if (list && r->nodes.items[list].kind != UN_TOML_LIST)
        return fail_key(r, k, "no array of tables, but defined before:");
    if (!list)
        list = add(r, at->node, k, UN_TOML_LIST, place);
    uint32_t element = !list ? 0
                             : un_toml_add(&r->nodes, (un_toml_node){.parent = list,
                                                                     .kind = UN_TOML_HEADED,
                                                                     .place = (uint32_t)place});
    *at = (level){element, at->depth + 2};
    return element ? check_depth(r, at->depth, place) : fail_memory(r);
}

/* *table: the one that what follows is put into. */
static un_status read_header(reader *r, level *table) {
    un_toml_scanner *s = &r->scan;
    size_t place = s->at;
    size_t brackets = un_toml_peek(s, 1) == '[' ? 2 : 1;
    level at = {0, 1};
    key last;
    s->at += brackets;
    un_toml_skip_blanks(s);
    un_status status = read_key(r, &at, true, &last);
    if (status != UN_OK)
        return status;
    if (un_toml_peek(s, 0) != ']' || (brackets == 2 && un_toml_peek(s, 1) != ']'))
        return un_toml_fail(&r->scan, brackets == 2 ? "expected ']]' behind the key"
                                                    : "expected ']' behind the key");
    s->at += brackets;
    status = brackets == 2 ? open_element(r, &at, &last, place) : open_table(r, &at, &last, place);
    *table = at;
    return status;
}

static un_status read_document(reader *r) {
    level table = {0, 1};
    un_status status = un_toml_skip_lines(&r->scan);
    while (status == UN_OK && r->scan.at < r->scan.text.len) {
        if (un_toml_peek(&r->scan, 0) == '[')
            status = read_header(r, &table);
        else
            status = read_member(r, table);
        if (status == UN_OK)
            status = un_toml_end_line(&r->scan);
        if (status == UN_OK)
            status = un_toml_skip_lines(&r->scan);
    }
    return status;
}

/* --- the second round ------------------------------------------------------------------------- */

static un_status write_children(reader *r, uint32_t parent, bool keyed) {
    un_status status = UN_OK;
    uint32_t node = un_toml_first(&r->nodes, parent);
    for (; node && status == UN_OK; node = un_toml_next(&r->nodes, node)) {
        if (keyed) {
            const un_toml_node *item = &r->nodes.items[node];
            un_write_string(r->writer, un_toml_key_of(&r->nodes, node),
                            item->decoded ? item->place : item->key);
        }
        status = write_node(r, node);
    }
    return status;
}

static un_status write_value(reader *r, uint32_t node) {
    r->scan.at = r->nodes.items[node].place;
    if (un_toml_peek(&r->scan, 0) != '[')
        return un_toml_scalar(&r->scan, r->writer);
    return read_array(r, &(elements){.next = un_toml_first(&r->nodes, node)});
}

static un_status write_node(reader *r, uint32_t node) {
    const un_toml_node *item = &r->nodes.items[node];
    bool list = item->kind == UN_TOML_LIST;
    if (r->writer->status != UN_OK)
        return r->writer->status;
    if (item->kind == UN_TOML_VALUE)
        return write_value(r, node);
    un_write_open(r->writer, list ? '[' : '{', item->place);
    un_status status = write_children(r, node, !list);
    if (status == UN_OK)
        un_write_close(r->writer);
    return status;
}

static un_status write_tree(reader *r, un_tree *out) {
    un_toml_nodes_close(&r->nodes);
    r->writer = &r->output;
    un_status status = write_node(r, 0);
    return un_tree_finish(out, r->writer, status, r->scan.text, r->scan.error);
}

static un_status read_rounds(reader *r, un_tree *out) {
    un_status status = un_toml_nodes_begin(&r->nodes, &r->scan) ? read_document(r) : fail_memory(r);
    if (status == UN_OK)
        status = write_tree(r, out);
    un_toml_nodes_free(&r->nodes);
    return status;
}

/* false: the two rounds have to say what it is. */
static bool read_ordered(un_tree *out, un_slice text) {
    un_toml_scanner scan = {.text = text};
    un_tree_writer writer = {0};
    bool read =
        un_toml_ordered(&scan, &writer) && un_tree_finish(out, &writer, UN_OK, text, NULL) == UN_OK;
    un_tree_drop(&writer);
    free(scan.decoded);
    if (!read)
        un_tree_free(out);
    return read;
}

un_status un_toml_parse(un_tree *out, un_slice text, un_error *error) {
    reader r = {.scan = {.text = un_utf8_without_mark(text), .error = error}};
    *out = (un_tree){0};
    if (text.len > UN_TOML_LIMIT)
        return un_fail(error, UN_LIMIT, "larger than %zu bytes of TOML", UN_TOML_LIMIT);
    un_status status = un_utf8_check(r.scan.text, error);
    if (status == UN_OK && !read_ordered(out, r.scan.text))
        status = read_rounds(&r, out);
    free(r.scan.decoded);
    return status;
}
