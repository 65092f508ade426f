--- Strategy `simple`: the time of the last notice stands in the record, written without a lock.
---
--- The race, and why it is harmless to checks: an activation overwrites only the digits of
--- `last_notified`, in the file that it has opened. A check replaces the whole file. If the check
--- comes between, the activation's digits go to the replaced file and are lost, and one notice
--- repeats. The result of the check cannot be lost. k shells at once may show up to k notices; one that was stopped
--- between reading the clock and writing puts an older time in the place of a newer one, and one notice repeats.

local notified = require "upnudge.record.notified"

local M = {}

--- What is known about past notices: one time, which is that of every rule. A file of other strategies that cannot be
--- read is no business of this one.
---@param record upnudge.Record
---@param now integer? seconds UTC
---@return upnudge.Seen?
---@return string? message
---@return string? code
function M.read(record, now)
    local bytes = record:recall(notified.FILE)
    local seen, message, code = notified.interpret(record, bytes, nil, "not-found", now)
    if seen then
        seen.history.rules, seen.history.rule, seen.history.unnamed = nil, nil, nil
    end
    return seen, message, code
end

--- Writes the outcome of a check over the record as it is now, with its `last_notified`. Called under the
--- check lock.
---@param record upnudge.Record
---@param directory table
---@param fields table
---@return boolean? ok
---@return string? message
function M.commit_check(record, directory, fields)
    return record:commit(directory, fields)
end

--- Wins the right to show a notice: always, unless the time cannot be written. Nothing is compared.
---@param record upnudge.Record
---@param _seen upnudge.Seen
---@param notice upnudge.Claim
---@return "won"|nil outcome
---@return string? message
---@return string? code
function M.claim(record, _seen, notice)
    local ok, message, code = record:overwrite_last_notified(notice.clock())
    return ok and "won" or nil, message, code
end

--- What a claim would come to; writes nothing.
---@param record upnudge.Record
---@return "won"|nil outcome
---@return string? message
---@return string? code
function M.rehearse(record)
    local ok, message, code = record:overwrite_last_notified(nil)
    return ok and "won" or nil, message, code
end

return M
