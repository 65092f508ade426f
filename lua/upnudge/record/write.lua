--- The commit: writes a record. Apart from reading it, which is all that most activations do.

local files = require "upnudge.record.files"
local json = require "upnudge.lib.json.write"

local M = {}

local ORDER <const> = { "path", "name", "lockfile", "format", "names", "last_checked", "stamp", "old", "content",
    "new", "details", "changes", "last_failed", "failures", "retry_at", "tried", "reason", "unscanned", "rehearsal",
    "systems" }

local function encode(record, fields)
    local rest = {}
    for key, value in pairs(fields) do
        if key ~= "schema" and key ~= "last_notified" then
            rest[key] = value
        end
    end
    local notified = fields.last_notified and ("%d"):format(fields.last_notified // 1) or "null"
    return ('{"schema":%d,"last_notified":%s,'):format(record.SCHEMA, (" "):rep(record.WIDTH - #notified) .. notified)
        .. json.object(ORDER, rest):sub(2) .. "\n"
end

local KNOWN <const> = { schema = true, last_notified = true, mount = true, checker = true, upgrade = true }
for _, name in ipairs(ORDER) do
    KNOWN[name] = true
end

--- The record as it is: the members that we know as values, the others as they are written.
local function present(record, current)
    local members, has_others = {}, false
    for key, value in pairs(current or {}) do
        members[key], has_others = KNOWN[key] and value or nil, has_others or not KNOWN[key]
    end
    -- Whoever reads takes a null for a member that is not there. Ours stands behind spaces.
    has_others = has_others or current and record.bytes:find(":null", 1, true)
    for key, text in pairs(has_others and require "upnudge.lib.json.members"(record.bytes) or {}) do
        if not KNOWN[key] then
            members[key] = function()
                return text
            end
        end
    end
    return members
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
---@return string? code
function M.merge(record, directory, fields)
    local current, why, code = record:read()
    if record.SET_ASIDE[code] then
        if directory:rename(files.RECORD, files.BROKEN) then
            record.set_aside = why
        end
    elseif not current and code ~= "not-found" then
        return nil, why, code
    end
    local merged = present(record, current)
    for key, value in pairs(fields) do
        merged[key] = value or nil
    end
    merged.path = record.path
    local text = encode(record, merged)
    if #text > files.RECORD_LIMIT then
        return nil, ("%s: the record would be larger than %d bytes"):format(record.directory_path, files.RECORD_LIMIT)
    end
    return directory:replace(files.RECORD, text, true)
end

return M
