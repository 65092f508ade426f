#include "order.h"
#include "budget.h"
#include "metatable.h"
#include <lauxlib.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* What looking at one key costs, in instructions, and comparing two. */
#define PER_KEY     6
#define PER_COMPARE 4
/* What sorting costs for each comparison, beside the instructions that Lua counts. */
#define PER_SORTED 10
/* What a step of a loop costs beside the instructions that Lua counts. */
#define PER_STEP 5
/* Keys that are charged at once; Lua may look long for each, when their hash is the same. */
#define AT_ONCE 64
/* Keys that are put in order without memory of their own. */
#define FEW 16
/* Tables whose keys `next` remembers at a time. */
#define REMEMBERED 8

/* A key as it is compared; texts and functions stay where they are, for the table holds them. */
typedef struct key {
    int rank;
    bool is_integer;
    int index; /* in the array of keys as Lua gave them */
    size_t length;
    union {
        lua_Integer integer;
        lua_Number number;
        const char *text;
        uint64_t made;
    } is;
} key;

enum {
    NUMBERS,
    TEXTS,
    FALSES,
    TRUES,
    OBJECTS
};

static key key_at(lua_State *L, int index) {
    key k = {.rank = OBJECTS};
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        k.rank = NUMBERS;
        k.is_integer = lua_isinteger(L, index);
        if (k.is_integer)
            k.is.integer = lua_tointeger(L, index);
        else
            k.is.number = lua_tonumber(L, index);
        break;
    case LUA_TSTRING:
        k.rank = TEXTS;
        k.is.text = lua_tolstring(L, index, &k.length);
        break;
    case LUA_TBOOLEAN:
        k.rank = lua_toboolean(L, index) ? TRUES : FALSES;
        break;
    default:
        k.is.made = un_vm_made(L, index);
    }
    return k;
}

/* An integer and a number that has none as its value, so they are never equal. */
static int compare_mixed(lua_Integer integer, lua_Number number) {
    if (number >= 0x1p63)
        return -1;
    if (number < -0x1p63)
        return 1;
    lua_Integer whole = (lua_Integer)number; /* towards zero */
    if (integer != whole)
        return integer < whole ? -1 : 1;
    return (lua_Number)whole < number ? -1 : 1;
}

static int compare_numbers(const key *a, const key *b) {
    if (a->is_integer && b->is_integer)
        return (a->is.integer > b->is.integer) - (a->is.integer < b->is.integer);
    if (a->is_integer)
        return compare_mixed(a->is.integer, b->is.number);
    if (b->is_integer)
        return -compare_mixed(b->is.integer, a->is.number);
    return (a->is.number > b->is.number) - (a->is.number < b->is.number);
}

static int compare_texts(const key *a, const key *b) {
    size_t least = a->length < b->length ? a->length : b->length;
    int difference = memcmp(a->is.text, b->is.text, least);
    return difference ? difference : (a->length > b->length) - (a->length < b->length);
}

static int compare(const void *left, const void *right) {
    const key *a = left, *b = right;
    if (a->rank != b->rank)
        return a->rank - b->rank;
    if (a->rank == NUMBERS)
        return compare_numbers(a, b);
    if (a->rank == TEXTS)
        return compare_texts(a, b);
    return (a->is.made > b->is.made) - (a->is.made < b->is.made);
}

/* ---- the keys of a table --------------------------------------------------------------------- */

/* Whether the key on top is one of those that a policy can have. */
static bool is_shown(lua_State *L) {
    return lua_type(L, -1) != LUA_TLIGHTUSERDATA;
}

/* Charges the keys of a table one by one. */
static void charge_key(lua_State *L, size_t *keys) {
    if (++*keys % AT_ONCE == 0)
        un_vm_charge_slow(L, AT_ONCE * PER_KEY);
}

/* Pushes the keys as Lua gives them; their number, and whether they are in order already. What are
 * no numbers may be by chance, which costs the same as if they were not. */
static int collect(lua_State *L, int table, bool *in_order) {
    key last = {0};
    int count = 0;
    size_t seen = 0;
    size_t list = (size_t)lua_rawlen(L, table);
    lua_createtable(L, list < INT_MAX ? (int)list : 0, 0);
    *in_order = true;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        charge_key(L, &seen);
        if (!is_shown(L))
            continue;
        key k = key_at(L, -1);
        bool follows = count == 0 || (k.rank == NUMBERS && compare(&last, &k) < 0);
        *in_order = *in_order && follows;
        last = k;
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, ++count);
    }
    un_vm_charge(L, seen % AT_ONCE * PER_KEY);
    return count;
}

static size_t log_of(size_t count) {
    size_t log = 0;
    while (count >>= 1)
        log++;
    return log;
}

