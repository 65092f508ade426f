#include "failure.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool un_failure_is_json(char **words) {
    for (words += *words != NULL; *words && strcmp(*words, "--") != 0; words++)
        if (strcmp(*words, "--json") == 0)
            return true;
    return false;
}

/* Our words are ASCII; whatever else Lua says stands as question marks. */
static void put_string(const char *text) {
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text < ' ' || *text > '~' ? '?' : *text);
    }
}

int un_failure_say(char **words, const char *text) {
    if (un_failure_is_json(words)) {
        fputs("{\"schema\":1,\"error\":\"", stdout);
        put_string(text);
        puts("\",\"code\":\"fault\"}");
    } else
        fprintf(stderr, "upnudge: %s\n", text);
    return EXIT_FAILURE;
}
