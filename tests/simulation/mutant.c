#include "mutant.h"
#include "lua/api/runtime.h"
#include "lua/vm/embedded.h"
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const mutant *used;

/* The source of a module with its changes made. Raises where one does not fit. */
static const char source[] =
    "local mutant = ...\n"
    "local path = 'lua/' .. mutant.module:gsub('%.', '/')\n"
    "local file = io.open(path .. '.lua', 'rb') or assert(io.open(path .. '/init.lua', 'rb'))\n"
    "local text = file:read 'a'\n"
    "file:close()\n"
    "for _, change in ipairs(mutant.changes) do\n"
    "    local from, to = text:find(change[1], 1, true)\n"
    "    assert(from, 'what is to be changed is not there: ' .. change[1])\n"
    "    assert(not text:find(change[1], to + 1, true), 'it is there twice: ' .. change[1])\n"
    "    text = text:sub(1, from - 1) .. change[2] .. text:sub(to + 1)\n"
    "end\n"
    "return string.dump(assert(load(text, '=' .. mutant.module, 't')))\n";

static void fail(const char *path, const char *message) {
    fprintf(stderr, "%s: %s\n", path, message);
    exit(2);
}

/* A text of the table on top. */
static void take(char *out, size_t room, lua_State *L, const char *field) {
    lua_getfield(L, -1, field);
    const char *text = lua_tostring(L, -1);
    snprintf(out, room, "%s", text ? text : "");
    lua_pop(L, 1);
}

static unsigned take_place(lua_State *L, const char *field, const char *const *list, unsigned count,
                           const char *path) {
    char word[80];
    take(word, sizeof word, L, field);
    for (unsigned i = 0; i < count; i++)
        if (strcmp(list[i], word) == 0)
            return i;
    if (word[0])
        fail(path, word);
    return 0;
}

static void take_roles(mutant *out, lua_State *L, const char *path) {
    char word[80];
    unsigned left = 0;
    take(word, sizeof word, L, "among");
    for (char *at = word; *at; at += strspn(at, " "), left++) {
        size_t length = strcspn(at, " ");
        for (unsigned i = 0; i < ROLES; i++)
            if (strlen(role_names[i]) == length && strncmp(role_names[i], at, length) == 0)
                out->among |= 1U << i;
        at += length;
    }
    if (!left || (unsigned)__builtin_popcount(out->among) != left)
        fail(path, "it says not among whom");
}

static void take_module(mutant *out, lua_State *L, const char *path) {
    if (luaL_loadstring(L, source) != LUA_OK)
        fail(path, lua_tostring(L, -1));
    lua_pushvalue(L, -2);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK)
        fail(path, lua_tostring(L, -1));
    const char *bytes = lua_tolstring(L, -1, &out->size);
    out->bytes = malloc(out->size);
    if (out->bytes)
        memcpy(out->bytes, bytes, out->size);
}

void mutant_read(mutant *out, const char *path) {
    lua_State *L = luaL_newstate();
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    luaL_openlibs(L);
    *out = (mutant){0};
    snprintf(out->name, sizeof out->name, "%.*s", (int)strcspn(name, "."), name);
    if (luaL_dofile(L, path) != LUA_OK)
        fail(path, lua_tostring(L, -1));
    take(out->what, sizeof out->what, L, "what");
    take(out->violated, sizeof out->violated, L, "violated");
    take(out->module, sizeof out->module, L, "module");
    out->strategy = (strategy)take_place(L, "strategy", strategy_names, STRATEGIES, path);
    out->wrong = (wrong)take_place(L, "wrong", wrong_names, WRONGS, path);
    take_roles(out, L, path);
    if (out->module[0] && !un_module_find(out->module))
        fail(path, "there is no such module");
    if (out->module[0])
        take_module(out, L, path);
    lua_close(L);
}

void mutant_use(const mutant *m) {
    the_world.wrong = m ? m->wrong : WRONG_NOTHING;
    used = m && m->bytes ? m : NULL;
}

/* --- in the place of ours --------------------------------------------------------------------- */

lua_State *__real_un_runtime_new(void);
lua_State *__wrap_un_runtime_new(void);

/* As if it had been required. */
static int adopt(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    if (luaL_loadbufferx(L, used->bytes, used->size, used->module, "b") != LUA_OK)
        return lua_error(L);
    lua_pushstring(L, used->module);
    lua_call(L, 1, 1);
    lua_setfield(L, -2, used->module);
    return 0;
}

lua_State *__wrap_un_runtime_new(void) {
    lua_State *L = __real_un_runtime_new();
    if (L && used && un_runtime_run(L, adopt, NULL, 0) != LUA_OK)
        fail(used->name, lua_tostring(L, -1));
    return L;
}
