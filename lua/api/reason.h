/*
 * reason.h: the reasons of upnudge.h by the names that lua/upnudge/lib/reasons.lua has for them.
 */
#ifndef UN_REASON_H
#define UN_REASON_H

#include "upnudge.h"

/* NULL, and what is no name of a reason, is UPNUDGE_REASON_NONE. */
upnudge_reason un_reason_named(const char *name);

/* The name of a reason that there is. Static text. */
const char *un_reason_name(upnudge_reason reason);

#endif
