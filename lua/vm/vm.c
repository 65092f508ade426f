#include "vm.h"
#include "embedded.h"
#include <lauxlib.h>
#include <lualib.h>
#include <string.h>
#include <time.h>

/* How often the hook looks at the budget, in instructions. */
#define STRIDE 500
/* Bytes whose allocation, with what is done to fill them, counts as one instruction. */
#define BYTES_PER_INSTRUCTION 32
/* Bytes that a VM holds before its garbage collector starts; most never get there. */
#define COLLECT_FROM ((size_t)1 << 20)
/* Longest error message that is handed on, in bytes. */
#define MESSAGE ((size_t)64 << 10)
/* What Lua adds to a text's bytes when it asks for their memory, rounded up. */
#define TEXT_HEADER 64

const un_vm_limits un_vm_for_policy = {
    .instructions = 1000000,
    .time = 10000000,
    .memory = (size_t)8 << 20,
    .string = (size_t)128 << 10,
    .text = (size_t)4 << 20,
    .entries = 200000,
    .depth = 6,
    .too_long = "the policy ran too long (more than 1,000,000 instructions)",
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
    .too_large = "the format used more than 1 GB of memory",
};

static const char entries_key = 0;

static un_vm *vm_of(lua_State *L) {
    void *vm;
    lua_getallocf(L, &vm);
    return vm;
}

static void hook(lua_State *L, lua_Debug *ar);

static void spend(un_vm *vm, const char *why) {
    if (!vm->spent)
        vm->spent = why;
    if (vm->L)
        lua_sethook(vm->L, hook, LUA_MASKCOUNT, 1);
}

/* Light, for a policy may have made thousands of handlers that each see it pass. */
static int give_up(lua_State *L) {
    lua_pushlightuserdata(L, (void *)(uintptr_t)&entries_key);
    return lua_error(L);
}

static void take(un_vm *vm, size_t instructions) {
    vm->left = instructions < (size_t)vm->left ? vm->left - (long)instructions : 0;
    if (vm->left == 0)
        spend(vm, vm->limits->too_long);
}

/*
 * lua_Alloc. Where there was no block, `old` is the type of what is made. A text that is too long
 * alone is refused; anything else is given even when it is too much, and the hook raises soon.
 */
static void *allocate(void *ud, void *block, size_t old, size_t size) {
    un_vm *vm = ud;
    if (!block && old == LUA_TSTRING && size > vm->limits->string + TEXT_HEADER) {
        spend(vm, vm->limits->too_large);
        return NULL;
    }
    void *moved = un_pool_resize(&vm->pool, block, old, size);
    if (size > 0 && !moved)
        return NULL;
    vm->used += size - (block ? old : 0);
    take(vm, size / BYTES_PER_INSTRUCTION);
    if (vm->used > vm->limits->memory && size > 0)
        spend(vm, vm->limits->too_large);
    return moved;
}

