/* toml: what is accepted and what it means, what is refused and where, and hostile documents. */
#include "core/tree/toml.h"
#include "core/tree/tree.h"
#include "effort.h"
#include <math.h>

static un_status parse(un_slice text, un_error *error) {
    un_tree tree = {0};
    un_status status = un_toml_parse(&tree, text, error);
    un_tree_free(&tree);
    return status;
}

static bool accepts(const char *text) {
    un_error error = {0};
    bool accepted = parse(un_slice_of(text), &error) == UN_OK;
    if (!accepted)
        printf("%.60s: at %u:%u: %s\n", text, error.line, error.column, error.message);
    return accepted;
}

static bool refuses_bytes(un_slice text, unsigned line, unsigned column, const char *words) {
    un_error error = {0};
    un_status got = parse(text, &error);
    bool right = got == UN_SYNTAX && error.status == UN_SYNTAX && error.line == line &&
                 error.column == column && strstr(error.message, words);
    if (!right)
        printf("%.60s: %d at %u:%u: %s\n", text.ptr, (int)got, error.line, error.column,
               error.message);
    return right;
}

static bool refuses(const char *text, unsigned line, unsigned column, const char *words) {
    return refuses_bytes(un_slice_of(text), line, column, words);
}

/* --- a tree as text, strings in bars ---------------------------------------------------------- */

typedef struct page {
    char text[4096];
    size_t length;
} page;

static void put(page *out, un_slice text) {
    if (text.len >= sizeof out->text - out->length)
        return;
    if (text.len)
        memcpy(out->text + out->length, text.ptr, text.len);
    out->length += text.len;
}

static void write_value(page *out, un_value value);

static void write_children(page *out, un_value container, bool object) {
    un_slice key;
    un_value value;
    bool first = true;
    for (un_cursor c = un_walk(container); un_next(&c, &key, &value); first = false) {
        put(out, un_slice_of(first ? "" : " "));
        put(out, key);
        put(out, un_slice_of(object ? "=" : ""));
        write_value(out, value);
    }
}

static void write_number(page *out, un_value value) {
    char digits[64];
    int64_t integer;
    double real = 0;
    if (un_integer(value, &integer))
        snprintf(digits, sizeof digits, "%lld", (long long)integer);
    else if (un_number(value, &real))
        snprintf(digits, sizeof digits, "f%g", real);
    put(out, un_slice_of(digits));
}

static void write_value(page *out, un_value value) {
    un_type type = un_type_of(value);
    if (type == UN_OBJECT || type == UN_ARRAY) {
        put(out, un_slice_of(type == UN_OBJECT ? "{" : "["));
        write_children(out, value, type == UN_OBJECT);
        put(out, un_slice_of(type == UN_OBJECT ? "}" : "]"));
    } else if (type == UN_STRING) {
        put(out, UN_SLICE("|"));
        put(out, un_string(value));
        put(out, UN_SLICE("|"));
    } else if (type == UN_BOOLEAN) {
        put(out, un_slice_of(un_true(value) ? "true" : "false"));
    } else {
        write_number(out, value);
    }
}

static bool means(const char *text, const char *wanted) {
    page out = {.length = 0};
    un_tree tree = {0};
    un_error error = {0};
    if (un_toml_parse(&tree, un_slice_of(text), &error) == UN_OK)
        write_value(&out, un_tree_root(&tree));
    else
        un_error_text(&error, out.text, sizeof out.text);
    un_tree_free(&tree);
    bool right = strcmp(out.text, wanted) == 0;
    if (!right)
        printf("%s\n  means  %s\n  wanted %s\n", text, out.text, wanted);
    return right;
}

