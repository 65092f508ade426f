/*
 * The policy VM alone: modules/upnudge.sandbox.lua is in the place of what policies see, so that
 * every chunk here can do more than a policy may.
 */
#include "check.h"
#include "lua/vm/vm.h"
#include <lauxlib.h>
#include <limits.h>
#include <lualib.h>

/* Room enough for whatever a test is not about. */
static const un_vm_limits roomy = {.instructions = 100000000,
                                   .time = INT64_MAX,
                                   .memory = (size_t)64 << 20,
                                   .string = (size_t)1 << 20,
                                   .text = (size_t)1 << 20,
                                   .entries = 10000,
                                   .depth = 6,
                                   .too_long = "too long",
                                   .too_slow = "too slow",
                                   .too_large = "too large"};

static lua_State *host;

static un_vm *open_vm(const un_vm_limits *limits) {
    static un_vm vm;
    memset(&vm, 0, sizeof vm);
    lua_settop(host, 0);
    if (!CHECK(un_vm_open(&vm, limits, host)))
        exit(check_done());
    CHECK_INT(lua_gettop(host), 0);
    return &vm;
}

/*
 * Calls an entry with the host's values above `base`, of which one value remains: the answer as
 * text, or "fault: " and the message. Valid until the next call.
 */
static const char *call(un_vm *vm, const char *entry, int base) {
    static char text[512];
    bool answered = un_vm_call(vm, host, entry, lua_gettop(host) - base);
    CHECK_INT(lua_gettop(host), base + 1);
    snprintf(text, sizeof text, "%s%s", answered ? "" : "fault: ", luaL_tolstring(host, -1, NULL));
    lua_settop(host, base);
    return text;
}

static const char *run(un_vm *vm, const char *source) {
    lua_pushstring(host, source);
    return call(vm, "run", lua_gettop(host) - 1);
}

/* --- the budget ------------------------------------------------------------------------------- */

static void counts_instructions(void) {
    un_vm_limits limits = roomy;
    limits.instructions = 100000;
    un_vm *vm = open_vm(&limits);
    CHECK_STR(run(vm, "for _ = 1, 50000 do end return 'done'"), "done");
    /* A turn of this loop is one instruction; the hook looks every 500. */
    CHECK(vm->left <= 50500 && vm->left > 40000);
    CHECK_STR(run(vm, "for _ = 1, 50000 do end return 'done'"), "fault: chunk:1: too long");
    CHECK_INT(vm->left, 0);
    un_vm_close(vm);
}

static void is_filled_up_again(void) {
    un_vm_limits limits = roomy;
    limits.instructions = 100000;
    un_vm *vm = open_vm(&limits);
    for (int i = 0; i < 5; i++) {
        CHECK_STR(run(vm, "for _ = 1, 80000 do end return 'done'"), "done");
        un_vm_refill(vm);
        CHECK_INT(vm->left, 100000);
        CHECK_INT(vm->used_time, 0);
    }
    un_vm_close(vm);
}

static void counts_work_that_is_told(void) {
    un_vm_limits limits = roomy;
    limits.instructions = 1000000;
    un_vm *vm = open_vm(&limits);
    CHECK_STR(run(vm, "return 1"), "1");
    long before = vm->left;
    CHECK_STR(run(vm, "charge(300000) charge(0) charge(-1e9) charge(0/0) return 1"), "1");
    CHECK(before - vm->left >= 300000 && before - vm->left < 301000);
    CHECK_STR(run(vm, "charge 'much' return 1"),
              "fault: chunk:1: bad argument #1 to 'charge' (number expected, got string)");
    CHECK_STR(run(vm, "pcall(charge, 1e300) return 1"), "fault: chunk:1: too long");
    un_vm_close(vm);
}

static void counts_bytes_as_work(void) {
    un_vm_limits limits = roomy;
    limits.instructions = 1000000;
    un_vm *vm = open_vm(&limits);
    /* 40 texts of 1 MB, one instruction for 32 bytes, are more than a million. */
    CHECK_STR(run(vm, "local rep = require 'string'.rep\n"
                      "for i = 1, 40 do rep('x', 1000000 + i) end return 'done'"),
              "fault: chunk:2: too long");
    un_vm_close(vm);
}

