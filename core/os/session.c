#include "session.h"
#include <unistd.h>

bool un_session(char out[UN_OWNER_TEXT]) {
    un_owner leader;
    pid_t pid = getsid(0);
    /* 0: of another namespace. */
    if (pid <= 0 || !un_owner_of(&leader, pid))
        return false;
    un_owner_write(out, &leader);
    return true;
}
