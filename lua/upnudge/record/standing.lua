--- Standing answers: silences that the small program finds to hold without asking anybody (lua/command/standing.h
--- has the format). Only explanations read them here.

local files = require "upnudge.record.files"

local M = {}

---@class upnudge.StandingAnswer
---@field since integer seconds UTC
---@field until_ integer seconds UTC: no longer
---@field times integer how often it was found to hold
---@field code string of upnudge.lib.reasons
---@field rule? string that wanted it

--- The answers about one environment, the latest first: one for each way of asking. Whether one holds is known when it
--- is asked for.
---@param record upnudge.Record
---@return upnudge.StandingAnswer[]
function M.read(record)
    local list = {}
    for line in (record:read_beside(files.STANDING) or ""):gmatch "[^\n]+" do
        local times, since, till, code, rule = line:match(
            "^standing 1 (%d%d%d%d%d%d%d%d%d%d) (%d+) (%d+) %x+ %x+ ([%l-]+) ([^\t]+)\t")
        since, till = math.tointeger(since), math.tointeger(till)
        if not since or not till then
            break
        end
        list[#list + 1] = { times = math.tointeger(times), since = since, until_ = till, code = code,
            rule = rule ~= "-" and rule or nil }
    end
    return list
end

--- The same as entries of the log, of those that were found to hold.
---@param record upnudge.Record
---@return {at: integer, notified: boolean, code: string, rule: string?, reason: string}[]
function M.entries(record)
    local list = {}
    for _, one in ipairs(M.read(record)) do
        list[#list + 1] = one.times > 0 and { at = one.since, notified = false, code = one.code, rule = one.rule,
            reason = ("nothing had changed (%d times since)"):format(one.times) } or nil
    end
    return list
end

return M
