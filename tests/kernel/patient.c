/*
 * Runs a program, and all that it starts, as if no time ever ran out: patient PROGRAM WORD...
 *
 * Alarms are set, and none rings, so that who is looked at closely is not late. Exits with 77 where
 * this system can forbid itself nothing.
 */
#include "filter.h"
#include <sys/time.h>

#ifdef SYS_alarm
#define FIRST SYS_alarm
#else
#define FIRST SYS_setitimer
#endif

static struct sock_filter steps[] = {
    LOAD(NUMBER),      IF(FIRST, 1),       ANSWER(0), IF(SYS_setitimer, 3),
    LOAD(ARGUMENT(0)), IF(ITIMER_REAL, 1), ANSWER(0), ALLOW,
};

static int is_patient(void) {
    struct itimerval soon = {.it_value = {.tv_sec = 60}}, found;
    alarm(60);
    return setitimer(ITIMER_REAL, &soon, NULL) == 0 && getitimer(ITIMER_REAL, &found) == 0 &&
           found.it_value.tv_sec == 0;
}

int main(int argc, char **argv) {
    (void)argc;
    return filter_run(steps, sizeof steps / sizeof *steps, is_patient, argv);
}
