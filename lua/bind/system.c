/*
 * system.c: clock, paths, hashes and what the process can tell about its host.
 */
#include "bind.h"
#include "core/hash.h"
#include "core/lockfile.h"
#include "core/mask.h"
#include "core/os/file.h"
#include "core/os/listing.h"
#include "core/os/os.h"
#include "core/os/ours.h"
#include "core/os/own.h"
#include "core/os/platform.h"
#include "core/os/session.h"
#include "evidence.h"
#include "module.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

/* core.now(): seconds since the epoch, UTC. */
static int now(lua_State *L) {
    lua_pushinteger(L, un_os_now(NULL));
    return 1;
}

/* core.realpath(path): the canonical absolute path. */
static int canonical(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    char resolved[PATH_MAX];
    un_error error = {0};
    int fd;
    if (!un_evidence_subject(resolved, &fd, path)) {
        int sys = errno;
        if (sys == ENOENT || sys == ENOTDIR)
            un_evidence_path(path, NULL);
        else
            un_evidence_lacks();
        un_fail_system(&error, sys, path, "cannot find the directory");
        return un_bind_fail(L, &error);
    }
    if (fd >= 0)
        un_os_close(fd);
    un_evidence_path(path, resolved);
    lua_pushstring(L, resolved);
    return 1;
}

/* core.hash(bytes): XXH3-128 as 32 hex digits. */
static int hash(lua_State *L) {
    un_digest digest = un_hash_bytes(un_bind_slice(L, 1));
    lua_pushlstring(L, digest.hex, UN_DIGEST_LENGTH);
    return 1;
}

/* core.mask(text): the text, in which secrets have become "***". */
static int mask(lua_State *L) {
    un_slice text = un_bind_slice(L, 1);
    luaL_Buffer buffer;
    char *copy = luaL_buffinitsize(L, &buffer, text.len);
    memcpy(copy, text.ptr, text.len);
    luaL_pushresultsize(&buffer, un_mask(copy, text.len));
    return 1;
}

/*
 * core.before(a, b): whether a comes before b in the order of their bytes, which is the same under
 * every locale. The `<` of Lua asks the locale, which takes long over what strangers write.
 */
static int is_before(lua_State *L) {
    lua_pushboolean(L, un_slice_compare(un_bind_slice(L, 1), un_bind_slice(L, 2)) < 0);
    return 1;
}

/* Stamps travel as strings: nanoseconds and inodes do not fit the floats of JSON. */
static void push_stamp(lua_State *L, const un_stamp *stamp) {
    char text[128];
    int length =
        snprintf(text, sizeof text, "%llx:%llx:%llx:%llx:%llx", (unsigned long long)stamp->device,
                 (unsigned long long)stamp->inode, (unsigned long long)stamp->size,
                 (unsigned long long)stamp->modified, (unsigned long long)stamp->changed);
    lua_pushlstring(L, text, (size_t)length);
}

/* A look at a file ended so; *stamp is what it found. Returns status. */
static un_status witnessed(un_status status, const char *path, const un_stamp *stamp) {
    if (status == UN_OK)
        un_evidence_file(path, stamp);
    else if (status == UN_NOT_FOUND)
        un_evidence_file(path, NULL);
    else
        un_evidence_lacks();
    return status;
}

/* core.stamp(path): size, times and identity of a file as one opaque string. */
static int stamp(lua_State *L) {
    struct stat found;
    un_stamp of_it;
    un_error error = {0};
    const char *path = luaL_checkstring(L, 1);
    un_status status = un_file_look(&found, path, &error);
    if (status == UN_OK || status == UN_NOT_FOUND)
        un_evidence_entry(path, status == UN_OK ? &found : NULL);
    else
        un_evidence_lacks();
    if (status != UN_OK)
        return un_bind_fail(L, &error);
    un_stamp_of(&of_it, &found);
    push_stamp(L, &of_it);
    return 1;
}

/*
 * core.read(path, limit): bytes and stamp. core.read(path, limit, true): bytes alone of a file that
 * is neither a link nor somebody else's; activations read those, and a stamp takes as long to
 * print. core.read(path, limit, "unlinked"): the same of a file that is no link, whosever it is.
 */
