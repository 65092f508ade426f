--- Everywhere: until when a person wants to hear nothing of any environment of an app, those checked first meanwhile
--- included. One small file in the home of the app; most people have none.
---
--- Activations look at it when a policy wants to speak, so being quiet costs nothing. It says all that there is to
--- say, and is replaced as a whole: of two who write it at once the last one counts, and no lock is needed.

local core = require "upnudge.core"
local files = require "upnudge.record.files"
local home = require "upnudge.record.home"

local M = {}

local SCHEMA <const> = 1

local function is_time(value)
    return type(value) == "number" and value >= 0 and value < 2 ^ 53
end

--- What the file says; nil: there is none that is ours and sound.
---@param places upnudge.Places of the app
---@return upnudge.Choices? choices `snoozed_at` and `snoozed_until`
function M.read(places)
    local bytes = core.read(home.of_app(places) .. "/" .. files.SNOOZED, files.SMALL_LIMIT, true)
    local value = bytes and require "upnudge.lib.json.read"(bytes)
    local sound = type(value) == "table" and type(value.schema) == "number" and value.schema <= SCHEMA
        and is_time(value.snoozed_at) and is_time(value.snoozed_until)
    return sound and value or nil
end

--- What is not there need not go.
local function forget(places)
    local directory <close>, message, code = core.directory(home.of_app(places))
    if directory then
        local ok
        ok, message, code = directory:remove(files.SNOOZED)
        if ok then
            return directory:sync()
        end
    end
    if code == "not-found" then
        return true
    end
    return nil, message, code
end

--- Hears nothing of any for so long.
---@param places upnudge.Places
---@param now integer seconds UTC
---@param seconds integer? nil: the person wants to hear of them again
---@return boolean? ok
---@return string? message
---@return string? code
function M.snooze(places, now, seconds)
    if not seconds then
        return forget(places)
    end
    local directory <close>, message, code = home.make_app(places)
    if not directory then
        return nil, message, code
    end
    local text = require "upnudge.lib.json.write".object({ "schema", "snoozed_at", "snoozed_until" },
        { schema = SCHEMA, snoozed_at = now, snoozed_until = now + seconds })
    local is_first = not directory:exists(files.SNOOZED)
    local ok, fault, kind = directory:replace(files.SNOOZED, text .. "\n", true)
    if ok and is_first then
        ok, fault, kind = home.make_lasting(core, home.of_app(places))
    end
    return ok, fault, kind
end

return M