/* What some work costs, in instructions. */
static long price(const char *work) {
    un_vm_limits limits = un_vm_for_policy;
    char chunk[600];
    snprintf(chunk, sizeof chunk, "for _ = 1, 20 do %s end return 'done'", work);
    un_vm *vm = open_vm(&limits);
    long before = vm->left;
    CHECK_STR(run(vm, chunk), "done");
    long cost = before - vm->left;
    un_vm_close(vm);
    return cost / 20;
}

static void charges_what_one_instruction_may_cost(void) {
    CHECK(price("local t = {}") >= 6);
    CHECK(price("local a local f = function() return a end") >= 10);
    CHECK(price("local u = {} for i = 1, 257 do u[-i] = 1 end") > 8000);
    CHECK(price("pcall(error)") > 100);
    CHECK(price("local x = nil pcall(function() return x.y end)") > 100);
    CHECK(price("local f = compile('local x = 1', '=c', {})") > 20);
}

/* Comparing what is long costs what it may take, whichever instruction does it. */
static void long_texts_make_instructions_dear(void) {
    un_vm_limits limits = un_vm_for_policy;
    /* Where a C library compares slowly the last resort would come before the first charge. */
    limits.time = INT64_MAX;
    static const char setup[] = "local rep = require 'string'.rep\n"
                                "local a, b = rep('x', %d), rep('x', %d)\n"
                                "for _ = 1, 2000 do local c = a %s b end return 'done'";
    static const char *const compare[] = {"<", "<=", "==", "~="};
    for (size_t i = 0; i < sizeof compare / sizeof *compare; i++) {
        char chunk[300];
        snprintf(chunk, sizeof chunk, setup, 200, 200, compare[i]);
        un_vm *vm = open_vm(&limits);
        CHECK_STR(run(vm, chunk), "done");
        long cheap = limits.instructions - vm->left;
        un_vm_close(vm);
        snprintf(chunk, sizeof chunk, setup, 4000, 4000, compare[i]);
        vm = open_vm(&limits);
        CHECK_STR(run(vm, chunk), "done");
        CHECK(limits.instructions - vm->left > 10 * cheap);
        un_vm_close(vm);
        snprintf(chunk, sizeof chunk, setup, 130000, 130000, compare[i]);
        vm = open_vm(&limits);
        CHECK_STR(run(vm, chunk),
                  "fault: chunk:3: the policy ran too long (more than 500,000 instructions)");
        un_vm_close(vm);
    }
}

/* Nor does it depend on the hash seed, which is another in each state. */
static void spends_the_same_each_time(void) {
    static const char chunk[] = "local t = {} for i = 1, 200 do t['k' .. i] = {i} end\n"
                                "local n = 0 for k, v in pairs(t) do n = n + v[1] t[k] = nil end\n"
                                "for k in next, t do n = 0 end\n"
                                "for i = 1, 50 do\n"
                                "    for k in pairs {['a' .. i] = 1, ['b' .. i] = 1} do end\n"
                                "end return n";
    un_vm held[8] = {0};
    long first = 0;
    for (size_t i = 0; i < 8; i++) {
        lua_settop(host, 0);
        CHECK(un_vm_open(&held[i], &un_vm_for_policy, host));
        CHECK_STR(run(&held[i], chunk), "20100");
        first = first ? first : held[i].left;
        CHECK_INT(held[i].left, first);
    }
    for (size_t i = 0; i < 8; i++)
        un_vm_close(&held[i]);
}

static void ends_after_its_time(void) {
    un_vm_limits limits = roomy;
    limits.instructions = LONG_MAX;
    limits.time = 2000000;
    un_vm *vm = open_vm(&limits);
    CHECK_STR(run(vm, "while true do end"), "fault: chunk:1: too slow");
    CHECK(vm->left > 0);
    CHECK(vm->patience >= limits.time && vm->used_time > vm->patience);
    un_vm_close(vm);
}

static void adds_up_the_time_of_calls(void) {
    un_vm_limits limits = roomy;
    limits.instructions = LONG_MAX;
    limits.time = 20000000;
    un_vm *vm = open_vm(&limits);
    int calls = 0;
    bool answered = true;
    while (answered && ++calls < 1000000) {
        lua_pushliteral(host, "for _ = 1, 20000 do end");
        answered = un_vm_call(vm, host, "run", 1);
        lua_settop(host, 0);
    }
    CHECK(calls > 1);
    CHECK_STR(vm->spent, "too slow");
    un_vm_close(vm);
}