static void test_structure(void) {
    CHECK(means("", "{}"));
    CHECK(means("\xEF\xBB\xBF# mark\r\na = 1", "{a=1}"));
    CHECK(means("a = 1\nb.c = 2\nb.'d' = 3\n\"\" = 4", "{a=1 b={c=2 d=3} =4}"));
    CHECK(means("1.2 = 3\n-_ = 4", "{1={2=3} -_=4}"));
    CHECK(means("[a.b]\nx=1\n[a]\ny=2\n[c]", "{a={b={x=1} y=2} c={}}"));
    CHECK(means("[ a . \"b c\" ]\nx=1", "{a={b c={x=1}}}"));
    CHECK(means("[[l]]\na=1\n[[l]]\n[l.t]\nb=2\n[[l.m]]\n[[l.m]]\nc=3",
                "{l=[{a=1} {t={b=2} m=[{} {c=3}]}]}"));
    CHECK(means("[a]\nx=1\n[b]\ny=2\n[a.c]\nz=3", "{a={x=1 c={z=3}} b={y=2}}"));
    CHECK(means("[f]\na.b=1\n[f.a.c]\nd=2", "{f={a={b=1 c={d=2}}}}"));
    CHECK(means("[a.b.c]\nz=9\n[a]\nb.x=2", "{a={b={c={z=9} x=2}}}"));
    CHECK(means("a=[\n 1, # one\n\n 2,\n]\nb=[]", "{a=[1 2] b=[]}"));
    CHECK(means("a = {b = 1, c.d = [ {e = 2}, [ {} ] ], c.f = {}}",
                "{a={b=1 c={d=[{e=2} [{}]] f={}}}}"));
    CHECK(means("\"k\\te\\u0079\" = 1\n\"\\u006b\".x = 2\nk.y = 3", "{k\tey=1 k={x=2 y=3}}"));
}

static void test_strings(void) {
    CHECK(means("a = \"x\\b\\t\\n\\f\\r\\\"\\\\\\u00e9\\U0001F600\"",
                "{a=|x\b\t\n\f\r\"\\\xC3\xA9\xF0\x9F\x98\x80|}"));
    CHECK(means("a = 'C:\\x\\'\nb = ''", "{a=|C:\\x\\| b=||}"));
    CHECK(means("a = \"\"\"\none\r\ntwo \\  \n\n  three\"\"\"", "{a=|one\ntwo three|}"));
    CHECK(means("a = \"\"\"\"\"x\"\"\"\"\"\nb = '''\n''x'''''", "{a=|\"\"x\"\"| b=|''x''|}"));
    CHECK(means("a = \"\"\"\"\"\"\nb = ''''''", "{a=|| b=||}"));
    CHECK(refuses("a = \"x", 1, 5, "a string without end"));
    CHECK(refuses("a = \"x\nb = 1", 1, 7, "expected \" before the end of the line"));
    CHECK(refuses("a = 'x\nb = 1", 1, 7, "expected ' before the end of the line"));
    CHECK(refuses("a = '''x'\n''", 1, 5, "a string without end"));
    CHECK(refuses("a = \"\\x41\"", 1, 6, "no such escape"));
    CHECK(refuses("a = \"\\e\"", 1, 6, "no such escape"));
    CHECK(refuses("a = \"\\u12g4\"", 1, 6, "4 hexadecimal digits"));
    CHECK(refuses("a = \"\\U0011\"", 1, 6, "8 hexadecimal digits"));
    CHECK(refuses("a = \"\\ud800\"", 1, 6, "scalar value"));
    CHECK(refuses("a = \"\\U00110000\"", 1, 6, "scalar value"));
    CHECK(refuses("a = \"\"\"x \\ y\"\"\"", 1, 10, "end of the line behind the backslash"));
    CHECK(refuses("a = \"x\x01\"", 1, 7, "control character 0x01"));
    CHECK(refuses("a = 'x\x7F'", 1, 7, "control character 0x7f"));
    CHECK(refuses("a = \"\"\"x\ry\"\"\"", 1, 9, "control character 0x0d"));
    CHECK(refuses("# x\ry\n", 1, 4, "control character in a comment"));
    CHECK(refuses("a = 1 # \x02", 1, 9, "control character in a comment"));
    CHECK(refuses("a = 1\rb = 2", 1, 6, "expected the end of the line"));
    CHECK(refuses("a = \"\xff\"", 1, 6, "invalid UTF-8"));
    CHECK(refuses_bytes(UN_SLICE("a = 1 # \0"), 1, 9, "NUL"));
}

