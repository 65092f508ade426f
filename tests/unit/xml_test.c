/* xml: what is accepted and how, what is refused and where, and that nothing hostile takes long. */
#include "core/tree/tree.h"
#include "core/tree/xml.h"
#include "reading.h"

static un_status parse(un_slice text, un_error *error) {
    un_tree xml = {0};
    un_status status = un_xml_parse(&xml, text, error);
    un_tree_free(&xml);
    return status;
}

/* --- the tree, written as JSON without what that needs for other trees ------------------------ */

static size_t written;
static char shape[4096];

static void put(un_slice text) {
    if (written + text.len < sizeof shape)
        memcpy(shape + written, text.ptr, text.len);
    written += text.len;
}

static void put_value(un_value value) {
    bool object = un_type_of(value) == UN_OBJECT, first = true;
    un_slice key;
    un_value child;
    if (un_type_of(value) == UN_STRING) {
        put(un_string(value));
        return;
    }
    put(object ? UN_SLICE("{") : UN_SLICE("["));
    for (un_cursor c = un_walk(value); un_next(&c, &key, &child); first = false) {
        put(first ? UN_SLICE("") : UN_SLICE(","));
        if (object)
            put(key);
        put(object ? UN_SLICE("=") : UN_SLICE(""));
        put_value(child);
    }
    put(object ? UN_SLICE("}") : UN_SLICE("]"));
}

/* Whether the text is read as a tree of that shape. */
static bool gives(const char *text, const char *wanted) {
    un_tree xml = {0};
    un_error error = {0};
    un_status status = un_xml_parse(&xml, un_slice_of(text), &error);
    written = 0;
    if (status == UN_OK)
        put_value(un_tree_root(&xml));
    bool same = status == UN_OK && un_slice_equal((un_slice){shape, written}, un_slice_of(wanted));
    if (!same)
        printf("%s: %d: %s: %.*s\n", text, (int)status, error.message, (int)written, shape);
    un_tree_free(&xml);
    return same;
}

static void test_shapes(void) {
    CHECK(gives("<a/>", "[a]"));
    CHECK(gives("<a></a>\n\n", "[a]"));
    CHECK(gives("\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8'?>\r\n<a>\r\n  <b/>\r\n</a>\r\n",
                "[a,[b]]"));
    CHECK(gives("<?xml version=\"1.0\" encoding=\"US-ASCII\" standalone=\"yes\"?><a/>", "[a]"));
    CHECK(
        gives("<a b='1' c=\"&lt;&#65;&quot;\"><d/><d e=''/></a>", "[a,{b=1,c=<A\"},[d],[d,{e=}]]"));
    CHECK(gives("<a>one<b/>two\r\nthree</a>", "[a,one,[b],two\nthree]"));
    CHECK(gives("<a> &#120; &amp;<!-- no -->z<?no no?>\n</a>", "[a, x &z\n]"));
    CHECK(gives("<a><![CDATA[<b>&amp;]]></a>", "[a,<b>&amp;]"));
    CHECK(gives("<x:a xmlns:x='u' x:b='1'><c:d/></x:a>", "[x:a,{xmlns:x=u,x:b=1},[c:d]]"));
    CHECK(gives("<!-- first --><\xC3\xA4 \xC3\xB6='\xE2\x82\xAC'/><!-- last -->",
                "[\xC3\xA4,{\xC3\xB6=\xE2\x82\xAC}]"));
}

static void test_elements(void) {
    un_tree xml = {0};
    CHECK(un_xml_parse(&xml, UN_SLICE("<a b='1'>t<c/></a>"), NULL) == UN_OK);
    un_value child = {NULL, 0}, root = un_tree_root(&xml);
    CHECK(un_slice_equal(un_xml_name(root), UN_SLICE("a")));
    CHECK(un_slice_equal(un_get_string(un_xml_attributes(root), UN_SLICE("b")), UN_SLICE("1")));
    for (un_cursor c = un_walk(root); un_next(&c, NULL, &child);)
        CHECK((un_xml_name(child).ptr != NULL) == (un_type_of(child) == UN_ARRAY));
    CHECK(un_slice_equal(un_xml_name(child), UN_SLICE("c")));
    CHECK(!un_xml_attributes(child).tree && !un_xml_attributes((un_value){NULL, 0}).tree);
    CHECK(!un_xml_name((un_value){NULL, 0}).ptr);
    un_tree_free(&xml);
}

