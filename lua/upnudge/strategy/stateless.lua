--- Strategy `stateless`: nothing is remembered about notices.
---
--- Every activation says so again, by design: somebody who saw the message and did nothing sees it
--- again and does not wonder. Nothing can be lost, since nothing is written.

local M = {}

--- What is known about past notices: nothing.
---@return {history: upnudge.History}
function M.read()
    return { history = {} }
end

--- Writes the outcome of a check. Called under the check lock.
---@param record upnudge.Record
---@param directory table
---@param fields table
---@return boolean? ok
---@return string? message
function M.commit_check(record, directory, fields)
    return record:commit(directory, fields)
end

--- Wins the right to show a notice: always.
---@return "won"
function M.claim()
    return "won"
end

return M