/* Each way to the table is as long to copy as that had values, and costs as one that never had. */
static void an_answer_is_copied_in_time(void) {
    un_vm_limits limits = roomy;
    limits.time = 2000000;
    limits.entries = 100000;
    un_vm *vm = open_vm(&limits);
    CHECK_STR(run(vm, "local hollow, ways, more = {}, {}, {}\n"
                      "for i = 1, 10000 do hollow[i] = i end\n"
                      "for i = 1, 10000 do hollow[i] = nil end\n"
                      "for i = 1, 250 do ways[i], more[i] = hollow, ways end\n"
                      "return more"),
              "fault: too slow");
    CHECK(vm->left > 0);
    un_vm_close(vm);
}

static void ends_with_too_much_memory(void) {
    un_vm_limits limits = roomy;
    limits.memory = (size_t)2 << 20;
    un_vm *vm = open_vm(&limits);
    CHECK_STR(run(vm, "local t = {} while true do t[#t + 1] = {} end"),
              "fault: chunk:1: too large");
    /* The cap is soft: what one instruction asks for may go beyond, here by a table that doubles.
     */
    CHECK(vm->used < 3 * limits.memory);
    un_vm_close(vm);
}

static void collects_garbage(void) {
    un_vm_limits limits = roomy;
    limits.memory = (size_t)4 << 20;
    un_vm *vm = open_vm(&limits);
    CHECK_STR(run(vm, "local rep = require 'string'.rep\n"
                      "for i = 1, 20000 do rep('x', 2000 + i % 7) local _ = {} end return 'done'"),
              "done");
    CHECK(vm->used < limits.memory);
    un_vm_close(vm);
}

static void refuses_one_long_text(void) {
    un_vm *vm = open_vm(&roomy);
    CHECK_STR(run(vm, "return #require 'string'.rep('x', 1000000)"), "1000000");
    CHECK_STR(run(vm, "pcall(require 'string'.rep, 'x', 1100000) return 'caught'"),
              "fault: chunk:1: too large");
    CHECK(vm->used < (size_t)2 << 20);
    un_vm_close(vm);
}

/* --- the abort -------------------------------------------------------------------------------- */

static void cannot_be_caught(void) {
    un_vm_limits limits = roomy;
    limits.instructions = 100000;
    static const char *const attempts[] = {
        "pcall(function() while true do end end) return 'caught'",
        "pcall(pcall, pcall, function() while true do end end) return 'caught'",
        "while true do pcall(function() while true do end end) end",
        "local function f() pcall(f) f() end f()",
        "xpcall(function() while true do end end, function() end) return 'caught'",
        "xpcall(function() while true do end end, pcall, f) return 'caught'",
        "pcall(function() local x <close> = setmetatable({}, {__close = function() "
        "while true do end end}) while true do end end) return 'caught'",
        "local t = setmetatable({}, {__index = function() while true do end end})\n"
        "pcall(function() return t.x end) return 'caught'",
        "pcall(require 'table'.sort, {3, 2, 1}, function() while true do end end) return 'caught'",
        "pcall(require 'string'.gsub, 'abc', '.', function() while true do end end)\n"
        "return 'caught'",
        "pcall(load, function() while true do end end) return 'caught'",
    };
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        un_vm *vm = open_vm(&limits);
        CHECK_STR(run(vm, attempts[i]), "fault: chunk:1: too long");
        un_vm_close(vm);
    }
}

static void passes_through_deep_nesting(void) {
    un_vm_limits limits = roomy;
    limits.instructions = 200000;
    un_vm *vm = open_vm(&limits);
    CHECK_STR(run(vm, "local function nest(n)\n"
                      "    if n == 0 then while true do end end\n"
                      "    pcall(nest, n - 1) return 'caught'\n"
                      "end return nest(150)"),
              "fault: chunk:2: too long");
    un_vm_close(vm);
}

static void other_errors_are_caught(void) {
    un_vm *vm = open_vm(&roomy);
    CHECK_STR(run(vm, "return select(2, pcall(error, 'mine', 0))"), "mine");
    CHECK_STR(run(vm, "return select('#', pcall(function() return 1, nil, nil end))"), "4");
    CHECK_STR(run(vm, "return (pcall())"),
              "fault: chunk:1: bad argument #1 to 'pcall' (value expected)");
    CHECK_STR(run(vm, "local function f() return pcall(f) end f() return 'ended'"), "ended");
    CHECK(!vm->spent);
    un_vm_close(vm);
}

