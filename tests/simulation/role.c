#include "role.h"
#include "lua/api/handle.h"
#include "lua/api/runtime.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The last handle is that of who is outside. */
#define OUTSIDE SCHEDULE_PROCESSES
#define PLACES  (SCHEDULE_PROCESSES + 1)

/* Where handles have been at work before. */
#define OTHER "/home/other"

static upnudge *handles[STRATEGIES][PLACES];
static outcome outcomes[SCHEDULE_PROCESSES];

outcome *role_outcome(unsigned number) {
    return &outcomes[number];
}

/* --- what there is ---------------------------------------------------------------------------- */

void role_lockfile(char *out, size_t room, unsigned version) {
    snprintf(out, room,
             "version = 4\n\n[[package]]\nname = \"curl\"\nversion = \"1.0.%u\"\n"
             "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
             "checksum = \"%064u\"\n",
             version, version);
}

static unsigned make_in(unsigned directory, const char *name, bool is_directory) {
    disk_entry names[2] = {{.inode = disk_make(the_world.disk, is_directory,
                                               is_directory ? 0755 : 0644, world_seconds())}};
    snprintf(names[0].name, sizeof names[0].name, "%s", name);
    disk_name(the_world.disk, directory, names, world_seconds());
    return names[0].inode;
}

static void make_file(unsigned directory, const char *name, const char *text) {
    disk_write(the_world.disk, make_in(directory, name, false), 0,
               (disk_bytes){(char *)(uintptr_t)text, strlen(text)}, world_seconds());
}

static void make_policy(unsigned directory, strategy which) {
    char name[64], text[512];
    snprintf(name, sizeof name, "%s.lua", strategy_names[which]);
    snprintf(text, sizeof text,
             "local u = require \"upnudge\"\n"
             "return u.policy { api = 1, name = \"simulated\", strategy = \"%s\",\n"
             "    check = { every = \"1h\" },\n"
             "    rules = { u.rule \"hourly\" { notify = %s } } }\n",
             strategy_names[which], which == STATELESS ? "u.always()" : "u.every \"1h\"");
    make_file(directory, name, text);
}

void role_furnish(void) {
    char lockfile[512];
    role_lockfile(lockfile, sizeof lockfile, 0);
    unsigned home = make_in(DISK_ROOT, "home", true);
    make_file(make_in(home, "project", true), "Cargo.lock", lockfile);
    make_file(make_in(home, "other", true), "Cargo.lock", lockfile);
    unsigned policies = make_in(home, "policies", true);
    for (unsigned i = 0; i < STRATEGIES; i++)
        make_policy(policies, (strategy)i);
    disk_sync_all(the_world.disk);
}

/* --- opening ---------------------------------------------------------------------------------- */

static const char *const needed[] = {"upnudge.runtime.claim",      "upnudge.record.claim",
                                     "upnudge.record.decisions",   "upnudge.strategy.simple",
                                     "upnudge.strategy.stateless", "upnudge.runtime.forget",
                                     "upnudge.record.removal",     "upnudge.record.choices",
                                     "upnudge.runtime.snooze",     "upnudge.record.particulars"};

/* What only some need; then a collection, which would touch all of it, and each run has its own
 * copy of what it touches. */
static int warm_up(lua_State *L) {
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        lua_getglobal(L, "require");
        lua_pushstring(L, needed[i]);
        lua_call(L, 1, 0);
    }
    lua_gc(L, LUA_GCRESTART);
    lua_gc(L, LUA_GCINC, 1000, 0, 0);
    lua_gc(L, LUA_GCCOLLECT);
    return 0;
}

/* All that a check and an activation need is loaded, and the policy was asked. */
static bool works(upnudge *u) {
    const char *answer;
    char lockfile[512];
    upnudge_check *check;
    upnudge_target target = UPNUDGE_TARGET_INIT;
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    target.environment = activation.environment = OTHER;
    target.max_age = 0;
    activation.terminal = 1;
    role_lockfile(lockfile, sizeof lockfile, ROLE_KNOWN);
    bool is = upnudge_check_begin(&check, u, &target) == UPNUDGE_OK &&
              upnudge_check_commit(check, lockfile, strlen(lockfile)) == UPNUDGE_OK;
    upnudge_check_abort(check);
    return is && upnudge_explain(u, &activation, &answer) == UPNUDGE_OK &&
           strstr(answer, "\"notified\":true");
}

static upnudge *open_one(strategy which) {
    char policy[64];
    upnudge *u;
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    snprintf(policy, sizeof policy, "/home/policies/%s.lua", strategy_names[which]);
    options.app = "simulation";
    options.state_dir = ROLE_STATE;
    options.policy = policy;
    if (upnudge_open(&u, &options) != UPNUDGE_OK || !works(u) ||
        un_runtime_run(u->L, warm_up, NULL, 0) != LUA_OK) {
        fprintf(stderr, "no handle: %s\n", upnudge_error(u));
        exit(2);
    }
    return u;
}

