/*
 * vm.h: the policy VM, a lua_State in which a policy can do no harm.
 *
 * A policy may be wrong or hostile, so it does not run in the state that does our I/O. Each policy
 * gets a fresh state with base, string, table, math and utf8 and our policy-side modules, each
 * opened at its first use; `upnudge.sandbox` decides what of that a policy sees. Plain values are
 * copied across, functions and userdata never. While it runs, the thread has the locale C.
 *
 * A VM has a budget, in instructions and in memory. A hook counts instructions, from the first text
 * on that is compiled in it (what is ready-made needs no watching), and what one of them may cost
 * beyond the usual is charged before it is done: the C functions that a policy reaches (`charged`),
 * the allocator for each block, compiling for what the text may take (source.h), and every
 * instruction for the longest text that there is to compare. So what a policy may do is the same on
 * every machine and in every run.
 *
 * What our own modules take while they are opened is nobody's: a VM that has them already (image.h)
 * and one that opens each at its first use leave a policy the same, but for what of the hook's last
 * stride it is that was theirs: less than a thousand instructions.
 *
 * A few instructions of Lua can cost more than they are charged (fmod and the decimals of numbers
 * in Debian's C library; tables whose numbers have one hash; hundreds of arguments). For them there
 * is a last resort, processor time that is some three times what a whole budget should take on this
 * machine, the speed of which is measured then. The hook looks at the clock, the more often the
 * slower instructions are, and no C function that a policy reaches loops for long; so no timer and
 * no signal is needed, which a library has no right to. It is told in words of its own.
 *
 * The memory cap is soft: Lua 5.4.4 has faults behind an allocator that answers NULL, so a spent
 * allocator arms the hook, which raises at the next instruction. NULL is the answer to a new text
 * alone that is far too long, which Lua bears well. The abort cannot be caught: `pcall` inside the
 * VM raises again, and so does every later instruction. A spent VM answers errors for ever; throw
 * it away.
 *
 * Nothing that depends on addresses or on Lua's random hash seed shows: see order.h and
 * metatable.h.
 */
#ifndef UN_VM_H
#define UN_VM_H

#include "pool.h"
#include <locale.h>
#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a VM may spend. */
typedef struct un_vm_limits {
    long instructions; /* until the budget is filled up again */
    int64_t time;      /* nanoseconds of processor time of a machine such as ours, likewise */
    size_t memory;     /* bytes that it may hold */
    size_t string;     /* bytes of one text in it */
    size_t text;       /* bytes of all texts that cross in one call */
    int entries;       /* values that cross in one call */
    int depth;         /* tables in tables that cross */
    bool worst_case;   /* whether instructions cost what they may at worst; then no text has a NUL,
                          and none from outside marks a style */
    const char *too_long, *too_slow, *too_large;
} un_vm_limits;

/* A policy has about 5 ms of work; a team's format reads whole lockfiles, but never at an
 * activation. */
extern const un_vm_limits un_vm_for_policy, un_vm_for_format;

typedef struct un_vm {
    const un_vm_limits *limits;
    lua_State *L;      /* the policy's state; NULL when closed */
    lua_State *host;   /* who is calling just now */
    int fetch;         /* registry reference of the host's package fetcher, or LUA_NOREF */
    size_t used;       /* bytes */
    size_t own;        /* of which our own modules took so many, which count for nobody */
    size_t longest;    /* bytes of the longest text that was made in it */
    size_t source;     /* bytes of text that was compiled */
    uint64_t made;     /* tables and functions so far */
    long left;         /* instructions */
    int stride;        /* instructions from one look to the next */
    int pace;          /* at most, as slow as they are */
    int unit;          /* from one charge to the next */
    int counted;       /* since the last one */
    int64_t used_time; /* nanoseconds in earlier calls on this budget */
    int64_t entered;   /* thread's processor time when this call became long */
    int64_t looked;    /* the machine's time at the last look */
    long looked_left;  /* and what was left */
    int calm;          /* looks since instructions were slow */
    int64_t due;       /* the machine's time before which the thread's need not be asked for */
    int64_t patience;  /* nanoseconds that it may take on this machine; 0: not measured yet */
    const char *spent; /* why the budget is gone, or NULL */
    bool noted;        /* and who spent it */
    bool trusted;      /* what is made just now comes from the host, or from the compiler */
    bool collects;     /* its garbage collector runs */
    bool starved;      /* whether the last call failed, and the process had no memory for it */
    locale_t plain, outside; /* C, and what the host has while it is here */
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

/* Opens a module of ours ahead of its first use. false: it failed, with the message pushed on
 * host. */
bool un_vm_open_module(un_vm *vm, lua_State *host, const char *name);

/*
 * A thread of a state, for the rest of its days: what its calls change lies side by side, while
 * that of a thread in which modules were opened lies here and there among these. Raises.
 */
lua_State *un_vm_fresh_thread(lua_State *L);

/* Nothing more is opened in it: what it changes from here on lies side by side. For an image. */
void un_vm_settle(un_vm *vm);

/* A VM that was opened in another process (image.h) becomes one of this. */
void un_vm_adopt(un_vm *vm);

/* Idle and repeated calls do nothing. */
void un_vm_close(un_vm *vm);

#endif
