/* yaml: what is accepted, what is refused and where, and that nothing hostile takes long. */
#include "core/tree/tree.h"
#include "core/tree/yaml.h"
#include "effort.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static un_status parse(un_slice text, un_error *error) {
    un_tree yaml = {0};
    un_status status = un_yaml_parse(&yaml, text, error);
    un_tree_free(&yaml);
    return status;
}

static bool accepts(const char *text) {
    return parse(un_slice_of(text), NULL) == UN_OK;
}

/* Whether `text` is refused with that status at that place in words that hold `words`. */
static bool refuses(const char *text, un_status status, unsigned line, unsigned column,
                    const char *words) {
    un_error error = {0};
    un_status got = parse(un_slice_of(text), &error);
    bool right = got == status && error.status == status && error.line == line &&
                 error.column == column && strstr(error.message, words);
    if (!right)
        printf("%.60s: %d at %u:%u: %s\n", text, (int)got, error.line, error.column, error.message);
    return right;
}

static void test_accepted(void) {
    CHECK(accepts(""));
    CHECK(accepts("a: 1\r\nb:\r\n- c\r\n"));
    CHECK(accepts("\xEF\xBB\xBF"
                  "a: 1\n"));
    CHECK(accepts("---\n---\na: [1, {b: c}, \"d\\n\", 'e''f']\n...\n"));
    CHECK(accepts("%YAML 1.2\n---\na: |\n  x\n  y\n"));
    CHECK(accepts("\"quoted: key\": 1\n? explicit\n: 2\n"));
    CHECK(accepts("- a: 1\n- a: 1\n"));
}

static un_value member(const un_tree *tree, const char *key) {
    un_value value = {NULL, 0};
    un_cursor documents = un_walk(un_tree_root(tree));
    un_next(&documents, NULL, &value);
    return un_get(value, un_slice_of(key));
}

static bool is_text(un_value value, const char *text) {
    return un_slice_equal(un_string(value), un_slice_of(text));
}

static void test_scalars(void) {
    un_tree tree = {0};
    const char text[] = "v: 1.10\nn: 0x1f\nd: 2024-01-02\nt: true\nT: TRUE\nf: False\ny: yes\n"
                        "z: ~\ne:\nnull: nil\nq: 'true'\ns: \"~\"\nl: >-\n  a\n  b\n3: !x\n";
    CHECK(un_yaml_parse(&tree, un_slice_of(text), NULL) == UN_SYNTAX);
    un_tree_free(&tree);
    CHECK(un_yaml_parse(&tree, (un_slice){text, sizeof text - 7}, NULL) == UN_OK);
    CHECK(is_text(member(&tree, "v"), "1.10") && is_text(member(&tree, "n"), "0x1f"));
    CHECK(is_text(member(&tree, "d"), "2024-01-02") && is_text(member(&tree, "y"), "yes"));
    CHECK(un_true(member(&tree, "t")) && un_true(member(&tree, "T")));
    CHECK(un_type_of(member(&tree, "f")) == UN_BOOLEAN && !un_true(member(&tree, "f")));
    CHECK(un_type_of(member(&tree, "z")) == UN_NULL && un_type_of(member(&tree, "e")) == UN_NULL);
    CHECK(is_text(member(&tree, "null"), "nil") && is_text(member(&tree, "q"), "true"));
    CHECK(is_text(member(&tree, "s"), "~") && is_text(member(&tree, "l"), "a b"));
    un_tree_free(&tree);
}

static void test_documents(void) {
    un_tree tree = {0};
    un_value value;
    size_t count = 0;
    CHECK(un_yaml_parse(&tree, UN_SLICE("a: 1\n---\n- b\n--- c\n---\n"), NULL) == UN_OK);
    static const un_type types[] = {UN_OBJECT, UN_ARRAY, UN_STRING, UN_NULL};
    for (un_cursor c = un_walk(un_tree_root(&tree)); un_next(&c, NULL, &value); count++)
        CHECK(count < 4 && un_type_of(value) == types[count]);
    CHECK(count == 4);
    un_tree_free(&tree);
}

