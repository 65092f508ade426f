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

local read_json = require "upnudge.lib.json.read"

local FILE <const> = "notified.json"
local LOCK <const> = "notified.lock"
local LIMIT <const> = 65536
local SCHEMA <const> = 1
-- Room for a rule with a longer name, say, without another file. A sector, so that a disk writes it
-- whole.
local SIZE <const> = 512

local M = {}

local function is_time(value)
    return value == nil or type(value) == "number" and value >= 0 and value < 2 ^ 53
end

local function sound(record, value)
    return value.path == record.path and is_time(value.last_notified) and is_time(value.times)
        and is_time(value.snoozed_until) and type(value.shown or "") == "string"
end

--- The file's content; {} when it is broken; nil and why when it is not for us.
local function decode(record, bytes)
    local value = read_json(bytes)
    if type(value) ~= "table" or type(value.schema) ~= "number" then
        return {}
    elseif value.schema > SCHEMA then
        return nil, FILE .. " was written by a newer upnudge; upgrade upnudge"
    end
    return sound(record, value) and value or {}
end

local function interpret(record, bytes, code)
    if bytes then
        return decode(record, bytes)
    end
    return (code == "not-found" or code == "limit") and {} or nil
end

--- What the strategy `simple` wrote into the record, where it is newer: a policy may have been switched.
local function adopt(value, record_value, result)
    local last = record_value and record_value.last_notified
    if value and last and last > (value.last_notified or 0) then
        value.last_notified, value.times = last, nil
        value.shown = last >= (result.since or 0) and result.fingerprint or nil
    end
    return value
end

--- What a policy may know of it.
local function history_of(value)
    return value and { last_notified = value.last_notified, shown = value.shown, times = value.times,
        snoozed_until = value.snoozed_until }
end

--- What is known about past notices. A missing or broken file counts as "never".
---@param record upnudge.Record
---@param record_value table? the record's content
---@param result table?
---@return table? history
---@return string? message
function M.read(record, record_value, result)
    local bytes, message, code = record:read_beside(FILE, LIMIT)
    -- A host that stays open asks again and again about the same bytes.
    if not bytes or record.notified ~= bytes or record_value and record_value.last_notified then
        local value, newer = interpret(record, bytes, code)
        value = adopt(value, record_value, result or {})
        record.history, record.newer, record.notified = history_of(value), newer, bytes
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
    return require "upnudge.record.write".merge(record, directory, fields)
end

local function tell(value, decision, now, result)
    value.times = value.shown == result.fingerprint and (value.times or 0) + 1 or 1
    value.last_notified, value.shown, value.rule = now, result.fingerprint, decision.rule
end

--- What the file says, all of it; nil when it is not for us.
---@param record upnudge.Record
---@return table?
function M.content(record)
    local bytes, _, code = record:read_beside(FILE, LIMIT)
    return (interpret(record, bytes, code))
end

--- In place where the file has room, else by a new file with more of it. Members of newer versions stay.
local function store(record, directory, value, room)
    value.schema, value.path = SCHEMA, record.path
    local text = require "upnudge.lib.json.write".encode(value)
    if #text >= LIMIT then
        return nil, FILE .. " would become larger than it can be read"
    end
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
---@param decide fun(history: table): table, integer decides again, at the time that it gives
---@param grant (fun(value: table, decision: table, now: integer): table, boolean?)? who else has a say: it gives
---the decision that counts, and whether the value has what was told already
---@return table? decision made under the lock
---@return string? message
function M.claim(record, decided, now, result, decide, grant)
    local directory <close>, message = record:directory()
    if not directory then
        return nil, message
    end
    local lock <close>, why, code = directory:lock(LOCK)
    if not lock then
        return nil, code == "busy" and "another activation is showing it just now" or why
    end
    local bytes, fault, kind = directory:read(FILE, LIMIT)
    local value, newer = interpret(record, bytes, kind)
    if not value then
        return nil, newer or fault
    end
    adopt(value, record.value, result)
    -- Decide again, unless the file is still what the decision was made from.
    local decision = decided
    if not bytes or bytes ~= record.notified then
        decision, now = decide(history_of(value))
    end
    if not decision.notify then
        return decision
    end
    local told
    if grant then
        decision, told = grant(value, decision, now)
    end
    if decision.notify and not told then
        tell(value, decision, now, result)
    end
    local ok, failure = store(record, directory, value, bytes and #bytes or 0)
    return ok and decision or nil, failure
end

--- Wins the right to show a notice, with nobody else to ask.
---@param record upnudge.Record
---@param decided table made before the lock
---@param now integer
---@param result table
---@param decide fun(history: table): table, integer
---@return table? decision
---@return string? message
function M.claim_notice(record, decided, now, result, decide)
    return M.claim(record, decided, now, result, decide)
end

--- Why a notice could not be claimed, found out without claiming one; for explanations.
---@param record upnudge.Record
---@return string? reason
function M.hindrance(record)
    local directory <close>, message = record:directory()
    if not directory then
        return message
    end
    local lock <close>, why, code = directory:lock(LOCK)
    return not lock and code ~= "busy" and why or nil
end

return M
