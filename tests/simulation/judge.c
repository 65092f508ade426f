#include "judge.h"
#include "core/hash.h"
#include "role.h"
#include <stdio.h>
#include <string.h>

#define SECOND INT64_C(1000000000)

/* --- what is kept ----------------------------------------------------------------------------- */

static unsigned state_directory(void) {
    unsigned home = disk_find(the_world.disk, DISK_ROOT, "home");
    return disk_find(the_world.disk, home, "state");
}

static unsigned environment_directory(void) {
    un_digest key = un_hash_bytes(un_slice_of(ROLE_ENVIRONMENT));
    char name[UN_DIGEST_LENGTH + 1];
    snprintf(name, sizeof name, "%.*s", UN_DIGEST_LENGTH, key.hex);
    unsigned outer = state_directory();
    return outer ? disk_find(the_world.disk, outer, name) : 0;
}

/* A file as a string; "": it is not there. */
static void read_file(char *out, size_t room, unsigned directory, const char *name) {
    unsigned file = directory ? disk_find(the_world.disk, directory, name) : 0;
    const disk_bytes *bytes = file ? &disk_at(the_world.disk, file)->bytes : NULL;
    snprintf(out, room, "%.*s", bytes ? (int)bytes->size : 0, bytes && bytes->at ? bytes->at : "");
}

/* The digest that a member of the record has; false: there is none. */
static bool read_digest(char out[UN_DIGEST_LENGTH + 1], const char *record, const char *name) {
    char pattern[32];
    snprintf(pattern, sizeof pattern, "\"%s\":\"", name);
    const char *at = strstr(record, pattern);
    out[0] = '\0';
    if (at)
        snprintf(out, UN_DIGEST_LENGTH + 1, "%s", at + strlen(pattern));
    return at != NULL;
}

static bool has_digest(const char *text, const char *digest) {
    un_digest found = un_hash_bytes(un_slice_of(text));
    return memcmp(found.hex, digest, UN_DIGEST_LENGTH) == 0;
}

static bool is_version(unsigned version, const char *digest) {
    char lockfile[512];
    role_lockfile(lockfile, sizeof lockfile, version);
    return has_digest(lockfile, digest);
}

/* Of which check the record is; 0: there is no result. */
static unsigned kept_version(const char *record) {
    char digest[UN_DIGEST_LENGTH + 1];
    if (!read_digest(digest, record, "new"))
        return 0;
    for (unsigned version = ROLE_KNOWN; version <= ROLE_LAST; version++)
        if (is_version(version, digest))
            return version;
    world_fail("no result is lost: the record names a lockfile that nobody gave");
    return 0;
}

static void judge_blob(const char *record, const char *name, const char *folder) {
    char digest[UN_DIGEST_LENGTH + 1], text[4096];
    unsigned directory = environment_directory();
    unsigned inside = directory ? disk_find(the_world.disk, directory, folder) : 0;
    if (!read_digest(digest, record, name))
        return;
    read_file(text, sizeof text, inside, digest);
    if (!has_digest(text, digest))
        world_fail("what a record names is there: %s is not, or is damaged", name);
}

static unsigned judge_record(void) {
    char record[8192];
    read_file(record, sizeof record, environment_directory(), "record.json");
    size_t length = strlen(record);
    if (length && (record[0] != '{' || strcmp(record + length - 2, "}\n") != 0))
        world_fail("a record is old or new: it is torn");
    /* A check that failed tells of which lockfile it was, and keeps none. */
    if (strstr(record, "\"new\":"))
        judge_blob(record, "old", "lockfiles");
    judge_blob(record, "new", "lockfiles");
    judge_blob(record, "details", "changes");
    return kept_version(record);
}

/* --- results ---------------------------------------------------------------------------------- */

