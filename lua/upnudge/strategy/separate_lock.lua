--- Strategy `separate-lock`: the last notice stands in a file of its own under a lock of its own.
---
--- An activation tries the lock and never waits: if somebody else holds it, somebody else is
--- notifying. Once it has the lock it compares the file with what the decision was made from, and
--- writes only where nothing is newer, so of k shells at once one speaks. A check never touches this
--- file, so neither can lose the other's work.

local notified = require "upnudge.record.notified"

local M = {}

--- What is known about past notices. Takes no lock.
---@param record upnudge.Record
---@param now integer? seconds UTC
---@return upnudge.Seen?
---@return string? message
function M.read(record, now)
    return notified.read(record, now)
end

--- Writes the outcome of a check: the record, and nothing else. Called under the check lock.
---@param record upnudge.Record
---@param directory table
---@param fields table
---@return boolean? ok
---@return string? message
function M.commit_check(record, directory, fields)
    return record:commit(directory, fields)
end

local function compare_and_set(record, seen, notice, rehearsed)
    local claims = require "upnudge.record.claim"
    return claims.update(record, seen, function(value, now)
        claims.tell(value, notice, now)
        return "won"
    end, rehearsed, notice.clock)
end

--- Wins the right to show a notice, tells what is newer, or says who or what stands in the way.
---@param record upnudge.Record
---@param seen upnudge.Seen
---@param notice upnudge.Claim
---@return "won"|"newer"|nil outcome
---@return upnudge.Seen|string|nil more
function M.claim(record, seen, notice)
    return compare_and_set(record, seen, notice)
end

--- What a claim would come to; writes nothing.
---@param record upnudge.Record
---@param seen upnudge.Seen
---@param notice upnudge.Claim
---@return "won"|"newer"|nil outcome
---@return upnudge.Seen|string|nil more
function M.rehearse(record, seen, notice)
    return compare_and_set(record, seen, notice, true)
end

return M
