#include "vm.h"
#include "budget.h"
#include "core/hash.h"
#include "embedded.h"
#include "fault.h"
#include "metatable.h"
#include "order.h"
#include <lauxlib.h>
#include <limits.h>
#include <lualib.h>
#include <string.h>

/* Longest error message that is handed on, in bytes. */
#define MESSAGE ((size_t)64 << 10)
/* What asking the host costs, and finding a method of a text. */
#define PER_FETCH  100
#define PER_METHOD 8
/* What a digest costs, and the bytes of a text that cost one more. */
#define PER_DIGEST   20
#define BYTES_HASHED 32
/* Values and calls that a thread has room for from the start. */
#define THREAD_STACK 200
#define THREAD_DEPTH 40
/* What copying one value costs, on both sides. */
#define PER_VALUE 8
/* Tables of an answer between two looks at the clock, more than most have: one that had many values
 * and has none is long to look through, and may be reached on many ways. */
#define TABLES_PER_LOOK 8
/* More than opening a module of ours takes, with those that it requires. */
#define LENT_INSTRUCTIONS 100000
#define LENT_MEMORY       ((size_t)1 << 20)

const un_vm_limits un_vm_for_policy = {
    .instructions = 500000,
    .time = 14000000,
    .memory = (size_t)8 << 20,
    .string = (size_t)128 << 10,
    .text = (size_t)4 << 20,
    .entries = 200000,
    .depth = 6,
    .worst_case = true,
    .too_long = "the policy ran too long (more than 500,000 instructions)",
    .too_slow = "the policy ran too long (its instructions take far more time than others)",
    .too_large = "the policy used more than 8 MB of memory",
};

const un_vm_limits un_vm_for_format = {
    .instructions = 500000000,
    .time = 20000000000,
    .memory = (size_t)1 << 30,
    .string = (size_t)64 << 20,
    .text = (size_t)256 << 20,
    .entries = 20000000,
    .depth = 64,
    .too_long = "the format ran too long (more than 500,000,000 instructions)",
    .too_slow = "the format ran too long (its instructions take far more time than others)",
    .too_large = "the format used more than 1 GB of memory",
};

/* The two ends of what marks a style. */
#define MARK     '\016'
#define MARK_END '\017'

static const char entries_key = 0;

typedef struct crossing {
    un_vm *vm;
    lua_State *from, *to;
    int left;    /* values that may still cross */
    int tables;  /* that were copied of an answer */
    size_t room; /* bytes of text */
    bool within; /* a table, or was looked up: it is no code that we were given to load */
} crossing;

static crossing crossing_of(un_vm *vm, lua_State *from, lua_State *to) {
    return (crossing){
        .vm = vm, .from = from, .to = to, .left = vm->limits->entries, .room = vm->limits->text};
}

/*
 * Copies the value at `index` (absolute) of `from` onto the top of `to`, reading it raw: no
 * metamethod runs, so neither side can be made to work by what it is handed. NULL, or what of it
 * may not cross; then both stacks hold more than before, and the caller cuts them.
 */
static const char *copy(crossing *c, int index, int depth);

/* How many values a table has, as far as they may cross. */
static int count_values(const crossing *c, int index) {
    int count = 0;
    for (lua_pushnil(c->from); count < c->left && lua_next(c->from, index); lua_pop(c->from, 1))
        count++;
    if (count == c->left)
        lua_pop(c->from, 1);
    return count;
}