static void a_spent_one_stays_dead(void) {
    un_vm_limits limits = roomy;
    limits.instructions = 100000;
    un_vm *vm = open_vm(&limits);
    CHECK_STR(run(vm, "kept = 1 while true do end"), "fault: chunk:1: too long");
    for (int i = 0; i < 3; i++) {
        un_vm_refill(vm);
        CHECK_STR(run(vm, "return kept"), "fault: chunk:1: too long");
        CHECK_STR(call(vm, "nothing", 0), "fault: chunk:1: too long");
    }
    un_vm_close(vm);
}

static void tells_what_it_lacked_first(void) {
    un_vm_limits limits = roomy;
    limits.instructions = 1000000;
    limits.memory = (size_t)2 << 20;
    un_vm *vm = open_vm(&limits);
    CHECK_STR(run(vm, "local t = {} while true do t[#t + 1] = {} end"),
              "fault: chunk:1: too large");
    unsigned otherwise = 0;
    while (vm->left > 0)
        otherwise += strcmp(run(vm, "return 1"), "fault: chunk:1: too large") != 0;
    CHECK_STR(run(vm, "return 1"), "fault: chunk:1: too large");
    CHECK_INT(otherwise, 0);
    un_vm_close(vm);
}

static void need_not_open(void) {
    un_vm_limits limits = roomy;
    limits.instructions = 100;
    un_vm vm = {0};
    lua_settop(host, 0);
    CHECK(!un_vm_open(&vm, &limits, host));
    CHECK_INT(lua_gettop(host), 1);
    CHECK_STR(lua_tostring(host, -1), "too long");
    CHECK(!vm.L && !vm.pool.chunks);
    un_vm_close(&vm);
}

/* --- values that cross ------------------------------------------------------------------------ */

/* Evaluates a Lua expression in the host and leaves its value on the stack. */
static void push(const char *expression) {
    char chunk[512];
    snprintf(chunk, sizeof chunk, "return %s", expression);
    if (luaL_dostring(host, chunk) != LUA_OK) {
        puts(lua_tostring(host, -1));
        exit(2);
    }
}

/* Whether the value comes back from the VM as it went, by the host's own comparison in depth. */
static bool crosses(un_vm *vm, const char *expression) {
    lua_settop(host, 0);
    lua_getglobal(host, "same");
    push(expression);
    push(expression);
    if (!CHECK(un_vm_call(vm, host, "echo", 1)))
        return false;
    lua_call(host, 2, 1);
    return lua_toboolean(host, -1);
}

static const char *send(un_vm *vm, const char *expression) {
    lua_settop(host, 0);
    push(expression);
    return call(vm, "echo", 0);
}

static void plain_values_cross(void) {
    static const char *const values[] = {
        "nil",
        "true",
        "false",
        "0",
        "-1",
        "1 << 63",
        "0.5",
        "1.0",
        "1/0",
        "''",
        "'a\\0b\\xff'",
        "{}",
        "{1, 2, nil, 4}",
        "{a = {b = {c = {[1.5] = {d = {}}}}}}",
        "{[true] = false, [2^53] = ''}",
        "powers(30)",
        "powers(31)",
        "powers(62)",
    };
    un_vm *vm = open_vm(&roomy);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        CHECK(crosses(vm, values[i]));
    CHECK_STR(send(vm, "1.0"), "1.0");
    CHECK_STR(send(vm, "1"), "1");
    lua_settop(host, 0);
    CHECK_STR(call(vm, "nothing", 0), "nil");
    un_vm_close(vm);
}

static void tables_cross_as_deep_as_allowed(void) {
    un_vm_limits limits = roomy;
    limits.depth = 3;
    un_vm *vm = open_vm(&limits);
    CHECK(crosses(vm, "{{{1}}, {{}}}"));
    CHECK_STR(send(vm, "{{{{}}}}"), "fault: an argument holds a table nested too deep");
    CHECK_STR(send(vm, "cycle"), "fault: an argument holds a table nested too deep");
    CHECK_STR(send(vm, "{[{}] = 1}"), "fault: an argument holds a table nested too deep");
    CHECK_STR(run(vm, "return {{{{1}}}}"), "fault: the answer holds a table nested too deep");
    CHECK_STR(run(vm, "local t = {} t.t = t return t"),
              "fault: the answer holds a table nested too deep");
    CHECK(crosses(vm, "{{{1}}}"));
    un_vm_close(vm);
}