static void test_numbers(void) {
    CHECK(means("a=[0,+0,-0,1_000,-17,+5,0xdead_BEEF,0o17,0b1_01]",
                "{a=[0 0 0 1000 -17 5 3735928559 15 5]}"));
    CHECK(means("a=[9223372036854775807,-9223372036854775808,0x7fffffffffffffff]",
                "{a=[9223372036854775807 -9223372036854775808 9223372036854775807]}"));
    CHECK(means("a=[1.5,-0.0,1e3,1E-2,6.0_2e+0_3,inf,+inf,-inf,1e999]",
                "{a=[f1.5 f-0 f1000 f0.01 f6020 finf finf f-inf finf]}"));
    CHECK(means("a=[true,false]", "{a=[true false]}"));
    CHECK(accepts("a=[nan,+nan,-nan]"));
    CHECK(refuses("a = 9223372036854775808", 1, 5, "64 bits"));
    CHECK(refuses("a = -9223372036854775809", 1, 5, "64 bits"));
    CHECK(refuses("a = 0xFFFFFFFFFFFFFFFF", 1, 5, "64 bits"));
    CHECK(refuses("a = 01", 1, 5, "leading zero"));
    CHECK(refuses("a = -01.5", 1, 6, "leading zero"));
    CHECK(refuses("a = 1__0", 1, 6, "no number"));
    CHECK(refuses("a = 1_", 1, 6, "no number"));
    CHECK(refuses("a = _1", 1, 5, "expected a value"));
    CHECK(refuses("a = 1.", 1, 7, "expected a digit"));
    CHECK(refuses("a = .5", 1, 5, "expected a value"));
    CHECK(refuses("a = 1e", 1, 7, "expected a digit"));
    CHECK(refuses("a = 1.5_", 1, 8, "expected a digit"));
    CHECK(refuses("a = 0x", 1, 7, "hexadecimal digit"));
    CHECK(refuses("a = 0o8", 1, 7, "octal digit"));
    CHECK(refuses("a = 0b1_", 1, 8, "binary digit"));
    CHECK(refuses("a = +0x1", 1, 7, "no number"));
    CHECK(refuses("a = True", 1, 5, "expected a value"));
    CHECK(refuses("a = truee", 1, 5, "expected a value"));
    CHECK(refuses("a = ", 1, 5, "expected a value"));
}

static void test_dates(void) {
    CHECK(means("a=[1979-05-27,1979-05-27T07:32:00Z,1979-05-27t07:32:00.5-07:00]",
                "{a=[|1979-05-27| |1979-05-27T07:32:00Z| |1979-05-27t07:32:00.5-07:00|]}"));
    CHECK(means("a = 1979-05-27 07:32:00 # x\nb = 07:32:00.123456789",
                "{a=|1979-05-27 07:32:00| b=|07:32:00.123456789|}"));
    CHECK(means("a = 2000-02-29\nb = 1979-05-27 # 1", "{a=|2000-02-29| b=|1979-05-27|}"));
    CHECK(refuses("a = 1900-02-29", 1, 5, "no such date"));
    CHECK(refuses("a = 1979-13-01", 1, 5, "no such date"));
    CHECK(refuses("a = 0000-01-01", 1, 5, "no such date"));
    CHECK(refuses("a = 1979-05-27T", 1, 5, "no such date"));
    CHECK(refuses("a = 1979-05-27T07:32", 1, 5, "no such date"));
    CHECK(refuses("a = 1979-05-27T24:00:00", 1, 5, "no such date"));
    CHECK(refuses("a = 1979-05-27T07:32:00+24:00", 1, 5, "no such date"));
    CHECK(refuses("a = 1979-05-27T07:32:00.Z", 1, 5, "no such date"));
    CHECK(refuses("a = 23:59:60", 1, 5, "no such time"));
    CHECK(refuses("a = 07:32", 1, 5, "no such time"));
    CHECK(refuses("a = 07:32:00Z", 1, 5, "no such time"));
}

