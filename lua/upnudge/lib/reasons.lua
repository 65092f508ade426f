--- Reasons: the codes that every answer of upnudge carries beside its words.
---
--- Words change and are translated by whoever shows them; a code stays. Its number is that of `enum upnudge_reason`
--- (lua/api/upnudge.h) and never comes to mean anything else: a new code gets the next number, and one that is not
--- used any more leaves a gap.
---
--- Who makes a reason writes its code there, as a literal; no activation loads this list.
--- `tests/spec/lib/reasons_spec.lua` reads all sources and holds the two together.

local M = {}

---@class upnudge.Reason
---@field name string as answers have it
---@field number integer as C has it
---@field again "soon"|"later"|"check"|"change" when it is worth to ask again; see upnudge.lib.reasons.AGAIN
---@field means string one sentence
---@field of_rules? boolean whether a rule of a policy may say so of its silence (`code`)

--- When it is worth to ask again, in words. What may be later is told with `next_at` or `retry_at`, where it is known.
---@type table<string, string>
M.AGAIN = {
    soon = "in a moment",
    later = "later",
    check = "after the next check",
    change = "when somebody has changed something",
}

--- In the order of their numbers.
---@type upnudge.Reason[]
M.list = {}

local function add(number, name, again, means)
    M.list[#M.list + 1] = { number = number, name = name, again = again, means = means }
end

-- What notify and explain answer.
add(1, "notified", "later", "A notice is shown, and counts as told.")
add(2, "nothing-new", "check", "The last check found nothing newer.")
add(3, "ignored", "check", "All that is newer is ignored, by the person or the policy.")
add(4, "other-systems", "check", "What is newer is for other systems than this one.")
add(5, "not-due", "later", "The policy has spoken, and does not want to again so soon.")
add(6, "snoozed", "later", "The person wants to hear nothing of this environment for a while.")
add(7, "opted-out", "change", "A variable says that the person wants no notices at all.")
add(8, "nobody-watching", "change", "Nobody would read it: it runs in CI, or without a terminal.")
add(9, "agent", "change", "It is no person who would read it, but a program that acts for one.")
add(10, "command", "change", "One command is run in the environment, and nobody stays in it.")
add(11, "already-active", "change", "The environment is active already.")
add(12, "quiet-rule", "later", "A rule of the policy wants silence, for reasons of its own.")
add(13, "no-rule", "later", "No rule of the policy wants to speak.")
add(14, "not-checked", "check", "No check of this environment has finished yet.")
add(15, "check-failed", "check", "No check of this environment has finished yet; the last one failed.")
add(16, "lockfile-changed", "check", "The lockfile is not the one that was checked.")
add(17, "lockfile-missing", "change", "The lockfile is not there.")
add(18, "lockfile-unreadable", "change", "The lockfile is there and cannot be read.")
add(19, "record-broken", "check", "The record is damaged, or of another environment.")
add(20, "record-newer", "change", "A newer upnudge wrote what is kept here, which this one does not understand.")
add(21, "record-unreadable", "change", "The record is there and cannot be read.")
add(22, "details-missing", "check",
    "The list of what the last check found is needed, and is not there or not looked through.")
add(23, "outdated", "soon", "Another check came in between.")
add(24, "locked", "soon", "Another process is writing the same just now, or showing the notice.")
add(25, "told-elsewhere", "soon", "Others are told again and again meanwhile.")
add(26, "cannot-remember", "change", "What has to be remembered could not be written: a full disk, a read-only home.")
add(27, "state-unusable", "change",
    "There is no place for state, or it belongs to somebody else, others can write to it, or a link leads there.")
add(28, "policy-fault", "change", "The policy, or a format or a strategy of a team's, has a mistake or took too long.")
add(29, "database-unreachable", "later", "The database did not answer in time, or is not what it should be.")
add(30, "database-refused", "change", "The database is not asked, for whoever named it has no right to.")
add(31, "environment-missing", "change", "The environment's directory is not there, or cannot be reached.")
-- What a check answers.
add(32, "checked", "later", "The outcome of the check is committed.")
add(33, "started", "later", "The check goes on in the background.")
add(34, "fresh", "later", "The last outcome is recent enough, and of this lockfile.")
add(35, "busy", "soon", "Another process, or another machine, is checking.")
add(36, "later", "later", "The last check failed, and it is too early to try again.")
add(37, "no-lockfile", "change", "The environment has no lockfile that upnudge knows, or several.")
add(38, "lockfile-unparsable", "change", "The lockfile is broken, too large, or in no format that upnudge knows.")
add(39, "upgrade-unparsable", "later", "What the dry upgrade gave cannot be read as a lockfile, or differs too much.")
add(40, "dry-upgrade-failed", "later", "The dry upgrade failed, or took too long.")
-- What everything may answer.
add(41, "usage", "change", "An argument, or the call, makes no sense.")
add(42, "memory", "soon", "There was no memory for it.")
add(43, "fault", "change", "A fault of upnudge, or of the system under it.")
-- What a check without a command of its own answers.
add(44, "no-checker", "change", "No checker knows how such a lockfile is upgraded.")
add(45, "tool-missing", "change",
    "A program that the check needs is not installed, or is another: the tool of the dry upgrade, upnudge-cli.")
add(46, "project-code", "change",
    "The dry upgrade runs code of the project, and nobody has let it by a check that he waited for.")
-- What notify and explain answer, too.
add(47, "cooling", "later", "All that is newer is too new for the policy's cooldown.")

for _, reason in ipairs(M.list) do
    local name = reason.name
    reason.of_rules = name == "nobody-watching" or name == "agent" or name == "command" or name == "already-active"
        or nil
end

return M
