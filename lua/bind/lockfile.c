/*
 * lockfile.c: lockfiles, their packages and the changes between two of them.
 */
#include "core/lockfile.h"
#include "bind.h"
#include "core/date.h"
#include "core/diff.h"
#include "core/digest.h"
#include "core/system.h"
#include "module.h"
#include <limits.h>

#define LOCKFILE "upnudge.lockfile"
#define DIFF     "upnudge.diff"

static const un_bind_type lockfile_type, diff_type;

/*
 * core.parse(name, bytes, called, limit): `name` is for messages, `called` (name, unless given)
 * settles doubts, the content decides.
 */
static int parse(lua_State *L) {
    un_slice name = un_bind_slice(L, 1);
    un_slice text = un_bind_slice(L, 2);
    un_lockfile_options options = {.limit = (size_t)luaL_optinteger(L, 4, 0)};
    un_error error = {0};
    options.called.ptr = luaL_optlstring(L, 3, NULL, &options.called.len);
    un_lockfile *lockfile = un_bind_new(L, sizeof *lockfile, &lockfile_type);
    un_bytes *bytes = un_bind_new(L, sizeof *bytes, &un_bind_bytes);
    un_status status = un_bytes_copy(bytes, text, &error);
    if (status == UN_OK)
        status = un_lockfile_parse(lockfile, name, bytes, &options, &error);
    un_bytes_free(bytes);
    lua_pop(L, 1);
    return status == UN_OK ? 1 : un_bind_fail(L, &error);
}

/* How names compare, by un_names. */
static const char *const name_rules[] = {[UN_NAMES_EXACT] = "exact",
                                         [UN_NAMES_CASELESS] = "caseless",
                                         [UN_NAMES_PYTHON] = "python",
                                         NULL};

/* The text of field `name` of the table on top, copied; absent where there is none. */
static un_slice take_text(lua_State *L, un_packages *packages, const char *name) {
    un_slice text = {NULL, 0};
    if (lua_getfield(L, -1, name) == LUA_TSTRING)
        text.ptr = lua_tolstring(L, -1, &text.len);
    if (text.ptr) {
        text = un_arena_copy(&packages->arena, text);
        if (!text.ptr)
            luaL_error(L, UN_BIND_NO_MEMORY);
    }
    lua_pop(L, 1);
    return text;
}

/* A time in seconds, or a date as a text. */
static int64_t take_date(lua_State *L, const char *name) {
    int64_t date = 0;
    int whole = 0;
    if (lua_getfield(L, -1, name) == LUA_TNUMBER) {
        lua_Integer number = lua_tointegerx(L, -1, &whole);
        date = whole ? un_date_of_number(number) : 0;
    } else if (lua_type(L, -1) == LUA_TSTRING) {
        date = un_date_read(un_bind_slice(L, -1));
    }
    lua_pop(L, 1);
    return date;
}

static un_direct take_direct(lua_State *L) {
    bool told = lua_getfield(L, -1, "direct") == LUA_TBOOLEAN;
    un_direct direct = lua_toboolean(L, -1) ? UN_DIRECT_YES : UN_DIRECT_NO;
    lua_pop(L, 1);
    return told ? direct : UN_DIRECT_UNKNOWN;
}

static void take_package(lua_State *L, un_packages *packages) {
    un_error error = {0};
    un_package package = {
        .name = take_text(L, packages, "name"),
        .version = take_text(L, packages, "version"),
        .system = un_system_name(take_text(L, packages, "system")),
        .group = take_text(L, packages, "group"),
        .source = take_text(L, packages, "source"),
        .revision = take_text(L, packages, "revision"),
        .derivation = take_text(L, packages, "derivation"),
        .location = take_text(L, packages, "location"),
        .url = take_text(L, packages, "url"),
        .released = take_date(L, "released"),
        .direct = take_direct(L),
    };
    if (un_packages_add(packages, &package, &error) != UN_OK)
        luaL_error(L, "%s", error.message);
}

/* Those of the list at `index`; what is no table in it is passed over. */
static void take_packages(lua_State *L, int index, un_packages *packages) {
    lua_Integer count = (lua_Integer)lua_rawlen(L, index);
    for (lua_Integer i = 1; i <= count; i++) {
        if (lua_rawgeti(L, index, i) == LUA_TTABLE)
            take_package(L, packages);
        lua_pop(L, 1);
    }
}

