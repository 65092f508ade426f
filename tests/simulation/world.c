#include "world.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#define STACK ((size_t)4 << 20)
#else
#define STACK ((size_t)1 << 20)
#endif

const char *const wrong_names[WRONGS] = {"nothing", "no file sync", "no directory sync",
                                         "late sync", "open lock"};

world the_world;

static ucontext_t main_context;
static char *stacks;
static process *wanted; /* who is to go on; NULL: the first that can */
static void (*what_to_do)(unsigned number);

#define SECOND INT64_C(1000000000)

/* --- coroutines ------------------------------------------------------------------------------- */

/* AddressSanitizer has to know on which stack it is. */
#ifdef __SANITIZE_ADDRESS__
static const void *main_stack;
static size_t main_size;
static void *main_sanitizer;

static void leave(void **kept, const void *stack, size_t size) {
    __sanitizer_start_switch_fiber(kept, stack, size);
}

static void arrive(void *kept, const void **from, size_t *size) {
    __sanitizer_finish_switch_fiber(kept, from, size);
}
#else
static const void *main_stack;
static size_t main_size;
static void *main_sanitizer;

static void leave(void **kept, const void *stack, size_t size) {
    (void)kept, (void)stack, (void)size;
}

static void arrive(void *kept, const void **from, size_t *size) {
    (void)kept, (void)from, (void)size;
}
#endif

static char *stack_of(const process *p) {
    return stacks + (size_t)(p - the_world.processes) * STACK;
}

static void stand_back(process *p) {
    leave(&p->sanitizer, main_stack, main_size);
    swapcontext(&p->context, &main_context);
    arrive(p->sanitizer, &main_stack, &main_size);
}

/* Nobody comes back here. */
static _Noreturn void end(process *p, state how) {
    p->state = how;
    leave(NULL, main_stack, main_size);
    setcontext(&main_context);
    abort();
}

static void live(void) {
    process *p = the_world.current;
    arrive(NULL, &main_stack, &main_size);
    what_to_do((unsigned)(p - the_world.processes));
    unsigned left = world_close_all(p);
    if (left)
        world_fail("%s leaves %u descriptors open", p->name, left);
    world_tell("ends");
    end(p, STATE_ENDED);
}

static void be_born(process *p) {
    getcontext(&p->context);
    p->context.uc_stack.ss_sp = stack_of(p);
    p->context.uc_stack.ss_size = STACK;
    p->context.uc_link = NULL;
    makecontext(&p->context, live, 0);
}

static void go_on(process *p) {
    if (p->state == STATE_NEW)
        be_born(p);
    p->state = STATE_RUNS;
    the_world.current = p;
    leave(&main_sanitizer, stack_of(p), STACK);
    swapcontext(&main_context, &p->context);
    arrive(main_sanitizer, NULL, NULL);
    the_world.current = NULL;
}

