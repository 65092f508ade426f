/* acme.c */
#include <stdio.h>
#include <string.h>
#include <upnudge.h>

/* Stands for your command, which takes its time and prints the lockfile of an upgrade. */
static const char *const dry_upgrade[] = {"sh", "-c", "\"$UPNUDGE_ENVIRONMENT/dry-upgrade\"", NULL};

/* At each activation: what there is to say, and a check in the background, once a day. */
static void activate(upnudge *u, const char *environment) {
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    upnudge_target target = UPNUDGE_TARGET_INIT;
    activation.environment = target.environment = environment;
    activation.hint = "acme upgrades";
    if (upnudge_notify(u, &activation, &notice) == UPNUDGE_OK && notice.notified)
        fprintf(stderr, "%s\n", notice.text);
    upnudge_check_detach(u, &target, dry_upgrade, 0);
}

/* A check by ourselves. What stands for our dry upgrade has the lockfile of an upgrade as input. */
static upnudge_status check(upnudge *u, const char *environment) {
    static char bytes[1 << 20];
    upnudge_check *check;
    upnudge_target target = UPNUDGE_TARGET_INIT;
    target.environment = environment;
    upnudge_status status = upnudge_check_begin(&check, u, &target);
    if (status == UPNUDGE_OK) {
        size_t length = fread(bytes, 1, sizeof bytes, stdin);
        status = length ? upnudge_check_commit(check, bytes, length)
                        : upnudge_check_fail(check, "the dry upgrade printed nothing");
    }
    upnudge_check_abort(check);
    return status;
}

int main(int argc, char **argv) {
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    upnudge *u;
    if (argc != 3)
        return 2;
    options.app = "acme-in-c";
    upnudge_status status = upnudge_open(&u, &options);
    if (status == UPNUDGE_OK && strcmp(argv[1], "check") == 0)
        status = check(u, argv[2]);
    else if (status == UPNUDGE_OK)
        activate(u, argv[2]);
    if (status != UPNUDGE_OK)
        fprintf(stderr, "acme: %s\n", upnudge_error(u));
    upnudge_close(u);
    return status == UPNUDGE_ERROR || status == UPNUDGE_USAGE;
}
