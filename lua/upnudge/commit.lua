--- The commit: writes a record. Apart from reading it, which is all that most activations do.

local json = require "upnudge.json.write"
local record_file = require "upnudge.record"

local SCHEMA <const>, FILE <const>, WIDTH <const> = record_file.SCHEMA, record_file.FILE, record_file.WIDTH

local M = {}

local ORDER <const> = { "path", "name", "lockfile", "format", "last_checked", "stamp", "old", "new",
    "changes", "last_failed", "failures", "retry_at", "reason", "systems" }

local function encode(fields)
    local rest = {}
    for key, value in pairs(fields) do
        if key ~= "schema" and key ~= "last_notified" then
            rest[key] = value
        end
    end
    local notified = fields.last_notified and ("%d"):format(fields.last_notified // 1) or "null"
    return ('{"schema":%d,"last_notified":%s,'):format(SCHEMA, (" "):rep(WIDTH - #notified) .. notified)
        .. json.object(ORDER, rest):sub(2) .. "\n"
end

--- Writes `fields` over what is on disk now, keeping every field that is not named: those of newer
--- minor versions, and a `last_notified` written meanwhile. A field set to false is dropped. A
--- record that counts as none is set aside first, so that nothing is lost. Durable. Call under the
--- check lock.
---@param record upnudge.Record
---@param directory table
---@param fields table<string, any>
---@return boolean? ok
---@return string? message
function M.merge(record, directory, fields)
    local current, why, code = record:read()
    if code == "broken" or code == "other" then
        directory:rename(FILE, FILE .. ".broken")
    elseif not current and code ~= "not-found" then
        return nil, why
    end
    local merged = {}
    for key, value in pairs(current or {}) do
        merged[key] = value
    end
    for key, value in pairs(fields) do
        merged[key] = value or nil
    end
    merged.path = record.path
    return directory:replace(FILE, encode(merged), true)
end

return M
