--- The details of a question: what a policy rarely looks at, and the host finds out then.

local M = {}

local NOTHING <const> = {}
local HOUR <const> = 3600
-- What local time is goes by it and by $TZ.
local ZONE <const> = "/etc/localtime"

--- What the host finds out, which a log keeps.
local function found_out(question, what, value)
    question.found_out = question.found_out or {}
    question.found_out[what] = value
    return value
end

--- Looks one up. Changes that are gone because another check has come leave the question outdated; of more than an
--- activation reads, those are told that matter most.
---@param runtime upnudge.Runtime
---@param record upnudge.Record
---@param question upnudge.Question
---@param found upnudge.Found
---@param what string
---@return any
function M.look_up(runtime, record, question, found, what)
    if what == "utc_offset" then
        local offset, later = runtime.host.utc_offset(question.now), question.now + HOUR
        question.holds_until = runtime.host.utc_offset(later) == offset and later or question.now
        runtime.host.disk.stamp(ZONE)
        runtime.host.variable "TZ"
        return found_out(question, what, offset)
    elseif what == "options" then
        return found_out(question, what, require "upnudge.runtime.hint"(runtime))
    elseif what == "rules" then
        return require "upnudge.record.rules".known(question.known, question.history, question.result, question.now)
    elseif what == "vars" then
        return found_out(question, what, runtime.host:read(runtime.policy.reads or NOTHING))
    elseif what ~= "packages" and what ~= "exposures" then
        return found.facts[what]
    end
    local changes, many, exposures = require "upnudge.record.ignored".listed(record, found.value, found.facts.system,
        found.ignored, found.cooldown, found.now)
    question.outdated = question.outdated or not changes and not many and record:read() ~= found.value
    if what == "exposures" then
        return exposures or {}
    elseif many then
        found.top.unlisted = found.result.total - #found.top
    end
    return changes and require "upnudge.record.changes".by_rank(changes) or many and found.top or {}
end

return M
