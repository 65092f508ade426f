/* yaml: what is accepted, what is refused and where, and that nothing hostile takes long. */
#include "core/tree/tree.h"
#include "core/tree/yaml.h"
#include "reading.h"

static un_status parse(un_slice text, un_error *error) {
    un_tree yaml = {0};
    un_status status = un_yaml_parse(&yaml, text, error);
    un_tree_free(&yaml);
    return status;
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

/* --- keys that libyaml takes for too long ----------------------------------------------------- */

/* `shape` with 300 descriptors of 10 characters in the place of each '\1'. */
static un_slice with_long_keys(const char *shape) {
    char *text = malloc(strlen(shape) * 3600);
    size_t length = 0;
    for (; text && *shape; shape++)
        if (*shape != '\1')
            text[length++] = *shape;
        else
            for (unsigned i = 0; i < 300; i++)
                length += (size_t)sprintf(text + length, "%sa@npm:^%03u", i ? ", " : "", i);
    return (un_slice){text, length};
}

/* What the one long key of the first mapping has for a value; absent: it is not there. */
static un_value long_member(const un_tree *tree, un_slice *key) {
    un_value value = {NULL, 0}, found = {NULL, 0};
    un_slice name;
    un_cursor documents = un_walk(un_tree_root(tree));
    un_next(&documents, NULL, &value);
    for (un_cursor c = un_walk(value); un_next(&c, &name, &value);)
        if (name.len > 1024) {
            *key = name;
            found = value;
        }
    return found;
}

/* Whether `shape` is read, and its long key, whole, has the text `wanted`, by itself or in `v`. */
static bool has_long(const char *shape, const char *wanted) {
    un_tree tree = {0};
    un_error error = {0};
    un_slice text = with_long_keys(shape), whole = with_long_keys("\1"), key = {NULL, 0};
    un_status status = text.ptr ? un_yaml_parse(&tree, text, &error) : UN_NO_MEMORY;
    un_value found = status == UN_OK ? long_member(&tree, &key) : (un_value){NULL, 0};
    un_value inner = un_get(found, UN_SLICE("v"));
    bool right = status == UN_OK && un_slice_equal(key, whole) &&
                 is_text(inner.tree ? inner : found, wanted);
    if (!right)
        printf("%s: %d at %u:%u: %s\n", shape, (int)status, error.line, error.column,
               error.message);
    un_tree_free(&tree);
    free((char *)(uintptr_t)text.ptr);
    free((char *)(uintptr_t)whole.ptr);
    return right;
}

/* Whether the fault is told at its place in the file, whatever was made of the keys before it. */
static bool refuses_behind(const char *shape, unsigned line, unsigned column, const char *words) {
    un_slice text = with_long_keys(shape);
    char *terminated = text.ptr ? strndup(text.ptr, text.len) : NULL;
    bool right = terminated && refuses(terminated, UN_SYNTAX, line, column, words);
    free(terminated);
    free((char *)(uintptr_t)text.ptr);
    return right;
}

#define LONG (300 * 12 - 2) /* columns */

static void test_long_keys(void) {
    CHECK(has_long("\"\1\":\n  v: 1\n", "1"));
    CHECK(has_long("'\1':\n  v: 1\n", "1"));
    CHECK(has_long("\1:\n  v: 1\n", "1"));
    CHECK(has_long("a: 0\n\"\1\" : x\nb: 2\n", "x"));
    CHECK(has_long("a: 0\r\n\"\1\":\r\n  v: x\r\nb: 2\r\n", "x"));
    CHECK(has_long("\"\1\":\n  v: x\n  w:\n  - '\1': 1\n    b: 2\n  - c\n", "x"));
    CHECK(has_long("\"\1\": {'\1': 1, v: x}\n", "x"));
    CHECK(has_long("{a: [], \"\1\":{v: x},b: 2}\n", "x"));
    CHECK(has_long("{\n  \"\1\":\n    {v: x}\n}\n", "x"));
    CHECK(has_long("%YAML 1.1\n--- # \"\n\"\1\": x\n...\n---\n\"\1\": 2\n", "x"));
    CHECK(has_long("? \"\1\"\n: x\n", "x"));
    CHECK(has_long("? \"\1\"\n: v: x\n  \"\1\": 2\n", "x"));
    CHECK(has_long("\xC3\xA4: \xE2\x82\xAC\n\"\1\": \xC3\xB6\n", "\xC3\xB6"));
}

/* What only looks like a key stays as it is. */
static void test_long_texts(void) {
    un_slice text = with_long_keys("a: |\n  \1: x\n\n  \1: y\nb: \"\n  \1: x\n  \1: y\"\n"
                                   "c: w\n  \"\n  z\n# '\1: x\nd:\n- >-\n \1: x\n- '\1: x'\n"
                                   "\"\1\": v\ne: it's\nf: \"\\\" \1: x\"\n");
    un_slice short_text = UN_SLICE("it's"), key = {NULL, 0};
    un_tree tree = {0};
    un_error error = {0};
    CHECK(text.ptr && un_yaml_parse(&tree, text, &error) == UN_OK);
    CHECK(is_text(long_member(&tree, &key), "v"));
    CHECK(un_string(member(&tree, "a")).len == (size_t)2 * LONG + 9);
    CHECK(un_string(member(&tree, "b")).len == (size_t)2 * LONG + 8);
    CHECK(is_text(member(&tree, "c"), "w \" z"));
    CHECK(un_slice_equal(un_string(member(&tree, "e")), short_text));
    CHECK(un_string(member(&tree, "f")).len == (size_t)LONG + 5);
    un_tree_free(&tree);
    free((char *)(uintptr_t)text.ptr);
}

static void test_places_behind_long_keys(void) {
    CHECK(refuses_behind("\"\1\": 1\nb: *x\n", 2, 4, "an alias"));
    CHECK(refuses_behind("\"\1\": *x\n", 1, LONG + 5, "an alias"));
    CHECK(refuses_behind("- - \"\1\": *x\n", 1, LONG + 9, "an alias"));
    CHECK(refuses_behind("\"\1\": 1\n\"\1\": 2\n", 2, 1, "duplicate key"));
    CHECK(refuses_behind("\xC3\xA4: 1\n\"\1\": {b: \xC3\xA4, c: *x}\n", 2, LONG + 16, "an alias"));
    CHECK(refuses_behind("b: 1\n&a \"\1\": 1\n", 2, 1, "an anchor"));
    CHECK(refuses_behind("[\"\1\": 1]\n", 1, 2, "braces"));
    CHECK(refuses_behind("\"\1\": 1\n c: 1\n", 2, 3, "mapping values are not allowed"));
    CHECK(refuses_behind("\"\1\n", 2, 1, "unexpected end of stream"));
}

/* --- what is made to take long ---------------------------------------------------------------- */

static void test_depth(void) {
    CHECK(answers("", "[", "", UN_LIMIT));
    CHECK(answers("", "{a: ", "", UN_LIMIT));
    CHECK(answers("", "[{a: ", "", UN_LIMIT));
    CHECK(answers("", "- ", "", UN_LIMIT));
    CHECK(answers("", "{", "", UN_SYNTAX));
    CHECK(answers("", "? - ", "", UN_SYNTAX));
    CHECK(answers("", "-\t", "", UN_SYNTAX));
    CHECK(answers("", "-\n", "", UN_OK));
    CHECK(answers("", "? ", "", UN_SYNTAX));
    CHECK(answers("a: ", "[[[[[[[[\n", "", UN_LIMIT));
    CHECK(answers("", "]", "", UN_SYNTAX));
}

static void test_floods(void) {
    CHECK(answers("", "a", "", UN_OK));
    CHECK(answers("", "a ", "", UN_OK));
    CHECK(answers("", "a\n", "", UN_OK));
    CHECK(answers("a: ", "\n ", "", UN_OK));
    CHECK(answers("", " ", "", UN_OK));
    CHECK(answers("", "#", "", UN_OK));
    CHECK(answers("", "#\n", "", UN_OK));
    CHECK(answers("", "\n", "", UN_OK));
    CHECK(answers("", "\t", "", UN_SYNTAX));
    CHECK(answers("\"", "a ", "", UN_SYNTAX));
    CHECK(answers("\"", "\n", "", UN_SYNTAX));
    CHECK(answers("'", "''", "", UN_SYNTAX));
    CHECK(answers("a: |\n", " x\n", "", UN_OK));
    CHECK(answers("a: |\n", "\n", "", UN_OK));
    CHECK(answers("a: >\n", " x\n\n", "", UN_OK));
    CHECK(answers("", "---\n", "", UN_OK));
    CHECK(answers("", "--- a\n...\n", "", UN_OK));
    CHECK(answers("", "\1: a\n", "", UN_OK));
    CHECK(answers("", "\1: \n", "", UN_OK));
    CHECK(answers("", "a: 1\n", "", UN_SYNTAX));
    CHECK(answers("", "- a\n", "", UN_OK));
    CHECK(answers("[", "a,", "", UN_SYNTAX));
    CHECK(answers("[", "[],", "", UN_SYNTAX));
    CHECK(answers("[", ",", "", UN_SYNTAX));
    CHECK(answers("[", ": ,", "", UN_SYNTAX));
    CHECK(answers("[", "? ,", "", UN_SYNTAX));
    CHECK(answers("{", "\1,", "", UN_SYNTAX));
    CHECK(answers("{", "?", "", UN_SYNTAX));
    CHECK(answers("{", "? ", "", UN_SYNTAX));
    CHECK(answers("{", ":", "", UN_SYNTAX));
    CHECK(answers("", ": ", "", UN_SYNTAX));
    CHECK(answers("", "a: ", "", UN_SYNTAX));
    CHECK(answers("a: [", "a\n", "", UN_SYNTAX));
    CHECK(answers("", "\xC3\xA4: *", "", UN_SYNTAX));
    CHECK(answers("- ", "\xC3\xA4", "", UN_OK));
}

/* A megabyte of keys that are too long, on lines of their own and all on one. */
static void test_long_floods(void) {
    static const struct {
        const char *shape;
        un_status wanted;
    } floods[] = {{"\1: \n", UN_SYNTAX}, {"- \1: \n", UN_OK},   {"{\1: ", UN_LIMIT},
                  {"\1: ", UN_SYNTAX},   {"[\1: ,", UN_SYNTAX}, {"\"\1\":'", UN_SYNTAX}};
    for (size_t i = 0; i < sizeof floods / sizeof *floods; i++) {
        un_slice unit = with_long_keys(floods[i].shape);
        char *terminated = unit.ptr ? strndup(unit.ptr, unit.len) : NULL;
        CHECK(terminated && answers("", terminated, "", floods[i].wanted));
        free(terminated);
        free((char *)(uintptr_t)unit.ptr);
    }
}

static void test_bombs(void) {
    CHECK(answers("a: &a [x]\n", "b\1: &b\1 [*a, *a]\n", "", UN_SYNTAX));
    CHECK(answers("", "&a ", "", UN_SYNTAX));
    CHECK(answers("&", "a", "", UN_SYNTAX));
    CHECK(answers("*", "a", "", UN_SYNTAX));
    CHECK(answers("", "!a ", "", UN_SYNTAX));
    CHECK(answers("!", "a", "", UN_SYNTAX));
    CHECK(answers("!", "%20", "", UN_SYNTAX));
    CHECK(answers("", "%TAG !x\1! a\n", "", UN_SYNTAX));
    CHECK(answers("a\n...\n", "%TAG !x\1! a\n", "", UN_SYNTAX));
    CHECK(answers("%", "X", "", UN_SYNTAX));
}

int main(void) {
    test_accepted();
    test_scalars();
    test_documents();
    test_refused();
    test_places();
    test_places_beyond_ascii();
    test_long_keys();
    test_long_texts();
    test_places_behind_long_keys();
    test_depth();
    test_floods();
    test_long_floods();
    test_bombs();
    return check_done();
}
