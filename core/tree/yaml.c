#include "yaml.h"
#include "core/utf8.h"
#include "writer.h"
#include "yaml_keys.h"
#include <yaml.h>

/* A walk through libyaml's events. libyaml counts characters, errors and trees count bytes. */
typedef struct reader {
    yaml_parser_t parser;
    un_tree_writer writer;
    un_slice source;   /* what the places are in */
    un_slice text;     /* what libyaml reads: the source, or the same with long keys split */
    un_yaml_keys keys; /* none: it is the source */
    bool ascii;
    size_t character, byte; /* one and the same place in a text that is not ASCII */
    un_error *error;
    bool mapping[UN_TREE_DEPTH + 1]; /* by depth of the writer */
} reader;

/* --- places ----------------------------------------------------------------------------------- */

static bool continues(char c) {
    return ((unsigned char)c & 0xC0) == 0x80;
}

static bool is_ascii(un_slice text) {
    uint64_t word, all = 0;
    size_t at = 0;
    for (; text.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text.ptr + at, sizeof word);
        all |= word;
    }
    for (; at < text.len; at++)
        all |= (unsigned char)text.ptr[at];
    return !(all & 0x8080808080808080);
}

/* The byte where a character begins. Marks lie close together, so each is found from the last. */
static size_t byte_in_text(reader *r, size_t character) {
    if (r->ascii)
        return character;
    for (; r->character < character && r->byte < r->text.len; r->character++)
        for (r->byte++; r->byte < r->text.len && continues(r->text.ptr[r->byte]);)
            r->byte++;
    for (; r->character > character; r->character--)
        for (r->byte--; continues(r->text.ptr[r->byte]);)
            r->byte--;
    return r->byte;
}

static size_t byte_of(reader *r, size_t character) {
    return un_yaml_origin(&r->keys, byte_in_text(r, character));
}

static un_status refuse(reader *r, const yaml_event_t *event, const char *what) {
    return un_fail_offset(r->error, r->source, byte_of(r, event->start_mark.index), "%s", what);
}

/* libyaml's words. What it cannot decode has a place in bytes, anything else a mark. */
static un_status explain(reader *r) {
    const yaml_parser_t *p = &r->parser;
    const char *problem = p->problem ? p->problem : "not the YAML that we read";
    if (p->error == YAML_MEMORY_ERROR)
        return un_fail(r->error, UN_NO_MEMORY, "out of memory");
    if (p->error == YAML_READER_ERROR)
        return un_fail_offset(r->error, r->source, p->problem_offset, "%s", problem);
    return un_fail_offset(r->error, r->source, byte_of(r, p->problem_mark.index), "%s%s%s", problem,
                          p->context ? " " : "", p->context ? p->context : "");
}

/* --- events ----------------------------------------------------------------------------------- */

static bool is_key(const reader *r) {
    size_t depth = r->writer.depth;
    return r->mapping[depth] && r->writer.members[depth] % 2 == 0;
}

static bool is_one_of(un_slice text, const char *const *words) {
    for (; *words; words++)
        if (un_slice_equal(text, un_slice_of(*words)))
            return true;
    return false;
}

/* A plain scalar by YAML's core schema, but for numbers. */
static void write_plain(un_tree_writer *writer, un_slice text, size_t place) {
    static const char *const nothing[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const yes[] = {"true", "True", "TRUE", NULL};
    static const char *const no[] = {"false", "False", "FALSE", NULL};
    if (text.len > 5)
        un_write_string(writer, text, place);
    else if (is_one_of(text, nothing))
        un_write_null(writer, place);
    else if (is_one_of(text, yes))
        un_write_boolean(writer, true, place);
    else if (is_one_of(text, no))
        un_write_boolean(writer, false, place);
    else
        un_write_string(writer, text, place);
}

static un_status take_scalar(reader *r, const yaml_event_t *event) {
    un_slice text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    size_t place = byte_of(r, event->start_mark.index);
    if (event->data.scalar.anchor)
        return refuse(r, event, "an anchor; no lockfile needs any");
    if (event->data.scalar.tag)
        return refuse(r, event, "a tag; no lockfile needs any");
    if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !is_key(r))
        write_plain(&r->writer, text, place);
    else
        un_write_string(&r->writer, text, place);
    return r->writer.status;
}

static un_status open_container(reader *r, const yaml_event_t *event, bool mapping,
                                const yaml_char_t *anchor, const yaml_char_t *tag) {
    size_t place = byte_of(r, event->start_mark.index);
    if (anchor)
        return refuse(r, event, "an anchor; no lockfile needs any");
    if (tag)
        return refuse(r, event, "a tag; no lockfile needs any");
    if (is_key(r))
        return refuse(r, event, "expected a key that is a scalar");
    un_write_open(&r->writer, mapping ? '{' : '[', place);
    r->mapping[r->writer.depth] = mapping;
    return r->writer.status;
}

