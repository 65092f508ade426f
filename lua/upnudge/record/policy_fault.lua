--- The fault of a policy: since when it is known, and when a person was told. One small file of an app, which is there
--- where a policy had a mistake.

local clock = require "upnudge.lib.clock"
local core = require "upnudge.core"
local files = require "upnudge.record.files"
local home = require "upnudge.record.home"

local M = {}

local SCHEMA <const> = 1
-- Seconds in which a person is told once, whatever is wrong.
local AGAIN <const> = 86400

local function is_time(value)
    return type(value) == "number" and value >= 0 and value < 2 ^ 53
end

local function read(directory)
    local bytes = directory:read(files.POLICY_FAULT, files.SMALL_LIMIT)
    local value = bytes and require "upnudge.lib.json.read"(bytes)
    local sound = type(value) == "table" and value.schema == SCHEMA and is_time(value.since) and is_time(value.told)
    return sound and value or nil
end

--- Since when it is known, if it is the same that was told last.
local function since_of(value, message, now)
    local same = value and value.fault == core.hash(message)
    return same and clock.past(value.since // 1 | 0, now) or nil
end

local function is_due(value, now)
    local told = value and clock.past(value.told, now)
    return not told or now - told >= AGAIN
end

--- Whether a person would be told of it now, and since when this fault is known. Writes nothing.
---@param places upnudge.Places
---@param message string the fault, in words that do not change
---@param now integer seconds UTC
---@return boolean due
---@return integer? since nil: nobody was told of it
function M.look(places, message, now)
    local outer <close> = core.directory(home.of_app(places))
    local directory <close> = outer and outer:enter(files.POLICIES)
    local value = directory and read(directory)
    return is_due(value, now), since_of(value, message, now)
end

--- Wins the right to tell a person of it: of all who want to, one does, once a day. Takes a lock, and does not wait
--- for it.
---@param places upnudge.Places
---@param message string
---@param now integer seconds UTC
---@return boolean won
---@return integer? since nil: it is new
function M.claim(places, message, now)
    local outer <close> = home.make_app(places)
    local directory <close> = outer and outer:enter(files.POLICIES, true)
    local lock <close> = directory and directory:lock(files.POLICY_FAULT_LOCK)
    if not lock then
        return false
    end
    local value = read(directory)
    local since = since_of(value, message, now)
    if not is_due(value, now) then
        return false
    end
    local text = require "upnudge.lib.json.write".object({ "schema", "fault", "since", "told" },
        { schema = SCHEMA, fault = core.hash(message), since = since or now, told = now })
    return directory:replace(files.POLICY_FAULT, text .. "\n", false) or false, since
end

return M
