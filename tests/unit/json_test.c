/* json: what is accepted, what is refused, and where the fault is said to be. */
#include "core/tree/json.h"
#include "reading.h"
#include <pthread.h>

static un_status parse(un_slice text, un_error *error) {
    un_bytes bytes;
    un_tree json = {0};
    un_status status = un_bytes_copy(&bytes, text, error);
    if (status == UN_OK)
        status = un_json_parse(&json, &bytes, error);
    un_bytes_free(&bytes);
    un_tree_free(&json);
    return status;
}

static void test_accepted(void) {
    CHECK(accepts("{}"));
    CHECK(accepts(" [1, -0.5e-3, true, false, null, \"\"] \r\n\t"));
    CHECK(accepts("\xEF\xBB\xBF{\"a\":1}"));
    CHECK(accepts("7"));
    CHECK(accepts("[18446744073709551615, -9223372036854775808]"));
    CHECK(accepts("[\"\\ud83d\\ude00\", \"\\u0000\", \"\\/\"]"));
    CHECK(accepts("[{\"a\":1},{\"a\":1}]"));
}

static void test_places(void) {
    CHECK(refuses("", UN_SYNTAX, 1, 1, "empty"));
    CHECK(refuses(" \n\t\n", UN_SYNTAX, 1, 1, "empty"));
    CHECK(refuses("\xEF\xBB\xBF", UN_SYNTAX, 1, 1, "empty"));
    CHECK(refuses("{\n  \"a\": 1\n  \"b\": 2\n}", UN_SYNTAX, 3, 3, "expected ',' or '}'"));
    CHECK(refuses("[1 2]", UN_SYNTAX, 1, 4, "expected ',' or ']'"));
    CHECK(refuses("{\"a\" 1}", UN_SYNTAX, 1, 6, "expected ':'"));
    CHECK(refuses("{\"a\":1,}", UN_SYNTAX, 1, 8, "member name"));
    CHECK(refuses("[1,]", UN_SYNTAX, 1, 4, "expected a value"));
    CHECK(refuses("{a:1}", UN_SYNTAX, 1, 2, "member name"));
    CHECK(refuses("{} x", UN_SYNTAX, 1, 4, "nothing more"));
    CHECK(refuses("{\"a\":", UN_SYNTAX, 1, 6, "truncated"));
    CHECK(refuses("{\"a\":1", UN_SYNTAX, 1, 7, "truncated"));
    CHECK(refuses("[\"abc", UN_SYNTAX, 1, 2, "truncated"));
    CHECK(refuses("[nul]", UN_SYNTAX, 1, 2, "expected a value"));
}

static void test_strings(void) {
    CHECK(refuses("[\"\xff\"]", UN_SYNTAX, 1, 3, "invalid UTF-8"));
    CHECK(refuses("[\"\xC0\x80\"]", UN_SYNTAX, 1, 3, "invalid UTF-8"));
    CHECK(refuses("[\"\xED\xA0\x80\"]", UN_SYNTAX, 1, 3, "invalid UTF-8"));
    CHECK(refuses("[\"\\ud800\"]", UN_SYNTAX, 1, 3, "surrogate"));
    CHECK(refuses("[\"\\udc00\"]", UN_SYNTAX, 1, 3, "surrogate"));
    CHECK(refuses("[\"\\ud800\\ud800\"]", UN_SYNTAX, 1, 3, "surrogate"));
    CHECK(refuses("[\"\\x\"]", UN_SYNTAX, 1, 3, "escape"));
    CHECK(refuses("[\"\\u12g4\"]", UN_SYNTAX, 1, 3, "hexadecimal"));
    CHECK(refuses("[\"a\n\"]", UN_SYNTAX, 1, 4, "control character"));
    CHECK(parse(UN_SLICE("[\"a\0\"]"), NULL) == UN_SYNTAX);
    CHECK(parse(UN_SLICE("{}\0"), NULL) == UN_SYNTAX);
}