/* A key has depth 0: a table that is one would be another on the other side, and never found. */
static const char *copy_table(crossing *c, int index, int depth) {
    if (depth == 0)
        return "a table nested too deep";
    if (!lua_checkstack(c->from, 4) || !lua_checkstack(c->to, 4))
        return "too many values";
    bool looks = c->from == c->vm->L && ++c->tables % TABLES_PER_LOOK == 0;
    if (looks && un_vm_take_slow(c->vm, PER_VALUE))
        return c->vm->spent;
    /* The length is any number that has a value where the next has none. */
    lua_Unsigned length = lua_rawlen(c->from, index);
    int values = count_values(c, index);
    int items = length < (lua_Unsigned)values ? (int)length : values;
    lua_createtable(c->to, items, values - items);
    c->within = true;
    for (lua_pushnil(c->from); lua_next(c->from, index); lua_pop(c->from, 1)) {
        int key = lua_gettop(c->from) - 1;
        const char *fault = --c->left < 0 ? "too many values" : un_vm_take(c->vm, PER_VALUE);
        if (!fault)
            fault = copy(c, key, 0);
        if (!fault)
            fault = copy(c, key + 1, depth - 1);
        if (fault)
            return fault;
        lua_rawset(c->to, -3);
    }
    return NULL;
}

/* digest(text): the digest of a text, by what hashing that many bytes is worth. */
static int digest(lua_State *L) {
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    un_vm_charge(L, PER_DIGEST + length / BYTES_HASHED);
    lua_pushlstring(L, un_hash_bytes((un_slice){text, length}).hex, UN_DIGEST_LENGTH);
    return 1;
}

/* Comparing texts is slow where NULs are, so there are none in a policy's VM; and marks of styles
 * are made in it alone (upnudge.language.style), so that no stranger's name has any. */
static bool is_barred(char byte) {
    return !byte || byte == MARK || byte == MARK_END;
}

static bool has_barred(const char *bytes, size_t length) {
    size_t i = 0;
    while (i < length && !is_barred(bytes[i]))
        i++;
    return i < length;
}

static void push_without_barred(lua_State *L, const char *bytes, size_t length) {
    luaL_Buffer buffer;
    char *copy = luaL_buffinitsize(L, &buffer, length);
    for (size_t i = 0; i < length; i++)
        copy[i] = is_barred(bytes[i]) ? '?' : bytes[i];
    luaL_pushresultsize(&buffer, length);
}

static const char *copy_string(crossing *c, int index) {
    size_t length;
    const char *bytes = lua_tolstring(c->from, index, &length);
    if (length > c->room)
        return "too much text";
    c->room -= length;
    bool plain = c->within && c->to == c->vm->L && c->vm->limits->worst_case;
    if (plain && has_barred(bytes, length))
        push_without_barred(c->to, bytes, length);
    else
        lua_pushlstring(c->to, bytes, length);
    return NULL;
}

static const char *copy_number(crossing *c, int index) {
    if (lua_isinteger(c->from, index))
        lua_pushinteger(c->to, lua_tointeger(c->from, index));
    else
        lua_pushnumber(c->to, lua_tonumber(c->from, index));
    return NULL;
}

static const char *copy(crossing *c, int index, int depth) {
    switch (lua_type(c->from, index)) {
    case LUA_TNIL:
        lua_pushnil(c->to);
        return NULL;
    case LUA_TBOOLEAN:
        lua_pushboolean(c->to, lua_toboolean(c->from, index));
        return NULL;
    case LUA_TNUMBER:
        return copy_number(c, index);
    case LUA_TSTRING:
        return copy_string(c, index);
    case LUA_TTABLE:
        return copy_table(c, index, depth);
    default:
        return "a value that is neither text, number, boolean nor table";
    }
}

typedef struct question {
    const un_vm *vm;
    const char *what;
} question;

/* In the host's state, protected: even to hand over the question may take memory. */
static int ask_host(lua_State *host) {
    const question *q = lua_touserdata(host, 1);
    lua_rawgeti(host, LUA_REGISTRYINDEX, q->vm->fetch);
    lua_pushstring(host, q->what);
    lua_call(host, 1, 1);
    return 1;
}

/*
 * fetch(what): asks the host for what is looked up only when somebody looks at it; nothing when the
 * host has none or fails. It is called in the host's own state, on the stack of the call that we
 * are in, and leaves nothing there.
 */
