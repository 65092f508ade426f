--- Answers: what the commands print with --json, and what a call gives, each shape in this one place.
---
--- A shape only grows: members come, none goes or changes its meaning while `schema` is 1. What a record or a host says
--- may be no UTF-8, and JSON has no words for that; whoever hands a text out makes it valid (upnudge.lib.terminal).

local json = require "upnudge.lib.json.write"

local M = {}

local NOTICE <const> = { "schema", "format", "lockfile", "notified", "code", "reason", "rule", "text", "next_at",
    "cooling", "policy_fault", "deputy" }
local EXPLANATION <const> = { "schema", "environment", "format", "lockfile", "last_checked", "policy", "policy_fault",
    "deputy", "strategy",
    "note", "agent", "agent_variable", "notified", "code", "reason", "rule", "text", "next_at", "cooling", "scope",
    "looked_at", "left_out", "ignored", "stands", "warnings", "rules" }
local STANDING <const> = { "since", "until", "times", "code", "rule" }
local RULE <const> = { "rule", "file", "line", "matched", "answer", "reason", "next_at" }
local DECISION <const> = { "at", "format", "notified", "code", "rule", "reason", "times", "since", "next_at", "policy",
    "policy_hash" }
local CHECK <const> = { "schema", "outcome", "code", "reason", "changes", "waiting", "cooling", "retry_at", "unscanned",
    "warning",
    "warning_code", "policy_fault", "check", "environment", "format", "lockfile" }
local OVERVIEW <const> = { "schema", "environment", "strategy", "path", "name", "lockfile", "format", "last_checked",
    "last_notified" }
local CHANGES <const> = { "schema", "environment", "format", "last_checked", "total", "changes", "exposures" }
local SEGMENT <const> = { "schema", "text", "environment", "waiting", "security", "downgraded", "exposed", "code",
    "reason" }
local FORMAT <const> = { "name", "title", "files", "syntax", "versions", "path" }
local FAULT <const> = { "path", "message" }

--- What is too new to count, as a member.
local function cooling_of(cooling)
    return cooling and function()
        return json.object({ "total", "next_at", "last_at" }, cooling)
    end
end

local function strings(values)
    return function()
        return json.strings(values)
    end
end

local function list(order, members)
    return function()
        return json.list(order, members)
    end
end

--- The answer of a check that failed, or could not begin, for a reason that somebody should hear of.
---@param code string of upnudge.lib.reasons
---@param reason string
---@return upnudge.CheckAnswer
function M.failed(code, reason)
    return { state = "failed", outcome = "failed", code = code, reason = reason, error = reason }
end

--- What went wrong.
---@param message string
---@param code string of upnudge.lib.reasons
---@return string
function M.fault(message, code)
    return json.object({ "schema", "error", "code" }, { schema = 1, error = message, code = code })
end

--- Counts of what waits, as a member.
local function counts_of(waiting)
    return waiting and function()
        local names, counted = require "upnudge.lib.counts".all, {}
        for _, name in ipairs(names) do
            counted[name] = waiting[name]
        end
        return json.object(names, counted)
    end
end

--- The environments of a digest, as a member.
local function digest_of(environments)
    return function()
        local members = {}
        for i, one in ipairs(environments) do
            members[i] = { environment = one.path, name = one.name, app = one.app, waiting = counts_of(one) }
        end
        return json.list({ "environment", "name", "app", "waiting" }, members)
    end
end

--- The members of a decision. Of a directory with several environments there are those of each, too.
local function notice_members(decision)
    local told = decision.notify and decision.digest and decision.digest:told() or nil
    return { notified = decision.notify, code = decision.code, reason = decision.reason, rule = decision.rule,
        text = decision.text, next_at = decision.next_at, cooling = cooling_of(decision.cooling),
        format = decision.format, lockfile = decision.lockfile, environments = told and digest_of(told),
        policy_fault = decision.policy_fault, deputy = decision.deputy }
