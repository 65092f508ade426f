/*
 * A host program that embeds upnudge through upnudge.h alone. The specs run it as
 *
 *     embed STATE_DIR POLICY notify ENV NOW            prints the notice, or "quiet: REASON"
 *     embed STATE_DIR POLICY check ENV NOW FILE        commits FILE, prints the status
 *     embed STATE_DIR POLICY fail ENV NOW REASON
 *     embed STATE_DIR POLICY hold ENV NOW         begins a check, waits for the end of input
 *     embed STATE_DIR POLICY again ENV NOW FILE   commits FILE, after a line of input another time
 *     embed STATE_DIR POLICY live - NOW FILE      one handle for lines of input: "notify ENV",
 *                                                 "check ENV" (commits FILE), "in DIRECTORY" (goes
 *                                                 there), "run SCRIPT"
 *     embed STATE_DIR POLICY compare A B SCHEME        prints the order
 *     embed STATE_DIR POLICY misuse ENV NOW       calls that must answer an error
 */
#include "lua/api/upnudge.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int report(const upnudge *u, upnudge_status status) {
    static const char *const names[] = {"ok", "error", "usage", "fresh", "busy", "later"};
    const char *text = status == UPNUDGE_OK ? "" : upnudge_error(u);
    printf("%s%s%s\n", names[status], *text ? ": " : "", text);
    return status == UPNUDGE_OK ? 0 : 1;
}

static int notify(upnudge *u, const char *environment, int64_t now) {
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    activation.environment = environment;
    activation.now = now;
    activation.terminal = 1;
    activation.look = getenv("LOOK");
    upnudge_status status = upnudge_notify(u, &activation, &notice);
    if (status != UPNUDGE_OK)
        return report(u, status);
    if (notice.notified)
        printf("%s\n", notice.text);
    else
        printf("quiet: %s\n", notice.reason);
    return 0;
}

static upnudge_status commit_file(upnudge_check *check, const char *path) {
    static char bytes[1 << 20];
    FILE *file = fopen(path, "rb");
    if (!file)
        return upnudge_check_fail(check, "cannot read the upgraded lockfile");
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return upnudge_check_commit(check, bytes, length);
}

static int check(upnudge *u, const char *what, const upnudge_target *target, const char *argument) {
    upnudge_check *handle;
    upnudge_status status = upnudge_check_begin(&handle, u, target);
    if (status != UPNUDGE_OK)
        return report(u, status);
    if (strcmp(what, "hold") == 0) {
        puts("holding");
        fflush(stdout);
        while (getchar() != EOF)
            continue;
    } else if (strcmp(what, "fail") == 0) {
        status = upnudge_check_fail(handle, argument);
    } else {
        status = commit_file(handle, argument);
    }
    int code = report(u, status);
    upnudge_check_abort(handle);
    return code;
}

static int again(upnudge *u, const upnudge_target *target, const char *path) {
    check(u, "check", target, path);
    fflush(stdout);
    getchar();
    return check(u, "check", target, path);
}

/* What a line of input asks for; `rest` is what stands behind its first word. */
static int obey(upnudge *u, const char *line, const char *rest, int64_t now, const char *path) {
    upnudge_target target = UPNUDGE_TARGET_INIT;
    target.environment = rest;
    target.now = now;
    if (strncmp(line, "notify ", 7) == 0)
        return notify(u, rest, now + 1);
    if (strncmp(line, "check ", 6) == 0)
        return check(u, "check", &target, path);
    return strncmp(line, "in ", 3) == 0 ? chdir(rest) : system(rest);
}

static int live(upnudge *u, int64_t now, const char *path) {
    char line[8192];
    int code = 0;
    while (code == 0 && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        code = obey(u, line, line + strcspn(line, " ") + 1, now, path);
        fflush(stdout);
    }
    return code;
}

static int misuse(upnudge *u, const upnudge_target *target) {
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    upnudge_target nowhere = UPNUDGE_TARGET_INIT;
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    upnudge_check *handle;
    report(u, upnudge_notify(u, &activation, &notice));
    report(u, upnudge_check_begin(&handle, u, &nowhere));
    report(u, upnudge_check_begin(&handle, u, target));
    report(u, upnudge_check_commit(handle, "[]", 2));
    report(u, upnudge_check_commit(handle, "[]", 2));
    upnudge_check_abort(handle);
    upnudge_check_abort(NULL);
    upnudge_close(NULL);
    return 0;
}

static int compare(const char *a, const char *b, const char *scheme) {
    static const char *const signs[] = {"older", "equal", "newer"};
    int order = 0;
    upnudge_status status = upnudge_version_compare(&order, a, b, scheme);
    puts(status == UPNUDGE_OK      ? signs[order + 1]
         : status == UPNUDGE_ERROR ? "not comparable"
                                   : "no such scheme");
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 6)
        return 2;
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    options.app = "embed";
    options.state_dir = argv[1];
    options.policy = argv[2];
    upnudge_target target = UPNUDGE_TARGET_INIT;
    target.environment = argv[4];
    target.now = strtoll(argv[5], NULL, 10);
    upnudge *u;
    int code;
    upnudge_status status = upnudge_open(&u, &options);
    if (status != UPNUDGE_OK)
        code = report(u, status);
    else if (strcmp(argv[3], "notify") == 0)
        code = notify(u, argv[4], target.now);
    else if (strcmp(argv[3], "compare") == 0)
        code = compare(argv[4], argv[5], argc > 6 ? argv[6] : NULL);
    else if (strcmp(argv[3], "again") == 0 && argc > 6)
        code = again(u, &target, argv[6]);
    else if (strcmp(argv[3], "live") == 0 && argc > 6)
        code = live(u, target.now, argv[6]);
    else if (strcmp(argv[3], "misuse") == 0)
        code = misuse(u, &target);
    else
        code = check(u, argv[3], &target, argc > 6 ? argv[6] : NULL);
    upnudge_close(u);
    return code;
}