void role_open(strategy which) {
    the_world.current = &the_world.outside;
    for (unsigned i = 0; i < PLACES; i++)
        handles[which][i] = open_one(which);
    the_world.current = NULL;
}

/* --- what they do ----------------------------------------------------------------------------- */

static void note_status(outcome *out, const upnudge *u, upnudge_status status) {
    if (status == UPNUDGE_OK)
        return;
    out->status = status;
    out->reason = upnudge_error_reason(u);
    snprintf(out->words, sizeof out->words, "%s", upnudge_error(u));
    world_tell("is told: %s", out->words);
}

static void notify(upnudge *u, outcome *out) {
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    told *t = &out->told[out->told_count];
    activation.environment = ROLE_ENVIRONMENT;
    activation.terminal = 1;
    out->told_count++;
    *t = (told){.from = world_seconds(), .began = world_order(), .cuts = the_world.cuts};
    note_status(out, u, upnudge_notify(u, &activation, &notice));
    t->is_notified = notice.notified;
    /* It cannot have been claimed before. */
    if (t->is_notified && t->from < the_world.current->notice_locked_at)
        t->from = the_world.current->notice_locked_at;
    t->to = world_seconds();
    t->reason = notice.code;
    world_tell(notice.notified ? "SHOWS ITS NOTICE" : "is silent: %s", notice.reason);
}

static upnudge_check *begin(upnudge *u, int64_t max_age, outcome *out) {
    upnudge_check *check;
    upnudge_target target = UPNUDGE_TARGET_INIT;
    target.environment = ROLE_ENVIRONMENT;
    target.max_age = max_age;
    note_status(out, u, upnudge_check_begin(&check, u, &target));
    if (check) {
        out->began = world_order();
        out->began_at = world_seconds();
        world_tell("HAS BEGUN ITS CHECK");
    }
    return check;
}

static void check(upnudge *u, int64_t max_age, unsigned version, outcome *out) {
    char lockfile[512];
    upnudge_check *begun = begin(u, max_age, out);
    if (!begun)
        return;
    role_lockfile(lockfile, sizeof lockfile, version);
    upnudge_status status = upnudge_check_commit(begun, lockfile, strlen(lockfile));
    note_status(out, u, status);
    out->committed = status == UPNUDGE_OK ? world_order() : 0;
    if (out->committed)
        world_tell("HAS COMMITTED RESULT %u", version);
    upnudge_check_abort(begun);
}

static void fail(upnudge *u, outcome *out) {
    upnudge_check *begun = begin(u, 0, out);
    if (!begun)
        return;
    note_status(out, u, upnudge_check_fail(begun, "no network"));
    upnudge_check_abort(begun);
}

static void choose(upnudge *u, role which, unsigned number, outcome *out) {
    char name[32];
    snprintf(name, sizeof name, "nothing-%u", number);
    out->chosen_at = world_seconds();
    upnudge_status status = which == ROLE_SNOOZE
                                ? upnudge_snooze(u, ROLE_ENVIRONMENT, ROLE_SNOOZE_LASTS)
                                : upnudge_ignore(u, ROLE_ENVIRONMENT, name);
    note_status(out, u, status);
    out->chosen = status == UPNUDGE_OK ? world_order() : 0;
    if (out->chosen)
        world_tell("HAS CHOSEN TO %s", role_names[which]);
}

static void forget(upnudge *u, outcome *out) {
    out->forgot_began = world_order();
    upnudge_status status = upnudge_forget(u, ROLE_ENVIRONMENT);
    note_status(out, u, status);
    out->forgot = status == UPNUDGE_OK ? world_order() : 0;
    if (out->forgot)
        world_tell("HAS FORGOTTEN ALL");
}

static void play(upnudge *u, role which, unsigned number, outcome *out) {
    switch (which) {
    case ROLE_AGAIN:
        notify(u, out);
        notify(u, out);
        notify(u, out);
        break;
    case ROLE_CHECK:
        check(u, 0, ROLE_FIRST + number, out);
        break;
    case ROLE_FRESH:
        check(u, ROLE_WINDOW, ROLE_FIRST + number, out);
        break;
    case ROLE_FAILURE:
        fail(u, out);
        break;
    case ROLE_SNOOZE:
    case ROLE_IGNORE:
        choose(u, which, number, out);
        break;
    case ROLE_FORGET:
        forget(u, out);
        break;
    case ROLE_ACTIVATION:
    case ROLES:
        notify(u, out);
    }
    upnudge_flush(u);
}

void role_play(unsigned number) {
    const member *m = &the_world.schedule->members[number];
    outcome *out = &outcomes[number];
    play(handles[m->strategy][number], m->role, number, out);
    out->cuts = the_world.cuts;
}

void role_notify(strategy which, outcome *out) {
    upnudge *u = handles[which][OUTSIDE];
    notify(u, out);
    upnudge_flush(u);
}

void role_check(strategy which, unsigned version, outcome *out) {
    check(handles[which][OUTSIDE], 0, version, out);
}
