--- The last notice: what this machine knows about it, wherever a strategy has written it.
---
--- Two places are known: `last_notified` in the record itself, where the strategy `simple` has it, and
--- notified.json beside it, where all others do. A policy may be switched from one strategy to another, so both
--- are always read and the newer time counts.
---
--- notified.json keeps its size and is overwritten in place by one write, under its lock: an activation waits
--- neither for a disk nor for a rename. A reader without the lock that sees it half-written decides again when
--- it claims, or stays silent. A power cut can lose the newest time, and one notice repeats; the end of a process
--- cannot.

local files = require "upnudge.record.files"
local read_json = require "upnudge.lib.json.read"

local M = {}

local FILE <const>, LOCK <const>, LIMIT <const> = files.NOTIFIED, files.NOTIFIED_LOCK, files.SMALL_LIMIT
local SCHEMA <const> = 1
-- Room for a rule with a longer name, say, without another file. A sector, so that a disk writes it whole.
local SIZE <const> = 512

---@class upnudge.History what a policy may know of past notices
---@field last_notified? integer seconds UTC
---@field shown? string fingerprint of the result that was shown
---@field times? integer how often it was shown
---@field snoozed_until? integer

---@class upnudge.Seen what somebody has seen of the last notice, for a claim to be compared with
---@field history upnudge.History
---@field now? integer the time at which the history was seen, where another clock than ours decides
---@field value table all that notified.json says
---@field bytes? string notified.json itself

---@class upnudge.Claim a notice that somebody wants to show
---@field fingerprint string of the result
---@field rule? string
---@field clock fun(): integer gives the time, seconds UTC, at which it is claimed
---@field fixed? boolean whether that time is made up

local function is_time(value)
    return value == nil or type(value) == "number" and value >= 0 and value < 2 ^ 53
end

local function sound(record, value)
    return value.path == record.path and is_time(value.last_notified) and is_time(value.times)
        and is_time(value.snoozed_until) and type(value.shown or "") == "string"
end

--- The file's content; {} when it is broken or not there; nil and why when it is not for us.
local function decode(record, bytes, message, code)
    if not bytes then
        return (code == "not-found" or code == "limit") and {} or nil, message
    end
    local value = read_json(bytes)
    if type(value) ~= "table" or type(value.schema) ~= "number" then
        return {}
    elseif value.schema > SCHEMA then
        return nil, FILE .. " was written by a newer upnudge; upgrade upnudge"
    end
    return sound(record, value) and value or {}
end

--- What the record itself says of a notice counts where it is newer. Which result was shown then is not known.
local function with_record(value, record)
    local last = record.value and record.value.last_notified
    if last and last > (value.last_notified or 0) then
        value.last_notified, value.times, value.shown = last, nil, nil
    end
    return value
end

local function seen_of(record, bytes, message, code)
    local value, why = decode(record, bytes, message, code)
    if not value then
        return nil, why
    end
    with_record(value, record)
    return { bytes = bytes, value = value, history = { last_notified = value.last_notified, shown = value.shown,
        times = value.times, snoozed_until = value.snoozed_until } }
end

--- What is known. A missing or broken file counts as "never". The record itself is taken as last read.
---@param record upnudge.Record
---@return upnudge.Seen?
---@return string? message
function M.read(record)
    local bytes, message, code = record:read_beside(FILE)
    local last = record.seen
    -- A host that stays open asks again and again about the same bytes.
    if not bytes or not last or last.bytes ~= bytes or record.value ~= record.seen_with then
        record.seen, message = seen_of(record, bytes, message, code)
        record.seen_with = record.value
    end
    return record.seen, message
end

--- In place where the file has room, else by a new file with more of it. Members of newer versions stay.
---@return string? bytes what the file is now
---@return string? message
local function store(record, directory, value, room)
    value.schema, value.path = SCHEMA, record.path
    local text = require "upnudge.lib.json.write".encode(value)
    if #text >= LIMIT then
        return nil, FILE .. " would become larger than it can be read"
    end
    local size = #text < room and room or (#text // SIZE + 1) * SIZE
    local bytes = text .. (" "):rep(size - #text - 1) .. "\n"
    local ok, message
    if size == room then
        ok, message = directory:overwrite(FILE, 0, bytes)
    else
        ok, message = directory:replace(FILE, bytes, false)
    end
    return ok and bytes, message
end

--- Notes in `value` what is being told.
---@param value table
---@param claim upnudge.Claim
function M.tell(value, claim)
    value.times = value.shown == claim.fingerprint and (value.times or 0) + 1 or 1
    value.last_notified, value.shown, value.rule = claim.clock(), claim.fingerprint, claim.rule
end

--- Compare and set: when the file still is as it was seen, `change` gets its value and changes it under the
--- lock, and it is written. Otherwise nothing happens and the answer is "newer" with what is there now. The lock
--- is tried, never waited for.
---@param record upnudge.Record
---@param seen upnudge.Seen? nil: whatever is there
---@param change fun(value: table): "won"|"newer"|nil, any what it answers is the answer: "newer" with the history
---(and the time) that somebody else knows
---@return "won"|"newer"|nil outcome
---@return upnudge.Seen|string|nil more what is there now, or why neither
function M.update(record, seen, change)
    local directory <close>, message = record:directory()
    if not directory then
        return nil, message
    end
    local lock <close>, why, busy = directory:lock(LOCK)
    if not lock then
        return nil, busy == "busy" and "another activation is showing it just now" or why
    end
    local bytes, unread, code = directory:read(FILE, LIMIT)
    local there, fault = seen_of(record, bytes, unread, code)
    if not there then
        return nil, fault
    elseif seen and (bytes ~= seen.bytes or there.value.last_notified ~= seen.value.last_notified) then
        return "newer", there
    end
    local outcome, more = change(there.value)
    local stored, failure = store(record, directory, there.value, bytes and #bytes or 0)
    if not stored then
        return nil, failure
    elseif outcome == "newer" then
        more.bytes, more.value = stored, there.value
    end
    return outcome, more
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
