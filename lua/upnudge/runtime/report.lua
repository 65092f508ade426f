--- The report: how upnudge does for a person, over all their environments: what they were told and what not, by which
--- policy, how old what is known is, and what waits. Nothing is written, and no policy and no database is asked.
---
--- What was told is counted in the logs of past activations, which are bounded; so it is told of a window of time, and
--- since when the logs say anything.

local past = require "upnudge.record.past"
local statuses = require "upnudge.runtime.status"

local M = {}

--- Seconds of the window unless somebody wants another.
M.WINDOW = 7 * 86400

-- How bad a fix is that waits; "other" where nobody knows, or it is less than high.
local SEVERITIES <const> = { "critical", "high", "other" }
M.SEVERITIES = SEVERITIES

---@class upnudge.ReportOfEnvironment
---@field environment string
---@field format? string
---@field last_checked? integer
---@field last_failed? integer where the last check failed
---@field failure? string
---@field stale boolean
---@field gone boolean
---@field waiting? table<string, integer>
---@field activations integer in the window
---@field notices integer

---@class upnudge.Summary
---@field at integer seconds UTC
---@field app string
---@field user string the login name
---@field window integer seconds
---@field log_start? integer of the oldest line of all logs, where there is one
---@field policy {name: string, hash: string?, file: string, fault: string?}
---@field activations integer in the window
---@field notices table<string, integer> by rule
---@field silences table<string, integer> by code
---@field policies table<string, integer> activations by digest of the policy, as the log has it
---@field faults integer activations at which a policy failed
---@field waiting table<string, integer> sums: total, versions, security, exposed …
---@field fixes table<string, integer> security fixes that wait, by severity
---@field environments upnudge.ReportOfEnvironment[]
---@field more integer how many environments there are beside these
---@field failed integer environments whose last check failed
---@field oldest_check? integer
---@field newest_check? integer

local function more(counts, name, by)
    counts[name] = (counts[name] or 0) + (by or 1)
end

--- Counts the decisions of one environment's log.
local function count_log(summary, environment, record, since)
    for _, entry in ipairs(past.decisions(record)) do
        summary.log_start = math.min(summary.log_start or entry.at, entry.since or entry.at)
        if entry.at >= since and entry.at <= summary.at then
            local times = entry.times or 1
            summary.activations = summary.activations + times
            environment.activations = environment.activations + times
            more(summary.policies, entry.policy_hash or "", times)
            -- That the policy has a mistake is no notice.
            if entry.notified and entry.code ~= "policy-fault" then
                more(summary.notices, entry.rule or "decide")
                environment.notices = environment.notices + 1
            else
                more(summary.silences, entry.code or "unknown", times)
            end
            summary.faults = summary.faults + ((entry.fault or entry.code == "policy-fault") and times or 0)
        end
    end
end

local function count_waiting(summary, waiting)
    for name, number in pairs(waiting or {}) do
        more(summary.waiting, name, number)
    end
end

local function count_checks(summary, one)
    local at = one.last_checked
    summary.failed = summary.failed + (one.last_failed and 1 or 0)
    summary.oldest_check = at and math.min(at, summary.oldest_check or at) or summary.oldest_check
    summary.newest_check = at and math.max(at, summary.newest_check or at) or summary.newest_check
end

local function environment_of(status)
    return { environment = status.environment, format = status.format, last_checked = status.last_checked,
        last_failed = status.last_failed, failure = status.failure, stale = status.stale, gone = status.gone,
        waiting = status.waiting, activations = 0, notices = 0 }
end

local function policy_of(runtime)
    local policy = runtime.policy
    return { name = policy and policy.name or runtime.source.name, hash = policy and policy:hash(),
        file = runtime.source.path or runtime.source.name, fault = runtime.policy_fault }
end

--- The report. Raises where the state directory cannot be listed.
---@param runtime upnudge.Runtime
---@param now integer seconds UTC
---@param window integer? seconds
---@return upnudge.Summary
function M.of(runtime, now, window)
    window = window or M.WINDOW
    local summary = { at = now, app = runtime.app, user = require "upnudge.core".user(), window = window,
        policy = policy_of(runtime), activations = 0, notices = {}, silences = {}, policies = {}, faults = 0,
        waiting = {}, fixes = {}, environments = {}, more = 0, failed = 0 }
    local everywhere = statuses.snoozed_everywhere(runtime, now) or false
    for i, record in ipairs(require "upnudge.record.list".records(runtime.places)) do
        local one = environment_of(statuses.of_record(runtime, record, now, everywhere))
        summary.environments[i] = one
        count_log(summary, one, record, now - window)
        count_waiting(summary, one.waiting)
        count_checks(summary, one)
    end
    local waiting = summary.waiting
    summary.fixes.critical, summary.fixes.high = waiting.critical or 0, waiting.high or 0
    summary.fixes.other = (waiting.security or 0) - summary.fixes.critical - summary.fixes.high
    return summary
end

return M
