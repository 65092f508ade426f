--- Strategy `separate-lock`: the last notice stands in a file of its own under a lock of its own.
---
--- An activation tries the lock and never waits: if somebody else holds it, somebody else is
--- notifying. Once it has the lock it reads again and decides again, so of k shells at once one
--- speaks. A check never touches this file, so neither can lose the other's work.
---
--- The file keeps its size and is overwritten in place by one write, under the lock: an activation
--- waits neither for a disk nor for a rename. A reader without the lock that sees it half-written
--- decides again under the lock, or stays silent. A power cut can lose the newest time, and one notice
--- repeats; the end of a process cannot.

local read_json = require "upnudge.json.read"

local FILE <const> = "notified.json"
local LOCK <const> = "notified.lock"
local LIMIT <const> = 65536
local SCHEMA <const> = 1
-- Room for a rule with a longer name, say, without another file. A sector, so that a disk writes it
-- whole.
local SIZE <const> = 512

local M = {}

local function decode(record, bytes)
    local value = read_json(bytes)
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

local function interpret(record, bytes, code)
    if bytes then
        return decode(record, bytes)
    end
    return code == "not-found" and {} or nil
end

--- What is known about past notices. A missing or broken file counts as "never".
---@param record upnudge.Record
---@return table? history
---@return string? message
function M.read(record)
    local bytes, message, code = record:read_beside(FILE, LIMIT)
    -- A host that stays open asks again and again about the same bytes.
    if not bytes or record.notified ~= bytes then
        record.history, record.newer = interpret(record, bytes, code)
        record.notified = bytes
    end
    return record.history, record.newer or message
end

--- Writes the outcome of a check: the record, and nothing else.
---@param record upnudge.Record
---@param directory table
---@param fields table
---@return boolean? ok
---@return string? message
function M.commit_check(record, directory, fields)
    return require "upnudge.commit".merge(record, directory, fields)
end

local function encode(record, history, decision, now, result)
    local value = {}
    for key, member in pairs(history) do
        value[key] = member
    end
    value.schema, value.path, value.rule = SCHEMA, record.path, decision.rule
    value.times = history.shown == result.fingerprint and (history.times or 0) + 1 or 1
    value.last_notified, value.shown = now, result.fingerprint
    return require "cjson".encode(value)
end

--- In place where the file has room, else by a new file with more of it.
local function store(directory, text, room)
    local size = #text < room and room or (#text // SIZE + 1) * SIZE
    local padded = text .. (" "):rep(size - #text - 1) .. "\n"
    if size == room then
        return directory:overwrite(FILE, 0, padded)
    end
    return directory:replace(FILE, padded, false)
end

--- Wins the right to show a notice, or says who or what stands in the way.
---@param record upnudge.Record
---@param decided table made before the lock
---@param now integer
---@param result table
---@param decide fun(history: table): table
---@return table? decision made under the lock
---@return string? message
function M.claim_notice(record, decided, now, result, decide)
    local directory <close>, message = record:directory()
    if not directory then
        return nil, message
    end
    local lock <close>, why, code = directory:lock(LOCK)
    if not lock then
        return nil, code == "busy" and "another activation is showing it just now" or why
    end
    local bytes, fault, kind = directory:read(FILE, LIMIT)
    local history, newer = interpret(record, bytes, kind)
    if not history then
        return nil, newer or fault
    end
    -- Decide again, unless the file is still what the decision was made from.
    local decision = bytes == record.notified and decided or decide(history)
    if not decision.notify then
        return decision
    end
    local ok, failure = store(directory, encode(record, history, decision, now, result), bytes and #bytes or 0)
    return ok and decision or nil, failure
end

return M