static void as_many_values_cross_as_allowed(void) {
    un_vm_limits limits = roomy;
    limits.entries = 100;
    un_vm *vm = open_vm(&limits);
    CHECK(crosses(vm, "list(100)"));
    CHECK(crosses(vm, "{list(98)}"));
    CHECK_STR(send(vm, "list(101)"), "fault: an argument holds too many values");
    CHECK_STR(send(vm, "{list(50), list(50)}"), "fault: an argument holds too many values");
    lua_settop(host, 0);
    push("list(60)");
    push("list(60)");
    CHECK_STR(call(vm, "echo", 0), "fault: an argument holds too many values");
    CHECK_STR(run(vm, "local t = {} for i = 1, 101 do t[i] = i end return t"),
              "fault: the answer holds too many values");
    CHECK(crosses(vm, "list(100)"));
    un_vm_close(vm);
}

static void as_much_text_crosses_as_allowed(void) {
    un_vm_limits limits = roomy;
    limits.text = 1000;
    un_vm *vm = open_vm(&limits);
    CHECK(crosses(vm, "text(1000)"));
    CHECK(crosses(vm, "{[text(400)] = text(600)}"));
    CHECK_STR(send(vm, "text(1001)"), "fault: an argument holds too much text");
    CHECK_STR(send(vm, "{[text(400)] = text(601)}"), "fault: an argument holds too much text");
    lua_settop(host, 0);
    push("text(600)");
    push("text(401)");
    CHECK_STR(call(vm, "echo", 0), "fault: an argument holds too much text");
    CHECK_STR(run(vm, "return require 'string'.rep('x', 1001)"),
              "fault: the answer holds too much text");
    CHECK(crosses(vm, "text(1000)"));
    un_vm_close(vm);
}

/* Comparing is slow where they are. A policy's own may have none, by its text (source_test.c). */
static void no_nul_comes_to_a_policy(void) {
    un_vm *vm = open_vm(&un_vm_for_policy);
    CHECK_STR(send(vm, "{'a\\0b', {'\\0\\0'}, ['\\0'] = 1}") ? "" : NULL, "");
    lua_settop(host, 0);
    push("{'a\\0b', {'\\0\\0'}, ['\\0'] = 1}");
    CHECK(un_vm_call(vm, host, "echo", 1));
    CHECK_INT(lua_geti(host, 1, 1), LUA_TSTRING);
    CHECK_STR(lua_tostring(host, -1), "a?b");
    CHECK_INT(lua_getfield(host, 1, "?"), LUA_TNUMBER);
    CHECK_STR(
        run(vm, "local f, why = compile('return \"\\\\0\"', '=c', {}) return tostring(f) .. why"),
        "nilc:1: a NUL byte ('\\0') has no place in a policy");
    CHECK_STR(run(vm, "return tostring(compile('return (', '=c', {}))"), "nil");
    CHECK_STR(run(vm, "return (compile('return x', '=c', {x = 5}))()"), "5");
    un_vm_close(vm);
    vm = open_vm(&roomy);
    CHECK(crosses(vm, "{'a\\0b', {'\\0\\0'}, ['\\0'] = 1}"));
    un_vm_close(vm);
}

static void code_and_handles_do_not_cross(void) {
    un_vm *vm = open_vm(&roomy);
    static const char wanted[] =
        "fault: an argument holds a value that is neither text, number, boolean nor table";
    CHECK_STR(send(vm, "print"), wanted);
    CHECK_STR(send(vm, "{{io.stdout}}"), wanted);
    CHECK_STR(send(vm, "{[print] = 1}"), wanted);
    CHECK_STR(send(vm, "coroutine.create(print)"), wanted);
    CHECK_STR(run(vm, "return {error}"),
              "fault: the answer holds a value that is neither text, number, boolean nor table");
    un_vm_close(vm);
}