static int64_t processor_time(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/*
 * Runs every so many instructions, and before each one once the budget is spent. Most VMs end
 * before there is garbage worth collecting, so their collector starts here.
 */
static void hook(lua_State *L, lua_Debug *ar) {
    un_vm *vm = vm_of(L);
    (void)ar;
    if (vm->used > COLLECT_FROM)
        lua_gc(L, LUA_GCRESTART);
    take(vm, STRIDE);
    /* Most calls are over before the hook runs, and never ask for the time. */
    int64_t now = processor_time();
    if (vm->entered == 0)
        vm->entered = now;
    if (now - vm->entered + vm->used_time > vm->limits->time)
        spend(vm, vm->limits->too_long);
    if (vm->spent)
        give_up(L);
}

/* charge(n): takes n instructions off the budget, for work that one call does in C. */
static int charge(lua_State *L) {
    un_vm *vm = vm_of(L);
    lua_Number cost = luaL_checknumber(L, 1);
    take(vm, cost > 0 && cost < (lua_Number)vm->left ? (size_t)cost : cost > 0 ? SIZE_MAX : 0);
    return vm->spent ? give_up(L) : 0;
}

/* pcall of the VM: hands on what cannot be caught. */
static int sealed_pcall(lua_State *L) {
    luaL_checkany(L, 1);
    int status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
    if (vm_of(L)->spent)
        return give_up(L);
    luaL_checkstack(L, 1, NULL);
    lua_pushboolean(L, status == LUA_OK);
    lua_insert(L, 1);
    return lua_gettop(L);
}

/* where(level): "file", line of the function at that level of the calling stack. */
static int where(lua_State *L) {
    lua_Debug ar;
    if (!lua_getstack(L, (int)luaL_checkinteger(L, 1), &ar))
        return 0;
    lua_getinfo(L, "Sl", &ar);
    lua_pushstring(L, ar.short_src);
    lua_pushinteger(L, ar.currentline);
    return 2;
}

typedef struct crossing {
    lua_State *from, *to;
    int left;    /* values that may still cross */
    size_t room; /* bytes of text */
} crossing;

static crossing crossing_of(const un_vm *vm, lua_State *from, lua_State *to) {
    return (crossing){from, to, vm->limits->entries, vm->limits->text};
}

/*
 * Copies the value at `index` (absolute) of `from` onto the top of `to`, reading it raw: no
 * metamethod runs, so neither side can be made to work by what it is handed. NULL, or what of it
 * may not cross; then both stacks hold more than before, and the caller cuts them.
 */
static const char *copy(crossing *c, int index, int depth);

/* A key has depth 0: a table that is one would be another on the other side, and never found. */
static const char *copy_table(crossing *c, int index, int depth) {
    if (depth == 0)
        return "a table nested too deep";
    if (!lua_checkstack(c->from, 4) || !lua_checkstack(c->to, 4))
        return "too many values";
    lua_newtable(c->to);
    for (lua_pushnil(c->from); lua_next(c->from, index); lua_pop(c->from, 1)) {
        int key = lua_gettop(c->from) - 1;
        const char *fault = --c->left < 0 ? "too many values" : copy(c, key, 0);
        if (!fault)
            fault = copy(c, key + 1, depth - 1);
        if (fault)
            return fault;
        lua_rawset(c->to, -3);
    }
    return NULL;
}

static const char *copy_string(crossing *c, int index) {
    size_t length;
    const char *bytes = lua_tolstring(c->from, index, &length);
    if (length > c->room)
        return "too much text";
    c->room -= length;
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

/*
 * fetch(what): asks the host for what is looked up only when somebody looks at it; nothing when the
 * host has none or fails. It is called in the host's own state, on the stack of the call that we
 * are in, and leaves nothing there.
 */
static int fetch(lua_State *L) {
    un_vm *vm = vm_of(L);
    lua_State *host = vm->host;
    const char *what = luaL_checkstring(L, 1);
    int base = lua_gettop(host);
    if (!lua_checkstack(host, 8))
        return luaL_error(L, "out of memory");
    lua_rawgeti(host, LUA_REGISTRYINDEX, vm->fetch);
    lua_pushstring(host, what);
    if (lua_pcall(host, 1, 1, 0) != LUA_OK) {
        lua_settop(host, base);
        return 0;
    }
    crossing c = crossing_of(vm, host, L);
    const char *fault = copy(&c, base + 1, vm->limits->depth);
    lua_settop(host, base);
    return fault ? luaL_error(L, "%s holds %s", what, fault) : 1;
}

/* __index of strings: the safe library, so that ("x"):rep(n) is the safe one too. */
static int index_string(lua_State *L) {
    lua_getglobal(L, "require");
    lua_pushliteral(L, "upnudge.sandbox.string");
    lua_call(L, 1, 1);
    lua_pushvalue(L, 2);
    lua_gettable(L, -2);
    return 1;
}

/* Strings get our metatable, locked; luaopen_string would set one that leads to the real library.
 */
static void lock_strings(lua_State *L) {
    lua_pushliteral(L, "");
    lua_createtable(L, 0, 2);
    lua_pushcfunction(L, index_string);
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

/*
 * Runs inside the VM, protected: libraries, our functions, the entry table. The libraries but base
 * wait for a `require` of our modules, which most activations come without; what a policy sees of
 * them the sandbox decides.
 */
static int prepare(lua_State *L) {
    static const luaL_Reg libraries[] = {{LUA_STRLIBNAME, open_string},
                                         {LUA_TABLIBNAME, luaopen_table},
                                         {LUA_MATHLIBNAME, luaopen_math},
                                         {LUA_UTF8LIBNAME, luaopen_utf8},
                                         {NULL, NULL}};
    luaL_requiref(L, LUA_GNAME, luaopen_base, 1);
    lua_register(L, "pcall", sealed_pcall);
    lua_register(L, "charge", charge);
    lua_register(L, "where", where);
    lua_register(L, "fetch", fetch);
    lock_strings(L);
    un_module_push_require(L, libraries, NULL);
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

bool un_vm_open(un_vm *vm, const un_vm_limits *limits, lua_State *host) {
    vm->limits = limits;
    vm->fetch = LUA_NOREF;
    un_vm_refill(vm);
    /* Opening is paid from the first budget, but no hook looks: only our own code runs. */
    vm->L = lua_newstate(allocate, vm);
    if (!vm->L) {
        lua_pushliteral(host, "out of memory");
        return false;
    }
    lua_gc(vm->L, LUA_GCSTOP);
    lua_pushcfunction(vm->L, prepare);
    if (lua_pcall(vm->L, 0, 0, 0) == LUA_OK)
        return true;
    if (vm->spent)
        lua_pushstring(host, vm->spent);
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
    const un_vm *vm = vm_of(L);
    crossing c = crossing_of(vm, what->host, L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &entries_key);
    lua_getfield(L, -1, what->name);
    for (int i = 0; i < what->arguments; i++) {
        const char *fault = copy(&c, what->first + i, vm->limits->depth);
        if (fault)
            return luaL_error(L, "an argument holds %s", fault);
    }
    lua_call(L, what->arguments, 1);
    return 1;
}

/* The status of the call, whose answer or error is then alone on the VM's stack. */
static int run(un_vm *vm, call *what) {
    if (vm->used > COLLECT_FROM)
        lua_gc(vm->L, LUA_GCRESTART);
    vm->host = what->host;
    vm->entered = 0;
    if (!vm->spent)
        lua_sethook(vm->L, hook, LUA_MASKCOUNT, STRIDE);
    lua_settop(vm->L, 0);
    lua_pushcfunction(vm->L, enter);
    lua_pushlightuserdata(vm->L, what);
    int status = lua_pcall(vm->L, 1, 1, 0);
    /* The hook noted when it first looked; a call that was over before took next to no time. */
    if (vm->entered)
        vm->used_time += processor_time() - vm->entered;
    return status;
}

/* Whatever happens, the host's stack is cut to where the arguments began before one value is
 * pushed. */
bool un_vm_call(un_vm *vm, lua_State *host, const char *name, int arguments) {
    call what = {host, name, lua_gettop(host) - arguments + 1, arguments};
    int status = run(vm, &what);
    lua_settop(host, what.first - 1);
    if (vm->spent) {
        lua_pushstring(host, vm->spent);
        return false;
    }
    if (status != LUA_OK) {
        push_message(host, vm->L);
        return false;
    }
    crossing c = crossing_of(vm, vm->L, host);
    const char *fault = copy(&c, 1, vm->limits->depth);
    if (!fault)
        return true;
    lua_settop(host, what.first - 1);
    lua_pushfstring(host, "the answer holds %s", fault);
    return false;
}

void un_vm_refill(un_vm *vm) {
    vm->left = vm->limits->instructions;
    vm->used_time = 0;
}

/* Nothing in it is finalised: no userdata, and no __gc gets past the sandbox. So memory is all. */
void un_vm_close(un_vm *vm) {
    vm->L = NULL;
    un_pool_free(&vm->pool);
}
