#include "budget.h"
#include "fault.h"
#include "source.h"
#include <lauxlib.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

/* How often the hook looks at the budget, in instructions. */
#define STRIDE 500
/* Bytes whose allocation, with what is done to fill them, counts as one instruction; fewer where
 * each of them is looked at again, as in the nodes of a table that grows. */
#define BYTES_PER_INSTRUCTION 32
#define BYTES_OF_VECTOR       8
/* What Lua has for each key that is no place in a list. */
#define NODE 24
/* What a block costs beside its bytes: it is found, and collected some day; a text is looked for
 * among all others. */
#define PER_BLOCK 4
#define PER_TEXT  10
/* Bytes that a VM holds before its garbage collector starts; most never get there. */
#define COLLECT_FROM ((size_t)1 << 20)
/* Texts that may be compared for the price of any instruction, and how much more of it is another.
 */
#define FREE_TEXT            256
#define TEXT_PER_INSTRUCTION 200
/* Arguments that an instruction may hand on for its price, how much more of them is another, and
 * among how many of the functions that are being called those are looked for that have them. */
#define FREE_ARGUMENTS            64
#define ARGUMENTS_PER_INSTRUCTION 16
#define CALLS_LOOKED_AT           4
/* What Lua adds to a text's bytes when it asks for their memory, rounded up. */
#define TEXT_HEADER 64
/* Bytes before a table or a function, which hold when it was made. Other blocks stand at multiples
 * of 16, these do not. */
#define NUMBER sizeof(uint64_t)
/* What entering a function in C costs, protecting a call, and an error, which is put into words. */
#define PER_CALL  4
#define PER_PCALL 24
#define PER_ERROR 120
/* Source text in which an error looks for the name of what was wrong, per instruction. */
#define SOURCE_PER_INSTRUCTION 8
/* Bytes of source between two looks at the clock. */
#define PIECE 256
/* Nanoseconds between two looks beyond which we look more often, unless that was much work. */
#define SLICE           100000
#define PER_INSTRUCTION 30
/* Looks without such a slice, after which we look less often again. */
#define CALM 64
/* How much more or less often then. */
#define PACE 5

_Static_assert(_Alignof(max_align_t) >= 2 * NUMBER, "a number before a block tells it from others");

/* ---- what is left ---------------------------------------------------------------------------- */

un_vm *un_vm_of(lua_State *L) {
    void *vm;
    lua_getallocf(L, &vm);
    return vm;
}

static void hook(lua_State *L, lua_Debug *ar);

static void arm(un_vm *vm, int stride) {
    vm->stride = stride;
    lua_sethook(vm->L, hook, LUA_MASKCOUNT, stride);
}

static void spend(un_vm *vm, const char *why) {
    if (vm->spent)
        return;
    vm->spent = why;
    if (vm->L)
        arm(vm, 1);
}

/* In the registry: what spent the budget. */
static const char spender;

/* Ends the evaluation of a spent VM. Light, for a policy may have made thousands of handlers that
 * each see it pass; who spent it is looked for once. */
static int give_up(lua_State *L) {
    un_vm *vm = un_vm_of(L);
    if (!vm->noted) {
        vm->noted = true;
        un_fault_push_evaluated(L);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &spender);
    }
    lua_pushlightuserdata(L, vm);
    return lua_error(L);
}

const char *un_vm_spender(un_vm *vm) {
    const char *place = lua_rawgetp(vm->L, LUA_REGISTRYINDEX, &spender) == LUA_TSTRING
                            ? lua_tostring(vm->L, -1)
                            : "";
    lua_pop(vm->L, 1);
    return place;
}

static inline void take(un_vm *vm, size_t instructions) {
    if (instructions < (size_t)vm->left) {
        vm->left -= (long)instructions;
        return;
    }
    vm->left = 0;
    spend(vm, vm->limits->too_long);
}