static void test_refused(void) {
    CHECK(refuses("a: 1\nb: &x 2\n", UN_SYNTAX, 2, 4, "an anchor"));
    CHECK(refuses("a: &x\n  b: 1\n", UN_SYNTAX, 1, 4, "an anchor"));
    CHECK(refuses("a: &x [1]\n", UN_SYNTAX, 1, 4, "an anchor"));
    CHECK(refuses("a: *x\n", UN_SYNTAX, 1, 4, "an alias"));
    CHECK(refuses("a: 1\n<<: *x\n", UN_SYNTAX, 2, 5, "an alias"));
    CHECK(refuses("a: !!str 1\n", UN_SYNTAX, 1, 4, "a tag"));
    CHECK(refuses("a: ! 1\n", UN_SYNTAX, 1, 4, "a tag"));
    CHECK(refuses("- !x {a: 1}\n", UN_SYNTAX, 1, 3, "a tag"));
    CHECK(refuses("%TAG ! tag:x,2000:\n---\na\n", UN_SYNTAX, 1, 1, "a %TAG directive"));
    CHECK(refuses("? [a, b]\n: 1\n", UN_SYNTAX, 1, 3, "a key that is a scalar"));
    CHECK(refuses("{a: 1}: 2\n", UN_SYNTAX, 1, 1, "a key that is a scalar"));
    CHECK(refuses("x: [a: 1]\n", UN_SYNTAX, 1, 5, "braces"));
    CHECK(refuses("a: 1\nb: 2\na: 3\n", UN_SYNTAX, 3, 1, "duplicate key \"a\""));
    CHECK(refuses("x: {a: 1, 'a': 3}\n", UN_SYNTAX, 1, 11, "duplicate key \"a\""));
    CHECK(refuses("? \n: 1\n? \"\"\n: 2\n", UN_SYNTAX, 3, 3, "duplicate key \"\""));
}

static void test_places(void) {
    CHECK(refuses("a: 1\n b: 2\n", UN_SYNTAX, 2, 3, "mapping values are not allowed"));
    CHECK(refuses("a:\n  - b\n c\n", UN_SYNTAX, 3, 2, "did not find expected key"));
    CHECK(refuses("a: [1, 2\n", UN_SYNTAX, 2, 1, "did not find expected ',' or ']'"));
    CHECK(refuses("a: \"x\n", UN_SYNTAX, 2, 1, "unexpected end of stream"));
    CHECK(refuses("\ta: 1\n", UN_SYNTAX, 1, 1, "cannot start any token"));
    CHECK(refuses("a: @b\n", UN_SYNTAX, 1, 4, "cannot start any token"));
    CHECK(refuses("a: \x01\n", UN_SYNTAX, 1, 4, "control characters"));
    CHECK(refuses("\xEF\xBB\xBF"
                  "a: 1\na: 2\n",
                  UN_SYNTAX, 2, 1, "duplicate key"));
    CHECK(refuses("\xEF\xBB\xBF"
                  "a: *b\n",
                  UN_SYNTAX, 1, 4, "an alias"));
    CHECK(refuses("a: |\r\n  x\r\nb: *x\r\n", UN_SYNTAX, 3, 4, "an alias"));
    CHECK(refuses("a: \"\\q\"\n", UN_SYNTAX, 1, 5, "unknown escape"));
    CHECK(refuses("%YAML 3.0\n---\na\n", UN_SYNTAX, 1, 1, "incompatible YAML document"));
}

/* libyaml counts characters; places are bytes. */
static void test_places_beyond_ascii(void) {
    CHECK(refuses("\xC3\xA4\xE2\x82\xAC: \xF0\x9F\x98\x80\n\xC3\xB6: *x\n", UN_SYNTAX, 2, 5,
                  "an alias"));
    CHECK(refuses("\xC3\xA4: 1\n\xC3\xB6: 2\n\xC3\xA4: 3\n", UN_SYNTAX, 3, 1, "duplicate key"));
    CHECK(refuses("- \xC3\xA4\n- [\xC3\xB6, \xC3\xB6, @]\n", UN_SYNTAX, 2, 12, "cannot start"));
    CHECK(refuses("a: \xC3\xA4\nb: \xFF\n", UN_SYNTAX, 2, 4, "invalid UTF-8"));
    CHECK(refuses("a: \xC3", UN_SYNTAX, 1, 4, "invalid UTF-8"));
    CHECK(parse(UN_SLICE("a: b\0c\n"), NULL) == UN_SYNTAX);
}

/* --- what is made to take long ---------------------------------------------------------------- */

#define MEGABYTE 1000000

/* `head`, then a megabyte of `unit`s; the byte 1 in a unit becomes a number of seven digits. */
static un_slice flood(const char *head, const char *unit) {
    size_t length = strlen(head), wide = strlen(unit);
    char *text = malloc(MEGABYTE + length + 16);
    if (!text)
        return (un_slice){NULL, 0};
    memcpy(text, head, length);
    for (unsigned number = 0; length + wide + 7 < MEGABYTE; number++)
        for (size_t i = 0; i < wide; i++)
            if (unit[i] == '\1')
                length += (size_t)snprintf(text + length, 8, "%07u", number);
            else
                text[length++] = unit[i];
    return (un_slice){text, length};
}

