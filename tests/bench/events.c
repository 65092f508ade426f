/*
 * What libyaml and libexpat take by themselves: all their events of a document, of which nothing is
 * made. usage: events yaml|xml FILE. Prints the median of 31 rounds, in microseconds of processor
 * time.
 */
#include "core/os/file.h"
#include "rounds.h"
#include <expat.h>
#include <fcntl.h>
#include <yaml.h>

static void read_yaml(un_slice text) {
    yaml_parser_t parser;
    yaml_event_t event;
    bool ended = false;
    if (!yaml_parser_initialize(&parser))
        exit(1);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    while (!ended) {
        if (!yaml_parser_parse(&parser, &event))
            exit(1);
        ended = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
}

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attributes) {
    (void)user, (void)name, (void)attributes;
}

static void XMLCALL on_end(void *user, const XML_Char *name) {
    (void)user, (void)name;
}

static void XMLCALL on_text(void *user, const XML_Char *piece, int length) {
    (void)user, (void)piece, (void)length;
}

static void read_xml(un_slice text) {
    XML_Parser parser = XML_ParserCreate("UTF-8");
    if (!parser)
        exit(1);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    if (XML_Parse(parser, text.ptr, (int)text.len, 1) != XML_STATUS_OK)
        exit(1);
    XML_ParserFree(parser);
}

int main(int count, char **arguments) {
    un_bytes bytes;
    double times[ROUNDS];
    if (count != 3 ||
        un_file_read(&bytes, AT_FDCWD, arguments[2], (size_t)1 << 30, 0, NULL, NULL) != UN_OK)
        return 2;
    bool yaml = strcmp(arguments[1], "yaml") == 0;
    keep_memory();
    for (size_t i = 0; i < ROUNDS; i++) {
        double start = spent();
        if (yaml)
            read_yaml(bytes.slice);
        else
            read_xml(bytes.slice);
        times[i] = spent() - start;
    }
    printf("%.1f\n", median(times));
    un_bytes_free(&bytes);
    return 0;
}
