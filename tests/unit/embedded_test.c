/*
 * Embedded modules: those of the directory modules beside this, compiled as a product's are.
 */
#include "check.h"
#include "lua/vm/embedded.h"
#include <lualib.h>

static lua_State *L;

static void finds_every_module(void) {
    size_t count = 0;
    for (const un_module *module = un_modules; module->name; module++, count++) {
        CHECK(un_module_find(module->name) == module);
        CHECK(module == un_modules || strcmp(module[-1].name, module->name) < 0);
        CHECK(module->size > 0);
    }
    CHECK_INT(count, un_modules_count);
    CHECK_STR(un_modules[0].name, "a.first");
    CHECK_STR(un_modules[count - 1].name, "zz.last");
}

static void finds_no_other(void) {
    static const char *const names[] = {"",
                                        "a",
                                        "a.firs",
                                        "a.first.",
                                        "A.first",
                                        "zz.lastt",
                                        "zz.las",
                                        "zzz",
                                        "counted ",
                                        "upnudge",
                                        "upnudge.",
                                        "a.first\n",
                                        "upnudge.sandbox.strin"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        CHECK(!un_module_find(names[i]));
}

static void loads_without_running(void) {
    lua_settop(L, 0);
    CHECK_INT(un_module_load(L, un_module_find("a.first")), LUA_OK);
    CHECK_INT(lua_gettop(L), 1);
    CHECK_INT(lua_pcall(L, 0, 1, 0), LUA_OK);
    CHECK_STR(lua_tostring(L, -1), "first");
    CHECK_INT(un_module_load(L, un_module_find("zz.last")), LUA_OK);
    CHECK(lua_pcall(L, 0, 1, 0) != LUA_OK);
}

static void refuses_what_is_not_whole(void) {
    const un_module *whole = un_module_find("counted");
    unsigned wrong = 0;
    lua_settop(L, 0);
    for (size_t size = 1; size < whole->size; size++) {
        un_module cut = {"cut", whole->bytes, size};
        wrong += un_module_load(L, &cut) == LUA_OK || lua_gettop(L) != 1 ||
                 !strstr(lua_tostring(L, -1), "cut");
        lua_settop(L, 0);
    }
    CHECK_INT(wrong, 0);
}

static void refuses_source_text(void) {
    un_module text = {"text", (const unsigned char *)"return 1", 8},
              empty = {"empty", text.bytes, 0};
    lua_settop(L, 0);
    CHECK(un_module_load(L, &text) != LUA_OK);
    CHECK(strstr(lua_tostring(L, -1), "text chunk") != NULL);
    CHECK(un_module_load(L, &empty) != LUA_OK);
}

/* --- require ---------------------------------------------------------------------------------- */

static int opened;

static int open_library(lua_State *state) {
    opened++;
    lua_pushfstring(state, "the library %s", lua_tostring(state, 1));
    return 1;
}

/* The second has the name of an embedded module. */
static const luaL_Reg libraries[] = {
    {"library", open_library}, {"a.first", open_library}, {NULL, NULL}};
static const luaL_Reg no_libraries[] = {{NULL, NULL}};

static int asked;

static int fallback(lua_State *state) {
    asked++;
    if (strcmp(luaL_checkstring(state, 1), "nowhere") == 0)
        return luaL_error(state, "not found anywhere");
    lua_pushfstring(state, "%s from elsewhere", lua_tostring(state, 1));
    return 1;
}

/* A fresh state that has `require`. */
static void begin(const luaL_Reg *known, lua_CFunction otherwise) {
    lua_close(L);
    L = luaL_newstate();
    luaL_requiref(L, LUA_GNAME, luaopen_base, 1);
    un_module_push_require(L, known, otherwise);
    lua_setglobal(L, "require");
    lua_settop(L, 0);
    opened = asked = 0;
}

/* What a chunk returns, or its error, as text; valid until the next call. */
static const char *run(const char *chunk) {
    lua_settop(L, 0);
    if (luaL_loadbuffer(L, chunk, strlen(chunk), "=chunk") == LUA_OK)
        lua_pcall(L, 0, 1, 0);
    CHECK_INT(lua_gettop(L), 1);
    return luaL_tolstring(L, -1, NULL);
}

static void gives_a_module_once(void) {
    begin(no_libraries, NULL);
    CHECK_STR(run("return require 'a.first'"), "first");
    CHECK_STR(run("return require 'counted'.name"), "counted");
    CHECK_STR(run("return require 'counted' == require 'counted'"), "true");
    /* Modules get at each other the same way. */
    CHECK_STR(run("return require 'counted'.real == require 'upnudge.sandbox.string'"), "true");
}

static void gives_libraries_first(void) {
    begin(libraries, NULL);
    CHECK_STR(run("return require 'library'"), "the library library");
    CHECK_STR(run("return require 'library'"), "the library library");
    CHECK_INT(opened, 1);
    CHECK_STR(run("return require 'a.first'"), "the library a.first");
    CHECK_STR(run("return tostring(library)"), "nil");
}

static void gives_what_is_loaded_before_all(void) {
    begin(libraries, fallback);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    static const char *const names[] = {"library", "counted", "other"};
    for (size_t i = 0; i < 3; i++) {
        lua_pushstring(L, "the host's");
        lua_setfield(L, -2, names[i]);
    }
    CHECK_STR(run("return require 'library'"), "the host's");
    CHECK_STR(run("return require 'counted'"), "the host's");
    CHECK_STR(run("return require 'other'"), "the host's");
    CHECK_INT(opened + asked, 0);
}

static void asks_the_fallback_last(void) {
    begin(libraries, fallback);
    CHECK_STR(run("return require 'other'"), "other from elsewhere");
    CHECK_STR(run("return require 'other'"), "other from elsewhere");
    /* Which keeps what it likes. */
    CHECK_INT(asked, 2);
    CHECK_STR(run("return require 'nowhere'"), "not found anywhere");
    CHECK_STR(run("return require 'counted'.name"), "counted");
    CHECK_STR(run("return require 'library'"), "the library library");
    CHECK_INT(asked, 3);
}

static void raises_without_a_fallback(void) {
    begin(libraries, NULL);
    CHECK_STR(run("return require 'other'"), "chunk:1: no module 'other'");
    CHECK_STR(run("return require()"),
              "chunk:1: bad argument #1 to 'require' (string expected, got no value)");
    CHECK_STR(run("return require {}"),
              "chunk:1: bad argument #1 to 'require' (string expected, got table)");
}

static void a_module_that_fails_may_be_tried_again(void) {
    begin(no_libraries, NULL);
    for (int i = 0; i < 3; i++)
        CHECK_STR(run("return require 'zz.last'"), "no luck");
    CHECK_STR(run("return select(2, pcall(require, 'zz.last'))"), "no luck");
}

int main(void) {
    L = luaL_newstate();
    finds_every_module();
    finds_no_other();
    loads_without_running();
    refuses_what_is_not_whole();
    refuses_source_text();
    gives_a_module_once();
    gives_libraries_first();
    gives_what_is_loaded_before_all();
    asks_the_fallback_last();
    raises_without_a_fallback();
    a_module_that_fails_may_be_tried_again();
    lua_close(L);
    return check_done();
}