void world_begin(void) {
    stacks = mmap(NULL, SCHEDULE_PROCESSES * STACK, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (stacks == MAP_FAILED) {
        perror("no memory for stacks");
        exit(2);
    }
    snprintf(the_world.outside.name, sizeof the_world.outside.name, "afterwards");
}

/* --- what happens ----------------------------------------------------------------------------- */

unsigned world_close_all(process *p) {
    unsigned count = 0;
    for (unsigned i = 0; i < WORLD_DESCRIPTORS; i++) {
        count += p->descriptors[i].inode != 0;
        p->descriptors[i].inode = 0;
    }
    return count;
}

static void cut_power(unsigned seed) {
    luck l = {seed};
    process *current = the_world.current;
    world_tell("THE POWER GOES");
    for (unsigned i = 0; i < the_world.schedule->count; i++) {
        process *p = &the_world.processes[i];
        if (p->state != STATE_RUNS && p->state != STATE_SLEEPS)
            continue;
        world_close_all(p);
        p->state = STATE_CUT;
    }
    disk_cut(the_world.disk, &l);
    the_world.cuts++;
    end(current, STATE_CUT);
}

static void happens(process *p, const event *e, bool *fails) {
    switch (e->action) {
    case ACTION_GO_TO:
        wanted = &the_world.processes[e->value];
        stand_back(p);
        break;
    case ACTION_KILL:
        world_tell("IS KILLED");
        world_close_all(p);
        end(p, STATE_KILLED);
    case ACTION_CUT:
        cut_power(e->value);
        break;
    case ACTION_FAULT:
        errno = (int)e->value;
        *fails = the_world.has_faults = p->has_failed_call = true;
        break;
    case ACTION_CLOCK:
        the_world.clock += e->value * SECOND;
        world_tell("%u SECONDS LATER", e->value);
        break;
    case ACTION_FILLED:
    case ACTION_ROOM:
        the_world.disk->is_full = e->action == ACTION_FILLED;
        the_world.has_faults = true;
        world_tell(e->action == ACTION_FILLED ? "THE DISK IS FULL" : "THE DISK HAS ROOM AGAIN");
        break;
    case ACTIONS:
        break;
    }
}

bool world_step(void) {
    process *p = the_world.current;
    const schedule *s = the_world.schedule;
    bool fails = false;
    p->calls++;
    if (p == &the_world.outside)
        return true;
    if (++the_world.steps > WORLD_STEPS) {
        world_fail("%s comes to no end", p->name);
        end(p, STATE_KILLED);
    }
    int sys = 0;
    for (unsigned i = 0; i < s->event_count; i++) {
        const event *e = &s->events[i];
        if (&the_world.processes[e->process] == p && e->call == p->calls) {
            happens(p, e, &fails);
            sys = fails && e->action == ACTION_FAULT ? (int)e->value : sys;
        }
    }
    errno = sys;
    return !fails;
}

static void add_call(calls *c, unsigned call) {
    if (c->count < SCHEDULE_MARKS)
        c->list[c->count++] = call;
}

void world_mark(void) {
    process *p = the_world.current;
    add_call(&p->course.marks, p->calls);
}

void world_turn(unsigned calls_later) {
    process *p = the_world.current;
    add_call(&p->course.turns, p->calls + calls_later);
}

void world_sleep(int64_t nanoseconds) {
    process *p = the_world.current;
    p->sleeps++;
    p->wakes = the_world.clock + nanoseconds;
    if (p == &the_world.outside) {
        the_world.clock = p->wakes;
        return;
    }
    p->state = STATE_SLEEPS;
    stand_back(p);
}

/* --- who goes on ------------------------------------------------------------------------------ */

static bool can_go_on(const process *p) {
    return p->state == STATE_NEW || p->state == STATE_RUNS ||
           (p->state == STATE_SLEEPS && p->wakes <= the_world.clock);
}

static process *first_that_can(void) {
    for (unsigned i = 0; i < the_world.schedule->count; i++)
        if (can_go_on(&the_world.processes[i]))
            return &the_world.processes[i];
    return NULL;
}

/* Until the first of them wakes; false: nobody sleeps. */
static bool let_time_pass(void) {
    const process *first = NULL;
    for (unsigned i = 0; i < the_world.schedule->count; i++) {
        const process *p = &the_world.processes[i];
        if (p->state == STATE_SLEEPS && (!first || p->wakes < first->wakes))
            first = p;
    }
    if (first)
        the_world.clock = first->wakes;
    return first != NULL;
}

void world_run(const schedule *s, void (*body)(unsigned number)) {
    what_to_do = body;
    the_world.schedule = s;
    for (unsigned i = 0; i < s->count; i++) {
        process *p = &the_world.processes[i];
        p->luck.state = i + 1;
        snprintf(p->name, sizeof p->name, "%u %s", i, role_names[s->members[i].role]);
    }
    do {
        process *next = wanted && can_go_on(wanted) ? wanted : first_that_can();
        wanted = NULL;
        if (next)
            go_on(next);
    } while (first_that_can() || let_time_pass());
}

/* --- words ------------------------------------------------------------------------------------ */

unsigned world_order(void) {
    return ++the_world.order;
}

int64_t world_seconds(void) {
    return the_world.clock / SECOND;
}

void world_tell(const char *format, ...) {
    va_list list;
    if (!the_world.is_told)
        return;
    const process *p = the_world.current;
    printf("  %-14s %4u  ", p ? p->name : "", p ? p->calls : 0);
    va_start(list, format);
    vprintf(format, list);
    va_end(list);
    putchar('\n');
}

void world_fail(const char *format, ...) {
    va_list list;
    if (the_world.why[0])
        return;
    va_start(list, format);
    vsnprintf(the_world.why, sizeof the_world.why, format, list);
    va_end(list);
}