/* The check that was begun last of those that came to an end; NULL: none has. */
static const outcome *last_committed(const schedule *s, unsigned *version) {
    const outcome *last = NULL;
    *version = s->start == START_EMPTY ? 0 : ROLE_KNOWN;
    for (unsigned i = 0; i < s->count; i++) {
        const outcome *one = role_outcome(i);
        if (one->committed && (!last || one->began > last->began)) {
            last = one;
            *version = ROLE_FIRST + i;
        }
    }
    return last;
}

/* Whether it may be of one that did not hear how it ended, and began later. */
static bool is_of_unheard(const schedule *s, unsigned version, const outcome *last) {
    unsigned number = version - ROLE_FIRST;
    if (version < ROLE_FIRST || number >= s->count)
        return false;
    const outcome *one = role_outcome(number);
    return one->began && !one->committed && (!last || one->began > last->began);
}

/* Whether all may have been forgotten after it. */
static bool may_be_forgotten(const schedule *s, const outcome *last) {
    for (unsigned i = 0; i < s->count; i++) {
        const outcome *one = role_outcome(i);
        if (one->forgot_began && (!last || !one->forgot || one->forgot > last->began))
            return true;
    }
    return false;
}

static void judge_result(const schedule *s, unsigned kept) {
    unsigned version;
    const outcome *last = last_committed(s, &version);
    if (kept == version || is_of_unheard(s, kept, last) || (!kept && may_be_forgotten(s, last)))
        return;
    world_fail("no result is lost: %u is kept, and %u was committed last", kept, version);
}

/* Whether one that did not insist found a result that was recent when it had its lock. */
static bool is_repeated(const process *p, const outcome *one, const outcome *other) {
    return one != other && one->began && other->committed && other->committed < p->check_locked &&
           one->began_at - other->began_at < ROLE_WINDOW;
}

/* Nobody checks again what somebody has just found out. */
static void judge_repetition(const schedule *s) {
    if (schedule_has_role(s, ROLE_FORGET) || the_world.cuts || the_world.has_faults)
        return;
    for (unsigned i = 0; i < s->count; i++)
        for (unsigned j = 0; j < s->count; j++)
            if (s->members[i].role == ROLE_FRESH &&
                is_repeated(&the_world.processes[i], role_outcome(i), role_outcome(j)))
                world_fail("no check is repeated: %u began though %u had just ended", i, j);
}

/* --- notices ---------------------------------------------------------------------------------- */

static bool asks(role which) {
    return which == ROLE_ACTIVATION || which == ROLE_AGAIN;
}

static bool checks(const schedule *s) {
    return schedule_has_role(s, ROLE_CHECK) || schedule_has_role(s, ROLE_FRESH) ||
           schedule_has_role(s, ROLE_FAILURE);
}

/* Whether there are two activations, of which one may write an older time than the other. */
static bool several_activate(const schedule *s) {
    unsigned count = 0;
    for (unsigned i = 0; i < s->count; i++)
        count += s->members[i].role == ROLE_ACTIVATION || s->members[i].role == ROLE_AGAIN;
    return count > 1;
}

/* Calls a function with each notice that was shown by who has a strategy that remembers it. */
typedef void each_notice(const schedule *s, strategy which, const told *t, void *context);

static void each(const schedule *s, each_notice *visit, void *context) {
    for (unsigned i = 0; i < s->count; i++)
        for (unsigned j = 0; j < role_outcome(i)->told_count; j++)
            if (role_outcome(i)->told[j].is_notified && s->members[i].strategy != STATELESS)
                visit(s, s->members[i].strategy, &role_outcome(i)->told[j], context);
}

typedef struct pair {
    const told *one;
    strategy which;
} pair;

static void compare_notices(const schedule *s, strategy which, const told *t, void *context) {
    const pair *first = context;
    (void)s;
    int64_t from = t->from < first->one->from ? t->from : first->one->from;
    int64_t to = t->to > first->one->to ? t->to : first->one->to;
    if (t != first->one && t->cuts == first->one->cuts && which == SEPARATE_LOCK &&
        to - from < ROLE_WINDOW)
        world_fail("one notice in a window: two were shown within %d s", (int)(to - from));
}

