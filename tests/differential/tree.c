/*
 * tree: what our readers make of documents, as canonical JSON, for comparison with other readers.
 *
 *     tree toml FILE    prints the tree; refused: the error on standard error and exit code 1
 *     tree toml         reads frames "LENGTH\n" and so many bytes from standard input, and answers
 *                       each with a line: the tree, or "!" and the error
 *
 * Floats, which JSON cannot hold all of, are {"float":"%.17g"}.
 */
#include "core/tree/tree.h"
#include "core/os/file.h"
#include "core/tree/json.h"
#include "core/tree/toml.h"
#include "core/tree/yaml.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

static un_status parse(un_tree *out, const char *notation, const un_bytes *bytes, un_error *error) {
    if (strcmp(notation, "toml") == 0)
        return un_toml_parse(out, bytes->slice, error);
    if (strcmp(notation, "yaml") == 0)
        return un_yaml_parse(out, bytes->slice, error);
    return un_json_parse(out, bytes, error);
}

static void print_string(un_slice text) {
    putchar('"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < 0x20 || c == '"' || c == '\\' || c == 0x7F)
            printf("\\u%04x", (unsigned)c);
        else
            putchar(c);
    }
    putchar('"');
}

static void print_number(un_value value) {
    int64_t integer = 0;
    double real = 0;
    if (un_integer(value, &integer))
        printf("%lld", (long long)integer);
    else if (un_number(value, &real))
        printf("{\"float\":\"%.17g\"}", real);
}

static void print(un_value value);

static void print_members(un_value container, bool object) {
    un_slice key;
    un_value value;
    bool first = true;
    putchar(object ? '{' : '[');
    for (un_cursor c = un_walk(container); un_next(&c, &key, &value); first = false) {
        if (!first)
            putchar(',');
        if (object) {
            print_string(key);
            putchar(':');
        }
        print(value);
    }
    putchar(object ? '}' : ']');
}

static void print(un_value value) {
    switch (un_type_of(value)) {
    case UN_OBJECT:
    case UN_ARRAY:
        print_members(value, un_type_of(value) == UN_OBJECT);
        break;
    case UN_STRING:
        print_string(un_string(value));
        break;
    case UN_NUMBER:
        print_number(value);
        break;
    case UN_BOOLEAN:
        fputs(un_true(value) ? "true" : "false", stdout);
        break;
    default:
        fputs("null", stdout);
    }
}

/* Whether the document is accepted; prints the tree if so. */
static bool show(const char *notation, const un_bytes *bytes, char *message, size_t room) {
    un_error error = {0};
    un_tree tree = {0};
    un_status status = parse(&tree, notation, bytes, &error);
    if (status == UN_OK)
        print(un_tree_root(&tree));
    else
        un_error_text(&error, message, room);
    un_tree_free(&tree);
    return status == UN_OK;
}

static int show_file(const char *notation, const char *path) {
    char message[1024] = "unreadable";
    un_bytes bytes = {0};
    bool shown = un_file_read(&bytes, AT_FDCWD, path, (size_t)1 << 30, 0, NULL, NULL) == UN_OK &&
                 show(notation, &bytes, message, sizeof message);
    un_bytes_free(&bytes);
    if (shown)
        putchar('\n');
    else
        fprintf(stderr, "%s\n", message);
    return !shown;
}

static int show_frames(const char *notation) {
    char line[32], message[1024];
    while (fgets(line, sizeof line, stdin)) {
        size_t length = strtoul(line, NULL, 10);
        char *text = malloc(length + 1);
        un_bytes bytes = {0};
        if (!text || fread(text, 1, length, stdin) != length ||
            un_bytes_copy(&bytes, (un_slice){text, length}, NULL) != UN_OK) {
            free(text);
            return 1;
        }
        free(text);
        if (!show(notation, &bytes, message, sizeof message))
            printf("!%s", message);
        putchar('\n');
        fflush(stdout);
        un_bytes_free(&bytes);
    }
    return 0;
}

int main(int count, char **words) {
    if (count < 2 || count > 3) {
        fputs("usage: tree toml|json|yaml [FILE]\n", stderr);
        return 2;
    }
    return count == 3 ? show_file(words[1], words[2]) : show_frames(words[1]);
}
