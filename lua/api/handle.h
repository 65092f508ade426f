/*
 * handle.h: the handles of the C API, and what its functions share.
 *
 * Each function looks at its arguments, packs them, runs one body protected in the trusted state
 * and unpacks the answer. Strings handed out stay on the state's stack until the next call empties
 * it.
 */
#ifndef UN_HANDLE_H
#define UN_HANDLE_H

#include "argument.h"
#include "upnudge.h"

struct upnudge {
    lua_State *L;
    upnudge_status failed; /* of upnudge_open: nothing but its words is left to serve then */
    bool closed;
    size_t checks; /* that were begun and not yet aborted */
    upnudge_log log;
    void *log_context;
    char error[1024];
};

struct upnudge_check {
    upnudge *owner;
    bool ended;
};

/* Sets the words of the last failure, and gives the status back. NULL: there is no memory. */
upnudge_status un_handle_fail(upnudge *u, upnudge_status status, const char *text);

/* The message that un_runtime_run left, or what a body says went wrong. */
upnudge_status un_handle_fail_lua(upnudge *u);

upnudge_status un_handle_misuse(upnudge *u, const char *function, const char *what);

/* Whether the handle serves that function; if not, why, and the words for it stand in its error. */
upnudge_status un_handle_ready(upnudge *u, const char *function);

/* Not where it stands why the handle does not serve. */
un_words un_handle_words(upnudge *u, const char *function);

/* Pushes method `name` of the runtime and the runtime itself. */
void un_handle_push_method(lua_State *L, const char *name);

/* The same of those that an activation does without (upnudge.runtime.service). */
void un_handle_push_service(lua_State *L, const char *name);

#endif
