#include "schedule.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const strategy_names[STRATEGIES] = {"simple", "separate-lock", "stateless"};
const char *const role_names[ROLES] = {"activation", "again",  "check",  "fresh",
                                       "failure",    "snooze", "ignore", "forget"};
static const char *const start_names[STARTS] = {"empty", "known", "told"};
static const char *const action_names[ACTIONS] = {">",      "kill",   "cut", "errno",
                                                  "clock+", "filled", "room"};

/* --- by chance -------------------------------------------------------------------------------- */

/* How often each role comes, of a hundred; who asks and who checks are what it is about. */
static const unsigned shares[ROLES] = {34, 7, 26, 9, 4, 6, 8, 6};

static role any_role(luck *l, unsigned among) {
    unsigned left = luck_below(l, 100), which = 0;
    for (; left >= shares[which]; which++)
        left -= shares[which];
    while (among && !(among & 1U << which))
        which = luck_below(l, ROLES);
    return (role)which;
}

static unsigned any_of(const calls *c, luck *l) {
    return c->list[luck_below(l, c->count)];
}

/* Mostly just before or behind what others notice, and where what is written lasts from there on.
 */
static unsigned any_call(const course *c, action what, luck *l) {
    unsigned percent = what == ACTION_CUT ? 80 : what == ACTION_KILL ? 50 : 0;
    if (c->turns.count && luck_has(l, percent))
        return any_of(&c->turns, l);
    if (c->marks.count && luck_has(l, 65))
        return any_of(&c->marks, l) + luck_below(l, 2);
    return 1 + luck_below(l, c->length ? c->length : 1);
}

static const course *course_of(const schedule *s, const scope *within, unsigned process) {
    const member *m = &s->members[process];
    return &within->courses[m->strategy][m->role];
}

/* The power goes rather where something is written that lasts. */
static unsigned any_process(const schedule *s, const scope *within, action what, luck *l) {
    unsigned process = luck_below(l, s->count);
    for (unsigned i = 0; what == ACTION_CUT && i < s->count; i++)
        if (course_of(s, within, process)->turns.count < 4)
            process = (process + 1) % s->count;
    return process;
}

static void add_event(schedule *s, const scope *within, luck *l, action what, unsigned value) {
    if (s->event_count == SCHEDULE_EVENTS)
        return;
    unsigned process = any_process(s, within, what, l);
    unsigned call = any_call(course_of(s, within, process), what, l);
    s->events[s->event_count++] = (event){process, call, what, value};
}

static void add_faults(schedule *s, const scope *within, luck *l) {
    static const int errors[] = {EIO, ENOSPC, EDQUOT, EMFILE, ENOMEM};
    for (unsigned i = luck_below(l, 3); i > 0; i--)
        add_event(s, within, l, ACTION_FAULT, (unsigned)errors[luck_below(l, 5)]);
    if (luck_has(l, 30)) {
        add_event(s, within, l, ACTION_FILLED, 0);
        if (luck_has(l, 50))
            add_event(s, within, l, ACTION_ROOM, 0);
    }
}

/* Few things happen in most of them: what is found by few is found by many, too, and is seldom. */
static void add_events(schedule *s, const scope *within, luck *l) {
    static const unsigned seconds[] = {1, 3, 900, 2701, 3599};
    for (unsigned i = luck_below(l, 8); i > 0; i--)
        add_event(s, within, l, ACTION_GO_TO, luck_below(l, s->count));
    if (luck_has(l, 30))
        for (unsigned i = 1 + luck_below(l, 2); i > 0; i--)
            add_event(s, within, l, ACTION_KILL, 0);
    if (luck_has(l, 40))
        for (unsigned i = 1 + luck_below(l, 3); i > 0; i--)
            add_event(s, within, l, ACTION_CLOCK, seconds[luck_below(l, 5)]);
    if (luck_has(l, 20))
        add_event(s, within, l, ACTION_CUT, luck_below(l, 1000));
    if (luck_has(l, 15))
        add_faults(s, within, l);
}

void schedule_make(schedule *out, const scope *within, uint64_t seed) {
    luck l = {seed};
    bool mixed = within->switches && luck_has(&l, 30);
    *out = (schedule){.start = (start)luck_below(&l, STARTS), .strategy = within->strategy};
    out->count = 2 + luck_below(&l, SCHEDULE_PROCESSES - 2);
    for (unsigned i = 0; i < out->count; i++) {
        strategy other = (strategy)luck_below(&l, STRATEGIES);
        out->members[i] = (member){any_role(&l, within->among), mixed ? other : within->strategy};
    }
    add_events(out, within, &l);
}

