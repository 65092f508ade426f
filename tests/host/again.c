/*
 * A host that stays open and asks again and again: again STATE_DIR ENV POLICY [SCRIPT...]. It asks
 * once, and once more behind each script of the shell, and says each time with which code and by
 * which rule.
 */
#include "lua/api/upnudge.h"
#include <stdio.h>
#include <stdlib.h>

static void ask(upnudge *u, const char *environment) {
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    activation.environment = environment;
    activation.terminal = 1;
    upnudge_status status = upnudge_notify(u, &activation, &notice);
    printf("%d %d %s\n", (int)status, (int)notice.code, notice.rule ? notice.rule : "-");
}

int main(int argc, char **argv) {
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    upnudge *u;
    if (argc < 4)
        return 2;
    options.state_dir = argv[1];
    options.policy = argv[3];
    if (upnudge_open(&u, &options) != UPNUDGE_OK)
        return 1;
    ask(u, argv[2]);
    for (int i = 4; i < argc; i++) {
        if (system(argv[i]) != 0)
            return 3;
        ask(u, argv[2]);
    }
    upnudge_close(u);
    return 0;
}