const char *un_vm_take(un_vm *vm, size_t instructions) {
    take(vm, instructions);
    return vm->spent;
}

void un_vm_charge(lua_State *L, size_t instructions) {
    if (un_vm_take(un_vm_of(L), instructions))
        give_up(L);
}

size_t un_vm_bytes(size_t bytes) {
    return bytes / BYTES_PER_INSTRUCTION;
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* The nodes of a table are as many as a power of two. Growing it, Lua puts each in its place anew,
 * and whoever chose numbers of one hash makes it pass all others for each. */
static bool is_nodes(size_t size) {
    size_t count = size / NODE;
    return size % NODE == 0 && (count & (count - 1)) == 0;
}

/* What a block that is neither text, table nor function costs. */
static size_t price_of(const un_vm *vm, size_t size) {
    size_t nodes = size / NODE, price = PER_BLOCK + size / BYTES_OF_VECTOR;
    bool may_be_worst = vm->limits->worst_case && !vm->trusted && is_nodes(size);
    return may_be_worst ? price + nodes * nodes / 32 : price;
}

/* A text that is too long alone is refused. */
static bool take_text(un_vm *vm, size_t size) {
    if (size > vm->limits->string + TEXT_HEADER) {
        spend(vm, vm->limits->too_large);
        return false;
    }
    if (size > vm->longest && !vm->trusted)
        vm->longest = size;
    take(vm, PER_TEXT + size / BYTES_PER_INSTRUCTION);
    return true;
}

/* The process has no memory, whatever the budget says. */
static void *starve(un_vm *vm) {
    vm->starved = true;
    return NULL;
}

/* Tables and functions are never resized, so that what is numbered is only ever freed. */
static void *make_numbered(un_vm *vm, size_t kind, size_t size) {
    size_t captured = kind == LUA_TFUNCTION ? size / sizeof(void *) : 0;
    uint64_t *block = un_pool_resize(&vm->pool, NULL, kind, size + NUMBER);
    if (!block)
        return starve(vm);
    vm->used += size + NUMBER;
    *block = ++vm->made;
    /* What a function captures is looked for among all that is captured. */
    take(vm, PER_BLOCK + size / BYTES_PER_INSTRUCTION + captured * captured / 8);
    return block + 1;
}

static void *make(un_vm *vm, size_t kind, size_t size) {
    if (kind == LUA_TTABLE || kind == LUA_TFUNCTION)
        return make_numbered(vm, kind, size);
    if (kind != LUA_TSTRING)
        take(vm, price_of(vm, size));
    else if (!take_text(vm, size))
        return NULL;
    void *block = un_pool_resize(&vm->pool, NULL, kind, size);
    if (!block)
        return starve(vm);
    vm->used += size;
    return block;
}

static void release(un_vm *vm, void *block, size_t size) {
    size_t before = (uintptr_t)block & NUMBER;
    un_pool_resize(&vm->pool, (char *)block - before, size + before, 0);
    vm->used -= size + before;
}

static void *resize(un_vm *vm, void *block, size_t old, size_t size) {
    void *moved = un_pool_resize(&vm->pool, block, old, size);
    if (!moved)
        return starve(vm);
    vm->used += size - old;
    take(vm, size / BYTES_PER_INSTRUCTION);
    return moved;
}

/* All but a text that is too long is given even when it is too much, and the hook raises soon. */
void *un_vm_allocate(void *ud, void *block, size_t old, size_t size) {
    un_vm *vm = ud;
    if (size == 0) {
        if (block)
            release(vm, block, old);
        return NULL;
    }
    block = block ? resize(vm, block, old, size) : make(vm, old, size);
    if (vm->used > vm->limits->memory + vm->own)
        spend(vm, vm->limits->too_large);
    return block;
}

/* A function in C without upvalues is no block of ours. */
uint64_t un_vm_made(lua_State *L, int index) {
    int type = lua_type(L, index);
    bool is_block = type == LUA_TTABLE || (type == LUA_TFUNCTION && !lua_iscfunction(L, index));
    if (type == LUA_TFUNCTION && !is_block && lua_getupvalue(L, index, 1)) {
        lua_pop(L, 1);
        is_block = true;
    }
    return is_block ? ((const uint64_t *)lua_topointer(L, index))[-1] : 0;
}

/* Most VMs end before there is garbage worth collecting. Once started the collector keeps its own
 * pace, which is in proportion to what is made. */
static void collect(un_vm *vm) {
    if (!vm->collects && vm->used > COLLECT_FROM + vm->own) {
        vm->collects = true;
        lua_gc(vm->L, LUA_GCRESTART);
    }
}

/* ---- the last resort ------------------------------------------------------------------------- */

static int64_t time_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t processor_time(void) {
    return time_of(CLOCK_THREAD_CPUTIME_ID);
}

/* What the loop below takes where un_vm_limits.time was chosen, in nanoseconds; a machine that is
 * slower, so many times at most, has more time. */
#define LOOP_TIME  11000
#define LOOP_TURNS 10000
#define MOST_TIMES 64

static int64_t time_of_loop(void) {
    int64_t started = processor_time();
    volatile uint64_t value = 1;
    for (int i = 0; i < LOOP_TURNS; i++)
        value = value * 6364136223846793005u + 1442695040888963407u;
    return processor_time() - started;
}

/* An interruption makes the loop slower, never faster. */
static int64_t patience_of(int64_t limit) {
    if (limit > INT64_MAX / MOST_TIMES)
        return limit;
    int64_t best = LOOP_TIME * MOST_TIMES;
    for (int i = 0; i < 3; i++) {
        int64_t time = time_of_loop();
        best = time < best ? time : best;
    }
    return best > LOOP_TIME ? limit / LOOP_TIME * best : limit;
}

static void look_at_clock(un_vm *vm, int64_t now) {
    int64_t spent = processor_time() - vm->entered + vm->used_time;
    if (!vm->patience)
        vm->patience = patience_of(vm->limits->time);
    if (spent > vm->patience)
        spend(vm, vm->limits->too_slow);
    else
        vm->due = vm->patience - spent < INT64_MAX - now ? now + vm->patience - spent : INT64_MAX;
}

/* The pace that keeps a slice short, whose instructions were `taken` off the budget. It shrinks by
 * little, for the machine may just have done something else, and grows when it was calm for a
 * while, for arming the hook goes through all functions that are being called. */
static int next_pace(un_vm *vm, int64_t slice, long taken) {
    if (slice > SLICE && slice > taken * PER_INSTRUCTION) {
        vm->calm = 0;
        return vm->pace > PACE ? vm->pace / PACE : 1;
    }
    if (++vm->calm < CALM || vm->pace == STRIDE)
        return vm->pace;
    vm->calm = 0;
    return vm->pace * PACE < STRIDE ? vm->pace * PACE : STRIDE;
}

/*
 * The clock of the machine is much cheaper than that of the thread, and tells when it is too early
 * to ask for that. Most calls are over before the first look.
 */
static void look(un_vm *vm) {
    int64_t now = time_of(CLOCK_MONOTONIC);
    if (vm->entered == 0) {
        vm->entered = processor_time();
        vm->due = now + (vm->patience ? 0 : vm->limits->time / 8 - vm->used_time);
        vm->looked = now;
    }
    vm->pace = next_pace(vm, now - vm->looked, vm->looked_left - vm->left);
    vm->looked = now;
    vm->looked_left = vm->left;
    if (now >= vm->due)
        look_at_clock(vm, now);
}

const char *un_vm_take_slow(un_vm *vm, size_t instructions) {
    if (!un_vm_take(vm, instructions))
        look(vm);
    return vm->spent;
}

void un_vm_charge_slow(lua_State *L, size_t instructions) {
    if (un_vm_take_slow(un_vm_of(L), instructions))
        give_up(L);
}

/* ---- the hook -------------------------------------------------------------------------------- */

static bool has_argument(lua_State *L, const lua_Debug *call, size_t number) {
    if (!lua_getlocal(L, call, -(int)number))
        return false;
    lua_pop(L, 1);
    return true;
}

/* The arguments in `...` of the function that has most of them, among those called last, to a power
 * of two: it may hand them on, or build a table of them, in one instruction. */
static size_t most_arguments(lua_State *L) {
    size_t most = FREE_ARGUMENTS;
    lua_Debug call;
    for (int level = 0; level < CALLS_LOOKED_AT && lua_getstack(L, level, &call); level++)
        while (has_argument(L, &call, most))
            most *= 2;
    return most;
}

/* What an instruction may cost that compares the longest texts, or hands on the most arguments. */
static size_t weight(const un_vm *vm) {
    if (!vm->limits->worst_case)
        return 1;
    size_t text = vm->longest > FREE_TEXT ? (vm->longest - FREE_TEXT) / TEXT_PER_INSTRUCTION : 0;
    return 1 + text + (most_arguments(vm->L) - FREE_ARGUMENTS) / ARGUMENTS_PER_INSTRUCTION;
}

/* Takes what was counted since the last time. That is after as many instructions as there are dear
 * texts, and never depends on how often somebody looks at the clock. */
static void settle(un_vm *vm) {
    size_t dear = weight(vm);
    collect(vm);
    take(vm, (size_t)vm->counted * dear);
    vm->counted = 0;
    vm->unit = (int)(1 + (STRIDE - 1) * 8 / (dear + 7));
}

/* Runs every so many instructions, and before each one once the budget is spent. */
static void hook(lua_State *L, lua_Debug *ar) {
    un_vm *vm = un_vm_of(L);
    (void)ar;
    if (vm->spent)
        give_up(L);
    vm->counted += vm->stride;
    if (vm->counted >= vm->unit)
        settle(vm);
    look(vm);
    if (vm->spent)
        give_up(L);
    int left = vm->unit - vm->counted, stride = left < vm->pace ? left : vm->pace;
    if (stride != vm->stride)
        arm(vm, stride);
}

void un_vm_enter(un_vm *vm) {
    collect(vm);
    vm->entered = 0;
    vm->looked_left = vm->left;
    vm->counted = 0;
    vm->unit = vm->pace = STRIDE;
    if (vm->spent)
        arm(vm, 1);
    else if (vm->source > 0)
        arm(vm, STRIDE);
    vm->outside = uselocale(vm->plain);
}

void un_vm_pause(un_vm *vm) {
    /* The hook noted when it first looked; a call that was over before took next to no time. */
    if (vm->entered)
        vm->used_time += processor_time() - vm->entered;
    vm->entered = 0;
}

void un_vm_leave(un_vm *vm) {
    uselocale(vm->outside);
    un_vm_pause(vm);
}

/* ---- functions of the VM --------------------------------------------------------------------- */

int un_vm_lua_charge(lua_State *L) {
    lua_Number cost = luaL_checknumber(L, 1);
    lua_Number left = (lua_Number)un_vm_of(L)->left;
    un_vm_charge(L, cost > 0 && cost < left ? (size_t)cost + PER_CALL : cost > 0 ? SIZE_MAX : 0);
    return 0;
}

/* Upvalues: the function, its price, the bytes for one more or 0. */
static int charged(lua_State *L) {
    size_t price = (size_t)lua_tointeger(L, lua_upvalueindex(2));
    size_t divisor = (size_t)lua_tointeger(L, lua_upvalueindex(3));
    if (divisor > 0)
        price += ((size_t)lua_gettop(L) + (size_t)lua_rawlen(L, 1)) / divisor;
    un_vm_charge(L, price);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

int un_vm_lua_charged(lua_State *L) {
    luaL_argcheck(L, lua_iscfunction(L, 1) && !lua_getupvalue(L, 1, 1), 1, "a plain function in C");
    luaL_checkinteger(L, 2);
    luaL_optinteger(L, 3, 0);
    lua_settop(L, 3);
    lua_pushcclosure(L, charged, 3);
    return 1;
}

/* Lua looks through the code of a function for the name of what was wrong. */
static void charge_error(lua_State *L) {
    un_vm_charge(L, PER_ERROR + un_vm_of(L)->source / SOURCE_PER_INSTRUCTION);
}

/* As lua_pcall. Who catches an error is trusted as before, whatever of ours it was raised in. */
static int call_protected(lua_State *L, int arguments, int handler) {
    un_vm *vm = un_vm_of(L);
    bool trusted = vm->trusted;
    int status = lua_pcall(L, arguments, LUA_MULTRET, handler);
    vm->trusted = trusted;
    if (vm->spent)
        give_up(L);
    if (status != LUA_OK)
        charge_error(L);
    return status;
}

int un_vm_lua_pcall(lua_State *L) {
    luaL_checkany(L, 1);
    un_vm_charge(L, PER_PCALL + (size_t)lua_gettop(L) / 4);
    int status = call_protected(L, lua_gettop(L) - 1, 0);
    luaL_checkstack(L, 1, NULL);
    lua_pushboolean(L, status == LUA_OK);
    lua_insert(L, 1);
    return lua_gettop(L);
}

int un_vm_lua_attempt(lua_State *L) {
    luaL_checkany(L, 1);
    luaL_checkstack(L, 1, NULL);
    lua_pushcfunction(L, un_fault_told);
    lua_insert(L, 1);
    int status = call_protected(L, lua_gettop(L) - 2, 1);
    lua_pushboolean(L, status == LUA_OK);
    lua_replace(L, 1);
    return lua_gettop(L);
}

typedef struct reading {
    const char *at, *end;
} reading;

/* Piece by piece, for no hook looks while a text is compiled. */
static const char *read_piece(lua_State *L, void *ud, size_t *size) {
    reading *what = ud;
    un_vm *vm = un_vm_of(L);
    if (!vm->spent)
        look(vm);
    if (vm->spent)
        give_up(L);
    size_t left = (size_t)(what->end - what->at);
    *size = left < PIECE ? left : PIECE;
    what->at += *size;
    return *size > 0 ? what->at - *size : NULL;
}

/* As Lua shows the name of the chunk. */
static void push_place(lua_State *L, const char *chunkname, int line) {
    lua_Debug ar;
    luaL_loadbufferx(L, "", 0, chunkname, "t");
    lua_getinfo(L, ">S", &ar);
    lua_pushfstring(L, "%s:%d: ", ar.short_src, line);
}

int un_vm_lua_compile(lua_State *L) {
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size), *name = luaL_checkstring(L, 2);
    lua_settop(L, 3);
    bool binary = size > 0 && *text == LUA_SIGNATURE[0];
    un_source found = {0};
    if (!binary)
        found = un_source_weigh(text, size);
    un_vm_charge(L, found.work);
    if (found.nul_line) {
        lua_pushnil(L);
        push_place(L, name, found.nul_line);
        lua_pushliteral(L, "a NUL byte ('\\0') has no place in a policy");
        lua_concat(L, 2);
        return 2;
    }
    if (un_vm_of(L)->source == 0)
        arm(un_vm_of(L), STRIDE);
    un_vm_of(L)->source += size;
    reading what = {text, text + size};
    un_vm_of(L)->trusted = true;
    int status = lua_load(L, read_piece, &what, name, "t");
    un_vm_of(L)->trusted = false;
    if (un_vm_of(L)->spent)
        return give_up(L);
    if (status != LUA_OK) {
        lua_pushnil(L);
        lua_insert(L, -2);
        return 2;
    }
    lua_pushvalue(L, 3);
    lua_setupvalue(L, -2, 1);
    return 1;
}