static void judge_pairs(const schedule *s, strategy which, const told *t, void *context) {
    pair first = {t, which};
    (void)context;
    if (which == SEPARATE_LOCK)
        each(s, compare_notices, &first);
}

/* Whoever was told is not told again in that window. */
static void note_recent(const schedule *s, strategy which, const told *t, void *context) {
    bool *is_recent = context;
    (void)s, (void)which;
    if (t->cuts == the_world.cuts && world_seconds() - t->from < ROLE_WINDOW)
        *is_recent = true;
}

static bool is_calm(const schedule *s) {
    for (unsigned i = 0; i < s->count; i++)
        if (the_world.processes[i].state != STATE_ENDED)
            return false;
    return !the_world.has_faults;
}

static void note_any(const schedule *s, strategy which, const told *t, void *context) {
    (void)s, (void)which, (void)t;
    *(bool *)context = true;
}

/* Silence, where nobody was told and there is something to tell, would be for ever. */
static bool should_speak(const schedule *s, unsigned kept) {
    bool any = false;
    each(s, note_any, &any);
    return kept && !any && is_calm(s) && !schedule_has_role(s, ROLE_SNOOZE);
}

static bool has_strategy(const schedule *s, strategy which) {
    for (unsigned i = 0; i < s->count; i++)
        if (s->members[i].strategy == which)
            return true;
    return false;
}

static void judge_time(const schedule *s, unsigned kept, bool strictly) {
    bool is_recent = false;
    outcome after = {0};
    each(s, note_recent, &is_recent);
    /* A check takes the place of what `simple` writes just then, as does who looked at the clock
     * before and was stopped. */
    bool is_promised = strictly || !has_strategy(s, SIMPLE) || !(checks(s) || several_activate(s));
    role_notify(s->strategy, &after);
    bool speaks = after.told[0].is_notified;
    if (speaks && is_recent && is_promised && s->strategy != STATELESS &&
        !schedule_has_role(s, ROLE_FORGET))
        world_fail("no time is lost: somebody is told again who was told");
    if (!speaks && should_speak(s, kept))
        world_fail("the next notice comes: nobody was told, and nobody is");
}

static void judge_window(const schedule *s) {
    if (!schedule_has_role(s, ROLE_FORGET) && !has_strategy(s, SIMPLE))
        each(s, judge_pairs, NULL);
}

/* --- choices ---------------------------------------------------------------------------------- */

static void compare_snooze(const schedule *s, strategy which, const told *t, void *context) {
    const outcome *snoozed = context;
    (void)s, (void)which;
    if (t->began > snoozed->chosen && t->to < snoozed->chosen_at + ROLE_SNOOZE_LASTS)
        world_fail("no notice while asleep: one was shown");
}

static void judge_choices(const schedule *s) {
    char choices[4096], name[32];
    read_file(choices, sizeof choices, environment_directory(), "choices.json");
    if (schedule_has_role(s, ROLE_FORGET))
        return;
    for (unsigned i = 0; i < s->count; i++) {
        outcome *one = role_outcome(i);
        bool snoozes = s->members[i].role == ROLE_SNOOZE;
        snprintf(name, sizeof name, snoozes ? "snoozed_until" : "nothing-%u", i);
        if (one->chosen && !strstr(choices, name))
            world_fail("no choice is lost: that of %u is", i);
        if (one->chosen && snoozes)
            each(s, compare_snooze, one);
    }
}

/* --- what the processes were told ------------------------------------------------------------- */

static bool is_trouble(upnudge_reason reason) {
    switch (reason) {
    case UPNUDGE_REASON_RECORD_BROKEN:
    case UPNUDGE_REASON_RECORD_NEWER:
    case UPNUDGE_REASON_RECORD_UNREADABLE:
    case UPNUDGE_REASON_LOCKFILE_MISSING:
    case UPNUDGE_REASON_LOCKFILE_UNREADABLE:
    case UPNUDGE_REASON_CANNOT_REMEMBER:
    case UPNUDGE_REASON_STATE_UNUSABLE:
    case UPNUDGE_REASON_POLICY_FAULT:
    case UPNUDGE_REASON_ENVIRONMENT_MISSING:
    case UPNUDGE_REASON_MEMORY:
    case UPNUDGE_REASON_USAGE:
    case UPNUDGE_REASON_FAULT:
        return true;
    default:
        return false;
    }
}