/* --- what is refused -------------------------------------------------------------------------- */

static void test_refused(void) {
    CHECK(refuses("", UN_SYNTAX, 1, 1, "truncated: no element found"));
    CHECK(refuses("<a>\n <b>\n</a>", UN_SYNTAX, 3, 3, "mismatched tag"));
    CHECK(refuses("<a>\n <b/>", UN_SYNTAX, 2, 6, "truncated: no element found"));
    CHECK(refuses("<a>\n <b", UN_SYNTAX, 2, 2, "unclosed token"));
    CHECK(refuses("<a/>\n<b/>", UN_SYNTAX, 2, 1, "junk after document element"));
    CHECK(refuses("<a/>\nb", UN_SYNTAX, 2, 1, "junk after document element"));
    CHECK(refuses("<a b='1'\n b='2'/>", UN_SYNTAX, 2, 2, "duplicate attribute"));
    CHECK(refuses("<a b=1/>", UN_SYNTAX, 1, 6, "not well-formed"));
    CHECK(refuses("<a>&#0;</a>", UN_SYNTAX, 1, 4, "reference to invalid character"));
    CHECK(refuses("<a>\x01</a>", UN_SYNTAX, 1, 4, "not well-formed"));
    CHECK(refuses("<a>\xFF</a>", UN_SYNTAX, 1, 4, "invalid UTF-8"));
    CHECK(parse(UN_SLICE("<a>\0</a>"), NULL) == UN_SYNTAX);
}

/* What an entity stands for is never made nor fetched. */
static void test_entities(void) {
    const char *words = "a document type declaration";
    CHECK(refuses("<a>&b;</a>", UN_SYNTAX, 1, 4, "undefined entity"));
    CHECK(refuses("<a b='&c;'/>", UN_SYNTAX, 1, 1, "undefined entity"));
    CHECK(refuses("<!DOCTYPE html>\n<html/>", UN_SYNTAX, 1, 1, words));
    CHECK(refuses("<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'file:///etc/passwd'>\n<a/>",
                  UN_SYNTAX, 2, 1, words));
    CHECK(refuses("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", UN_SYNTAX, 1,
                  1, words));
    CHECK(refuses("<!DOCTYPE a [<!ENTITY % b SYSTEM 'http://127.0.0.1/'> %b;]><a/>", UN_SYNTAX, 1,
                  1, words));
    CHECK(refuses("<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;&b;&b;'>]><a>&c;</a>", UN_SYNTAX,
                  1, 1, words));
    CHECK(refuses("<!DOCTYPE a [<!ATTLIST a b CDATA 'x'>]><a/>", UN_SYNTAX, 1, 1, words));
    CHECK(refuses("<a/><!DOCTYPE a>", UN_SYNTAX, 1, 5, "junk"));
}

static void test_encodings(void) {
    const char *words = "an encoding other than UTF-8";
    static const char wide[] = "\xFF\xFE<\0a\0/\0>\0", big[] = "\xFE\xFF\0<\0a\0/\0>";
    CHECK(refuses("<?xml version='1.0' encoding='ISO-8859-1'?><a/>", UN_SYNTAX, 1, 1, words));
    CHECK(refuses("<?xml version='1.0' encoding='UTF-16'?><a/>", UN_SYNTAX, 1, 1, words));
    CHECK(refuses("<?xml version='1.0' encoding='UTF-7'?><a/>", UN_SYNTAX, 1, 1, words));
    CHECK(refuses("<?xml version='1.0' encoding='utf-8x'?><a/>", UN_SYNTAX, 1, 1, words));
    CHECK(refuses("<?xml version='1.0' encoding='u'?><a/>", UN_SYNTAX, 1, 1, words));
    CHECK(refuses("<?xml version='1.0' encoding=''?><a/>", UN_SYNTAX, 1, 31, "not well-formed"));
    CHECK(parse((un_slice){wide, sizeof wide - 1}, NULL) == UN_SYNTAX);
    CHECK(parse((un_slice){big, sizeof big - 1}, NULL) == UN_SYNTAX);
    CHECK(parse(UN_SLICE("<\0a\0/\0>\0"), NULL) == UN_SYNTAX);
}

/* --- what is made to take long ---------------------------------------------------------------- */

