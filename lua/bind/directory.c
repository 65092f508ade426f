/*
 * directory.c: a state directory, its files and its locks.
 */
#include "core/os/directory.h"
#include "bind.h"
#include "core/hash.h"
#include "core/os/atomic.h"
#include "core/os/file.h"
#include "core/os/lock.h"
#include "core/os/log.h"
#include "core/os/newest.h"
#include "core/os/os.h"
#include "core/os/ours.h"
#include "core/os/scratch.h"
#include "evidence.h"
#include "module.h"
#include <errno.h>
#include <fcntl.h>

#define DIRECTORY "upnudge.directory"

typedef struct directory {
    bool open;
    int fd;
} directory;

static const un_bind_type directory_type, lock_type;

static directory *check_directory(lua_State *L) {
    directory *dir = luaL_checkudata(L, 1, DIRECTORY);
    luaL_argcheck(L, dir->open, 1, "the directory is closed");
    return dir;
}

static int done(lua_State *L, un_status status, const un_error *error) {
    if (status != UN_OK)
        return un_bind_fail(L, error);
    lua_pushboolean(L, true);
    return 1;
}

/* core.directory(path [, create]): opens a directory that is ours. "denied" is the code of one that
 * may not be listed. */
static int directory_open(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    bool create = lua_toboolean(L, 2);
    un_error error = {0};
    directory *dir = un_bind_new(L, sizeof *dir, &directory_type);
    un_evidence_lacks();
    if (un_directory_open(&dir->fd, path, create, &error) != UN_OK) {
        int results = un_bind_fail(L, &error);
        if (error.sys == EACCES || error.sys == EPERM) {
            lua_pushliteral(L, "denied");
            lua_replace(L, -2);
        }
        return results;
    }
    dir->open = true;
    return 1;
}

/*
 * core.ours(outer, inner [, known]): whether both directories, the one in the other, could be
 * opened; else nil, why and a code. known: they could be a while ago, so only they themselves are
 * looked at.
 */
static int directory_ours(lua_State *L) {
    const char *outer = luaL_checkstring(L, 1), *inner = luaL_optstring(L, 2, NULL);
    un_error error = {0};
    un_status status = un_directory_examine(outer, &error);
    if (status == UN_OK && inner && lua_toboolean(L, 3))
        status = un_directory_examine(inner, &error);
    else if (status == UN_OK && inner)
        status = un_directory_reach(inner, &error);
    /* One that becomes another's could but silence; where one comes, there may be something to say.
     */
    if (status == UN_NOT_FOUND)
        un_evidence_look(inner ? inner : outer);
    else if (status != UN_OK)
        un_evidence_lacks();
    return done(L, status, &error);
}

/*
 * core.session([path]): the directory of the user's login session, which goes with it: that one, or
 * /run/user/UID; nil where it is not ours alone, and in a set-uid program.
 */
static int directory_session(lua_State *L) {
    const char *given = luaL_optstring(L, 1, NULL);
    un_error error = {0};
    un_evidence_lacks();
    if (un_os_is_raised())
        return 0;
    if (given)
        lua_pushvalue(L, 1);
    else
        lua_pushfstring(L, "/run/user/%I", (lua_Integer)un_os_user());
    if (un_directory_private(lua_tostring(L, -1), &error) != UN_OK)
        return un_bind_fail(L, &error);
    return 1;
}

/* dir:enter(name [, create]) */
static int directory_enter(lua_State *L) {
    const directory *parent = check_directory(L);
    const char *name = luaL_checkstring(L, 2);
    bool create = lua_toboolean(L, 3);
    un_error error = {0};
    directory *dir = un_bind_new(L, sizeof *dir, &directory_type);
    if (un_directory_enter(&dir->fd, parent->fd, name, create, &error) != UN_OK)
        return un_bind_fail(L, &error);
    dir->open = true;
    return 1;
}

/* dir:close() */
static int directory_close(lua_State *L) {
    directory *dir = luaL_checkudata(L, 1, DIRECTORY);
    if (dir->open)
        un_os_close(dir->fd);
    dir->open = false;
    return 0;
}

/* dir:read(name, limit [, anybodys]): bytes of a file that is ours, or may be anybody's. */
static int directory_read(lua_State *L) {
    const directory *dir = check_directory(L);
    const char *name = luaL_checkstring(L, 2);
    size_t limit = (size_t)luaL_checkinteger(L, 3);
    unsigned flags = UN_FILE_NO_FOLLOW | (lua_toboolean(L, 4) ? 0 : UN_FILE_OWNED);
    un_error error = {0};
    un_bytes *bytes = un_bind_new(L, sizeof *bytes, &un_bind_bytes);
    if (un_file_read(bytes, dir->fd, name, limit, flags, NULL, &error) != UN_OK)
        return un_bind_fail(L, &error);
    lua_pushlstring(L, bytes->slice.ptr, bytes->slice.len);
    un_bytes_free(bytes);
    return 1;
}

