#include "deadline.h"
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const char *last_words = "";

void un_deadline_last_words(const char *line) {
    last_words = line;
}

static void end(int signal) {
    (void)signal;
    ssize_t said = *last_words ? write(STDOUT_FILENO, last_words, strlen(last_words)) : 0;
    (void)said;
    _exit(0);
}

void un_deadline(unsigned seconds) {
    struct sigaction action = {.sa_handler = end};
    sigset_t alone;
    sigemptyset(&alone);
    sigaddset(&alone, SIGALRM);
    sigaction(SIGALRM, &action, NULL);
    sigprocmask(SIG_UNBLOCK, &alone, NULL);
    alarm(seconds);
}
