#include "held.h"
#include "process.h"
#include <signal.h>

static volatile sig_atomic_t noted;

static void note(int number) {
    noted = number;
}

static bool has_handler(int number, void (*handler)(int)) {
    struct sigaction present;
    return sigaction(number, NULL, &present) == 0 && !(present.sa_flags & SA_SIGINFO) &&
           present.sa_handler == handler;
}

void un_held_begin(void) {
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)(SA_RESTART | SA_RESETHAND)};
    sigemptyset(&action.sa_mask);
    for (const int *asked = un_process_asked; *asked; asked++)
        if (has_handler(*asked, SIG_DFL))
            sigaction(*asked, &action, NULL);
}

bool un_held_told(void) {
    return noted != 0;
}

void un_held_end(void) {
    int number = noted;
    for (const int *asked = un_process_asked; *asked; asked++)
        if (has_handler(*asked, note))
            signal(*asked, SIG_DFL);
    noted = 0;
    if (number)
        raise(number);
}