static int read_file(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    size_t limit = (size_t)luaL_checkinteger(L, 2);
    unsigned owned = lua_type(L, 3) == LUA_TSTRING ? 0 : UN_FILE_OWNED;
    unsigned flags = lua_toboolean(L, 3) ? owned | UN_FILE_NO_FOLLOW : 0;
    un_stamp found;
    un_error error = {0};
    un_bytes *bytes = un_bind_new(L, sizeof *bytes, &un_bind_bytes);
    un_status status = un_file_read(bytes, AT_FDCWD, path, limit, flags, &found, &error);
    if (witnessed(status, path, &found) != UN_OK)
        return un_bind_fail(L, &error);
    lua_pushlstring(L, bytes->slice.ptr, bytes->slice.len);
    un_bytes_free(bytes);
    if (flags)
        return 1;
    push_stamp(L, &found);
    return 2;
}

/* The digest of a regular file and its stamp; opening what is none does not block. */
static un_status digest_file(un_digest *digest, un_stamp *stamp, const char *path, size_t limit,
                             un_error *error) {
    int fd = un_os_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    if (fd < 0)
        return un_fail_system(error, errno, path, "cannot open");
    un_status status = un_file_examine(stamp, fd, path, limit, error);
    if (status == UN_OK)
        status = un_hash_file(digest, fd, error);
    un_os_close(fd);
    return status;
}

/*
 * core.digest(path, limit): what core.hash would give for the bytes of a file, and the file's
 * stamp. It is read in pieces: a large one takes its time, but no memory.
 */
static int digest(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    size_t limit = (size_t)luaL_checkinteger(L, 2);
    un_digest found;
    un_stamp of_file;
    un_error error = {0};
    if (witnessed(digest_file(&found, &of_file, path, limit, &error), path, &of_file) != UN_OK)
        return un_bind_fail(L, &error);
    lua_pushlstring(L, found.hex, UN_DIGEST_LENGTH);
    push_stamp(L, &of_file);
    return 2;
}

/* core.own(path): the canonical path of a file that nobody else can change. */
static int own(lua_State *L) {
    char found[PATH_MAX];
    un_error error = {0};
    un_evidence_lacks();
    if (un_file_own(found, luaL_checkstring(L, 1), &error) != UN_OK)
        return un_bind_fail(L, &error);
    lua_pushstring(L, found);
    return 1;
}

/* core.is_mine(path): whether this user owns what is there, and not everybody may write to it. */
static int is_mine(lua_State *L) {
    struct stat found;
    const char *path = luaL_checkstring(L, 1);
    un_evidence_look(path);
    lua_pushboolean(L, un_os_stat(AT_FDCWD, path, &found, true) == 0 && un_is_ours(&found) &&
                           !(found.st_mode & S_IWOTH));
    return 1;
}

static int listing_gc(lua_State *L) {
    un_listing_close(luaL_checkudata(L, 1, "upnudge.listing"));
    return 0;
}

static const luaL_Reg listing_methods[] = {
    {"__gc", listing_gc}, {"__close", listing_gc}, {NULL, NULL}};
static const un_bind_type listing_type = {"upnudge.listing", listing_methods};

/*
 * core.entries(path, known, limit): those names in a directory that are keys of the table `known`,
 * all where that is nil; nil where it cannot be listed, or has more than `limit` names.
 */
static int entries(lua_State *L) {
    const char *path = luaL_checkstring(L, 1), *name;
    lua_Integer left = luaL_checkinteger(L, 3), count = 0;
    bool all = lua_isnoneornil(L, 2);
    if (!all)
        luaL_checktype(L, 2, LUA_TTABLE);
    un_evidence_look(path);
    lua_newtable(L);
    un_listing *listing = un_bind_new(L, sizeof *listing, &listing_type);
    if (!un_listing_open(listing, path))
        return 0;
    while (left >= 0 && (name = un_listing_next(listing)) != NULL) {
        left--;
        lua_pushstring(L, name);
        lua_pushvalue(L, -1);
        if (!all && lua_rawget(L, 2) == LUA_TNIL) {
            lua_pop(L, 2);
            continue;
        }
        lua_pop(L, 1);
        lua_rawseti(L, -3, ++count);
    }
    un_listing_close(listing);
    lua_pop(L, 1);
    return left >= 0 ? 1 : 0;
}

