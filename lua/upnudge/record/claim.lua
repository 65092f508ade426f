--- The claim: wins the right to show a notice, by writing notified.json under its lock. See upnudge.record.notified.
---
--- The file keeps its size and is overwritten in place by one write: an activation waits neither for a disk nor for
--- a rename.

local files = require "upnudge.record.files"
local notified = require "upnudge.record.notified"

local M = {}

local FILE <const>, SCHEMA <const> = files.NOTIFIED, 1
-- Room for a rule with a longer name, say, without another file. A sector, so that a disk writes it whole.
local SIZE <const> = 512

---@class upnudge.Claim a notice that somebody wants to show
---@field fingerprint string of the result
---@field rule? string
---@field clock fun(): integer gives the time, seconds UTC, at which it is claimed
---@field fixed? boolean whether that time is made up

--- In place where the file has room, else by a new file with more of it. Members of newer versions stay.
---@return string? bytes what the file is now
---@return string? message
local function store(record, directory, value, room)
    value.schema, value.path = SCHEMA, record.path
    local text = require "upnudge.lib.json.write".encode(value)
    if #text >= files.SMALL_LIMIT then
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
    local lock <close>, why, busy = directory:lock(files.NOTIFIED_LOCK)
    if not lock then
        return nil, busy == "busy" and "another activation is showing it just now" or why
    end
    local bytes, unread, code = directory:read(FILE, files.SMALL_LIMIT)
    local there, fault = notified.interpret(record, bytes, unread, code)
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
    local lock <close>, why, code = directory:lock(files.NOTIFIED_LOCK)
    return not lock and code ~= "busy" and why or nil
end

return M