/* [a: 1] is short for [{a: 1}]; a tree of such pairs would be far larger than its text. */
static un_status open_mapping(reader *r, const yaml_event_t *event) {
    size_t place = byte_of(r, event->start_mark.index);
    if (event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE &&
        !event->data.mapping_start.anchor && !event->data.mapping_start.tag &&
        (place >= r->source.len || r->source.ptr[place] != '{'))
        return refuse(r, event, "expected braces around a pair in a list");
    return open_container(r, event, true, event->data.mapping_start.anchor,
                          event->data.mapping_start.tag);
}

static un_status take(reader *r, const yaml_event_t *event) {
    switch (event->type) {
    case YAML_STREAM_START_EVENT:
        un_write_open(&r->writer, '[', 0);
        return r->writer.status;
    case YAML_SCALAR_EVENT:
        return take_scalar(r, event);
    case YAML_MAPPING_START_EVENT:
        return open_mapping(r, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_container(r, event, false, event->data.sequence_start.anchor,
                              event->data.sequence_start.tag);
    case YAML_ALIAS_EVENT:
        return refuse(r, event, "an alias; no lockfile needs any");
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
    case YAML_STREAM_END_EVENT:
        un_write_close(&r->writer);
        return r->writer.status;
    default:
        return UN_OK;
    }
}

static un_status read_events(reader *r) {
    un_status status = UN_OK;
    bool ended = false;
    while (status == UN_OK && !ended) {
        yaml_event_t event;
        if (!yaml_parser_parse(&r->parser, &event))
            return explain(r);
        ended = event.type == YAML_STREAM_END_EVENT;
        status = take(r, &event);
        yaml_event_delete(&event);
    }
    return status;
}

/* --- what libyaml must not see ---------------------------------------------------------------- */

/* What libyaml takes for the end of a line: also NEL, LS and PS, told by their last byte. */
static bool ends_line(char c) {
    return c == '\n' || c == '\r' || c == '\x85' || c == '\xA8' || c == '\xA9';
}

/* libyaml compares each %TAG with all before it, and no event comes between them. */
static un_status refuse_tag_directives(un_slice text, un_error *error) {
    un_slice mark = UN_SLICE("%TAG");
    for (size_t at = 0; at < text.len; at += mark.len) {
        at += un_slice_search(un_slice_from(text, at), mark);
        if (at < text.len && (at == 0 || ends_line(text.ptr[at - 1])))
            return un_fail_offset(error, text, at, "a %%TAG directive; no lockfile needs any");
    }
    return UN_OK;
}

static un_status check(un_slice text, un_error *error) {
    if (text.len > UINT32_MAX)
        return un_fail(error, UN_LIMIT, "larger than 4 GiB");
    un_status status = un_utf8_check(text, error);
    return status == UN_OK ? refuse_tag_directives(text, error) : status;
}

/* Lets libyaml read r->text. */
static un_status read_text(reader *r) {
    r->ascii = is_ascii(r->text);
    r->character = r->byte = 0;
    r->writer = (un_tree_writer){0};
    if (!yaml_parser_initialize(&r->parser))
        return un_fail(r->error, UN_NO_MEMORY, "out of memory");
    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &r->parser, (const unsigned char *)(r->text.ptr ? r->text.ptr : ""), r->text.len);
    un_status status = read_events(r);
    yaml_parser_delete(&r->parser);
    return status;
}

/* Few lockfiles have a key that libyaml finds too long, so that is only looked for where it has
 * found fault. */
static un_status read_source(reader *r) {
    r->text = r->source;
    un_status status = read_text(r);
    if (status != UN_SYNTAX)
        return status;
    un_status split = un_yaml_split_keys(&r->keys, r->source, r->error);
    if (split != UN_OK || !r->keys.count)
        return split == UN_OK ? status : split;
    un_tree_drop(&r->writer);
    r->text = r->keys.text;
    return read_text(r);
}

un_status un_yaml_parse(un_tree *out, un_slice text, un_error *error) {
    reader r = {.source = un_utf8_without_mark(text), .error = error};
    *out = (un_tree){0};
    un_status status = check(r.source, error);
    if (status != UN_OK)
        return status;
    status = read_source(&r);
    un_yaml_keys_free(&r.keys);
    return un_tree_finish(out, &r.writer, status, r.source, error);
}

un_value un_yaml_first(un_value root) {
    un_value document = {NULL, 0};
    un_cursor documents = un_walk(root);
    un_next(&documents, NULL, &document);
    return document;
}