static void tables_are_read_raw(void) {
    un_vm *vm = open_vm(&roomy);
    lua_settop(host, 0);
    lua_pushstring(host, "local function fail() error 'called' end\n"
                         "return setmetatable({1, 2, x = 3}, {__index = fail, __pairs = fail,\n"
                         "    __len = fail, __eq = fail, __name = 'x', __metatable = fail})");
    CHECK(un_vm_call(vm, host, "run", 1));
    CHECK(!lua_getmetatable(host, -1));
    CHECK_INT(lua_rawlen(host, -1), 2);
    CHECK_INT(lua_getfield(host, -1, "x"), LUA_TNUMBER);
    un_vm_close(vm);
}

/* --- errors and what the host gives ----------------------------------------------------------- */

static void errors_that_are_no_text_are_safe(void) {
    un_vm *vm = open_vm(&roomy);
    CHECK_STR(run(vm, "error('at 1', 0)"), "fault: at 1");
    CHECK_STR(run(vm, "error({})"), "fault: (the error is no text but a table)");
    CHECK_STR(run(vm, "error(nil)"), "fault: (the error is no text but a nil)");
    CHECK_STR(run(vm, "error(12)"), "fault: (the error is no text but a number)");
    CHECK_STR(run(vm, "error(print)"), "fault: (the error is no text but a function)");
    CHECK_STR(run(vm, "error(setmetatable({}, {__name = 'x', __tostring = function()\n"
                      "    while true do end end}))"),
              "fault: (the error is no text but a table)");
    CHECK_STR(run(vm, "error(require 'string'.rep('x', 70000), 0)"),
              "fault: (the error is a text of more than 64 KiB)");
    CHECK_STR(run(vm, "return 1"), "1");
    un_vm_close(vm);
}

static void unknown_entries_are_errors(void) {
    un_vm *vm = open_vm(&roomy);
    CHECK_STR(call(vm, "no_such", 0), "fault: attempt to call a nil value");
    CHECK_STR(run(vm, "return 1"), "1");
    un_vm_close(vm);
}

/* What fetch calls in the host. */
static void set_fetch(un_vm *vm, const char *function) {
    lua_settop(host, 0);
    push(function);
    vm->fetch = luaL_ref(host, LUA_REGISTRYINDEX);
}

static void fetches_from_the_host(void) {
    un_vm_limits limits = roomy;
    limits.depth = 2;
    limits.text = 1000;
    un_vm *vm = open_vm(&limits);
    set_fetch(vm, "function(what) return given[what] end");
    CHECK_STR(run(vm, "return fetch('table')[1].name"), "curl");
    CHECK_STR(run(vm, "return fetch 'nothing' == nil"), "true");
    CHECK_STR(run(vm, "return fetch 'deep'"), "fault: chunk:1: deep holds a table nested too deep");
    CHECK_STR(run(vm, "return fetch 'long'"), "fault: chunk:1: long holds too much text");
    CHECK_STR(run(vm, "return fetch 'code'"),
              "fault: chunk:1: code holds a value that is neither text, number, boolean nor table");
    CHECK_STR(run(vm, "return (pcall(fetch, {}))"), "false");
    un_vm_close(vm);
}

/* More often than there is room on a stack: nothing is left on the host's. */
static void fetches_as_often_as_asked(void) {
    un_vm_limits limits = roomy;
    limits.instructions = LONG_MAX;
    un_vm *vm = open_vm(&limits);
    CHECK_STR(run(vm, "return tostring((fetch 'anything'))"), "nil");
    set_fetch(vm, "function(what) error('no ' .. what) end");
    CHECK_STR(run(vm, "for _ = 1, 1100000 do assert(fetch 'anything' == nil) end return 'done'"),
              "done");
    set_fetch(vm, "function() return {1} end");
    CHECK_STR(run(vm, "for _ = 1, 1100000 do assert(fetch('it')[1] == 1) end return 'done'"),
              "done");
    set_fetch(vm, "function() return print end");
    CHECK_STR(run(vm, "fetch 'it'"),
              "fault: chunk:1: it holds a value that is neither text, number, boolean nor table");
    un_vm_close(vm);
}