/*
 * core.lockfile(format, versions, identity, names, packages): one that a format written in Lua has
 * read. `versions` names a scheme; identity: "first" or "set" (see diff.h); names: "exact",
 * "caseless" or "python" (see packages.h).
 */
static int assemble(lua_State *L) {
    static const char *const identities[] = {"first", "set", NULL};
    static const un_identity meant[] = {UN_IDENTITY_FIRST, UN_IDENTITY_SET};
    un_error error = {0};
    un_scheme scheme = UN_SCHEME_SEMVER;
    un_slice name = un_slice_of(luaL_checkstring(L, 1));
    luaL_argcheck(L, un_scheme_find(&scheme, un_bind_slice(L, 2)), 2, "no such order");
    un_identity identity = meant[luaL_checkoption(L, 3, NULL, identities)];
    un_names names = (un_names)luaL_checkoption(L, 4, NULL, name_rules);
    luaL_checktype(L, 5, LUA_TTABLE);
    lua_settop(L, 5);
    un_lockfile *lockfile = un_bind_new(L, sizeof *lockfile, &lockfile_type);
    un_packages *packages = &lockfile->packages;
    packages->scheme = scheme;
    packages->identity = identity;
    packages->names = names;
    packages->format = un_arena_copy(&packages->arena, name).ptr;
    if (!packages->format) {
        un_fail(&error, UN_NO_MEMORY, "out of memory");
        return un_bind_fail(L, &error);
    }
    take_packages(L, 5, packages);
    return 1;
}

static int lockfile_gc(lua_State *L) {
    un_lockfile_free(luaL_checkudata(L, 1, LOCKFILE));
    return 0;
}

/* lockfile:format(): its short name. */
static int lockfile_format(lua_State *L) {
    const un_lockfile *lockfile = luaL_checkudata(L, 1, LOCKFILE);
    lua_pushstring(L, lockfile->packages.format ? lockfile->packages.format : "");
    return 1;
}

/* lockfile:names(): how its names compare. */
static int lockfile_names(lua_State *L) {
    const un_lockfile *lockfile = luaL_checkudata(L, 1, LOCKFILE);
    lua_pushstring(L, name_rules[lockfile->packages.names]);
    return 1;
}

/* lockfile:digest(): of what it says, however it is written. */
static int lockfile_digest(lua_State *L) {
    const un_lockfile *lockfile = luaL_checkudata(L, 1, LOCKFILE);
    un_error error = {0};
    un_digest digest;
    if (un_packages_digest(&digest, &lockfile->packages, &error) != UN_OK)
        return un_bind_fail(L, &error);
    lua_pushlstring(L, digest.hex, UN_DIGEST_LENGTH);
    return 1;
}

/* Absent where nobody can tell. */
static void push_direct(lua_State *L, un_direct direct) {
    if (direct == UN_DIRECT_UNKNOWN)
        return;
    lua_pushboolean(L, direct == UN_DIRECT_YES);
    lua_setfield(L, -2, "direct");
}

static void push_date(lua_State *L, int64_t date) {
    if (!date)
        return;
    lua_pushinteger(L, (lua_Integer)date);
    lua_setfield(L, -2, "released");
}

static void push_package(lua_State *L, const un_package *package) {
    lua_createtable(L, 0, 6);
    un_bind_field(L, "name", package->name);
    lua_pushlstring(L, package->version.len ? package->version.ptr : "", package->version.len);
    lua_setfield(L, -2, "version");
    un_bind_field(L, "system", package->system);
    un_bind_field(L, "group", package->group);
    un_bind_field(L, "source", package->source);
    un_bind_field(L, "revision", package->revision);
    un_bind_field(L, "derivation", package->derivation);
    un_bind_field(L, "location", package->location);
    un_bind_field(L, "url", package->url);
    push_date(L, package->released);
    push_direct(L, package->direct);
}

/* lockfile:skipped(): how many entries were left out because they name no package. */
static int lockfile_skipped(lua_State *L) {
    const un_lockfile *lockfile = luaL_checkudata(L, 1, LOCKFILE);
    lua_pushinteger(L, (lua_Integer)lockfile->packages.skipped);
    return 1;
}