static void test_depth(void) {
    un_error error = {0};
    CHECK(answers("", "<a>", "", UN_LIMIT));
    CHECK(answers("", "<a b='1'>", "", UN_LIMIT));
    CHECK(answers("", "<a>x", "", UN_LIMIT));
    un_slice text = flood("", "<a>", "");
    CHECK(parse((un_slice){text.ptr, (UN_TREE_DEPTH + 1) * 3}, &error) == UN_LIMIT);
    CHECK(error.line == 1 && error.column == UN_TREE_DEPTH * 3 + 1);
    CHECK(parse((un_slice){text.ptr, UN_TREE_DEPTH * 3}, &error) == UN_SYNTAX);
    free((char *)(uintptr_t)text.ptr);
}

static void test_floods(void) {
    CHECK(answers("", "<", "", UN_SYNTAX));
    CHECK(answers("<", "a", "", UN_SYNTAX));
    CHECK(answers("<", "a", "/>", UN_OK));
    CHECK(answers("<a", " ", "/>", UN_OK));
    CHECK(answers("", "\n", "<a/>", UN_OK));
    CHECK(answers("<a>", "x", "</a>", UN_OK));
    CHECK(answers("<a>", " ", "</a>", UN_OK));
    CHECK(answers("<a>", "\n", "</a>", UN_OK));
    CHECK(answers("<a>", "&amp;", "</a>", UN_OK));
    CHECK(answers("<a>", "&#65;", "</a>", UN_OK));
    CHECK(answers("<a>", "&", "", UN_SYNTAX));
    CHECK(answers("<a>&", "a", "", UN_SYNTAX));
    CHECK(answers("<a>", "]]", "</a>", UN_OK));
    CHECK(answers("<a>", "<![CDATA[]]>", "</a>", UN_OK));
    CHECK(answers("<a><![CDATA[", "]]", "", UN_SYNTAX));
    CHECK(answers("<a>", "<!---->", "</a>", UN_OK));
    CHECK(answers("", "<!-- -->", "<a/>", UN_OK));
    CHECK(answers("<!--", "-", "", UN_SYNTAX));
    CHECK(answers("<!--", " -", "", UN_SYNTAX));
    CHECK(answers("<a>", "<?b ?>", "</a>", UN_OK));
    CHECK(answers("<?a ", "?", "", UN_SYNTAX));
    CHECK(answers("<a>", "<b/>", "</a>", UN_OK));
    CHECK(answers("<a>", "<b></b>x", "</a>", UN_OK));
    CHECK(answers("<a>", "<b\1/>", "</a>", UN_OK));
    CHECK(answers("<a>", "<b c\1=''/>", "</a>", UN_OK));
    CHECK(answers("<a", " b\1=''", "/>", UN_OK));
    CHECK(answers("<a", " b=''", "/>", UN_SYNTAX));
    CHECK(answers("<a b='", "&lt;", "'/>", UN_OK));
    CHECK(answers("<a b='", "\n", "'/>", UN_OK));
    CHECK(answers("<a b='", "<", "", UN_SYNTAX));
    CHECK(answers("<a xmlns:", "x", "='u'/>", UN_OK));
    CHECK(answers("<a", " xmlns:x\1='u'", "/>", UN_OK));
    CHECK(answers("<a>", "\xC3\xA4", "</a>", UN_OK));
    CHECK(answers("<a>", "</a>", "", UN_SYNTAX));
}

static void test_bombs(void) {
    CHECK(answers("<!DOCTYPE a [<!ENTITY b 'b'>", "<!ENTITY c\1 '&b;&b;&b;&b;'>", "]><a/>",
                  UN_SYNTAX));
    CHECK(answers("<!DOCTYPE a [", "<!ENTITY % c\1 '%c;'>", "]><a/>", UN_SYNTAX));
    CHECK(answers("<!DOCTYPE a [<!ELEMENT a ", "(", "]><a/>", UN_SYNTAX));
    CHECK(answers("<!DOCTYPE a [", "<!ATTLIST a b\1 CDATA 'x'>", "]><a/>", UN_SYNTAX));
    CHECK(answers("<!DOCTYPE a SYSTEM '", "<", "'><a/>", UN_SYNTAX));
    CHECK(answers("<!DOCTYPE ", "a", "><a/>", UN_SYNTAX));
}

int main(void) {
    test_shapes();
    test_elements();
    test_refused();
    test_entities();
    test_encodings();
    test_depth();
    test_floods();
    test_bombs();
    return check_done();
}