static void test_syntax(void) {
    CHECK(refuses("a", 1, 2, "expected '=' behind the key"));
    CHECK(refuses("a b = 1", 1, 3, "expected '='"));
    CHECK(refuses("= 1", 1, 1, "expected a key"));
    CHECK(refuses("a. = 1", 1, 4, "expected a key"));
    CHECK(refuses("\xC3\xA9 = 1", 1, 1, "expected a key"));
    CHECK(refuses("\"\"\"a\"\"\" = 1", 1, 3, "expected '='"));
    CHECK(refuses("a = 1 b = 2", 1, 7, "end of the line"));
    CHECK(refuses("[a", 1, 3, "expected ']'"));
    CHECK(refuses("[]", 1, 2, "expected a key"));
    CHECK(refuses("[a]]", 1, 4, "end of the line"));
    CHECK(refuses("[[a]", 1, 4, "expected ']]'"));
    CHECK(refuses("[[a] ]", 1, 4, "expected ']]'"));
    CHECK(refuses("[ [a]]", 1, 3, "expected a key"));
    CHECK(refuses("[a] b = 1", 1, 5, "end of the line"));
    CHECK(refuses("a = [1 2]", 1, 8, "expected ',' or ']'"));
    CHECK(refuses("a = [,]", 1, 6, "expected a value"));
    CHECK(refuses("a = [1,,2]", 1, 8, "expected a value"));
    CHECK(refuses("a = [1", 1, 7, "truncated: expected ',' or ']'"));
    CHECK(refuses("a = {b = 1,}", 1, 12, "expected a key"));
    CHECK(refuses("a = {,}", 1, 6, "expected a key"));
    CHECK(refuses("a = {b = 1 c = 2}", 1, 12, "expected ',' or '}'"));
    CHECK(refuses("a = {\nb = 1}", 1, 6, "expected a key"));
    CHECK(refuses("a = {b = 1\n}", 1, 11, "expected ',' or '}'"));
}

static void test_redefinitions(void) {
    CHECK(refuses("a=1\nb=2\na=3", 3, 1, "duplicate key \"a\""));
    CHECK(refuses("a=1\n\"\\u0061\"=3", 2, 1, "duplicate key \"a\""));
    CHECK(refuses("a=1\na.b=2", 2, 1, "nothing can be added to the value of \"a\""));
    CHECK(refuses("a.b=1\na=2", 2, 1, "duplicate key \"a\""));
    CHECK(refuses("[a]\n[b]\n[a]", 3, 2, "defined twice: table \"a\""));
    CHECK(refuses("a=1\n[a]", 2, 2, "defined twice: table \"a\""));
    CHECK(refuses("a=1\n[a.b]", 2, 2, "nothing can be added"));
    CHECK(refuses("a={}\n[a.b]", 2, 2, "nothing can be added"));
    CHECK(refuses("a={b={}}\na.b.c=1", 2, 1, "nothing can be added"));
    CHECK(refuses("a=[{}]\n[[a]]", 2, 3, "no array of tables"));
    CHECK(refuses("a=[]\n[a.b]", 2, 2, "nothing can be added"));
    CHECK(refuses("[[a]]\n[a]", 2, 2, "defined twice"));
    CHECK(refuses("[a]\n[[a]]", 2, 3, "no array of tables"));
    CHECK(refuses("[a.b]\n[[a]]", 2, 3, "no array of tables"));
    CHECK(refuses("a.b.c=1\n[a.b]", 2, 4, "defined twice"));
    CHECK(refuses("a.b=1\n[a]", 2, 2, "defined twice"));
    CHECK(refuses("[a.b.c]\nz=9\n[a]\nb.c.t=1", 4, 3, "only a header can add"));
    CHECK(refuses("[[a.b]]\n[a]\nb.c=1", 3, 1, "only a header can add"));
    CHECK(refuses("[[a]]\nb=1\n[[a]]\nb=1\nb=2", 5, 1, "duplicate key \"b\""));
    CHECK(refuses("a={b=1,b=2}", 1, 8, "duplicate key \"b\""));
    CHECK(refuses("a={b.c=1,b=2}", 1, 10, "duplicate key \"b\""));
    CHECK(refuses("a={b={},b.c=2}", 1, 9, "nothing can be added"));
    CHECK(refuses("a=[{b=1},{b=1,b=2}]", 1, 15, "duplicate key \"b\""));
}