end

--- The document of one answer, and of each environment where the directory has several.
local function document(order, members_of, answer)
    local members, all = members_of(answer), answer.environments
    members.schema = 1
    if all then
        members.environments = function()
            local listed = {}
            for i, one in ipairs(all) do
                listed[i] = members_of(one)
            end
            return json.list(order, listed)
        end
    end
    return json.object(order, members)
end

local function copied(answer)
    local members = {}
    for name, value in pairs(answer) do
        members[name] = value
    end
    return members
end

--- What was decided; `environments` are those of a directory, each with its own decision, or those of a digest, each
--- with what waits in it.
---@param decision upnudge.Decision
---@return string
function M.notice(decision)
    return document(NOTICE, notice_members, decision)
end

--- With the name that the field has in JSON, which is no word of Lua.
local function standing_members(standing)
    local members = {}
    for i, one in ipairs(standing) do
        members[i] = { since = one.since, ["until"] = one.until_, times = one.times, code = one.code, rule = one.rule }
    end
    return members
end

local function explanation_members(report)
    local members = copied(report)
    members.rules, members.warnings = list(RULE, report.trace or {}), strings(report.warnings)
    members.cooling = cooling_of(report.cooling)
    members.trace, members.error = nil, nil
    members.stands = report.stands and list(STANDING, standing_members(report.stands))
    members.ignored = report.ignored and function()
        return json.object({ "person", "policy", "project", "told" }, report.ignored)
    end
    local scope = report.scope
    if scope then
        members.scope, members.environments = scope.of, digest_of(scope.environments)
        members.looked_at, members.left_out = scope.looked_at, scope.more
    end
    return members
end

---@param report upnudge.Report
---@return string
function M.explanation(report)
    return document(EXPLANATION, explanation_members, report)
end

--- Past activations.
---@param decisions table[] of upnudge.record.past, with `format` where the directory has several environments
---@return string
function M.decisions(decisions)
    local members = {}
    for i, decision in ipairs(decisions) do
        members[i] = {}
        for _, name in ipairs(DECISION) do
            members[i][name] = decision[name]
        end
    end
    return json.object({ "schema" }, { schema = 1, decisions = list(DECISION, members) })
end

local function check_members(answer)
    return { outcome = answer.outcome, code = answer.code, reason = answer.reason, changes = answer.changes,
        waiting = counts_of(answer.waiting), cooling = cooling_of(answer.cooling), retry_at = answer.retry_at,
        unscanned = answer.unscanned, warning = answer.warning, warning_code = answer.warning_code,
        policy_fault = answer.policy_fault,
        format = answer.format, lockfile = answer.format and answer.lockfile }
end

--- How a check ended, or that it has begun; how all ended of a directory with lockfiles of several formats.
---@param answer table of Runtime:check_begin or of a check
---@param token string? by which a call knows it
---@return string
function M.check(answer, token)
    if not token then
        return document(CHECK, check_members, answer)
    end
    return json.object(CHECK, { schema = 1, outcome = "begun", code = answer.code, reason = answer.reason,
        check = token, environment = answer.path, lockfile = answer.lockfile })
end

---@param segment upnudge.Segment
---@return string
function M.segment(segment)
    return json.object(SEGMENT, { schema = 1, text = segment.text, environment = segment.environment,
        waiting = segment.waiting, security = segment.security, downgraded = segment.downgraded,
        exposed = segment.exposed, code = segment.code, reason = segment.reason })
end

local function overview_members(overview)
    local members = copied(overview)
    members.exposures = overview.exposures and list(require "upnudge.record.exposures".ORDER, overview.exposures)
    return members
end

---@param overview table of upnudge.runtime.overview
---@return string
function M.overview(overview)
    return document(OVERVIEW, overview_members, overview)
end

