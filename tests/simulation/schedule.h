/*
 * schedule.h: all that is left to chance in one run, as data: who takes part, and what happens at
 * which call of whom. It follows from a seed, is written in one line, and is read from there again.
 *
 *     told separate-lock activation,check,activation:simple 0@17>1 1@30kill 0@40cut7
 *
 * begins where a notice was told long ago; process 1 goes on when 0 is about to make its 17th
 * system call, and so on. Without an event a process goes on until it ends or sleeps, then the
 * first that can.
 */
#ifndef SIMULATION_SCHEDULE_H
#define SIMULATION_SCHEDULE_H

#include "random.h"
#include <stddef.h>

#define SCHEDULE_PROCESSES 5
#define SCHEDULE_EVENTS    24
#define SCHEDULE_TEXT      1024

typedef enum strategy {
    SIMPLE,
    SEPARATE_LOCK,
    STATELESS,
    STRATEGIES
} strategy;
extern const char *const strategy_names[STRATEGIES];

/* What is there when it begins: nothing, a result, or one that was told a window and more ago. */
typedef enum start {
    START_EMPTY,
    START_KNOWN,
    START_TOLD,
    STARTS
} start;

typedef enum role {
    ROLE_ACTIVATION,
    ROLE_AGAIN,   /* a host that stays open and asks three times */
    ROLE_CHECK,   /* whatever was found before */
    ROLE_FRESH,   /* a check unless there is a recent result */
    ROLE_FAILURE, /* a check whose dry upgrade fails */
    ROLE_SNOOZE,
    ROLE_IGNORE, /* a package that there is none of */
    ROLE_FORGET,
    ROLES
} role;
extern const char *const role_names[ROLES];

typedef enum action {
    ACTION_GO_TO,  /* process `value` goes on */
    ACTION_KILL,   /* instead of the call */
    ACTION_CUT,    /* the power goes; `value` says what is lost; who has not begun comes after it */
    ACTION_FAULT,  /* the call fails with errno `value` */
    ACTION_CLOCK,  /* `value` seconds later */
    ACTION_FILLED, /* the disk is full from here on */
    ACTION_ROOM,   /* it is not any more */
    ACTIONS
} action;

typedef struct event {
    unsigned process, call;
    action action;
    unsigned value;
} event;

typedef struct member {
    role role;
    strategy strategy;
} member;

typedef struct schedule {
    start start;
    strategy strategy;
    unsigned count, event_count;
    member members[SCHEDULE_PROCESSES];
    event events[SCHEDULE_EVENTS];
} schedule;

#define SCHEDULE_MARKS 64

/* Calls of a process, by number. */
typedef struct calls {
    unsigned count;
    unsigned list[SCHEDULE_MARKS];
} calls;

/* What a process does that nobody disturbs: how many calls, which of them others notice, and those
 * before which a power cut leaves what it does not leave later. */
typedef struct course {
    unsigned length;
    calls marks, turns;
} course;

/* What a generator may choose. */
typedef struct scope {
    strategy strategy;
    bool switches;  /* some processes have another strategy */
    unsigned among; /* roles as bits; 0: all, as often as is worth it */
    course courses[STRATEGIES][ROLES];
} scope;

void schedule_make(schedule *out, const scope *within, uint64_t seed);
void schedule_write(char out[SCHEDULE_TEXT], const schedule *s);
bool schedule_read(schedule *out, const char *text);

/* The `n`-th smaller one: without a process, without an event, or with a simpler one. false: there
 * are fewer. */
bool schedule_smaller(schedule *out, const schedule *s, unsigned n);

bool schedule_has_role(const schedule *s, role which);
bool schedule_has_action(const schedule *s, action which);

#endif