static int bytes_gc(lua_State *L) {
    un_bytes_free(luaL_checkudata(L, 1, "upnudge.bytes"));
    return 0;
}

static const luaL_Reg bytes_methods[] = {{"__gc", bytes_gc}, {"__close", bytes_gc}, {NULL, NULL}};
const un_bind_type un_bind_bytes = {"upnudge.bytes", bytes_methods};

/* core.shared(path): whether other machines write to its file system as well. */
static int is_shared(lua_State *L) {
    bool shared;
    un_error error = {0};
    un_evidence_lacks();
    if (un_file_shared(&shared, luaL_checkstring(L, 1), &error) != UN_OK)
        return un_bind_fail(L, &error);
    lua_pushboolean(L, shared);
    return 1;
}

/* core.isatty(fd) */
static int is_terminal(lua_State *L) {
    int fd = (int)luaL_checkinteger(L, 1);
    bool is = isatty(fd);
    un_evidence_terminal(fd, is);
    lua_pushboolean(L, is);
    return 1;
}

/* core.columns(fd): how wide the terminal is; nil: it is none, or does not know. */
static int columns(lua_State *L) {
    struct winsize size;
    un_evidence_lacks();
    if (ioctl((int)luaL_checkinteger(L, 1), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 0;
    lua_pushinteger(L, size.ws_col);
    return 1;
}

/* core.system(): this system in Nix's words, "x86_64-linux" or "aarch64-linux-musl". */
static int host_system(lua_State *L) {
    static const char key;
    char name[UN_PLATFORM];
    /* No process moves to another one, so the program is looked at once. */
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key) == LUA_TSTRING)
        return 1;
    un_platform(name, "/bin/sh");
    lua_pushstring(L, name);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
    return 1;
}

static const char *variable_of(const char *name) {
    const char *value = un_os_variable(name);
    un_evidence_variable(name, value);
    return value;
}

/* core.variable(name): a variable of the environment, unless it is not to be believed. */
static int variable(lua_State *L) {
    lua_pushstring(L, variable_of(luaL_checkstring(L, 1)));
    return 1;
}

/* core.machine(): what this machine is called. */
static int machine(lua_State *L) {
    struct utsname name;
    const char *given = variable_of("UPNUDGE_MACHINE");
    lua_pushstring(L, given && *given ? given : uname(&name) == 0 ? name.nodename : "?");
    return 1;
}

/* core.user(): who this is, as a login name, else as a number. */
static int user(lua_State *L) {
    const char *name = variable_of("LOGNAME");
    if (!name || !*name)
        name = variable_of("USER");
    if (name && *name)
        lua_pushstring(L, name);
    else
        lua_pushfstring(L, "uid %d", (int)un_os_user());
    return 1;
}

/* core.shell_session(): the session of a shell that this process is in; nil: nobody can tell. */
static int shell_session(lua_State *L) {
    char found[UN_OWNER_TEXT];
    bool is_known = un_session(found);
    un_evidence_session(is_known ? found : NULL);
    if (!is_known)
        return 0;
    lua_pushstring(L, found);
    return 1;
}

/* core.unseen(): something is looked at past this module, so that nobody can tell when it changes.
 */
static int unseen(lua_State *L) {
    (void)L;
    un_evidence_lacks();
    return 0;
}

void un_bind_system(lua_State *L) {
    static const luaL_Reg functions[] = {{"now", now},
                                         {"realpath", canonical},
                                         {"hash", hash},
                                         {"mask", mask},
                                         {"before", is_before},
                                         {"stamp", stamp},
                                         {"read", read_file},
                                         {"isatty", is_terminal},
                                         {"machine", machine},
                                         {"user", user},
                                         {"system", host_system},
                                         {"shared", is_shared},
                                         {"own", own},
                                         {"digest", digest},
                                         {"variable", variable},
                                         {"columns", columns},
                                         {"is_mine", is_mine},
                                         {"entries", entries},
                                         {"shell_session", shell_session},
                                         {"unseen", unseen},
                                         {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
    /* Here, for who reads no lockfile still hashes it. */
    lua_pushinteger(L, (lua_Integer)UN_LOCKFILE_LIMIT);
    lua_setfield(L, -2, "lockfile_limit");
}