/* The host may have any locale; its texts and numbers are no business of a policy's. */
static void has_the_locale_c(void) {
    locale_t german = newlocale(LC_ALL_MASK, "de_DE.UTF-8", (locale_t)0);
    locale_t before = german ? uselocale(german) : (locale_t)0;
    char half[8]; /* musl has no such locale, and says that it has */
    snprintf(half, sizeof half, "%.1f", 0.5);
    un_vm *vm = open_vm(&roomy);
    CHECK_STR(
        run(vm, "return tostring(0.5) .. tostring('B' < 'a') .. (require 'string'.upper('\xe4'))"),
        "0.5true\xe4");
    set_fetch(vm, "function() return ('%.1f'):format(0.5) end");
    locale_t inside = uselocale((locale_t)0);
    CHECK_STR(run(vm, "return fetch 'half' .. 0.5"), half[1] == ',' ? "0,50.5" : "0.50.5");
    CHECK(uselocale((locale_t)0) == inside);
    un_vm_close(vm);
    if (german) {
        uselocale(before);
        freelocale(german);
    }
}

/* --- what there is in a VM -------------------------------------------------------------------- */

static void has_no_way_out(void) {
    un_vm *vm = open_vm(&roomy);
    CHECK_STR(run(vm, "return tostring(io or os or debug or package or coroutine or string)"),
              "nil");
    CHECK_STR(run(vm, "require 'io'"), "fault: no module 'io'");
    CHECK_STR(run(vm, "require 'coroutine'"), "fault: no module 'coroutine'");
    CHECK_STR(run(vm, "return require 'math'.max(1, 2)"), "2");
    CHECK_STR(run(vm, "return require 'utf8'.len 'ä'"), "1");
    un_vm_close(vm);
}

static void strings_have_safe_methods(void) {
    un_vm *vm = open_vm(&roomy);
    static const char methods[] = "return ('x'):tested() .. tostring(('x').rep)";
    CHECK_STR(run(vm, methods), "tested xnil");
    CHECK_STR(run(vm, "require 'string' return tostring(getmetatable '')"), "false");
    CHECK_STR(run(vm, methods), "tested xnil");
    un_vm_close(vm);
}

static void tells_where(void) {
    un_vm *vm = open_vm(&roomy);
    CHECK_STR(run(vm, "local file, line\nfile, line = where()\nreturn file .. line"), "chunk2");
    CHECK_STR(run(vm, "\nlocal function f()\nend\nlocal _, line = where(f) return line"), "2");
    CHECK_STR(run(vm, "return tostring((where(pcall)))"), "nil");
    un_vm_close(vm);
}

/* Whoever raises it: Lua, C, a function that is called last. */
static void tells_where_an_error_is(void) {
    static const char *const attempts[][2] = {
        {"error('mine')", "chunk:2: mine"},
        {"error('mine', 0)", "chunk:2: mine"},
        {"error('chunk: mine', 0)", "chunk:2: chunk: mine"},
        {"error('chunk:x: mine', 0)", "chunk:2: chunk:x: mine"},
        {"error('', 0)", "chunk:2: (the error is an empty text)"},
        {"error({})", "chunk:2: (the error is no text but a table)"},
        {"local x = nil + 1", "chunk:2: attempt to perform arithmetic on a nil value"},
        {"return kept(function() error('mine', 0) end)()", "chunk:2: mine"},
        {"local t = {} kept(type, t, 'u.f')(t) error('mine', 0)", "chunk:2: mine"},
        {"local t = {} return kept(function() end, t, 'u.f')(t)",
         "chunk:2: u.f is called with ':'; write a dot before its name"},
    };
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        char chunk[300];
        snprintf(chunk, sizeof chunk, "return select(2, attempt(function()\n%s\nend))",
                 attempts[i][0]);
        un_vm *vm = open_vm(&roomy);
        CHECK_STR(run(vm, chunk), attempts[i][1]);
        un_vm_close(vm);
    }
    un_vm *vm = open_vm(&roomy);
    CHECK_STR(run(vm, "return select('#', attempt(function(...) return ... end, 1, nil))"), "3");
    CHECK_STR(run(vm, "return kept(select)('#', 1, 2)"), "2");
    CHECK_STR(run(vm, "return kept(function(...) return select('#', ...) end)(1, nil)"), "2");
    un_vm_close(vm);
}

