/*
 * prompt.h: `upnudge prompt` with its usual options, for it is run at each prompt.
 */
#ifndef UN_PROMPT_H
#define UN_PROMPT_H

#include "lua/api/upnudge.h"
#include <stdbool.h>

typedef struct un_prompt {
    upnudge_options runtime;
    const char *from;   /* where the search for the project begins */
    const char *format; /* NULL: the usual one */
} un_prompt;

/* What follows the word "prompt". false: something that only the full command understands. */
bool un_prompt_read(un_prompt *options, int count, char **arguments);

/* Prints the segment, if there is one. The exit code; whatever fails is silence and 0. The deadline
 * runs already. */
int un_prompt_show(const un_prompt *options);

#endif