/* The array on top in order, in its place. */
static void put_in_order(lua_State *L, int count) {
    key few[FEW], *keys = few;
    int given = lua_gettop(L);
    size_t length = 0;
    lua_createtable(L, count, 0);
    if (count > FEW)
        keys = lua_newuserdatauv(L, (size_t)count * sizeof *keys, 0);
    for (int i = 0; i < count; i++) {
        lua_rawgeti(L, given, i + 1);
        keys[i] = key_at(L, -1);
        keys[i].index = i + 1;
        length += keys[i].length;
        lua_pop(L, 1);
    }
    un_vm_charge(L, ((size_t)count * PER_COMPARE + un_vm_bytes(length)) * log_of((size_t)count));
    qsort(keys, (size_t)count, sizeof *keys, compare);
    for (int i = 0; i < count; i++) {
        lua_rawgeti(L, given, keys[i].index);
        lua_rawseti(L, given + 1, i + 1);
    }
    lua_settop(L, given + 1);
    lua_replace(L, given);
}

/* Pushes the array of the table's keys in order. What is keyed by a light userdata is ours, and not
 * among them. Charged. */
static void push_keys(lua_State *L, int index) {
    bool in_order;
    luaL_checkstack(L, 8, NULL);
    int count = collect(L, lua_absindex(L, index), &in_order);
    if (!in_order)
        put_in_order(L, count);
}

/* ---- pairs ----------------------------------------------------------------------------------- */

/* The first key from `from` on whose value is there still: pushes both, and gives its place; 0, and
 * nothing pushed: there is none. */
static lua_Integer push_from(lua_State *L, int table, int keys, lua_Integer from) {
    for (lua_Integer i = from;; i++) {
        un_vm_charge(L, PER_STEP);
        if (lua_rawgeti(L, keys, i) == LUA_TNIL) {
            lua_pop(L, 1);
            return 0;
        }
        lua_pushvalue(L, -1);
        if (lua_rawget(L, table) != LUA_TNIL)
            return i;
        lua_pop(L, 2);
    }
}

/* Upvalues: the table, its keys, the place of the last one that was given. */
static int step(lua_State *L) {
    lua_Integer place = lua_isnil(L, 2) ? 0 : lua_tointeger(L, lua_upvalueindex(3));
    lua_settop(L, 0);
    place = push_from(L, lua_upvalueindex(1), lua_upvalueindex(2), place + 1);
    if (place == 0)
        return 0;
    lua_pushinteger(L, place);
    lua_replace(L, lua_upvalueindex(3));
    return 2;
}

int un_order_pairs(lua_State *L) {
    luaL_checkany(L, 1);
    un_vm_charge(L, PER_STEP);
    lua_settop(L, 1);
    if (un_metatable_field(L, 1, "__pairs") != LUA_TNIL) {
        lua_insert(L, 1);
        lua_call(L, 1, 3);
        return 3;
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lua_pushvalue(L, 1);
    push_keys(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, step, 3);
    lua_insert(L, 1);
    lua_pushnil(L);
    return 3;
}

/* ---- next ------------------------------------------------------------------------------------ */

/* Beside the upvalue that holds table and keys of each, at 2 i + 1 and 2 i + 2. */
typedef struct memory {
    int newest;
    lua_Integer places[REMEMBERED];
} memory;

/* The key that comes first, found without putting the others in order. */
static int first(lua_State *L) {
    key least = {0};
    bool found = false;
    size_t seen = 0;
    lua_pushnil(L); /* what is the least so far */
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        lua_pop(L, 1);
        charge_key(L, &seen);
        if (!is_shown(L))
            continue;
        key k = key_at(L, -1);
        if (found && compare(&least, &k) < 0)
            continue;
        least = k;
        found = true;
        lua_pushvalue(L, -1);
        lua_replace(L, 3);
    }
    un_vm_charge(L, seen % AT_ONCE * PER_KEY);
    if (!found)
        return 0;
    lua_pushvalue(L, 3);
    lua_rawget(L, 1);
    return 2;
}

/* Which of the remembered tables is the first argument; -1: none. */
static int find(lua_State *L) {
    for (int i = 0; i < REMEMBERED; i++) {
        lua_rawgeti(L, lua_upvalueindex(1), 2 * i + 1);
        bool same = lua_rawequal(L, -1, 1);
        lua_pop(L, 1);
        if (same)
            return i;
    }
    return -1;
}

static void remember(lua_State *L, int slot) {
    lua_pushvalue(L, 1);
    lua_rawseti(L, lua_upvalueindex(1), 2 * slot + 1);
    push_keys(L, 1);
    lua_rawseti(L, lua_upvalueindex(1), 2 * slot + 2);
}

static void forget(lua_State *L, int slot) {
    for (int i = 1; i <= 2; i++) {
        lua_pushnil(L);
        lua_rawseti(L, lua_upvalueindex(1), 2 * slot + i);
    }
}