static int fetch(lua_State *L) {
    un_vm *vm = un_vm_of(L);
    lua_State *host = vm->host;
    const char *what = luaL_checkstring(L, 1);
    question q = {vm, what};
    int base = lua_gettop(host);
    un_vm_charge(L, PER_FETCH);
    if (!lua_checkstack(host, 8))
        return luaL_error(L, "out of memory");
    lua_pushcfunction(host, ask_host);
    lua_pushlightuserdata(host, &q);
    un_vm_pause(vm);
    uselocale(vm->outside);
    int status = lua_pcall(host, 1, 1, 0);
    uselocale(vm->plain);
    if (status != LUA_OK) {
        lua_settop(host, base);
        return 0;
    }
    crossing c = crossing_of(vm, host, L);
    c.within = true;
    vm->trusted = true;
    const char *fault = copy(&c, base + 1, vm->limits->depth);
    vm->trusted = false;
    lua_settop(host, base);
    return fault ? luaL_error(L, "%s holds %s", what, fault) : 1;
}

/* __index of strings: the safe library, so that ("x"):rep(n) is the safe one too. Its upvalue, once
 * it is opened. */
static int index_string(lua_State *L) {
    if (lua_isnil(L, lua_upvalueindex(1))) {
        lua_getglobal(L, "require");
        lua_pushliteral(L, "upnudge.sandbox.string");
        lua_call(L, 1, 1);
        lua_replace(L, lua_upvalueindex(1));
    }
    un_vm_charge(L, PER_METHOD);
    lua_settop(L, 2);
    lua_gettable(L, lua_upvalueindex(1));
    return 1;
}

/* Strings get our metatable, locked; luaopen_string would set one that leads to the real library.
 */
