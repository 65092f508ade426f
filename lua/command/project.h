/*
 * project.h: what a prompt asks beside the notice: which project is here, and that a check of it be
 * started when one is due.
 */
#ifndef UN_PROJECT_H
#define UN_PROJECT_H

#include "lua/api/upnudge.h"
#include <stdbool.h>

/* *out (PATH_MAX bytes) is the directory of the project around `from`, "" where there is none.
 * false: nobody can tell. */
bool un_project_find(upnudge *u, const char *from, char *out);

/* Starts a check in the background if one is due after that activation. Whether that one or another
 * is under way. If not, *until becomes no later than when one may be due, in seconds UTC. */
bool un_project_check(upnudge *u, const upnudge_activation *about, int64_t *until);

#endif