local STATUS <const> = { "schema", "environment", "name", "lockfile", "format", "code", "reason", "waiting", "cooling",
    "since", "last_checked", "snoozed_until", "all_snoozed_until", "ignored", "stale", "gone", "last_failed", "failure",
    "retry_at" }

local function status_members(status)
    local members = {}
    for name, value in pairs(status) do
        members[name] = value
    end
    members.ignored = status.ignored and strings(status.ignored)
    members.waiting, members.cooling = counts_of(status.waiting), cooling_of(status.cooling)
    return members
end

--- How one environment stands.
---@param status upnudge.Status
---@return string
function M.status(status)
    return document(STATUS, status_members, status)
end

--- How all of them do.
---@param statuses upnudge.Status[]
---@param more integer
---@return string
function M.statuses(statuses, more)
    local members = {}
    for i, status in ipairs(statuses) do
        members[i] = status_members(status)
    end
    return json.object({ "schema" }, { schema = 1, environments = list(STATUS, members), more = more })
end

--- What ails upnudge.
---@param ailments {remarks: upnudge.Remark[], places: upnudge.PlaceInUse[], [integer]: upnudge.Ailment}
---@return string
function M.ailments(ailments)
    return json.object({ "schema", "well" }, { schema = 1, well = #ailments == 0,
        ailments = list({ "code", "where", "message", "remedy" }, ailments),
        remarks = list({ "where", "message" }, ailments.remarks),
        places = list({ "what", "path", "why" }, ailments.places) })
end

--- What was removed, or would be.
---@param collection upnudge.Collection
---@param dry_run boolean?
---@return string
function M.collection(collection, dry_run)
    return json.object({ "schema", "dry_run", "removed", "failed", "kept" }, { schema = 1, dry_run = dry_run or false,
        removed = strings(collection.removed), kept = collection.kept,
        failed = list({ "environment", "code", "reason" }, collection.failed) })
end

local function changes_members(found)
    return { environment = found.environment, format = found.format, last_checked = found.last_checked,
        total = found.total, changes = function()
            return require "upnudge.record.changes".json(found.changes)
        end, exposures = list(require "upnudge.record.exposures".ORDER, found.exposures) }
end

---@param found upnudge.Changes
---@return string
function M.changes(found)
    return document(CHANGES, changes_members, found)
end

---@param snooze upnudge.Snooze
---@return string
function M.snooze(snooze)
    return json.object({ "schema", "environment", "all", "snoozed_until", "limited", "security" }, { schema = 1,
        environment = snooze.environment, all = snooze.all, snoozed_until = snooze.snoozed_until,
        limited = snooze.limited, security = snooze.security })
end

---@param selectors string[]
---@return string
function M.ignored(selectors)
    return json.object({ "schema" }, { schema = 1, ignore = strings(selectors) })
end

---@param removal {environment: string, forgotten: boolean}
---@return string
function M.removal(removal)
    return json.object({ "schema", "environment" }, { schema = 1, environment = removal.environment,
        forgotten = removal.forgotten })
end

---@param formats table[] of upnudge.LockfileReader:all
---@param faults {path: string, message: string}[] of those that have a mistake
---@return string
function M.formats(formats, faults)
    return json.object({ "schema" }, { schema = 1, formats = list(FORMAT, formats),
        faults = faults[1] and list(FAULT, faults) or nil })
end

---@param version string
---@return string
function M.version(version)
    return json.object({ "schema" }, { schema = 1, version = version })
end

--- How two versions compare.
---@param scheme string
---@param a string
---@param b string
---@return string
---@return integer? order nil: they are not comparable
---@return string level
function M.comparison(scheme, a, b)
    local versions = require "upnudge.lockfile.version"
    local order, level = versions.compare(a, b, scheme), versions.level(a, b, scheme)
    return json.object({ "schema", "scheme", "a", "b", "order", "level" },
        { schema = 1, scheme = scheme, a = a, b = b, order = order, level = level }), order, level
end

return M