static void test_numbers(void) {
    CHECK(refuses("[1e400]", UN_SYNTAX, 1, 2, "number too large"));
    CHECK(refuses("[123456789012345678901234567890]", UN_SYNTAX, 1, 2, "number too large"));
    CHECK(refuses("[18446744073709551616]", UN_SYNTAX, 1, 2, "number too large"));
    CHECK(refuses("[-9223372036854775809]", UN_SYNTAX, 1, 2, "number too large"));
    CHECK(refuses("[1234567890123456789,]", UN_SYNTAX, 1, 22, "expected a value"));
    CHECK(refuses("[01]", UN_SYNTAX, 1, 2, "leading zero"));
    CHECK(refuses("[1.]", UN_SYNTAX, 1, 4, "digit after the point"));
    CHECK(refuses("[1e+]", UN_SYNTAX, 1, 5, "digit in the exponent"));
    CHECK(refuses("[-]", UN_SYNTAX, 1, 3, "digit"));
    CHECK(refuses("[NaN]", UN_SYNTAX, 1, 2, "expected a value"));
}

/* `levels` containers around `core`. */
static un_status nested(size_t levels, const char *open, const char *core, const char *close,
                        un_error *error) {
    size_t wide = strlen(open), narrow = strlen(close), middle = strlen(core);
    char *text = malloc(levels * (wide + narrow) + middle + 1), *at = text;
    if (!text)
        return UN_NO_MEMORY;
    for (size_t i = 0; i < levels; i++, at += wide)
        memcpy(at, open, wide);
    memcpy(at, core, middle);
    at += middle;
    for (size_t i = 0; i < levels; i++, at += narrow)
        memcpy(at, close, narrow);
    un_status status = parse((un_slice){text, (size_t)(at - text)}, error);
    free(text);
    return status;
}

static void test_depth(void) {
    un_error error = {0};
    CHECK(nested(64, "[", "1", "]", NULL) == UN_OK);
    CHECK(nested(64, "[", "", "]", NULL) == UN_OK);
    CHECK(nested(63, "{\"a\":", "{}", "}", NULL) == UN_OK);
    CHECK(nested(65, "[", "1", "]", NULL) == UN_LIMIT);
    CHECK(nested(65, "[", "", "]", NULL) == UN_LIMIT);
    CHECK(nested(64, "{\"a\":", "{}", "}", &error) == UN_LIMIT);
    CHECK(error.status == UN_LIMIT && strstr(error.message, "deeper than 64 levels"));
    CHECK(error.line == 1 && error.column == 64 * 5 + 1);
    CHECK(nested(1000000, "[", "", "", NULL) == UN_LIMIT);
    CHECK(nested(1000000, "[", "", "]", NULL) == UN_LIMIT);
    CHECK(nested(300000, "{\"a\":", "", "", NULL) == UN_LIMIT);
}

static void test_duplicates(void) {
    CHECK(refuses("{\"a\":1,\n \"a\":2}", UN_SYNTAX, 2, 2, "duplicate key \"a\""));
    CHECK(refuses("{\"a\":\"a\",\"\\u0061\":2}", UN_SYNTAX, 1, 10, "duplicate key \"a\""));
    CHECK(refuses("{\"\":1,\"\":2}", UN_SYNTAX, 1, 7, "duplicate key \"\""));
    CHECK(refuses("[5,{\"x\":[{\"k\":1.5,\"l\":2,\"k\":3}]}]", UN_SYNTAX, 1, 25, "duplicate key"));
    CHECK(accepts("{\"a\":1,\"A\":2,\"aa\":3,\"\":4,\"a\\u0000\":5}"));
    CHECK(accepts("{\"abcdefgh1abcdefgh\":1,\"abcdefgh2abcdefgh\":2}"));
}

/* An object of `count` keys, then one more that repeats key `again`, unless negative. */
static un_status many_keys(int count, int again, un_error *error) {
    size_t room = (size_t)(count + 2) * 16;
    char *text = malloc(room);
    size_t at = 0;
    if (!text)
        return UN_NO_MEMORY;
    text[at++] = '{';
    for (int i = 0; i < count; i++)
        at += (size_t)snprintf(text + at, room - at, "%s\"k%d\":%d", i ? "," : "", i, i);
    if (again >= 0)
        at += (size_t)snprintf(text + at, room - at, ",\n\"k%d\":0", again);
    text[at++] = '}';
    un_status status = parse((un_slice){text, at}, error);
    free(text);
    return status;
}

