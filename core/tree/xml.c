#include "xml.h"
#include "core/ascii.h"
#include "core/utf8.h"
#include "writer.h"
#include <expat.h>
#include <limits.h>
#include <stdlib.h>

/* A walk through libexpat's events. Its handlers cannot say that something failed: `status` does,
 * and a handler that is called nevertheless returns at once. */
typedef struct reader {
    XML_Parser parser;
    un_tree_writer writer;
    un_slice text;
    un_error *error;
    un_status status;
    char *words; /* text since the last tag, which comes in pieces */
    size_t length, room, place;
} reader;

/* Later versions call the one without a number of its size deprecated. */
#if XML_MAJOR_VERSION == 2 && XML_MINOR_VERSION < 9
#define XML_GetCurrentByteIndex64 XML_GetCurrentByteIndex
#endif

static size_t place_of(const reader *r) {
    int64_t index = XML_GetCurrentByteIndex64(r->parser);
    return index > 0 ? (size_t)index : 0;
}

static void stop(reader *r, un_status status) {
    r->status = status;
    XML_StopParser(r->parser, XML_FALSE);
}

/* At the tag that libexpat is in, or behind. */
static void refuse(reader *r, const char *what) {
    size_t place = place_of(r);
    size_t tag = un_slice_find_last(un_slice_part(r->text, 0, place + 1), '<');
    stop(r, un_fail_offset(r->error, r->text, tag <= place ? tag : place, "%s", what));
}

/* --- text ------------------------------------------------------------------------------------- */

static bool is_blank(un_slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != ' ' && text.ptr[i] != '\n' && text.ptr[i] != '\t' && text.ptr[i] != '\r')
            return false;
    return true;
}

static void flush(reader *r) {
    un_slice words = {r->words, r->length};
    if (!is_blank(words))
        un_write_string(&r->writer, words, r->place);
    r->length = 0;
}

static void XMLCALL on_text(void *user, const XML_Char *piece, int length) {
    reader *r = user;
    size_t wanted = r->length + (size_t)length;
    if (r->status != UN_OK)
        return;
    if (wanted > r->room) {
        size_t room = wanted + r->room / 2 + 64;
        char *grown = realloc(r->words, room);
        if (!grown) {
            stop(r, un_fail(r->error, UN_NO_MEMORY, "out of memory"));
            return;
        }
        r->words = grown;
        r->room = room;
    }
    if (!r->length)
        r->place = place_of(r);
    memcpy(r->words + r->length, piece, (size_t)length);
    r->length = wanted;
}

/* --- elements --------------------------------------------------------------------------------- */

static void write_attributes(un_tree_writer *writer, const XML_Char **attributes, size_t place) {
    if (!*attributes)
        return;
    un_write_open(writer, '{', place);
    for (; *attributes; attributes++)
        un_write_string(writer, un_slice_of(*attributes), place);
    un_write_close(writer);
}

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attributes) {
    reader *r = user;
    if (r->status != UN_OK)
        return;
    size_t place = place_of(r);
    flush(r);
    un_write_open(&r->writer, '[', place);
    un_write_string(&r->writer, un_slice_of(name), place);
    write_attributes(&r->writer, attributes, place);
    if (r->writer.status != UN_OK)
        stop(r, r->writer.status);
}

static void XMLCALL on_end(void *user, const XML_Char *name) {
    reader *r = user;
    (void)name;
    if (r->status != UN_OK)
        return;
    flush(r);
    un_write_close(&r->writer);
    if (r->writer.status != UN_OK)
        stop(r, r->writer.status);
}

/* --- what is refused -------------------------------------------------------------------------- */

static void XMLCALL on_doctype(void *user, const XML_Char *name, const XML_Char *system_id,
                               const XML_Char *public_id, int internal) {
    reader *r = user;
    (void)name, (void)system_id, (void)public_id, (void)internal;
    if (r->status == UN_OK)
        refuse(r, "a document type declaration; no lockfile needs any");
}

static bool is_called(const XML_Char *encoding, const char *name) {
    for (; *encoding && un_lower(*encoding) == *name; encoding++)
        name++;
    return !*encoding && !*name;
}

/* The bytes are read as UTF-8, whatever the declaration says: it must say the same. */
static void XMLCALL on_declaration(void *user, const XML_Char *version, const XML_Char *encoding,
                                   int standalone) {
    reader *r = user;
    (void)version, (void)standalone;
    if (r->status == UN_OK && encoding && !is_called(encoding, "utf-8") &&
        !is_called(encoding, "us-ascii"))
        refuse(r, "an encoding other than UTF-8");
}

/* libexpat's words. */
static un_status explain(const reader *r) {
    enum XML_Error code = XML_GetErrorCode(r->parser);
    const char *problem = XML_ErrorString(code);
    size_t place = place_of(r);
    if (code == XML_ERROR_NO_MEMORY)
        return un_fail(r->error, UN_NO_MEMORY, "out of memory");
    return un_fail_offset(r->error, r->text, place < r->text.len ? place : r->text.len, "%s%s",
                          place >= r->text.len ? "truncated: " : "",
                          problem ? problem : "not the XML that we read");
}

/* --- reading ---------------------------------------------------------------------------------- */

/* All at once: what comes in pieces libexpat may read again and again. */
static un_status parse(reader *r) {
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, on_start, on_end);
    XML_SetCharacterDataHandler(r->parser, on_text);
    XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
    XML_SetXmlDeclHandler(r->parser, on_declaration);
    bool parsed =
        XML_Parse(r->parser, r->text.ptr ? r->text.ptr : "", (int)r->text.len, 1) == XML_STATUS_OK;
    return parsed || r->status != UN_OK ? r->status : explain(r);
}

un_status un_xml_parse(un_tree *out, un_slice text, un_error *error) {
    reader r = {.text = un_utf8_without_mark(text), .error = error};
    *out = (un_tree){0};
    if (r.text.len > INT_MAX)
        return un_fail(error, UN_LIMIT, "larger than 2 GiB");
    un_status status = un_utf8_check(r.text, error);
    if (status != UN_OK)
        return status;
    r.parser = XML_ParserCreate("UTF-8");
    if (!r.parser)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    status = parse(&r);
    XML_ParserFree(r.parser);
    free(r.words);
    return un_tree_finish(out, &r.writer, status, r.text, error);
}

un_slice un_xml_name(un_value element) {
    un_value name = {NULL, 0};
    un_cursor c = un_walk(element);
    if (un_type_of(element) == UN_ARRAY)
        un_next(&c, NULL, &name);
    return un_string(name);
}

un_value un_xml_attributes(un_value element) {
    un_value attributes = {NULL, 0};
    un_cursor c = un_walk(element);
    if (un_type_of(element) == UN_ARRAY && un_next(&c, NULL, &attributes))
        un_next(&c, NULL, &attributes);
    return un_type_of(attributes) == UN_OBJECT ? attributes : (un_value){NULL, 0};
}