/* The place in the keys (at 3) behind the one that is given (at 2), be it among them or not. */
static lua_Integer behind(lua_State *L, lua_Integer guess) {
    lua_rawgeti(L, 3, guess);
    bool guessed = lua_rawequal(L, -1, 2);
    lua_pop(L, 1);
    if (guessed)
        return guess + 1;
    key given = key_at(L, 2);
    lua_Integer low = 1, high = (lua_Integer)lua_rawlen(L, 3) + 1;
    while (low < high) {
        lua_Integer middle = low + (high - low) / 2;
        un_vm_charge(L, PER_COMPARE);
        lua_rawgeti(L, 3, middle);
        key k = key_at(L, -1);
        lua_pop(L, 1);
        if (compare(&k, &given) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/*
 * The keys are put in order once for a walk through a table, at its second step, and forgotten at
 * its end. Whoever asks for the first key, as one who wants to know whether there is any, begins a
 * new walk.
 */
static int next(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    un_vm_charge(L, 2 * PER_STEP);
    memory *m = lua_touserdata(L, lua_upvalueindex(2));
    int slot = find(L);
    if (lua_isnil(L, 2)) {
        if (slot >= 0)
            forget(L, slot);
        return first(L);
    }
    if (slot < 0) {
        slot = m->newest = (m->newest + 1) % REMEMBERED;
        m->places[slot] = 0;
        remember(L, slot);
    }
    lua_rawgeti(L, lua_upvalueindex(1), 2 * slot + 2);
    lua_Integer place = behind(L, m->places[slot]);
    m->places[slot] = push_from(L, 1, 3, place);
    if (m->places[slot] > 0)
        return 2;
    forget(L, slot);
    return 0;
}

void un_order_push_next(lua_State *L) {
    lua_createtable(L, 2 * REMEMBERED, 0);
    memset(lua_newuserdatauv(L, sizeof(memory), 0), 0, sizeof(memory));
    lua_pushcclosure(L, next, 2);
}

/* ---- ipairs ---------------------------------------------------------------------------------- */

static int step_in_list(lua_State *L) {
    lua_Integer place = luaL_checkinteger(L, 2);
    place = (lua_Integer)((lua_Unsigned)place + 1);
    un_vm_charge(L, PER_STEP);
    lua_pushinteger(L, place);
    return lua_geti(L, 1, place) == LUA_TNIL ? 1 : 2;
}

static int ipairs(lua_State *L) {
    luaL_checkany(L, 1);
    un_vm_charge(L, PER_STEP);
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

/* The step has an upvalue too, so that it is a thing that was made. */
void un_order_push_ipairs(lua_State *L) {
    lua_pushnil(L);
    lua_pushcclosure(L, step_in_list, 1);
    lua_pushcclosure(L, ipairs, 1);
}

/* ---- sort ------------------------------------------------------------------------------------ */

/* Whether the value at one place of the table `from` comes before that at another. The comparison
 * is at 2, or nil is. */
static bool comes_before(lua_State *L, int from, lua_Integer a, lua_Integer b) {
    bool before;
    un_vm_charge(L, PER_SORTED);
    if (lua_isnil(L, 2)) {
        lua_rawgeti(L, from, a);
        lua_rawgeti(L, from, b);
        if (lua_type(L, -1) == LUA_TSTRING && lua_type(L, -2) == LUA_TSTRING)
            un_vm_charge(L, un_vm_bytes((size_t)lua_rawlen(L, -1)));
        before = lua_compare(L, -2, -1, LUA_OPLT);
        lua_pop(L, 2);
        return before;
    }
    lua_pushvalue(L, 2);
    lua_rawgeti(L, from, a);
    lua_rawgeti(L, from, b);
    lua_call(L, 2, 1);
    before = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return before;
}

static void move(lua_State *L, int from, lua_Integer a, int to, lua_Integer b) {
    lua_rawgeti(L, from, a);
    lua_rawseti(L, to, b);
}

/* Of two runs that are in order, left and right of `middle`, one. */
static void merge(lua_State *L, int from, int to, lua_Integer left, lua_Integer middle,
                  lua_Integer end) {
    lua_Integer right = middle;
    for (lua_Integer i = left; i < end; i++) {
        bool takes_left = left < middle;
        if (takes_left && right < end)
            takes_left = !comes_before(L, from, right, left);
        move(L, from, takes_left ? left++ : right++, to, i);
    }
}

/* Runs of 1, 2, 4 … are merged from one of two tables of ours to the other. */
int un_order_sort(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_Integer count = (lua_Integer)lua_rawlen(L, 1);
    luaL_argcheck(L, count < INT_MAX, 1, "too long");
    un_vm_charge(L, (size_t)count * PER_SORTED);
    int from = 3, to = 4;
    lua_createtable(L, (int)count, 0);
    lua_createtable(L, (int)count, 0);
    for (lua_Integer i = 1; i <= count; i++)
        move(L, 1, i, from, i);
    for (lua_Integer run = 1; run < count; run *= 2) {
        for (lua_Integer left = 1; left <= count; left += 2 * run) {
            lua_Integer middle = left + run, end = left + 2 * run;
            merge(L, from, to, left, middle <= count ? middle : count + 1,
                  end <= count ? end : count + 1);
        }
        int swapped = from;
        from = to;
        to = swapped;
    }
    for (lua_Integer i = 1; i <= count; i++)
        move(L, from, i, 1, i);
    return 0;
}
