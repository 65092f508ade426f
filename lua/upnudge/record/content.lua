--- The content: whether a lockfile that was written anew still says what a check was about.
---
--- Re-indented, sorted, with other line ends or comments, it is the same lockfile: it has the same packages. To see
--- that it has to be parsed, which no activation should do twice. So what was read is remembered beside the record, by
--- the digest of the bytes: a fact about these alone, which whoever finds it out may write, without a lock. A check
--- that is not needed, for the content is the same, writes it for the activations after it.

local core = require "upnudge.core"
local files = require "upnudge.record.files"

local M = {}

local SCHEMA <const> = 1
local CHANGED <const> = "the lockfile changed since the last check"
-- Seconds after which a change shows in the times of a file on every file system.
local SETTLED <const> = 2
-- Bytes of the largest lockfile that an activation parses, of JSON and of what takes longest: some ten milliseconds. A
-- larger one, and one in a format of a team's own, counts as changed until the next check has read it.
local JSON_LIMIT <const>, LIMIT <const> = 2 << 20, 512 << 10

---@class upnudge.Content what is known of a lockfile
---@field stamp string "" unless it proves the bytes
---@field bytes string their digest
---@field content? string|false the digest of what they say; false: it is not for an activation to find out

--- A file that was written a moment ago may be written again within the same tick of its file system's
--- clock, and look the same. Its stamp is no proof then; "" has readers compare the content.
---@param stamp string
---@return string
function M.proof(stamp)
    local changed = tonumber(stamp:match "%x+$", 16)
    -- By the clock that the file system has, even where the time of the check is made up.
    return changed // 1000000000 + SETTLED <= core.now() and stamp or ""
end

--- The digest of a content as a record has it: tied to the bytes, for an upnudge that knows of no contents replaces
--- these and keeps what it does not know.
---@param bytes string digest
---@param content string digest
---@return string
function M.tied(bytes, content)
    return core.hash(bytes .. content)
end

--- Whether a record is about the lockfile of which this is known.
---@param value table of the record
---@param known upnudge.Content
---@return boolean
function M.is_of(value, known)
    return known.bytes == value.old
        or known.content and value.content == M.tied(value.old or "", known.content) or false
end

---@param record upnudge.Record
---@return upnudge.Content?
local function remembered(record)
    local text = record:read_beside(files.CONTENT)
    local known = text and require "upnudge.lib.json.read"(text)
    if type(known) == "table" and known.schema == SCHEMA and type(known.bytes) == "string" then
        return known
    end
end

local function is_same(known, found)
    return known and known.stamp == found.stamp and known.bytes == found.bytes and known.content == found.content
end

--- Remembers what was found out. Where that cannot be written it is found out again.
---@param record upnudge.Record
---@param found upnudge.Content
function M.remember(record, found)
    local directory <close> = not is_same(remembered(record), found) and record:directory() or nil
    if directory then
        local text = require "upnudge.lib.json.write".object({ "schema", "stamp", "bytes", "content" },
            { schema = SCHEMA, stamp = found.stamp, bytes = found.bytes, content = found.content })
        directory:replace(files.CONTENT, text .. "\n", false)
    end
end

local function is_ours(name)
    for _, format in ipairs(core.formats()) do
        if format.name == name then
            return true
        end
    end
end

--- The digest of what the bytes say; false where an activation does not find out.
local function read(record, value, path, digest)
    if core.hand_over then
        -- The small program of the activation reads no lockfiles; the full command does.
        core.hand_over "a lockfile that was written anew"
        return false
    end
    local bytes = record.disk.read(path, JSON_LIMIT)
    if not bytes or core.hash(bytes) ~= digest then
        return false
    end
    -- Not by the format of the record, for the bytes are a stranger's and may be anything now.
    local limit = bytes:find "^\xEF?\xBB?\xBF?%s*{" and JSON_LIMIT or LIMIT
    local lockfile = #bytes <= limit and is_ours(value.format) and core.parse(path, bytes)
    return lockfile and lockfile:digest() or false
end

--- Whether the lockfile still is the one that was checked, though it does not look so from outside.
---@param record upnudge.Record
---@param value table what the record says
---@param path string of the lockfile
---@param stamp string of the lockfile
---@param keep boolean whether what is found out may be written down
---@return boolean
---@return string? message
---@return string? code where it cannot be read
function M.unchanged(record, value, path, stamp, keep)
    local known = remembered(record)
    if known and known.stamp == stamp and (known.content ~= nil or known.bytes == value.old) then
        return M.is_of(value, known), CHANGED
    end
    local digest, fresh, code = record.disk.digest(path, core.lockfile_limit)
    if not digest then
        return false, fresh, code
    end
    local content
    if known and known.bytes == digest then
        content = known.content
    end
    if content == nil and digest ~= value.old and value.content then
        content = read(record, value, path, digest)
    end
    local found = { stamp = M.proof(fresh), bytes = digest, content = content }
    if keep then
        M.remember(record, found)
    end
    return M.is_of(value, found), CHANGED
end

return M