/* --- hostile ---------------------------------------------------------------------------------- */

/* head, then `part` so many times (each %d the number), then tail. */
static un_status repeated(const char *head, const char *part, size_t times, const char *tail,
                          un_error *error) {
    size_t room = strlen(head) + strlen(tail) + times * (strlen(part) + 12) + 1;
    char *text = malloc(room);
    if (!text)
        return UN_NO_MEMORY;
    size_t length = (size_t)snprintf(text, room, "%s", head);
    for (size_t i = 0; i < times; i++)
        for (const char *at = part; *at; at++)
            if (*at == '%')
                length += (size_t)snprintf(text + length, room - length, "%zu", i);
            else
                text[length++] = *at;
    length += (size_t)snprintf(text + length, room - length, "%s", tail);
    un_status status = parse((un_slice){text, length}, error);
    free(text);
    return status;
}

static void test_depth(void) {
    un_error error = {0};
    CHECK_INT(repeated("a", ".a", 63, "=1", NULL), UN_OK);
    CHECK_INT(repeated("a", ".a", 64, "=1", &error), UN_LIMIT);
    CHECK_INT(error.status, UN_LIMIT);
    CHECK(error.line == 1 && error.column == 127 && strstr(error.message, "deeper than 64"));
    CHECK_INT(repeated("a=", "[", 63, "", &error), UN_SYNTAX);
    CHECK_INT(repeated("a=", "[", 64, "", &error), UN_LIMIT);
    CHECK(error.column == 66);
    CHECK_INT(repeated("[a", ".a", 62, "]", NULL), UN_OK);
    CHECK_INT(repeated("[a", ".a", 63, "]", NULL), UN_LIMIT);
    CHECK_INT(repeated("[[a", ".a", 61, "]]", NULL), UN_OK);
    CHECK_INT(repeated("[[a", ".a", 62, "]]", NULL), UN_LIMIT);
    CHECK_INT(repeated("", "[", 1000000, "", NULL), UN_SYNTAX);
    CHECK_INT(repeated("a=", "[", 1000000, "", NULL), UN_LIMIT);
    CHECK_INT(repeated("a", ".a", 1000000, "", NULL), UN_LIMIT);
    CHECK_INT(repeated("a=", "{a=", 1000000, "", NULL), UN_LIMIT);
    CHECK_INT(repeated("a=", "[{a=", 1000000, "", NULL), UN_LIMIT);
    CHECK_INT(repeated("", "[[a]]\n[[a.b]]\n", 31, "[[a.b.c.d]]", NULL), UN_OK);
}

