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
#include "reason.h"
#include "silence.h"
#include "upnudge.h"

struct upnudge {
    lua_State *L;
    upnudge_status failed; /* of upnudge_open: nothing but its words is left to serve then */
    bool closed;
    size_t checks;         /* that were begun and not yet aborted */
    bool asked;            /* whether it was, by upnudge_notify */
    un_silences *silences; /* NULL: none are remembered */
    upnudge_log log;
    void *log_context;
    int64_t retry_at;      /* see upnudge_retry_at */
    int64_t holds_until;   /* of the last silence; 0: nobody knows (upnudge.Decision) */
    upnudge_reason reason; /* of the words below */
    char error[1024];
};

struct upnudge_check {
    upnudge *owner;
    bool ended;
};

/* Words of the last failure, which others take the place of. Each gives the status of its own. */
upnudge_status un_handle_no_memory(upnudge *u);

/* The message that un_runtime_run left when it failed. */
upnudge_status un_handle_raised(upnudge *u);

/* What a body says went wrong: its words are on top of the state's stack. */
upnudge_status un_handle_told(upnudge *u, upnudge_reason reason);

upnudge_status un_handle_misuse(upnudge *u, const char *function, const char *what);

/* Whether the handle serves that function; if not, why, and the words for it stand in its error. */
upnudge_status un_handle_ready(upnudge *u, const char *function);

/* Not where it stands why the handle does not serve. */
un_words un_handle_words(upnudge *u, const char *function);

/* Pushes the runtime. */
void un_handle_push_runtime(lua_State *L);

/* Pushes method `name` of the runtime and the runtime itself. */
void un_handle_push_method(lua_State *L, const char *name);

/* The same of those that an activation does without (upnudge.runtime.service). */
void un_handle_push_service(lua_State *L, const char *name);

/* Tells the log of a silence that stood. Runs in a body. */
void un_handle_stood(lua_State *L, const un_counted *counted);

#endif
