/*
 * effort.h: bounds on work, for the C tests.
 *
 *     double begun = effort_begin();
 *     ...;
 *     CHECK_EFFORT(begun, 30000);
 *
 * Work is the processor's time of this thread, counted in units of a loop that is measured in the
 * same run. Other processes, a slow machine and a clock that was set do not change it much; work
 * that grows faster than its input does. A unit is about a millisecond of a core of 3 GHz.
 */
#ifndef UN_EFFORT_H
#define UN_EFFORT_H

#include "check.h"

static inline double effort_begin(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Chained multiplications and loads, so that neither a wide nor a clever processor skips them. */
static inline double effort_measure(void) {
    static unsigned table[4096];
    static volatile unsigned result;
    double begun = effort_begin();
    unsigned value = 1;
    for (unsigned i = 0; i < 500000; i++) {
        value = value * 2654435761u + table[value >> 20];
        table[i & 4095] = value;
    }
    result = value;
    (void)result;
    return effort_begin() - begun;
}

/* The seconds of a unit: the least of several, for interruptions only ever add. */
static inline double effort_unit(void) {
    static double unit;
    if (unit > 0)
        return unit;
    unit = effort_measure();
    for (int i = 0; i < 10; i++) {
        double again = effort_measure();
        if (again < unit)
            unit = again;
    }
    return unit;
}

/*
 * The loop asks for no memory, so a unit says nothing of what a sanitizer adds to a block: it keeps
 * the stack, and where a library has no frame pointers it finds another one nearly every time
 * (libyaml on Debian 13: four times the work).
 */
#ifdef __SANITIZE_ADDRESS__
#define EFFORT_ALLOWANCE 5
#else
#define EFFORT_ALLOWANCE 1
#endif

/* How many times `limit` units were spent since `begun`. */
static inline double effort_times(double begun, double limit) {
    double spent = effort_begin() - begun;
    return spent / (effort_unit() * limit * EFFORT_ALLOWANCE);
}

#define CHECK_EFFORT(begun, limit) check_effort((begun), (limit), __FILE__, __LINE__)

static inline bool check_effort(double begun, double limit, const char *file, int line) {
    double times = effort_times(begun, limit);
    if (times > 1)
        printf("%s:%d: too slow: %.1f times the limit\n", file, line, times);
    return check_that(times <= 1, file, line, "within the limit of work");
}

#endif
