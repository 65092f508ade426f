--- The last notice: what this machine knows about it, wherever a strategy has written it. Apart from claiming one
--- (upnudge.record.claim), for reading is all that most activations do.
---
--- Two places are known: `last_notified` in the record itself, where the strategy `simple` has it, and
--- notified.json in the home of the environment, where all others do. A policy may be switched from one strategy to
--- another, so both are always read and the newer time counts; one that has not come yet does not.
---
--- Readers take no lock. One that sees notified.json half-written decides again when it claims, or stays silent. The
--- end of a process loses nothing. A power cut can lose the newest time or, where the file was new or is larger than a
--- sector, all of them, and one notice repeats.

local clock = require "upnudge.lib.clock"
local files = require "upnudge.record.files"
local read_json = require "upnudge.lib.json.read"

local M = {
    FILE = files.NOTIFIED,
    SCHEMA = 1,
}

local FILE <const>, SCHEMA <const> = M.FILE, M.SCHEMA

---@class upnudge.History what a policy may know of past notices
---@field last_notified? integer seconds UTC
---@field shown? string fingerprint of the result that was shown
---@field times? integer how often it was shown
---@field sessions? string the sessions that were told, the newest first, where those matter
---@field snoozed_until? integer
---@field rules? upnudge.RuleClocks when each rule did; nil: a strategy that has one time for all of them
---@field rule? string which told last
---@field unnamed? integer when a notice was shown of which nobody knows whose it was

---@class upnudge.Seen what somebody has seen of the last notice, for a claim to be compared with
---@field history upnudge.History
---@field now? integer the time at which the history was seen, where another clock than ours decides
---@field value table all that notified.json says
---@field bytes? string notified.json itself
---@field instead_of? {bytes: string?} in a rehearsal: what it still is

local function is_time(value)
    return value == nil or type(value) == "number" and value >= 0 and value < 2 ^ 53
end

local function sound(record, value)
    return value.path == record.path and is_time(value.last_notified) and is_time(value.times)
        and is_time(value.snoozed_until) and type(value.shown or "") == "string"
        and type(value.sessions or "") == "string"
end

local function whole(number)
    return number and number // 1 | 0
end

--- The file's content; {} when it is broken or not there; nil, why and a code when it is not for us.
local function decode(record, bytes, message, code)
    if not bytes then
        return (code == "not-found" or code == "limit") and {} or nil, message, code
    end
    local value = read_json(bytes)
    if type(value) ~= "table" or type(value.schema) ~= "number" then
        return {}
    elseif value.schema > SCHEMA then
        return nil, FILE .. " was written by a newer upnudge; upgrade upnudge", "newer"
    end
    if not sound(record, value) then
        return {}
    end
    value.last_notified, value.times = whole(value.last_notified), whole(value.times)
    value.snoozed_until = whole(value.snoozed_until)
    return value
end

--- How far a time counts; without a present time as it is.
local function believed(at, now)
    return now and clock.past(at, now) or not now and at or 0
end

--- What the record itself says of a notice counts where it is newer. What was shown then, and to which session, is not
--- known. A time of a clock that was wrong then hides none of the other place's.
local function with_record(value, record, now)
    local last = record.value and record.value.last_notified
    if last and believed(last, now) > believed(value.last_notified, now) then
        value.last_notified, value.times, value.shown, value.rule, value.sessions = last, nil, nil, nil, nil
    end
    return last
end

--- What the file's bytes, or why there are none, tell together with the record as last read.
---@param record upnudge.Record
---@param bytes string?
---@param message string?
---@param code string?
---@param now integer? seconds UTC; nil: whatever the times are
---@return upnudge.Seen?
---@return string? message
---@return string? code "newer", or that of a system error
function M.interpret(record, bytes, message, code, now)
    local value, why, what = decode(record, bytes, message, code)
    if not value then
        return nil, why, what
    end
    local unnamed = with_record(value, record, now)
    return { bytes = bytes, value = value, history = { last_notified = value.last_notified, shown = value.shown,
        times = value.times, snoozed_until = value.snoozed_until, sessions = value.sessions, rule = value.rule,
        unnamed = unnamed, rules = type(value.rules) == "table" and value.rules or {} } }
end

--- Whether that is what these bytes tell, beside the record as last read: they need not be read again then.
local function is_told_by(bytes, seen, record)
    return bytes and seen and seen.bytes == bytes and record.value == record.seen_with
        and not (record.value and record.value.last_notified)
end

--- The same for who changes the value: another table, in which nothing is shared with what was seen but what a change
--- replaces. Bytes that were seen are not read again.
---@param record upnudge.Record
---@param seen upnudge.Seen? as M.read gave it
---@param bytes string?
---@param message string?
---@param code string?
---@param now integer?
---@return upnudge.Seen?
---@return string? message
---@return string? code "newer", or that of a system error
function M.interpret_again(record, seen, bytes, message, code, now)
    if seen ~= record.seen or not is_told_by(bytes, seen, record) then
        return M.interpret(record, bytes, message, code, now)
    end
    local value = {}
    for name, member in pairs(seen.value) do
        value[name] = member
    end
    return { bytes = bytes, value = value, history = seen.history }
end

--- What is known. A missing or broken file counts as "never". The record itself is taken as last read.
---@param record upnudge.Record
---@param now integer? seconds UTC; nil: whatever the times are
---@return upnudge.Seen?
---@return string? message
---@return string? code "newer", or that of a system error
function M.read(record, now)
    local bytes, message, code = record:recall(FILE)
    -- A host that stays open asks again and again about the same bytes.
    if not is_told_by(bytes, record.seen, record) then
        record.seen, message, code = M.interpret(record, bytes, message, code, now)
        record.seen_with = record.value
    end
    return record.seen, message, code
end

return M
