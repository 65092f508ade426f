/*
 * A host that does one thing by the C API and tells what came of it: the status, which reason it
 * has, and when a check is tried again; then the answer or the words of the failure. What it logs
 * goes to standard error.
 *
 *     calls STATE_DIR POLICY THING ARGUMENT...
 *
 * POLICY may be "", and so may be an argument that is NULL.
 */
#include "lua/api/upnudge.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char bytes[1 << 20];
static int told = -1; /* the reason, where it is not that of the last failure */

static void hear(void *context, upnudge_level level, const char *line) {
    fprintf(stderr, "%s %d: %s\n", (const char *)context, (int)level, line);
}

static const char *given(const char *argument) {
    return argument && *argument ? argument : NULL;
}

static upnudge_status explain(upnudge *u, char **arguments, const char **answer) {
    upnudge_activation a = UPNUDGE_ACTIVATION_INIT;
    a.environment = arguments[0];
    a.hint = arguments[1];
    a.terminal = 1;
    return upnudge_explain(u, &a, answer);
}

static upnudge_status notify(upnudge *u, char **arguments, const char **answer) {
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    upnudge_activation a = UPNUDGE_ACTIVATION_INIT;
    a.environment = arguments[0];
    a.hint = arguments[1];
    a.terminal = 1;
    upnudge_status status = upnudge_notify(u, &a, &notice);
    *answer = notice.text ? notice.text : notice.reason;
    told = (int)notice.code;
    return status;
}

/* ENV FILE SELECTOR... */
static upnudge_status check(upnudge *u, char **arguments) {
    upnudge_check *check;
    upnudge_target target = UPNUDGE_TARGET_INIT;
    target.environment = arguments[0];
    target.max_age = 0;
    FILE *file = fopen(arguments[1], "rb");
    size_t length = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    if (file)
        fclose(file);
    upnudge_status status = upnudge_check_begin(&check, u, &target);
    for (char **selector = arguments + 2; status == UPNUDGE_OK && *selector; selector++)
        status = upnudge_check_security(check, given(*selector));
    if (status == UPNUDGE_OK && length)
        status = upnudge_check_commit(check, bytes, length);
    else if (status == UPNUDGE_OK)
        status = upnudge_check_fail(check, "no lockfile came");
    told = (int)upnudge_error_reason(u);
    if (check && upnudge_check_security(check, "late") != UPNUDGE_USAGE && status == UPNUDGE_OK)
        status = UPNUDGE_ERROR;
    upnudge_check_abort(check);
    return status;
}

/* ENV TIMEOUT COMMAND... */
static upnudge_status detach(upnudge *u, char **arguments) {
    upnudge_target target = UPNUDGE_TARGET_INIT;
    target.environment = arguments[0];
    int64_t timeout = strtoll(arguments[1], NULL, 10);
    return upnudge_check_detach(u, &target, (const char *const *)(void *)(arguments + 2), timeout);
}

/* Two texts of JSON, the second about the token that the first gave. */
static upnudge_status call_twice(upnudge *u, char **arguments, const char **answer) {
    static char request[1 << 20];
    upnudge_status status = upnudge_call(u, arguments[0], answer);
    const char *token = *answer ? strstr(*answer, "\"check\":\"") : NULL;
    if (status != UPNUDGE_OK || !token)
        return status;
    snprintf(request, sizeof request, "{\"schema\":1,%.*s,%s}", (int)strcspn(token, ","), token,
             arguments[1]);
    return upnudge_call(u, request, answer);
}

static upnudge_status act(upnudge *u, const char *thing, char **arguments, const char **answer) {
    if (strcmp(thing, "call") == 0)
        return upnudge_call(u, given(arguments[0]), answer);
    if (strcmp(thing, "call-twice") == 0)
        return call_twice(u, arguments, answer);
    if (strcmp(thing, "explain") == 0)
        return explain(u, arguments, answer);
    if (strcmp(thing, "notify") == 0)
        return notify(u, arguments, answer);
    if (strcmp(thing, "changes") == 0)
        return upnudge_changes(u, given(arguments[0]), answer);
    if (strcmp(thing, "snooze-all") == 0)
        return upnudge_snooze_all(u, strtoll(arguments[0], NULL, 10));
    if (strcmp(thing, "snooze") == 0)
        return upnudge_snooze(u, given(arguments[0]), strtoll(arguments[1], NULL, 10));
    if (strcmp(thing, "ignore") == 0)
        return upnudge_ignore(u, given(arguments[0]), given(arguments[1]));
    if (strcmp(thing, "unignore") == 0)
        return upnudge_unignore(u, given(arguments[0]), given(arguments[1]));
    if (strcmp(thing, "forget") == 0)
        return upnudge_forget(u, given(arguments[0]));
    if (strcmp(thing, "check") == 0)
        return check(u, arguments);
    if (strcmp(thing, "detach") == 0)
        return detach(u, arguments);
    exit(99);
}

/* Every reason that the library has a name for, and some that it has not. */
static int reasons(void) {
    for (int number = -1; number < 100; number++)
        printf("%d %s\n", number, upnudge_reason_name((upnudge_reason)number));
    printf("%s %d %" PRId64 "\n", upnudge_reason_name(upnudge_error_reason(NULL)),
           upnudge_reason_name((upnudge_reason)1000) == upnudge_reason_name(UPNUDGE_REASON_NONE),
           upnudge_retry_at(NULL));
    return 0;
}

int main(int argc, char **argv) {
    static char prefix[] = "log";
    upnudge *u;
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    const char *answer = NULL;
    if (argc == 2)
        return reasons();
    if (argc < 4)
        return 99;
    options.app = "calls";
    options.state_dir = argv[1];
    options.policy = given(argv[2]);
    options.log = hear;
    options.log_context = prefix;
    upnudge_status status = upnudge_open(&u, &options);
    if (status == UPNUDGE_OK)
        status = act(u, argv[3], argv + 4, &answer);
    printf("%d %s %" PRId64 "\n%s\n", (int)status,
           upnudge_reason_name(told < 0 ? upnudge_error_reason(u) : (upnudge_reason)told),
           upnudge_retry_at(u), answer ? answer : upnudge_error(u));
    upnudge_close(u);
    return 0;
}