/* lockfile:packages(): a list of tables, in the file's order. */
static int lockfile_packages(lua_State *L) {
    const un_lockfile *lockfile = luaL_checkudata(L, 1, LOCKFILE);
    const un_packages *packages = &lockfile->packages;
    lua_createtable(L, (int)packages->count, 0);
    for (size_t i = 0; i < packages->count; i++) {
        push_package(L, &packages->items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* When what comes came out, and how far what is there is behind it. */
static void push_age(lua_State *L, const un_change *change) {
    int64_t days;
    push_date(L, change->to ? change->to->released : 0);
    if (!un_change_behind(change, &days))
        return;
    lua_pushinteger(L, (lua_Integer)days);
    lua_setfield(L, -2, "behind");
}

/* What a removed package was and what an added one is stands in the same fields. */
static void push_change(lua_State *L, const un_change *change) {
    const un_package *package = change->to ? change->to : change->from;
    lua_createtable(L, 0, 8);
    un_bind_field(L, "name", package->name);
    lua_pushstring(L, un_kind_name(change->kind));
    lua_setfield(L, -2, "kind");
    if (change->level != UN_LEVEL_NONE) {
        lua_pushstring(L, un_level_name(change->level));
        lua_setfield(L, -2, "level");
    }
    un_bind_field(L, "system", package->system);
    un_bind_field(L, "group", package->group);
    push_direct(L, change->direct);
    un_bind_field(L, "source", package->source);
    un_bind_field(L, "url", package->url);
    push_age(L, change);
    if (change->from) {
        un_bind_field(L, "from", change->from->version);
        un_bind_field(L, "from_revision", change->from->revision);
    }
    if (change->to) {
        un_bind_field(L, "to", change->to->version);
        un_bind_field(L, "to_revision", change->to->revision);
    }
}

static int diff_gc(lua_State *L) {
    un_diff_free(luaL_checkudata(L, 1, DIFF));
    return 0;
}

/*
 * core.diff(old, new [, most]): a list of changes, ordered by name and system; more than `most` are
 * an error.
 */
static int diff(lua_State *L) {
    const un_lockfile *from = luaL_checkudata(L, 1, LOCKFILE);
    const un_lockfile *to = luaL_checkudata(L, 2, LOCKFILE);
    size_t most = (size_t)luaL_optinteger(L, 3, INT_MAX);
    un_error error = {0};
    un_diff *found = un_bind_new(L, sizeof *found, &diff_type);
    un_status status = un_diff_compute(found, &from->packages, &to->packages, &error);
    if (status == UN_OK && found->count > most)
        status = un_fail(&error, UN_LIMIT, "more than %zu changes", most);
    if (status != UN_OK)
        return un_bind_fail(L, &error);
    lua_createtable(L, (int)found->count, 0);
    for (size_t i = 0; i < found->count; i++) {
        push_change(L, &found->changes[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static void push_format(lua_State *L, const un_format *format) {
    lua_createtable(L, 0, 6);
    lua_pushstring(L, name_rules[format->names]);
    lua_setfield(L, -2, "names");
    lua_pushstring(L, un_syntax_name(format->syntax));
    lua_setfield(L, -2, "syntax");
    lua_pushstring(L, un_scheme_name(format->scheme));
    lua_setfield(L, -2, "versions");
    lua_pushstring(L, format->name);
    lua_setfield(L, -2, "name");
    lua_pushstring(L, format->title);
    lua_setfield(L, -2, "title");
    lua_newtable(L);
    for (size_t i = 0; format->filenames[i]; i++) {
        lua_pushstring(L, format->filenames[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "filenames");
}

/* core.formats(): {name, title, filenames, syntax, versions, names} of every format, in the order
 * of preference. */
static int formats(lua_State *L) {
    lua_newtable(L);
    for (size_t i = 0; un_format_at(i); i++) {
        push_format(L, un_format_at(i));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static const luaL_Reg lockfile_methods[] = {
    {"format", lockfile_format},   {"digest", lockfile_digest},
    {"names", lockfile_names},     {"packages", lockfile_packages},
    {"skipped", lockfile_skipped}, {"__gc", lockfile_gc},
    {"__close", lockfile_gc},      {NULL, NULL}};
static const un_bind_type lockfile_type = {LOCKFILE, lockfile_methods};

static const luaL_Reg diff_methods[] = {{"__gc", diff_gc}, {"__close", diff_gc}, {NULL, NULL}};
static const un_bind_type diff_type = {DIFF, diff_methods};

void un_bind_lockfile(lua_State *L) {
    static const luaL_Reg functions[] = {{"parse", parse},
                                         {"lockfile", assemble},
                                         {"diff", diff},
                                         {"formats", formats},
                                         {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