static void lock_strings(lua_State *L) {
    lua_pushliteral(L, "");
    lua_createtable(L, 0, 2);
    lua_pushnil(L);
    lua_pushcclosure(L, index_string, 1);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

static int open_string(lua_State *L) {
    luaopen_string(L);
    lock_strings(L);
    return 1;
}

/* Lua's own `sort` takes its pivots from the clock. */
static int open_table(lua_State *L) {
    luaopen_table(L);
    lua_pushcfunction(L, un_order_sort);
    lua_setfield(L, -2, "sort");
    return 1;
}

/* In the place of functions of base, and beside them: what upnudge.sandbox makes of it is what a
 * policy sees. */
static void register_functions(lua_State *L) {
    static const luaL_Reg functions[] = {{"pcall", un_vm_lua_pcall},
                                         {"pairs", un_order_pairs},
                                         {"charge", un_vm_lua_charge},
                                         {"charged", un_vm_lua_charged},
                                         {"compile", un_vm_lua_compile},
                                         {"set_metatable", un_metatable_set},
                                         {"get_metatable", un_metatable_get},
                                         {"attempt", un_vm_lua_attempt},
                                         {"where", un_fault_lua_where},
                                         {"kept", un_fault_lua_kept},
                                         {"fetch", fetch},
                                         {"digest", digest},
                                         {NULL, NULL}};
    lua_pushglobaltable(L);
    luaL_setfuncs(L, functions, 0);
    un_order_push_next(L);
    lua_setfield(L, -2, "next");
    un_order_push_ipairs(L);
    lua_setfield(L, -2, "ipairs");
    lua_pop(L, 1);
}

static long plus(long a, long b) {
    return b > 0 && a > LONG_MAX - b ? LONG_MAX : a + b;
}

static void give(un_vm *vm, long instructions) {
    vm->left = plus(vm->left, instructions);
    vm->looked_left = plus(vm->looked_left, instructions);
}

/*
 * Upvalue: `require`. What it opens is ours: it costs a policy nothing, and makes nothing dear. Who
 * has so little stack left that it fails pays for the attempt, and is as little trusted as before.
 */
static int require_own(lua_State *L) {
    un_vm *vm = un_vm_of(L);
    bool nested = vm->trusted;
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    if (nested) {
        lua_call(L, 1, 1);
        return 1;
    }
    long lent = vm->left < LENT_INSTRUCTIONS ? LENT_INSTRUCTIONS - vm->left : 0;
    give(vm, lent);
    vm->own += LENT_MEMORY;
    long left = vm->left;
    size_t used = vm->used;
    vm->trusted = true;
    int status = lua_pcall(L, 1, 1, 0);
    vm->trusted = false;
    long took = left - vm->left;
    give(vm, took - lent);
    vm->own -= LENT_MEMORY;
    if (status != LUA_OK) {
        un_vm_take(vm, (size_t)took);
        return lua_error(L);
    }
    vm->own += vm->used > used ? vm->used - used : 0;
    return 1;
}

/*
 * Runs inside the VM, protected: libraries, our functions, the entry table. The libraries but base
 * wait for a `require` of our modules, which most activations come without; what a policy sees of
 * them the sandbox decides.
 */
static int prepare(lua_State *L) {
    static const luaL_Reg libraries[] = {{LUA_STRLIBNAME, open_string},
                                         {LUA_TABLIBNAME, open_table},
                                         {LUA_MATHLIBNAME, luaopen_math},
                                         {LUA_UTF8LIBNAME, luaopen_utf8},
                                         {NULL, NULL}};
    luaL_requiref(L, LUA_GNAME, luaopen_base, 1);
    register_functions(L);
    lock_strings(L);
    un_module_push_require(L, libraries, NULL);
    lua_pushcclosure(L, require_own, 1);
    lua_pushvalue(L, -1);
    lua_setglobal(L, "require");
    lua_pushliteral(L, "upnudge.sandbox");
    lua_call(L, 1, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &entries_key);
    return 0;
}

/* A message that is safe to read: never calls a metamethod of the policy. */
static void push_message(lua_State *to, lua_State *from) {
    size_t length;
    const char *text = lua_type(from, -1) == LUA_TSTRING ? lua_tolstring(from, -1, &length) : NULL;
    if (text && length <= MESSAGE)
        lua_pushlstring(to, text, length);
    else if (text)
        lua_pushliteral(to, "(the error is a text of more than 64 KiB)");
    else
        lua_pushfstring(to, "(the error is no text but a %s)", luaL_typename(from, -1));
}

static void push_spent(lua_State *to, un_vm *vm) {
    lua_pushfstring(to, "%s%s", un_vm_spender(vm), vm->spent);
}

bool un_vm_open(un_vm *vm, const un_vm_limits *limits, lua_State *host) {
    vm->limits = limits;
    vm->fetch = LUA_NOREF;
    vm->starved = false;
    vm->plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    un_vm_refill(vm);
    /* No hook looks: only our own code runs. */
    vm->L = lua_newstate(un_vm_allocate, vm);
    if (!vm->L) {
        un_pool_free(&vm->pool);
        vm->starved = true;
        lua_pushliteral(host, "out of memory");
        return false;
    }
    lua_gc(vm->L, LUA_GCSTOP);
    lua_pushcfunction(vm->L, prepare);
    if (lua_pcall(vm->L, 0, 0, 0) == LUA_OK && !vm->spent) {
        un_vm_refill(vm);
        vm->own = vm->used;
        return true;
    }
    if (vm->spent)
        push_spent(host, vm);
    else
        push_message(host, vm->L);
    un_vm_close(vm);
    return false;
}

typedef struct call {
    lua_State *host;
    const char *name;
    int first, arguments;
} call;

/* Runs inside the VM, protected: copies the arguments in and calls the entry. */
static int enter(lua_State *L) {
    const call *what = lua_touserdata(L, 1);
    un_vm *vm = un_vm_of(L);
    crossing c = crossing_of(vm, what->host, L);
    vm->trusted = true;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &entries_key);
    lua_getfield(L, -1, what->name);
    for (int i = 0; i < what->arguments; i++) {
        const char *fault = copy(&c, what->first + i, vm->limits->depth);
        if (fault)
            return luaL_error(L, "an argument holds %s", fault);
    }
    vm->trusted = false;
    lua_call(L, what->arguments, 1);
    return 1;
}

