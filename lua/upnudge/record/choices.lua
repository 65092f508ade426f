--- The choices of the person at the prompt, for one environment: snoozed until when, which packages are
--- of no interest. They hold under every policy. One small file in the home of the environment; without choices
--- there is none.

local M = {}

local core = require "upnudge.core"
local files = require "upnudge.record.files"
local limits = require "upnudge.lib.limits"

local SCHEMA <const> = 1
local ORDER <const> = { "schema", "path", "snoozed_at", "snoozed_until", "ignore" }
-- How long a command waits for another one that writes them, in milliseconds.
local PATIENCE <const> = 2000
-- How often the directory is made again because everything was forgotten just now.
local ATTEMPTS <const> = 64

---@class upnudge.Choices
---@field snoozed_until? integer seconds UTC
---@field snoozed_at? integer when the person said so, by which the other is believed
---@field ignore? string[] patterns, see upnudge.record.selector

local function is_time(value)
    return value == nil or type(value) == "number" and value >= 0 and value < 2 ^ 53
end

local function sound(record, value)
    if type(value) ~= "table" or type(value.schema) ~= "number" or value.schema > SCHEMA
        or value.path ~= record.path then
        return false
    end
    for _, pattern in ipairs(type(value.ignore) == "table" and value.ignore or {}) do
        if type(pattern) ~= "string" then
            return false
        end
    end
    return is_time(value.snoozed_until) and is_time(value.snoozed_at)
end

--- What the file says. A broken one counts as no choice.
---@param record upnudge.Record
---@param bytes string?
---@return upnudge.Choices
function M.decode(record, bytes)
    local value = bytes and require "upnudge.lib.json.read"(bytes)
    if not value or not sound(record, value) then
        return {}
    end
    value.ignore = type(value.ignore) == "table"
        and require "upnudge.record.selector".bounded(value.ignore, limits.IGNORED) or nil
    return value
end

local function try_change(record, change, at)
    local directory <close>, message, code = record:home(true)
    if not directory then
        return nil, message, code
    end
    local lock <close>, why, what = directory:lock(files.CHOICES_LOCK, PATIENCE)
    if not lock then
        return nil, why, what
    end
    local value = {}
    local bytes = directory:read(files.CHOICES, files.SMALL_LIMIT)
    for key, member in pairs(M.decode(record, bytes or record:recall(files.CHOICES))) do
        value[key] = member
    end
    change(value)
    value.schema, value.path = SCHEMA, record.path
    local text = require "upnudge.lib.json.write".object(ORDER, value)
    if #text >= files.SMALL_LIMIT then
        return nil, files.CHOICES .. " would become larger than it can be read", "limit"
    end
    local ok, fault, kind = directory:replace(files.CHOICES, text .. "\n", true)
    local path = record:is_one() and record.directory_path or record:has_home() and record.home_path
    -- What stands in the refuge goes with the session.
    if ok and not bytes and path then
        ok, fault, kind = require "upnudge.record.home".make_lasting(record.disk, path)
    end
    if ok then
        pcall(require "upnudge.record.evidence".choice, directory, value, at or core.now())
    end
    return ok, fault, kind
end

--- Changes them under their lock: `change` gets a table that it may change, and another one where all that was known
--- is forgotten meanwhile. Waits two seconds at most.
---@param record upnudge.Record
---@param change fun(choices: upnudge.Choices)
---@param at integer? seconds UTC, when they change; nil: now
---@return boolean? ok
---@return string? message
---@return string? code
function M.change(record, change, at)
    local ok, message, code
    for _ = 1, ATTEMPTS do
        ok, message, code = try_change(record, change, at)
        if ok or code ~= "not-found" then
            break
        end
    end
    return ok, message, code
end

--- A list of selectors with others, or without them.
---@param present string[]?
---@param names string[]
---@param off boolean?
---@return string[]
function M.joined(present, names, off)
    local set, list = {}, {}
    for _, name in ipairs(off and #names == 0 and {} or present or {}) do
        set[name] = true
    end
    for _, name in ipairs(names) do
        set[name] = not off or nil
    end
    for name in pairs(set) do
        list[#list + 1] = name
    end
    table.sort(list, core.before)
    return list
end

--- Ignores packages from now on, or hears of them again; nothing changes where that would be more than is looked at.
---@param record upnudge.Record
---@param names string[] selectors; exceptions are for lists that have an order
---@param off boolean? whether these are heard of again; none of them: all
---@return boolean? ok
---@return string? message
---@return string? code
function M.ignore(record, names, off)
    local fault
    for _, name in ipairs(off and {} or names) do
        if type(name) == "string" and name:find "^!" then
            return nil, ("'%s': exceptions are for the lists of policies and projects"):format(name), "argument"
        end
    end
    local ok, message, code = M.change(record, function(choices)
        local list = M.joined(choices.ignore, names, off)
        fault = require "upnudge.record.selector".fault(list, limits.IGNORED)
        if not fault then
            choices.ignore = list[1] and list or nil
        end
    end)
    return ok and not fault or nil, message or fault, fault and "argument" or code
end

--- Hears nothing for so long.
---@param record upnudge.Record
---@param now integer seconds UTC
---@param seconds integer? nil: the person wants to hear of it again
---@return boolean? ok
---@return string? message
---@return string? code
function M.snooze(record, now, seconds)
    return M.change(record, function(choices)
        choices.snoozed_at, choices.snoozed_until = seconds and now, seconds and now + seconds
    end, now)
end

return M
