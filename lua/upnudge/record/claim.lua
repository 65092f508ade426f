--- The claim: wins the right to show a notice, by writing notified.json under its lock. See upnudge.record.notified.
---
--- The file keeps its size and is overwritten in place by one write: an activation waits neither for a disk nor for
--- a rename.

local files = require "upnudge.record.files"
local notified = require "upnudge.record.notified"

local M = {}

local FILE <const>, SCHEMA <const> = notified.FILE, notified.SCHEMA
-- Room for a rule with a longer name, say, without another file. A sector, so that a disk writes it whole.
local SIZE <const> = 512

---@class upnudge.Claim a notice that somebody wants to show
---@field fingerprint string of the result
---@field rule? string
---@field session? string in which it is shown, where sessions matter
---@field clock fun(): integer gives the time, seconds UTC, at which it is claimed
---@field fixed? boolean whether that time is made up

--- Whether it could be stored just now.
local function could_store(directory, size, room)
    if size == room then
        return directory:could_overwrite(FILE, size)
    end
    return directory:could_replace(FILE, size)
end

--- In place where the file has room, else by a new file with more of it. Members of newer versions stay.
---@return string? bytes what the file is now
---@return string? message
---@return string? code
local function store(record, directory, value, room, rehearsed)
    value.schema, value.path = SCHEMA, record.path
    local text = require "upnudge.lib.json.write".encode(value)
    if #text >= files.SMALL_LIMIT then
        return nil, FILE .. " would become larger than it can be read", "limit"
    end
    local size = #text < room and room or (#text // SIZE + 1) * SIZE
    local bytes = text .. (" "):rep(size - #text - 1) .. "\n"
    local ok, message, code
    if rehearsed then
        ok, message, code = could_store(directory, size, room)
    elseif size == room then
        ok, message, code = directory:overwrite(FILE, 0, bytes)
    else
        ok, message, code = directory:replace(FILE, bytes, false)
    end
    return ok and bytes, message, code
end

-- Sessions that are remembered to have been told.
local SESSIONS <const> = 128

--- Notes in `value` in which session it is told, where that matters.
---@param value table
---@param claim upnudge.Claim
function M.tell_session(value, claim)
    if not claim.session then
        return
    end
    local list = { claim.session }
    for session in (value.sessions or ""):gmatch "%S+" do
        list[#list + 1] = #list < SESSIONS and session ~= claim.session and session or nil
    end
    value.sessions = table.concat(list, " ")
end

--- Notes in `value` what is being told.
---@param value table
---@param claim upnudge.Claim
---@param now integer? when, if not just now
function M.tell(value, claim, now)
    local rules, at = require "upnudge.record.rules", now or claim.clock()
    value.rules = rules.tell(rules.of(value), claim.rule, claim.fingerprint, at)
    value.times = value.shown == claim.fingerprint and (value.times or 0) + 1 or 1
    value.last_notified, value.shown, value.rule = at, claim.fingerprint, claim.rule
    M.tell_session(value, claim)
end

--- The lock, held, or whether it could be had. Nobody waits for it.
local function acquire(directory, rehearsed)
    local take = rehearsed and directory.could_lock or directory.lock
    local lock, why, code = take(directory, files.NOTIFIED_LOCK)
    return lock, code == "busy" and "another activation is showing it just now" or why, code
end

--- Compare and set, under the lock. A rehearsal after "newer" goes on from what would have been stored then, while the
--- file is still the one that it would have replaced.
local function update(record, directory, seen, change, rehearsed, now)
    local bytes, unread, code = directory:read(FILE, files.SMALL_LIMIT)
    local room, present = bytes and #bytes or 0, bytes
    if code == "not-found" and not record:is_one() then
        -- In the refuge there is only what was written there.
        present, unread, code = record:recall(FILE)
    end
    if rehearsed and seen and seen.instead_of and seen.instead_of.bytes == bytes then
        present = seen.bytes
    end
    local there, fault, what = notified.interpret_again(record, seen, present, unread, code, now)
    if not there then
        return nil, fault, what
    elseif seen and (present ~= seen.bytes or there.value.last_notified ~= seen.value.last_notified) then
        return "newer", there
    end
    local outcome, more, kind = change(there.value, now)
    local stored, failure, how = store(record, directory, there.value, room, rehearsed)
    if not stored then
        return nil, failure, how
    elseif outcome == "newer" then
        more.bytes, more.value, more.instead_of = stored, there.value, rehearsed and { bytes = bytes }
    end
    return outcome, more, kind
end

--- Where it is stored; a rehearsal makes no home.
local function home_for(record, rehearsed)
    local directory, message, code = record:home()
    if directory or code == "foreign" or record:is_one() then
        return directory, message, code
    elseif rehearsed then
        return require "upnudge.record.home".imagine(record)
    end
    return record:home(true)
end

--- Compare and set: when the file still is as it was seen, `change` gets its value and changes it under the
--- lock, and it is written. Otherwise nothing happens and the answer is "newer" with what is there now. The lock
--- is tried, never waited for.
---@param record upnudge.Record
---@param seen upnudge.Seen? nil: whatever is there
---@param change fun(value: table, now: integer?): "won"|"newer"|nil, any, string? what it answers is the answer:
---"newer" with the history (and the time) that somebody else knows
---@param rehearsed boolean? the same without a lock, and nothing is written: only whether it could be
---@param clock (fun(): integer)? gives the time, under the lock, beyond which nothing that is there counts
---@return "won"|"newer"|nil outcome
---@return upnudge.Seen|string|nil more what is there now, or why neither
---@return string? code of why neither; see upnudge.strategy
function M.update(record, seen, change, rehearsed, clock)
    local directory <close>, message, code = home_for(record, rehearsed)
    if not directory then
        return nil, message, code
    end
    local lock, why, what = acquire(directory, rehearsed)
    if not lock then
        return nil, why, what
    end
    local _held <close> = not rehearsed and lock or nil
    return update(record, directory, seen, change, rehearsed, clock and clock())
end

return M
