/*
 * tree.c: parsed documents as Lua tables, for formats written in Lua.
 */
#include "bind.h"
#include "core/content.h"
#include "core/lines.h"
#include "core/tree/json.h"
#include "core/tree/toml.h"
#include "core/tree/xml.h"
#include "core/tree/yaml.h"
#include "core/utf8.h"
#include "module.h"

#define TREE "upnudge.tree"

static int tree_gc(lua_State *L) {
    un_tree_free(luaL_checkudata(L, 1, TREE));
    return 0;
}

static const luaL_Reg tree_methods[] = {{"__gc", tree_gc}, {"__close", tree_gc}, {NULL, NULL}};
static const un_bind_type tree_type = {TREE, tree_methods};

static void push_value(lua_State *L, un_value value);

/* A null has no place in a table: a member is left away, an element becomes false. */
static void push_container(lua_State *L, un_value container) {
    bool object = un_type_of(container) == UN_OBJECT;
    lua_Integer index = 0;
    un_slice key;
    un_value value;
    luaL_checkstack(L, 8, "nested too deep");
    lua_newtable(L);
    for (un_cursor c = un_walk(container); un_next(&c, &key, &value);) {
        bool null = un_type_of(value) == UN_NULL;
        if (object && null)
            continue;
        if (object)
            lua_pushlstring(L, key.ptr, key.len);
        if (null)
            lua_pushboolean(L, 0);
        else
            push_value(L, value);
        if (object)
            lua_rawset(L, -3);
        else
            lua_rawseti(L, -2, ++index);
    }
}

static void push_number(lua_State *L, un_value value) {
    int64_t integer;
    double real = 0;
    if (un_integer(value, &integer)) {
        lua_pushinteger(L, integer);
    } else {
        un_number(value, &real);
        lua_pushnumber(L, real);
    }
}

/* Recursion is as deep as the document, which the readers bound. */
static void push_value(lua_State *L, un_value value) {
    switch (un_type_of(value)) {
    case UN_OBJECT:
    case UN_ARRAY:
        push_container(L, value);
        break;
    case UN_STRING:
        un_bind_push(L, un_string(value));
        break;
    case UN_NUMBER:
        push_number(L, value);
        break;
    case UN_BOOLEAN:
        lua_pushboolean(L, un_true(value));
        break;
    default:
        lua_pushnil(L);
    }
}

/* {tag = name, attr = {name = value, …}, "text", {tag = …}, …}, as Lua's other readers have it;
 * `attr` only where there are any, for an element may be as short as four bytes. */
static void push_element(lua_State *L, un_value element) {
    lua_Integer index = 0;
    un_value child, attributes = un_xml_attributes(element);
    luaL_checkstack(L, 8, "nested too deep");
    lua_newtable(L);
    un_bind_push(L, un_xml_name(element));
    lua_setfield(L, -2, "tag");
    if (attributes.tree) {
        push_container(L, attributes);
        lua_setfield(L, -2, "attr");
    }
    un_cursor c = un_walk(element);
    un_next(&c, NULL, &child);
    while (un_next(&c, NULL, &child)) {
        if (un_type_of(child) == UN_OBJECT)
            continue;
        if (un_type_of(child) == UN_ARRAY)
            push_element(L, child);
        else
            un_bind_push(L, un_string(child));
        lua_rawseti(L, -2, ++index);
    }
}

static int push_lines(lua_State *L, un_slice text) {
    un_line line = {0};
    un_error error = {0};
    if (un_utf8_check(text, &error) != UN_OK || un_content_conflict(text, 0, &error) != UN_OK)
        return un_bind_fail(L, &error);
    lua_newtable(L);
    while (un_next_line(text, &line)) {
        lua_pushlstring(L, line.text.ptr - line.indent, line.text.len + line.indent);
        lua_rawseti(L, -2, line.number);
    }
    return 1;
}

typedef enum syntax {
    JSON,
    RELAXED_JSON,
    YAML,
    TOML,
    XML,
    LINES
} syntax;

static const char *const syntaxes[] = {
    [JSON] = "json",
    [RELAXED_JSON] = "relaxed-json",
    [YAML] = "yaml",
    [TOML] = "toml",
    [XML] = "xml",
    [LINES] = "lines",
    NULL,
};

static un_status parse_json(un_tree *tree, un_slice text, bool relaxed, un_error *error) {
    un_bytes bytes = {0};
    un_status status =
        relaxed ? un_json_relax(&bytes, text, error) : un_bytes_copy(&bytes, text, error);
    if (status == UN_OK)
        status = un_json_parse(tree, &bytes, error);
    un_bytes_free(&bytes);
    return status;
}

static un_status parse_tree(un_tree *tree, un_slice text, syntax written_in, un_error *error) {
    switch (written_in) {
    case YAML:
        return un_yaml_parse(tree, text, error);
    case TOML:
        return un_toml_parse(tree, text, error);
    case XML:
        return un_xml_parse(tree, text, error);
    default:
        return parse_json(tree, text, written_in == RELAXED_JSON, error);
    }
}

/* What breaks a document is told by its cause, as core/lockfile.c does. */
static un_status parse(un_tree *tree, un_slice text, syntax written_in, un_error *error) {
    un_status status = parse_tree(tree, text, written_in, error), conflict = UN_OK;
    if (status == UN_SYNTAX)
        conflict = un_content_conflict(un_utf8_without_mark(text), error->line, error);
    return conflict == UN_OK ? status : conflict;
}

/*
 * core.tree(bytes, syntax): a document as tables, or lines as a list. syntax: "json",
 * "relaxed-json", "yaml" (a list of documents), "toml", "xml" (the outermost element), "lines".
 */
static int tree(lua_State *L) {
    un_slice text = un_bind_slice(L, 1);
    syntax written_in = (syntax)luaL_checkoption(L, 2, NULL, syntaxes);
    un_error error = {0};
    if (un_content_check(text, &error) != UN_OK)
        return un_bind_fail(L, &error);
    if (written_in == LINES)
        return push_lines(L, un_utf8_without_mark(text));
    un_tree *parsed = un_bind_new(L, sizeof *parsed, &tree_type);
    if (parse(parsed, text, written_in, &error) != UN_OK)
        return un_bind_fail(L, &error);
    un_value root = un_tree_root(parsed);
    if (written_in == XML)
        push_element(L, root);
    else
        push_value(L, root);
    un_tree_free(parsed);
    return 1;
}

void un_bind_tree(lua_State *L) {
    lua_pushcfunction(L, tree);
    lua_setfield(L, -2, "tree");
}