/* dir:holds(name, bytes): whether that file is ours and has these bytes. */
static int directory_holds(lua_State *L) {
    const directory *dir = check_directory(L);
    const char *name = luaL_checkstring(L, 2);
    un_slice bytes = un_bind_slice(L, 3);
    un_error error = {0};
    un_bytes *there = un_bind_new(L, sizeof *there, &un_bind_bytes);
    un_status status = un_file_read(there, dir->fd, name, bytes.len,
                                    UN_FILE_NO_FOLLOW | UN_FILE_OWNED, NULL, &error);
    if (status == UN_NO_MEMORY)
        return un_bind_fail(L, &error);
    lua_pushboolean(L, status == UN_OK && un_slice_equal(there->slice, bytes));
    un_bytes_free(there);
    return 1;
}

/* dir:replace(name, bytes, durable): all or nothing. */
static int directory_replace(lua_State *L) {
    const directory *dir = check_directory(L);
    const char *name = luaL_checkstring(L, 2);
    un_slice bytes = un_bind_slice(L, 3);
    bool durable = lua_toboolean(L, 4);
    un_error error = {0};
    return done(L, un_atomic_replace(dir->fd, name, bytes, durable, &error), &error);
}

/* dir:place(name, bytes): a durable file that nobody looks for yet. */
static int directory_place(lua_State *L) {
    const directory *dir = check_directory(L);
    const char *name = luaL_checkstring(L, 2);
    un_slice bytes = un_bind_slice(L, 3);
    un_error error = {0};
    return done(L, un_atomic_place(dir->fd, name, bytes, &error), &error);
}

/* core.publish(path, name, bytes): replaces a file in anybody's directory, for all to read. */
static int publish(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    const char *name = luaL_checkstring(L, 2);
    un_slice bytes = un_bind_slice(L, 3);
    un_error error = {0};
    return done(L, un_atomic_publish(path, name, bytes, &error), &error);
}

/* dir:could_replace(name, size): whether a replacement by so many bytes would succeed just now. */
static int directory_could_replace(lua_State *L) {
    const directory *dir = check_directory(L);
    const char *name = luaL_checkstring(L, 2);
    size_t size = (size_t)luaL_checkinteger(L, 3);
    un_error error = {0};
    return done(L, un_atomic_probe(dir->fd, name, size, &error), &error);
}

/* A file that is ours, to be written in place; *fd is the caller's to close. */
static un_status open_in_place(int *fd, int dir, const char *name, un_error *error) {
    struct stat found;
    un_status status = UN_OK;
    *fd = un_os_open(dir, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK, 0);
    if (*fd < 0)
        return un_fail_system(error, errno, name, "cannot open");
    if (un_os_fstat(*fd, &found) != 0)
        status = un_fail_system(error, errno, name, "cannot examine");
    else if (!un_is_our_file(&found))
        status = un_fail(error, UN_FOREIGN, "%s: not a regular file of ours", name);
    if (status != UN_OK)
        un_os_close(*fd);
    return status;
}

/* To the end: half of it would be worth less than what was there. */
static un_status overwrite_at(int fd, un_slice bytes, off_t offset, const char *name,
                              un_error *error) {
    while (bytes.len > 0) {
        ssize_t written = un_os_pwrite(fd, bytes.ptr, bytes.len, offset);
        if (written <= 0)
            return un_fail_system(error, written < 0 ? errno : ENOSPC, name, "cannot write");
        bytes = (un_slice){bytes.ptr + written, bytes.len - (size_t)written};
        offset += written;
    }
    return UN_OK;
}

/* dir:overwrite(name, offset, bytes): writes in place, takes no lock, never grows a file. */
static int directory_overwrite(lua_State *L) {
    const directory *dir = check_directory(L);
    const char *name = luaL_checkstring(L, 2);
    off_t offset = (off_t)luaL_checkinteger(L, 3);
    un_slice bytes = un_bind_slice(L, 4);
    un_error error = {0};
    int fd;
    un_status status = open_in_place(&fd, dir->fd, name, &error);
    if (status == UN_OK) {
        status = overwrite_at(fd, bytes, offset, name, &error);
        un_os_close(fd);
    }
    return done(L, status, &error);
}