/* --- in words --------------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static void add_text(char *out, const char *format, ...) {
    size_t length = strlen(out);
    va_list list;
    va_start(list, format);
    vsnprintf(out + length, SCHEDULE_TEXT - length, format, list);
    va_end(list);
}

static bool has_value(action what) {
    return what != ACTION_KILL && what != ACTION_FILLED && what != ACTION_ROOM;
}

void schedule_write(char out[SCHEDULE_TEXT], const schedule *s) {
    out[0] = '\0';
    add_text(out, "%s %s ", start_names[s->start], strategy_names[s->strategy]);
    for (unsigned i = 0; i < s->count; i++) {
        const member *m = &s->members[i];
        add_text(out, "%s%s", i ? "," : "", role_names[m->role]);
        if (m->strategy != s->strategy)
            add_text(out, ":%s", strategy_names[m->strategy]);
    }
    for (unsigned i = 0; i < s->event_count; i++) {
        const event *e = &s->events[i];
        add_text(out, " %u@%u%s", e->process, e->call, action_names[e->action]);
        if (has_value(e->action))
            add_text(out, "%u", e->value);
    }
}

/* The place of the word of `length` bytes in a list; `count`: it is not there. */
static unsigned place_of(const char *word, size_t length, const char *const *list, unsigned count) {
    for (unsigned i = 0; i < count; i++)
        if (strlen(list[i]) == length && strncmp(list[i], word, length) == 0)
            return i;
    return count;
}

/* One word up to any byte of `ends`; moves behind it. */
static unsigned take_word(const char **at, const char *ends, const char *const *list,
                          unsigned count) {
    size_t length = strcspn(*at, ends);
    unsigned place = place_of(*at, length, list, count);
    *at += length;
    return place;
}

static bool take_member(const char **at, schedule *s) {
    if (s->count == SCHEDULE_PROCESSES)
        return false;
    unsigned which = take_word(at, ":, ", role_names, ROLES), own = s->strategy;
    if (**at == ':') {
        ++*at;
        own = take_word(at, ", ", strategy_names, STRATEGIES);
    }
    s->members[s->count++] = (member){(role)which, (strategy)own};
    return which < ROLES && own < STRATEGIES;
}

static bool take_event(const char **at, schedule *s) {
    char *rest;
    event e = {.process = (unsigned)strtoul(*at, &rest, 10)};
    if (*rest != '@' || s->event_count == SCHEDULE_EVENTS || e.process >= s->count)
        return false;
    e.call = (unsigned)strtoul(rest + 1, &rest, 10);
    unsigned which = place_of(rest, strcspn(rest, "0123456789 "), action_names, ACTIONS);
    rest += strcspn(rest, "0123456789 ");
    e.action = (action)which;
    e.value = (unsigned)strtoul(rest, &rest, 10);
    s->events[s->event_count++] = e;
    *at = rest;
    return which < ACTIONS && (which != ACTION_GO_TO || e.value < s->count);
}

bool schedule_read(schedule *out, const char *text) {
    *out = (schedule){0};
    unsigned begins = take_word(&text, " ", start_names, STARTS);
    text += *text == ' ';
    unsigned own = take_word(&text, " ", strategy_names, STRATEGIES);
    out->start = (start)begins;
    out->strategy = (strategy)own;
    bool ok = begins < STARTS && own < STRATEGIES && *text == ' ';
    do {
        text += *text != '\0';
        ok = ok && take_member(&text, out);
    } while (ok && *text == ',');
    while (ok && *text == ' ') {
        text++;
        ok = take_event(&text, out);
    }
    return ok && !*text;
}

/* --- smaller ---------------------------------------------------------------------------------- */

static void drop_event(schedule *s, unsigned i) {
    memmove(&s->events[i], &s->events[i + 1], (--s->event_count - i) * sizeof *s->events);
}

static void drop_process(schedule *s, unsigned process) {
    memmove(&s->members[process], &s->members[process + 1],
            (--s->count - process) * sizeof *s->members);
    for (unsigned i = s->event_count; i-- > 0;) {
        event *e = &s->events[i];
        bool leads_there = e->action == ACTION_GO_TO && e->value == process;
        if (e->process == process || leads_there) {
            drop_event(s, i);
            continue;
        }
        e->process -= e->process > process;
        e->value -= e->action == ACTION_GO_TO && e->value > process;
    }
}

bool schedule_smaller(schedule *out, const schedule *s, unsigned n) {
    *out = *s;
    if (n < s->count && s->count > 1) {
        drop_process(out, n);
        return true;
    }
    n -= s->count > 1 ? s->count : 0;
    if (n < s->event_count) {
        drop_event(out, n);
        return true;
    }
    n -= s->event_count;
    if (n < s->count) {
        out->members[n].strategy = s->strategy;
        return true;
    }
    return false;
}

bool schedule_has_role(const schedule *s, role which) {
    for (unsigned i = 0; i < s->count; i++)
        if (s->members[i].role == which)
            return true;
    return false;
}

bool schedule_has_action(const schedule *s, action which) {
    for (unsigned i = 0; i < s->event_count; i++)
        if (s->events[i].action == which)
            return true;
    return false;
}