/* Whether the flood is answered like that, in bounded work. */
static bool answers(const char *head, const char *unit, un_status wanted) {
    un_slice text = flood(head, unit);
    double begun = effort_begin();
    un_error error = {0};
    un_status status = text.ptr ? parse(text, &error) : UN_NO_MEMORY;
    double times = effort_times(begun, 1000);
    free((char *)(uintptr_t)text.ptr);
    if (status != wanted)
        printf("%s%s…: %d: %s\n", head, unit, (int)status, error.message);
    if (times > 1)
        printf("%s%s…: too slow: %.1f times the limit\n", head, unit, times);
    return status == wanted && times <= 1;
}

static void test_depth(void) {
    CHECK(answers("", "[", UN_LIMIT));
    CHECK(answers("", "{a: ", UN_LIMIT));
    CHECK(answers("", "[{a: ", UN_LIMIT));
    CHECK(answers("", "- ", UN_LIMIT));
    CHECK(answers("", "{", UN_SYNTAX));
    CHECK(answers("", "? - ", UN_SYNTAX));
    CHECK(answers("", "-\t", UN_SYNTAX));
    CHECK(answers("", "-\n", UN_OK));
    CHECK(answers("", "? ", UN_SYNTAX));
    CHECK(answers("a: ", "[[[[[[[[\n", UN_LIMIT));
    CHECK(answers("", "]", UN_SYNTAX));
}

static void test_floods(void) {
    CHECK(answers("", "a", UN_OK));
    CHECK(answers("", "a ", UN_OK));
    CHECK(answers("", "a\n", UN_OK));
    CHECK(answers("a: ", "\n ", UN_OK));
    CHECK(answers("", " ", UN_OK));
    CHECK(answers("", "#", UN_OK));
    CHECK(answers("", "#\n", UN_OK));
    CHECK(answers("", "\n", UN_OK));
    CHECK(answers("", "\t", UN_SYNTAX));
    CHECK(answers("\"", "a ", UN_SYNTAX));
    CHECK(answers("\"", "\n", UN_SYNTAX));
    CHECK(answers("'", "''", UN_SYNTAX));
    CHECK(answers("a: |\n", " x\n", UN_OK));
    CHECK(answers("a: |\n", "\n", UN_OK));
    CHECK(answers("a: >\n", " x\n\n", UN_OK));
    CHECK(answers("", "---\n", UN_OK));
    CHECK(answers("", "--- a\n...\n", UN_OK));
    CHECK(answers("", "\1: a\n", UN_OK));
    CHECK(answers("", "\1: \n", UN_OK));
    CHECK(answers("", "a: 1\n", UN_SYNTAX));
    CHECK(answers("", "- a\n", UN_OK));
    CHECK(answers("[", "a,", UN_SYNTAX));
    CHECK(answers("[", "[],", UN_SYNTAX));
    CHECK(answers("[", ",", UN_SYNTAX));
    CHECK(answers("[", ": ,", UN_SYNTAX));
    CHECK(answers("[", "? ,", UN_SYNTAX));
    CHECK(answers("{", "\1,", UN_SYNTAX));
    CHECK(answers("{", "?", UN_SYNTAX));
    CHECK(answers("{", "? ", UN_SYNTAX));
    CHECK(answers("{", ":", UN_SYNTAX));
    CHECK(answers("", ": ", UN_SYNTAX));
    CHECK(answers("", "a: ", UN_SYNTAX));
    CHECK(answers("a: [", "a\n", UN_SYNTAX));
    CHECK(answers("", "\xC3\xA4: *", UN_SYNTAX));
    CHECK(answers("- ", "\xC3\xA4", UN_OK));
}

static void test_bombs(void) {
    CHECK(answers("a: &a [x]\n", "b\1: &b\1 [*a, *a]\n", UN_SYNTAX));
    CHECK(answers("", "&a ", UN_SYNTAX));
    CHECK(answers("&", "a", UN_SYNTAX));
    CHECK(answers("*", "a", UN_SYNTAX));
    CHECK(answers("", "!a ", UN_SYNTAX));
    CHECK(answers("!", "a", UN_SYNTAX));
    CHECK(answers("!", "%20", UN_SYNTAX));
    CHECK(answers("", "%TAG !x\1! a\n", UN_SYNTAX));
    CHECK(answers("a\n...\n", "%TAG !x\1! a\n", UN_SYNTAX));
    CHECK(answers("%", "X", UN_SYNTAX));
}

int main(void) {
    test_accepted();
    test_scalars();
    test_documents();
    test_refused();
    test_places();
    test_places_beyond_ascii();
    test_depth();
    test_floods();
    test_bombs();
    return check_done();
}
