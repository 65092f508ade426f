#include "ending.h"
#include <stdlib.h>

static void (*what)(int code);

#ifdef __GLIBC__
static void call(int code, void *unused) {
    (void)unused;
    what(code);
}

void un_at_end(void (*last)(int code)) {
    what = last;
    on_exit(call, NULL);
}
#else
static void call(void) {
    what(0);
}

void un_at_end(void (*last)(int code)) {
    what = last;
    atexit(call);
}
#endif