/* What upnudge.language notes in `asked` is told with it. */
static void tells_who_spent_it(void) {
    static const char *const by[][2] = {
        {"{name = 'digest'}", "fault: chunk:2: rule 'digest': too long"},
        {"'the policy'", "fault: chunk:2: the policy: too long"},
        {"{}", "fault: chunk:2: rule '?': too long"},
        {"true", "fault: chunk:2: too long"},
        {"nil", "fault: chunk:2: too long"},
    };
    un_vm_limits limits = roomy;
    limits.instructions = 100000;
    for (size_t i = 0; i < sizeof by / sizeof *by; i++) {
        char chunk[300];
        snprintf(chunk, sizeof chunk,
                 "asked = {by = %s}\npcall(attempt, function() while true do end end)\n"
                 "return attempt(function() end)",
                 by[i][0]);
        un_vm *vm = open_vm(&limits);
        CHECK_STR(run(vm, chunk), by[i][1]);
        CHECK_STR(run(vm, "return 1"), by[i][1]);
        un_vm_close(vm);
    }
}

static void closes_twice(void) {
    un_vm never = {0};
    un_vm_close(&never);
    un_vm *vm = open_vm(&roomy);
    CHECK_STR(run(vm, "big = require 'string'.rep('x', 100000) return 1"), "1");
    un_vm_close(vm);
    CHECK(!vm->L && !vm->pool.chunks && !vm->pool.large);
    un_vm_close(vm);
    vm = open_vm(&roomy);
    CHECK_STR(run(vm, "return tostring(big)"), "nil");
    un_vm_close(vm);
}

static void stands_beside_others(void) {
    un_vm a = {0}, b = {0};
    lua_settop(host, 0);
    CHECK(un_vm_open(&a, &roomy, host) && un_vm_open(&b, &un_vm_for_policy, host));
    CHECK_STR(run(&a, "x = 'a' return x"), "a");
    CHECK_STR(run(&b, "return tostring(x)"), "nil");
    CHECK_STR(run(&b, "while true do end"),
              "fault: chunk:1: the policy ran too long (more than 500,000 instructions)");
    CHECK_STR(run(&a, "return x"), "a");
    un_vm_close(&b);
    CHECK_STR(run(&a, "return x"), "a");
    un_vm_close(&a);
}

static const char prelude[] =
    "cycle = {} cycle.cycle = cycle\n"
    "given = {table = {{name = 'curl'}}, deep = {{{}}}, long = ('x'):rep(1001), code = print}\n"
    "function list(n) local t = {} for i = 1, n do t[i] = i end return t end\n"
    /* No list, though Lua gives it a length, which is the greatest number there is. */
    "function powers(n)\n"
    "    local source = {}\n"
    "    for i = 0, n do source[#source + 1] = ('[%d] = 0,'):format(1 << i) end\n"
    "    return load('return {' .. table.concat(source) .. '[math.maxinteger] = 0}')()\n"
    "end\n"
    "function text(n) return ('x'):rep(n) end\n"
    "function same(a, b)\n"
    "    if type(a) ~= 'table' then return a == b and math.type(a) == math.type(b) end\n"
    "    for k, v in pairs(a) do if not same(v, b[k]) then return false end end\n"
    "    for k in pairs(b) do if a[k] == nil then return false end end\n"
    "    return true\n"
    "end";

int main(void) {
    host = luaL_newstate();
    luaL_openlibs(host);
    if (luaL_dostring(host, prelude) != LUA_OK)
        return 2;
    counts_instructions();
    is_filled_up_again();
    counts_work_that_is_told();
    counts_bytes_as_work();
    charges_what_one_instruction_may_cost();
    long_texts_make_instructions_dear();
    spends_the_same_each_time();
    ends_after_its_time();
    adds_up_the_time_of_calls();
    an_answer_is_copied_in_time();
    ends_with_too_much_memory();
    collects_garbage();
    refuses_one_long_text();
    cannot_be_caught();
    passes_through_deep_nesting();
    other_errors_are_caught();
    a_spent_one_stays_dead();
    tells_what_it_lacked_first();
    need_not_open();
    plain_values_cross();
    tables_cross_as_deep_as_allowed();
    as_many_values_cross_as_allowed();
    as_much_text_crosses_as_allowed();
    no_nul_comes_to_a_policy();
    code_and_handles_do_not_cross();
    tables_are_read_raw();
    errors_that_are_no_text_are_safe();
    unknown_entries_are_errors();
    fetches_from_the_host();
    fetches_as_often_as_asked();
    has_the_locale_c();
    has_no_way_out();
    strings_have_safe_methods();
    tells_where();
    tells_where_an_error_is();
    tells_who_spent_it();
    closes_twice();
    stands_beside_others();
    lua_close(host);
    return check_done();
}
