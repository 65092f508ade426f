/*
 * session.h: which session of a shell this process belongs to.
 *
 * A terminal, a tmux pane and an ssh login have a session each, and whatever is started in one of
 * them is in it, a shell within the shell as well; setsid, su with a terminal of its own and screen
 * begin another. A session is its leader: that process, and when it was started (see owner.h), so
 * that no two are the same on any machine at any time.
 */
#ifndef UN_SESSION_H
#define UN_SESSION_H

#include "owner.h"
#include <stdbool.h>

/* false: nobody can tell. The leader has ended or is outside of this container, or there is no
 * /proc. */
bool un_session(char out[UN_OWNER_TEXT]);

#endif
