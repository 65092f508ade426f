#include "deadline.h"
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static void end(int signal) {
    (void)signal;
    _exit(0);
}

void un_deadline(unsigned seconds) {
    struct sigaction action = {.sa_handler = end};
    sigaction(SIGALRM, &action, NULL);
    alarm(seconds);
}
