/*
 * vm.h: the policy VM, a lua_State in which a policy can do no harm.
 *
 * A policy may be wrong or hostile, so it does not run in the state that does our I/O. Each policy
 * gets a fresh state with base, string, table, math and utf8 and our policy-side modules, each
 * opened at its first use; `upnudge.sandbox` decides what of that a policy sees. Plain values are
 * copied across, functions and userdata never.
 *
 * A VM has a budget: instructions, counted by a hook, to which our versions of the libraries and
 * the allocator add what one instruction of theirs costs; processor time, for what neither can
 * count; and memory, counted by the allocator. The memory cap is soft: Lua 5.4.4 has faults behind
 * an allocator that answers NULL, so a spent allocator arms the hook, which raises at the next
 * instruction. NULL is the answer to a new text alone that is far too long, which Lua bears well.
 * The abort cannot be caught: `pcall` inside the VM raises again, and so does every later
 * instruction. A spent VM answers errors for ever; throw it away.
 */
#ifndef UN_VM_H
#define UN_VM_H

#include "pool.h"
#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a VM may spend. */
typedef struct un_vm_limits {
    long instructions; /* until the budget is filled up again */
    int64_t time;      /* nanoseconds of processor time, likewise */
    size_t memory;     /* bytes that it may hold */
    size_t string;     /* bytes of one text in it */
    size_t text;       /* bytes of all texts that cross in one call */
    int entries;       /* values that cross in one call */
    int depth;         /* tables in tables that cross */
    const char *too_long, *too_large;
} un_vm_limits;

/* A policy has about 10 ms of work on a slow machine; a team's format reads whole lockfiles, but
 * never at an activation. */
extern const un_vm_limits un_vm_for_policy, un_vm_for_format;

typedef struct un_vm {
    const un_vm_limits *limits;
    lua_State *L;      /* the policy's state; NULL when closed */
    lua_State *host;   /* who is calling just now */
    int fetch;         /* registry reference of the host's package fetcher, or LUA_NOREF */
    size_t used;       /* bytes */
    long left;         /* instructions */
    int64_t used_time; /* nanoseconds in earlier calls on this budget */
    int64_t entered;   /* thread's processor time when this call became long */
    const char *spent; /* why the budget is gone, or NULL */
    un_pool pool;
} un_vm;

/*
 * Opens a zeroed VM. false: out of memory, or our own modules failed, with the message pushed on
 * host; the VM is then closed.
 */
bool un_vm_open(un_vm *vm, const un_vm_limits *limits, lua_State *host);

/*
 * Calls entry `name` of the policy-side modules with the `arguments` values on top of the host's
 * stack, pops them and pushes one result. false: pushes the message instead. Raises in the host
 * only for want of memory.
 */
bool un_vm_call(un_vm *vm, lua_State *host, const char *name, int arguments);

/* A new budget: calls share one until then. */
void un_vm_refill(un_vm *vm);

/* Idle and repeated calls do nothing. */
void un_vm_close(un_vm *vm);

#endif