/* The status of the call, whose answer or error is then alone on the VM's stack. */
static int run(un_vm *vm, call *what) {
    vm->host = what->host;
    vm->trusted = false;
    vm->starved = false;
    un_vm_enter(vm);
    lua_settop(vm->L, 0);
    lua_pushcfunction(vm->L, enter);
    lua_pushlightuserdata(vm->L, what);
    int status = lua_pcall(vm->L, 1, 1, 0);
    un_vm_leave(vm);
    vm->starved = vm->starved && status != LUA_OK;
    return status;
}

/* Whatever happens, the host's stack is cut to where the arguments began before one value is
 * pushed. */
bool un_vm_call(un_vm *vm, lua_State *host, const char *name, int arguments) {
    call what = {host, name, lua_gettop(host) - arguments + 1, arguments};
    int status = run(vm, &what);
    lua_settop(host, what.first - 1);
    if (vm->spent) {
        push_spent(host, vm);
        return false;
    }
    if (status != LUA_OK) {
        push_message(host, vm->L);
        return false;
    }
    crossing c = crossing_of(vm, vm->L, host);
    const char *fault = copy(&c, 1, vm->limits->depth);
    un_vm_pause(vm);
    if (!fault)
        return true;
    lua_settop(host, what.first - 1);
    if (vm->spent)
        push_spent(host, vm);
    else
        lua_pushfstring(host, "the answer holds %s", fault);
    return false;
}

void un_vm_refill(un_vm *vm) {
    vm->left = vm->limits->instructions;
    vm->used_time = 0;
}

static int open_module(lua_State *L) {
    lua_getglobal(L, "require");
    lua_pushstring(L, lua_touserdata(L, 1));
    lua_call(L, 1, 0);
    return 0;
}

bool un_vm_open_module(un_vm *vm, lua_State *host, const char *name) {
    lua_pushcfunction(vm->L, open_module);
    lua_pushlightuserdata(vm->L, (void *)(uintptr_t)name);
    bool opened = lua_pcall(vm->L, 1, 0, 0) == LUA_OK;
    if (!opened)
        push_message(host, vm->L);
    lua_settop(vm->L, 0);
    return opened;
}

/* Upvalues: none. As deep as calls of an activation go, and some more. */
static int descend(lua_State *L) {
    lua_Integer left = lua_tointeger(L, 1);
    if (left > 0) {
        lua_pushcfunction(L, descend);
        lua_pushinteger(L, left - 1);
        lua_call(L, 1, 0);
    }
    return 0;
}

lua_State *un_vm_fresh_thread(lua_State *L) {
    lua_State *thread = lua_newthread(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, thread);
    luaL_checkstack(thread, THREAD_STACK, NULL);
    lua_pushcfunction(thread, descend);
    lua_pushinteger(thread, THREAD_DEPTH);
    lua_call(thread, 1, 0);
    return thread;
}

void un_vm_settle(un_vm *vm) {
    lua_gc(vm->L, LUA_GCCOLLECT);
    un_pool_settle(&vm->pool);
    vm->L = un_vm_fresh_thread(vm->L);
}

void un_vm_adopt(un_vm *vm) {
    vm->plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    vm->patience = 0;
    un_vm_refill(vm);
}

/* Nothing in it is finalised: no userdata, and no __gc gets past the sandbox. So memory is all. */
void un_vm_close(un_vm *vm) {
    vm->L = NULL;
    un_pool_free(&vm->pool);
    if (vm->plain)
        freelocale(vm->plain);
    vm->plain = (locale_t)0;
}
