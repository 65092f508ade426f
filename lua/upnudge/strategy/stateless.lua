--- Strategy `stateless`: nothing is remembered about notices.
---
--- Every activation says so again, by design: somebody who saw the message and did nothing sees it
--- again and does not wonder. Nothing can be lost, since nothing is written.

local M = {}

--- What is known about past notices.
---@param _record upnudge.Record
---@param _value table the record's content
---@return table history
function M.read(_record, _value)
    return {}
end

--- Writes the outcome of a check. Called under the check lock.
---@param record upnudge.Record
---@param directory table
---@param fields table
---@return boolean? ok
---@return string? message
function M.commit_check(record, directory, fields)
    return require "upnudge.record.write".merge(record, directory, fields)
end

--- Wins the right to show a notice: always.
---@param _record upnudge.Record
---@param decision table
---@return table decision
function M.claim_notice(_record, decision)
    return decision
end

return M
