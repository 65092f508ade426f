--- Strategy `separate-lock`: the last notice stands in a file of its own under a lock of its own.
---
--- An activation tries the lock and never waits: if somebody else holds it, somebody else is
--- notifying. Once it has the lock it reads again and decides again, so of k shells at once one
--- speaks. A check never touches this file, so neither can lose the other's work.
---
--- The file is written all or nothing but not synced: an activation must not wait for a disk. A
--- power cut can lose the newest time, and one notice repeats; the end of a process cannot.

local json = require "upnudge.json"

local FILE <const> = "notified.json"
local LOCK <const> = "notified.lock"
local LIMIT <const> = 65536
local SCHEMA <const> = 1
local ORDER <const> = { "schema", "path", "last_notified", "shown", "times", "rule" }

local M = {}

local function decode(record, bytes)
    local value = json.decode(bytes)
    if type(value) ~= "table" or type(value.schema) ~= "number" then
        return {}
    elseif value.schema > SCHEMA then
        return nil, FILE .. " was written by a newer upnudge; upgrade upnudge"
    elseif value.path ~= record.path or type(value.last_notified or 0) ~= "number"
        or type(value.times or 0) ~= "number" then
        return {}
    end
    return value
end

--- What is known about past notices. A missing or broken file counts as "never".
---@param record upnudge.Record
---@return table? history
---@return string? message
function M.read(record)
    local bytes, message, code = record:read_beside(FILE, LIMIT)
    if not bytes then
        return code == "not-found" and {} or nil, message
    end
    return decode(record, bytes)
end

--- Writes the outcome of a check: the record, and nothing else.
---@param record upnudge.Record
---@param directory table
---@param fields table
---@return boolean? ok
---@return string? message
function M.commit_check(record, directory, fields)
    return record:merge(directory, fields)
end

local function remember(record, directory, history, decision, now, result)
    local value = {}
    for key, member in pairs(history) do
        value[key] = member
    end
    value.schema, value.path, value.rule = SCHEMA, record.path, decision.rule
    value.times = history.shown == result.fingerprint and (history.times or 0) + 1 or 1
    value.last_notified, value.shown = now, result.fingerprint
    return directory:replace(FILE, json.object(ORDER, value) .. "\n", false)
end

--- Wins the right to show a notice, or says who or what stands in the way.
---@param record upnudge.Record
---@param _decision table made before the lock
---@param now integer
---@param result table
---@param decide fun(history: table): table
---@return table? decision made under the lock
---@return string? message
function M.claim_notice(record, _decision, now, result, decide)
    local directory <close>, message = record:directory()
    if not directory then
        return nil, message
    end
    local lock <close>, why, code = directory:lock(LOCK)
    if not lock then
        return nil, code == "busy" and "another activation is showing it just now" or why
    end
    local history, newer = M.read(record)
    if not history then
        return nil, newer
    end
    local decision = decide(history)
    if not decision.notify then
        return decision
    end
    local ok, fault = remember(record, directory, history, decision, now, result)
    return ok and decision or nil, fault
end

return M