/* dir:could_overwrite(name, end): whether the file could be written in place just now, as far as
 * that. */
static int directory_could_overwrite(lua_State *L) {
    const directory *dir = check_directory(L);
    const char *name = luaL_checkstring(L, 2);
    off_t end = (off_t)luaL_checkinteger(L, 3);
    un_error error = {0};
    int fd;
    un_status status = open_in_place(&fd, dir->fd, name, &error);
    if (status == UN_OK)
        un_os_close(fd);
    if (status == UN_OK && un_os_could_reach(end) != 0)
        status = un_fail_system(&error, errno, name, "cannot write");
    return done(L, status, &error);
}

/* dir:rename(from, to) */
static int directory_rename(lua_State *L) {
    const directory *dir = check_directory(L);
    const char *from = luaL_checkstring(L, 2);
    const char *to = luaL_checkstring(L, 3);
    un_error error = {0};
    un_status status = UN_OK;
    if (un_os_rename(dir->fd, from, to) != 0)
        status = un_fail_system(&error, errno, from, "cannot rename");
    return done(L, status, &error);
}

/* dir:remove(name) */
static int directory_remove(lua_State *L) {
    const directory *dir = check_directory(L);
    const char *name = luaL_checkstring(L, 2);
    un_error error = {0};
    un_status status = UN_OK;
    if (un_os_unlink(dir->fd, name) != 0)
        status = un_fail_system(&error, errno, name, "cannot remove");
    return done(L, status, &error);
}

/* dir:remove_empty(name): a directory in which there is nothing. */
static int directory_remove_empty(lua_State *L) {
    const directory *dir = check_directory(L);
    const char *name = luaL_checkstring(L, 2);
    un_error error = {0};
    un_status status = UN_OK;
    if (un_os_rmdir(dir->fd, name) != 0)
        status = un_fail_system(&error, errno, name, "cannot remove");
    return done(L, status, &error);
}

/* dir:sync(): what was renamed in it lasts, whatever becomes of the machine. Blocks as fsync does.
 */
static int directory_sync(lua_State *L) {
    const directory *dir = check_directory(L);
    un_error error = {0};
    un_status status = UN_OK;
    if (un_os_fsync(dir->fd) != 0)
        status = un_fail_system(&error, errno, NULL, "cannot sync the directory");
    return done(L, status, &error);
}

/* dir:exists(name): whether there is a file of that name, link or not. */
static int directory_exists(lua_State *L) {
    const directory *dir = check_directory(L);
    struct stat found;
    lua_pushboolean(L, un_os_stat(dir->fd, luaL_checkstring(L, 2), &found, false) == 0);
    return 1;
}

/* Bytes of the names that are told; of many, 15,000 keys of environments. */
#define NAMES_ROOM      4096
#define MANY_NAMES_ROOM ((size_t)512 << 10)

/* dir:names([many]): what is in it, in no order; of more than there is room for not all. */
static int directory_names(lua_State *L) {
    const directory *dir = check_directory(L);
    char few[NAMES_ROOM], *names = few;
    size_t room = sizeof few, length = 0;
    un_error error = {0};
    if (lua_toboolean(L, 2)) {
        room = MANY_NAMES_ROOM;
        names = lua_newuserdatauv(L, room, 0);
    }
    if (un_directory_names(names, room, &length, dir->fd, &error) != UN_OK)
        return un_bind_fail(L, &error);
    lua_newtable(L);
    lua_Integer count = 0;
    for (size_t at = 0; at < length; at += strlen(names + at) + 1) {
        lua_pushstring(L, names + at);
        lua_rawseti(L, -2, ++count);
    }
    return 1;
}

/* Environments among which somebody may choose. */
#define NEWEST_MOST 4096

/*
 * dir:newest(file, most): the keys of the environments in it, those first in which the file changed
 * last, and when each did, in nanoseconds; how many there are in all.
 */
