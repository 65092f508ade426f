--- The cause: which reason it is, of upnudge.lib.reasons, that something below failed with a code of its own
--- (lua/bind/bind.h, upnudge.record). Loaded when something has failed, which is rare.

local raised = require "upnudge.lib.raised"

local M = {}

local RECORD <const> = { ["not-found"] = "not-checked", broken = "record-broken", other = "record-broken",
    limit = "record-broken", newer = "record-newer", foreign = "state-unusable" }
local STATE <const> = { busy = "locked", foreign = "state-unusable", newer = "record-newer",
    argument = "usage", strategy = "policy-fault", unreachable = "database-unreachable", refused = "database-refused" }
local HISTORY <const> = { foreign = "state-unusable", newer = "record-newer", strategy = "policy-fault" }
local LOCKFILE <const> = { ["not-found"] = "lockfile-missing", system = "lockfile-unreadable",
    foreign = "lockfile-unreadable", argument = "lockfile-unreadable", policy = "policy-fault", none = "no-lockfile",
    memory = "memory", fault = "fault" }
local UPGRADE <const> = { timeout = "dry-upgrade-failed", policy = "policy-fault", memory = "memory", fault = "fault",
    record = "cannot-remember" }

--- The answer of an activation where something was raised. What was open when it happened, as a lock, is closed when
--- the garbage goes.
---@param value any what was raised
---@return upnudge.Decision
function M.fault(value)
    collectgarbage()
    return { notify = false, code = raised.code(value), reason = "a fault of upnudge: " .. raised.text(value),
        error = true }
end

--- Why there is no record.
---@param code string? of upnudge.Record:read
---@return string
function M.of_record(code)
    return RECORD[code] or "record-unreadable"
end

--- Why nothing is known of past notices.
---@param code string? see upnudge.strategy
---@return string
function M.of_history(code)
    return HISTORY[code] or "record-unreadable"
end

--- Why nothing could be claimed, or written where state is.
---@param code string? see upnudge.strategy
---@return string
function M.of_state(code)
    return STATE[code] or "cannot-remember"
end

--- Why there is no lockfile to speak of.
---@param code string? of upnudge.LockfileReader, or of reading the file
---@param message string?
---@return string
function M.of_lockfile(code, message)
    if code == "reader" then
        return raised.code(message)
    end
    return LOCKFILE[code] or "lockfile-unparsable"
end

--- Why nothing comes of the upgraded lockfile.
---@param code string? of upnudge.LockfileReader, or of the process that read it
---@param message string?
---@return string
function M.of_upgrade(code, message)
    if code == "reader" then
        return raised.code(message)
    end
    return UPGRADE[code] or "upgrade-unparsable"
end

return M