/* The record may be gone when somebody writes into it. */
static bool is_forgotten(const schedule *s, upnudge_reason reason) {
    return reason == UPNUDGE_REASON_CANNOT_REMEMBER && schedule_has_role(s, ROLE_FORGET);
}

static void judge_told(const schedule *s, const process *p, const outcome *one) {
    for (unsigned j = 0; j < one->told_count; j++)
        if (!the_world.has_faults && is_trouble(one->told[j].reason) &&
            !is_forgotten(s, one->told[j].reason))
            world_fail("nothing fails without a cause: %s is silent for reason %d", p->name,
                       (int)one->told[j].reason);
    if (one->status == UPNUDGE_ERROR && !the_world.has_faults &&
        one->reason != UPNUDGE_REASON_LOCKED && one->reason != UPNUDGE_REASON_BUSY)
        world_fail("nothing fails without a cause: %s: %s", p->name, one->words);
}

static void judge_processes(const schedule *s) {
    for (unsigned i = 0; i < s->count; i++) {
        const process *p = &the_world.processes[i];
        if (asks(s->members[i].role) && p->sleeps)
            world_fail("nobody waits: %s slept", p->name);
        judge_told(s, p, role_outcome(i));
    }
}

/* --- what comes next -------------------------------------------------------------------------- */

static bool begins_with(const char *name, const char *beginning) {
    return strncmp(name, beginning, strlen(beginning)) == 0;
}

/* Where policies are kept it goes with the next one that is. */
static void judge_left_over(unsigned directory) {
    const disk_names *names = &disk_at(the_world.disk, directory)->names;
    for (size_t i = 0; i < names->count; i++) {
        const disk_entry *entry = &names->list[i];
        if (strstr(entry->name, ".tmp") || begins_with(entry->name, "output.") ||
            begins_with(entry->name, "making."))
            world_fail("nothing is left over: %s is", entry->name);
        if (strcmp(entry->name, "last-good") != 0)
            judge_left_over(entry->inode);
    }
}

static void judge_next_window(const schedule *s, unsigned kept, bool surely) {
    outcome after = {0};
    the_world.clock += (ROLE_WINDOW + 1) * SECOND;
    role_notify(s->strategy, &after);
    bool lacks = after.told[0].reason == UPNUDGE_REASON_DETAILS_MISSING && !surely;
    if (kept && !after.told[0].is_notified && !lacks)
        world_fail("the next notice comes: it does not in the next window, for reason %d",
                   (int)after.told[0].reason);
}

static void judge_next_check(const schedule *s) {
    outcome after = {0};
    role_check(s->strategy, ROLE_LAST, &after);
    if (!after.committed)
        world_fail("the next check succeeds: %s", after.words);
    unsigned kept = judge_record();
    if (kept != ROLE_LAST)
        world_fail("no result is lost: that of the next check is");
    judge_left_over(state_directory());
    judge_next_window(s, kept, true);
}

/* Where nothing was disturbed, what comes next is looked at now and then. */
static bool is_one_of_many(const schedule *s) {
    return s->event_count % 4 == 1;
}

void judge_run(const schedule *s, bool strictly) {
    the_world.current = &the_world.outside;
    the_world.disk->is_full = false;
    judge_processes(s);
    judge_window(s);
    judge_choices(s);
    judge_repetition(s);
    unsigned kept = judge_record();
    judge_result(s, kept);
    judge_time(s, kept, strictly);
    if (!is_calm(s) || schedule_has_role(s, ROLE_FORGET) || is_one_of_many(s)) {
        judge_next_window(s, kept, false);
        judge_next_check(s);
    }
    the_world.current = NULL;
}
