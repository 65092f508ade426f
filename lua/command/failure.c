#include "failure.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has(char **words, const char *word) {
    for (words += *words != NULL; *words && strcmp(*words, "--") != 0; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

bool un_failure_is_json(char **words) {
    return has(words, "--json");
}

bool un_failure_is_activation(char **words) {
    return words[0] && words[1] &&
           (strcmp(words[1], "notify") == 0 || strcmp(words[1], "prompt") == 0) &&
           !has(words, "--help") && !has(words, "-h");
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
    bool activation = un_failure_is_activation(words);
    if (un_failure_is_json(words)) {
        fputs("{\"schema\":1,\"error\":\"", stdout);
        put_string(text);
        puts("\",\"code\":\"fault\"}");
    } else if (!activation)
        fprintf(stderr, "upnudge: %s\n", text);
    return activation ? 0 : EXIT_FAILURE;
}
