--- Strategy `simple`: the time of the last notice stands in the record, written without a lock.
---
--- The race, and why it is harmless to checks: an activation overwrites only the digits of
--- `last_notified`, in the file that it has opened. A check replaces the whole file. If the check
--- comes between, the activation's digits go to the replaced file and are lost, and one notice
--- repeats. The result of the check cannot be lost. k shells at once may show up to k notices.

local M = {}

--- What is known about past notices. Which result was shown follows from the time: the present one,
--- if the notice came after it was first seen. What another strategy knew counts where it is newer.
---@param record upnudge.Record
---@param value table the record's content
---@param result table
---@return table? history
function M.read(record, value, result)
    if record:read_beside("notified.json", 65536) then
        return (require "upnudge.strategy.separate_lock".read(record, value, result))
    end
    local last = value.last_notified
    return { last_notified = last, shown = last and last >= result.since and result.fingerprint or nil }
end

--- Writes the outcome of a check over the record as it is now, with its `last_notified`.
---@param record upnudge.Record
---@param directory table
---@param fields table
---@return boolean? ok
---@return string? message
function M.commit_check(record, directory, fields)
    return require "upnudge.record.write".merge(record, directory, fields)
end

--- Wins the right to show a notice: always, unless the time cannot be written.
---@param record upnudge.Record
---@param decision table
---@param now integer
---@return table? decision
---@return string? message
function M.claim_notice(record, decision, now)
    local ok, message = record:overwrite_last_notified(now)
    return ok and decision or nil, message
end

return M
