#include "reason.h"
#include <string.h>

static const char *const names[] = {
    [UPNUDGE_REASON_NONE] = "none",
    [UPNUDGE_REASON_NOTIFIED] = "notified",
    [UPNUDGE_REASON_NOTHING_NEW] = "nothing-new",
    [UPNUDGE_REASON_IGNORED] = "ignored",
    [UPNUDGE_REASON_OTHER_SYSTEMS] = "other-systems",
    [UPNUDGE_REASON_NOT_DUE] = "not-due",
    [UPNUDGE_REASON_SNOOZED] = "snoozed",
    [UPNUDGE_REASON_OPTED_OUT] = "opted-out",
    [UPNUDGE_REASON_NOBODY_WATCHING] = "nobody-watching",
    [UPNUDGE_REASON_AGENT] = "agent",
    [UPNUDGE_REASON_COMMAND] = "command",
    [UPNUDGE_REASON_ALREADY_ACTIVE] = "already-active",
    [UPNUDGE_REASON_QUIET_RULE] = "quiet-rule",
    [UPNUDGE_REASON_NO_RULE] = "no-rule",
    [UPNUDGE_REASON_NOT_CHECKED] = "not-checked",
    [UPNUDGE_REASON_CHECK_FAILED] = "check-failed",
    [UPNUDGE_REASON_LOCKFILE_CHANGED] = "lockfile-changed",
    [UPNUDGE_REASON_LOCKFILE_MISSING] = "lockfile-missing",
    [UPNUDGE_REASON_LOCKFILE_UNREADABLE] = "lockfile-unreadable",
    [UPNUDGE_REASON_RECORD_BROKEN] = "record-broken",
    [UPNUDGE_REASON_RECORD_NEWER] = "record-newer",
    [UPNUDGE_REASON_RECORD_UNREADABLE] = "record-unreadable",
    [UPNUDGE_REASON_DETAILS_MISSING] = "details-missing",
    [UPNUDGE_REASON_OUTDATED] = "outdated",
    [UPNUDGE_REASON_LOCKED] = "locked",
    [UPNUDGE_REASON_TOLD_ELSEWHERE] = "told-elsewhere",
    [UPNUDGE_REASON_CANNOT_REMEMBER] = "cannot-remember",
    [UPNUDGE_REASON_STATE_UNUSABLE] = "state-unusable",
    [UPNUDGE_REASON_POLICY_FAULT] = "policy-fault",
    [UPNUDGE_REASON_DATABASE_UNREACHABLE] = "database-unreachable",
    [UPNUDGE_REASON_DATABASE_REFUSED] = "database-refused",
    [UPNUDGE_REASON_ENVIRONMENT_MISSING] = "environment-missing",
    [UPNUDGE_REASON_CHECKED] = "checked",
    [UPNUDGE_REASON_STARTED] = "started",
    [UPNUDGE_REASON_FRESH] = "fresh",
    [UPNUDGE_REASON_BUSY] = "busy",
    [UPNUDGE_REASON_LATER] = "later",
    [UPNUDGE_REASON_NO_LOCKFILE] = "no-lockfile",
    [UPNUDGE_REASON_LOCKFILE_UNPARSABLE] = "lockfile-unparsable",
    [UPNUDGE_REASON_UPGRADE_UNPARSABLE] = "upgrade-unparsable",
    [UPNUDGE_REASON_DRY_UPGRADE_FAILED] = "dry-upgrade-failed",
    [UPNUDGE_REASON_USAGE] = "usage",
    [UPNUDGE_REASON_MEMORY] = "memory",
    [UPNUDGE_REASON_FAULT] = "fault",
    [UPNUDGE_REASON_NO_CHECKER] = "no-checker",
    [UPNUDGE_REASON_TOOL_MISSING] = "tool-missing",
    [UPNUDGE_REASON_PROJECT_CODE] = "project-code",
    [UPNUDGE_REASON_COOLING] = "cooling",
};

#define COUNT (sizeof names / sizeof *names)

const char *upnudge_reason_name(upnudge_reason reason) {
    size_t number = (size_t)reason;
    return names[number < COUNT && names[number] ? number : UPNUDGE_REASON_NONE];
}

upnudge_reason un_reason_named(const char *name) {
    size_t number = COUNT - 1;
    while (name && number && !(names[number] && strcmp(names[number], name) == 0))
        number--;
    return name ? (upnudge_reason)number : UPNUDGE_REASON_NONE;
}

const char *un_reason_name(upnudge_reason reason) {
    return names[reason];
}