static int directory_newest(lua_State *L) {
    _Static_assert(UN_NEWEST_KEY == UN_DIGEST_LENGTH, "a key is a digest");
    const directory *dir = check_directory(L);
    const char *file = luaL_checkstring(L, 2);
    lua_Integer most = luaL_checkinteger(L, 3);
    size_t kept, count;
    un_error error = {0};
    luaL_argcheck(L, most > 0 && most <= NEWEST_MOST, 3, "out of range");
    un_newest *list = lua_newuserdatauv(L, (size_t)most * sizeof *list, 0);
    if (un_newest_find(list, (size_t)most, &kept, &count, dir->fd, file, &error) != UN_OK)
        return un_bind_fail(L, &error);
    lua_createtable(L, (int)kept, 0);
    lua_createtable(L, (int)kept, 0);
    for (size_t i = 0; i < kept; i++) {
        lua_pushstring(L, list[i].key);
        lua_rawseti(L, -3, (lua_Integer)i + 1);
        lua_pushinteger(L, list[i].written);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_pushinteger(L, (lua_Integer)count);
    return 3;
}

/* dir:sweep(): removes what dead writers left; the number removed. */
static int directory_sweep(lua_State *L) {
    const directory *dir = check_directory(L);
    size_t removed = 0;
    un_error error = {0};
    if (un_atomic_sweep(dir->fd, &removed, &error) != UN_OK)
        return un_bind_fail(L, &error);
    lua_pushinteger(L, (lua_Integer)removed);
    return 1;
}

/* dir:make_scratch(purpose): the name of a new directory in it, for one process alone. */
static int directory_make_scratch(lua_State *L) {
    const directory *dir = check_directory(L);
    const char *purpose = luaL_checkstring(L, 2);
    char name[UN_SCRATCH_NAME];
    un_error error = {0};
    if (un_scratch_make(name, dir->fd, purpose, &error) != UN_OK)
        return un_bind_fail(L, &error);
    lua_pushstring(L, name);
    return 1;
}

/* dir:remove_scratch(name): with all that is in it. */
static int directory_remove_scratch(lua_State *L) {
    const directory *dir = check_directory(L);
    const char *name = luaL_checkstring(L, 2);
    un_error error = {0};
    return done(L, un_scratch_remove(dir->fd, name, &error), &error);
}

/* dir:sweep_scratch(purpose): removes all of them; the number removed. For who holds their lock. */
static int directory_sweep_scratch(lua_State *L) {
    const directory *dir = check_directory(L);
    const char *purpose = luaL_checkstring(L, 2);
    size_t removed = 0;
    un_error error = {0};
    if (un_scratch_sweep(dir->fd, purpose, &removed, &error) != UN_OK)
        return un_bind_fail(L, &error);
    lua_pushinteger(L, (lua_Integer)removed);
    return 1;
}

typedef un_status add_lines(int dir, const char *name, un_slice lines, size_t limit,
                            un_error *error);

static int add_to_log(lua_State *L, add_lines *add) {
    const directory *dir = check_directory(L);
    const char *name = luaL_checkstring(L, 2);
    un_slice lines = un_bind_slice(L, 3);
    size_t limit = (size_t)luaL_checkinteger(L, 4);
    un_error error = {0};
    return done(L, add(dir->fd, name, lines, limit, &error), &error);
}

/* dir:append(name, lines, limit): to a log that stays within two limits. */
static int directory_append(lua_State *L) {
    return add_to_log(L, un_log_append);
}

/* dir:continue(name, lines, limit): the same, unless a log would have to begin. In front stands an
 * empty line: whoever wrote last may have come no further than the middle of his. */
static int directory_continue(lua_State *L) {
    luaL_checkstring(L, 3);
    lua_pushliteral(L, "\n");
    lua_pushvalue(L, 3);
    lua_concat(L, 2);
    lua_replace(L, 3);
    return add_to_log(L, un_log_continue);
}

/* dir:log(name): an emptied file for standard error of a detached check; its descriptor. */
static int directory_log(lua_State *L) {
    const directory *dir = check_directory(L);
    const char *name = luaL_checkstring(L, 2);
    un_error error = {0};
    int fd = -1;
    if (un_log_begin(&fd, dir->fd, name, &error) != UN_OK)
        return un_bind_fail(L, &error);
    lua_pushinteger(L, fd);
    return 1;
}

/* dir:lock(name [, milliseconds]): a held lock; without a time it does not wait. */
static int directory_lock(lua_State *L) {
    const directory *dir = check_directory(L);
    const char *name = luaL_checkstring(L, 2);
    lua_Integer wait = luaL_optinteger(L, 3, 0);
    un_error error = {0};
    un_lock *lock = un_bind_new(L, sizeof *lock, &lock_type);
    un_status status = wait > 0 ? un_lock_wait(lock, dir->fd, name, wait, &error)
                                : un_lock_try(lock, dir->fd, name, &error);
    return status == UN_OK ? 1 : un_bind_fail(L, &error);
}

/* dir:could_lock(name): whether that lock could be had just now. Nobody notices. */
static int directory_could_lock(lua_State *L) {
    const directory *dir = check_directory(L);
    const char *name = luaL_checkstring(L, 2);
    un_error error = {0};
    return done(L, un_lock_probe(dir->fd, name, &error), &error);
}

/* dir:holder(name): of a lock for which a file stands in: machine, process, since when, and whether
 * that process is seen from here; nothing where nobody holds it so. */
static int directory_holder(lua_State *L) {
    const directory *dir = check_directory(L);
    const char *name = luaL_checkstring(L, 2);
    un_error error = {0};
    un_holder holder;
    un_status status = un_standin_holder(&holder, dir->fd, name, &error);
    if (status != UN_OK)
        return status == UN_NOT_FOUND ? 0 : un_bind_fail(L, &error);
    lua_pushstring(L, holder.machine);
    lua_pushinteger(L, holder.pid);
    lua_pushinteger(L, holder.since);
    lua_pushboolean(L, holder.near);
    return 4;
}

static const un_lock *check_lock(lua_State *L) {
    const un_lock *lock = luaL_checkudata(L, 1, UN_BIND_LOCK);
    luaL_argcheck(L, lock->held, 1, "the lock is not held");
    return lock;
}

/* lock:note(from, until): two times for the next holder. */
static int lock_note(lua_State *L) {
    const un_lock *lock = check_lock(L);
    un_error error = {0};
    return done(L, un_lock_note(lock, luaL_checkinteger(L, 2), luaL_checkinteger(L, 3), &error),
                &error);
}

/* lock:noted(): the two times, if there are any. */
static int lock_noted(lua_State *L) {
    const un_lock *lock = check_lock(L);
    int64_t from, until;
    un_error error = {0};
    if (un_lock_noted(lock, &from, &until, &error) != UN_OK)
        return un_bind_fail(L, &error);
    if (until <= from)
        return 0;
    lua_pushinteger(L, from);
    lua_pushinteger(L, until);
    return 2;
}

/* lock:is_file(): whether a file stands in for it, because the file system has no locks. */
static int lock_is_file(lua_State *L) {
    lua_pushboolean(L, check_lock(L)->standin.held);
    return 1;
}

/* lock:release() */
static int lock_release(lua_State *L) {
    un_lock_release(luaL_checkudata(L, 1, UN_BIND_LOCK));
    return 0;
}

static const luaL_Reg directory_methods[] = {{"enter", directory_enter},
                                             {"close", directory_close},
                                             {"read", directory_read},
                                             {"holds", directory_holds},
                                             {"replace", directory_replace},
                                             {"place", directory_place},
                                             {"could_replace", directory_could_replace},
                                             {"overwrite", directory_overwrite},
                                             {"could_overwrite", directory_could_overwrite},
                                             {"rename", directory_rename},
                                             {"remove", directory_remove},
                                             {"remove_empty", directory_remove_empty},
                                             {"exists", directory_exists},
                                             {"sync", directory_sync},
                                             {"names", directory_names},
                                             {"newest", directory_newest},
                                             {"append", directory_append},
                                             {"continue", directory_continue},
                                             {"sweep", directory_sweep},
                                             {"make_scratch", directory_make_scratch},
                                             {"remove_scratch", directory_remove_scratch},
                                             {"sweep_scratch", directory_sweep_scratch},
                                             {"log", directory_log},
                                             {"lock", directory_lock},
                                             {"could_lock", directory_could_lock},
                                             {"holder", directory_holder},
                                             {"__gc", directory_close},
                                             {"__close", directory_close},
                                             {NULL, NULL}};
static const un_bind_type directory_type = {DIRECTORY, directory_methods};

static const luaL_Reg lock_methods[] = {{"release", lock_release},
                                        {"note", lock_note},
                                        {"noted", lock_noted},
                                        {"is_file", lock_is_file},
                                        {"__gc", lock_release},
                                        {"__close", lock_release},
                                        {NULL, NULL}};
static const un_bind_type lock_type = {UN_BIND_LOCK, lock_methods};

void un_bind_directory_types(lua_State *L) {
    un_bind_register(L, &directory_type);
    un_bind_register(L, &lock_type);
}

void un_bind_directory(lua_State *L) {
    lua_pushcfunction(L, directory_open);
    lua_setfield(L, -2, "directory");
    lua_pushcfunction(L, directory_ours);
    lua_setfield(L, -2, "ours");
    lua_pushcfunction(L, publish);
    lua_setfield(L, -2, "publish");
    lua_pushcfunction(L, directory_session);
    lua_setfield(L, -2, "session");
}