/* Anything quadratic would take minutes. */
static void test_size(void) {
    un_error error = {0};
    double begun = effort_begin();
    CHECK_INT(repeated("", "k% = 1\n", 100000, "", NULL), UN_OK);
    CHECK_INT(repeated("", "k% = 1\n", 100000, "k7 = 2", &error), UN_SYNTAX);
    CHECK_INT(error.line, 100001);
    CHECK_INT(repeated("a={", "k%=1,", 100000, "z=1}", NULL), UN_OK);
    CHECK_INT(repeated("", "[k%]\na=1\n", 100000, "", NULL), UN_OK);
    CHECK_INT(repeated("", "[[a]]\nn=\"%\"\n", 100000, "", NULL), UN_OK);
    CHECK_INT(repeated("[[a]]\n", "[a.k%]\n", 100000, "", NULL), UN_OK);
    CHECK_INT(repeated("a=[", "{a=%},", 100000, "]", NULL), UN_OK);
    CHECK_INT(repeated("a=[", "1,", 1000000, "]", NULL), UN_OK);
    CHECK_INT(repeated("a=\"", "\\u0041", 300000, "\"", NULL), UN_OK);
    CHECK_INT(repeated("a='", "xxxxxxxx", 300000, "'", NULL), UN_OK);
    CHECK_INT(repeated("", "\"\\u0041%\"=1\n", 100000, "", NULL), UN_OK);
    CHECK_INT(repeated("a=0.", "1", 1000000, "", NULL), UN_OK);
    CHECK_INT(repeated("a=", "1", 1000000, "", NULL), UN_SYNTAX);
    CHECK_INT(repeated("", "\n", 1000000, "", NULL), UN_OK);
    CHECK_EFFORT(begun, 30000);
}

/* Cut off anywhere, byte by byte in a block of its own, for the sanitisers. */
static void test_truncated(void) {
    static const char text[] =
        "\xEF\xBB\xBF# c\r\na.\"b\\u0041\" = \"x\\U0001F600\\n\"\n[t]\nd = 1979-05-27 07:32:00.5Z\n"
        "e = [0x1F, -1.5e+3, inf, { f = '''\ny''', g.h = \"\"\"\n\\\n z\"\"\" }, # c\n]\n"
        "[[l . m]]\ni = true\n[[l.m]]\n[l.m.'n']\n\xC3\xA9";
    for (size_t length = 0; length < sizeof text; length++) {
        char *cut = malloc(length + 1);
        un_error error = {0};
        if (!cut)
            return;
        memcpy(cut + 1, text, length);
        un_status status = parse((un_slice){cut + 1, length}, &error);
        CHECK(status == UN_OK || (status == UN_SYNTAX && error.line && error.message[0]));
        free(cut);
    }
}

/* A place in an error of a format is that of the value. */
static void test_places(void) {
    static const char text[] = "a = 1\n[t]\n  b = [ {c = 2},\n   {c = 3}]\n[[l]]\n[[l]]\n";
    un_tree tree = {0};
    un_error error = {0};
    un_value element = {NULL, 0};
    CHECK_INT(un_toml_parse(&tree, un_slice_of(text), NULL), UN_OK);
    un_value root = un_tree_root(&tree);
    for (un_cursor c = un_walk(un_get(un_get(root, UN_SLICE("t")), UN_SLICE("b")));
         un_next(&c, NULL, &element);) {
    }
    un_fail_value(&error, un_get(element, UN_SLICE("c")), "x");
    CHECK(error.line == 4 && error.column == 9);
    un_fail_value(&error, un_get(root, UN_SLICE("t")), "x");
    CHECK(error.line == 2 && error.column == 1);
    for (un_cursor c = un_walk(un_get(root, UN_SLICE("l"))); un_next(&c, NULL, &element);) {
    }
    un_fail_value(&error, element, "x");
    CHECK(error.line == 6 && error.column == 1);
    un_tree_free(&tree);
}

int main(void) {
    test_structure();
    test_strings();
    test_numbers();
    test_dates();
    test_syntax();
    test_redefinitions();
    test_depth();
    test_size();
    test_truncated();
    test_places();
    return check_done();
}