static void test_many_keys(void) {
    for (int count = 1; count < 200; count += count < 20 ? 1 : 37) {
        un_error error = {0};
        CHECK(many_keys(count, -1, NULL) == UN_OK);
        CHECK(many_keys(count, count - 1, &error) == UN_SYNTAX);
        CHECK(error.line == 2 && error.column == 1 && strstr(error.message, "duplicate key \"k"));
        CHECK(many_keys(count, 0, NULL) == UN_SYNTAX);
    }
    CHECK(many_keys(200000, -1, NULL) == UN_OK);
    CHECK(many_keys(200000, 77777, NULL) == UN_SYNTAX);
}

static void test_walk(void) {
    un_bytes bytes;
    un_tree json = {0};
    un_slice key;
    un_value value = {NULL, 0};
    int64_t number = 0;
    size_t count = 0;
    un_bytes_copy(&bytes,
                  UN_SLICE("{\"s\":\"a\\u0000b\",\"n\":-5,\"l\":[1,[2,{}],1e3,\"x\"],"
                           "\"t\":true,\"z\":null,\"u\":18446744073709551615}"),
                  NULL);
    CHECK(un_json_parse(&json, &bytes, NULL) == UN_OK);
    un_bytes_free(&bytes);
    un_value root = un_tree_root(&json), list = un_get(root, UN_SLICE("l"));
    CHECK(un_slice_equal(un_get_string(root, UN_SLICE("s")), UN_SLICE("a\0b")));
    CHECK(un_integer(un_get(root, UN_SLICE("n")), &number) && number == -5);
    CHECK(!un_integer(un_get(root, UN_SLICE("u")), &number));
    CHECK(un_true(un_get(root, UN_SLICE("t"))));
    CHECK(un_type_of(un_get(root, UN_SLICE("z"))) == UN_NULL);
    CHECK(un_type_of(un_get(list, UN_SLICE("z"))) == UN_ABSENT);
    CHECK(un_get_string(un_get(root, UN_SLICE("no")), UN_SLICE("no")).ptr == NULL);
    for (un_cursor c = un_walk(list); un_next(&c, &key, &value); count++)
        CHECK(key.ptr == NULL);
    CHECK(count == 4);
    CHECK(un_slice_equal(un_string(value), UN_SLICE("x")));
    un_cursor none = un_walk(un_get(root, UN_SLICE("n")));
    CHECK(!un_next(&none, &key, &value));
    un_tree_free(&json);
    un_tree_free(&json);
}

static void *parse_in_thread(void *accepted) {
    *(bool *)accepted = accepts("{\"a\":[1,2,3]}");
    return NULL;
}

/* Before anything else has parsed: both threads load the reader. */
static void test_two_first_parses(void) {
    pthread_t threads[2];
    bool accepted[2] = {false, false};
    for (size_t i = 0; i < 2; i++)
        CHECK(pthread_create(&threads[i], NULL, parse_in_thread, &accepted[i]) == 0);
    for (size_t i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    CHECK(accepted[0] && accepted[1]);
}

static void test_large_string(void) {
    size_t size = 10000000;
    char *text = calloc(1, size);
    CHECK(text != NULL);
    if (!text)
        return;
    memset(text, 'x', size);
    text[0] = '"';
    CHECK(parse((un_slice){text, size}, NULL) == UN_SYNTAX);
    text[size - 1] = '"';
    CHECK(parse((un_slice){text, size}, NULL) == UN_OK);
    free(text);
}

int main(void) {
    test_two_first_parses();
    test_accepted();
    test_places();
    test_strings();
    test_numbers();
    test_depth();
    test_duplicates();
    test_many_keys();
    test_walk();
    test_large_string();
    return check_done();
}
