--- What is ignored: the counts of a result without the packages that a policy and the person leave out.
---
--- To find them out the list of all changes has to be read and each change held against each selector, which no
--- activation should do twice, and none should do of a long list. So the outcome is remembered beside the record, by
--- the digest of the list and of the selectors: a fact about these alone, which whoever finds it out may write, without
--- a lock. A check finds it out, a check that is not needed, `upnudge ignore`, and else the first activation.

local changes = require "upnudge.record.changes"
local core = require "upnudge.core"
local counts = require "upnudge.lib.counts"
local files = require "upnudge.record.files"
local limits = require "upnudge.lib.limits"

local M = {}

local SCHEMA <const> = 1
local NOTHING <const> = {}
-- How many outcomes are remembered: shells may have policies of their own.
local REMEMBERED <const> = 4
-- Changes times selectors with a star that an activation looks at: some milliseconds.
local LOOKS <const> = 20000

--- What the policy and the person ignore together; nil: nothing.
---@param policy string[]?
---@param person string[]?
---@return string[]?
function M.together(policy, person)
    if not policy or not person then
        return policy or person
    end
    return table.move(person, 1, #person, #policy + 1, table.move(policy, 1, #policy, 1, {}))
end

local function key_of(value, system, ignored)
    return core.hash(table.concat({ value.details or "", value.names or "", system,
        table.concat(ignored, "\0") }, "\n"))
end

local function is_sound(entry)
    for _, name in ipairs(counts.all) do
        local count = type(entry) ~= "table" or entry[name] or 0
        if type(count) ~= "number" or count < 0 or count >= 2 ^ 53 then
            return false
        end
    end
    return type(entry.fingerprint) == "string" and type(entry.top) == "table"
end

--- The outcomes that are remembered, the newest first.
local function remembered(record)
    local text, list = record:read_beside(files.LEFT), {}
    local value = text and require "upnudge.lib.json.read"(text)
    local ours = type(value) == "table" and value.schema == SCHEMA and type(value.left) == "table"
    for _, one in ipairs(ours and value.left or {}) do
        if type(one) == "table" and type(one.key) == "string" and is_sound(one.entry) then
            list[#list + 1] = one
        end
    end
    return list
end

local function find(list, key)
    for _, one in ipairs(list) do
        if one.key == key then
            return one.entry
        end
    end
end

local function remember(record, list, key, entry)
    local directory <close> = record:directory()
    if directory then
        local kept = { { key = key, entry = entry } }
        for i = 1, math.min(#list, REMEMBERED - 1) do
            kept[i + 1] = list[i]
        end
        local text = require "upnudge.lib.json.write".object({ "schema" }, { schema = SCHEMA, left = kept })
        directory:replace(files.LEFT, text .. "\n", false)
    end
end

--- The counts of this system in the record.
local function full_count(value, system, name)
    local any, ours = value.systems["*"] or {}, value.systems[system] or {}
    return (any[name] or 0) + (ours[name] or 0)
end

--- The exposures that none of the selectors names.
local function still_open(value, ignored, exposures)
    local selection = exposures[1] and require "upnudge.record.selector".compile(ignored, value.names)
    return selection and require "upnudge.record.exposures".without(selection, exposures) or exposures
end

--- Of changes that are too many to be listed, those that are not count as not ignored.
local function left_of(value, system, ignored, listed, exposures)
    local left = require "upnudge.record.selector".without(ignored, listed, value.names)
    local entry = changes.summary(left, true, still_open(value, ignored, exposures))
    local of_all = require "upnudge.record.exposures".tally(exposures, changes.tally(listed))
    if (of_all.total or 0) == full_count(value, system, "total") then
        return entry
    end
    for _, name in ipairs(counts.all) do
        local count = (entry[name] or 0) + full_count(value, system, name) - (of_all[name] or 0)
        entry[name] = count > 0 and count or nil
    end
    return entry
end

local function takes_long(ignored, count)
    local stars = 0
    for _, text in ipairs(ignored) do
        stars = stars + (text:find("*", 1, true) and 1 or 0)
    end
    return stars * count > LOOKS
end

--- The list of changes, if it is short enough for an activation to hold it against what is ignored.
local function within_reach(record, value, system, ignored)
    local listed, exposures, code = changes.listed(record, value, system, files.LISTED_LIMIT)
    local count = listed and #listed + #exposures
    local many = code == "limit" or count and (count > limits.LISTED or takes_long(ignored, count)) or false
    return not many and listed or nil, many, listed and exposures or nil
end

--- The changes themselves, without what is ignored.
---@param record upnudge.Record
---@param value table what the record says
---@param system string
---@param ignored string[]?
---@return upnudge.Change[]? listed
---@return boolean? many whether they are too many for an activation
---@return upnudge.Exposure[]? exposures what is installed and stays as it is
function M.listed(record, value, system, ignored)
    local listed, many, exposures = within_reach(record, value, system, ignored or NOTHING)
    if not listed or not ignored then
        return listed, many, exposures
    end
    return require "upnudge.record.selector".without(ignored, listed, value.names), many,
        still_open(value, ignored, exposures)
end

--- The entry of a result without what is ignored, as a system's of the record is; nil where it is not known.
---@param record upnudge.Record
---@param value table what the record says
---@param system string
---@param ignored string[]
---@param keep boolean whether what is found out may be written down
---@return table? entry
---@return string? message where they are too many for an activation
function M.entry(record, value, system, ignored, keep)
    local key, list = key_of(value, system, ignored), remembered(record)
    local entry = find(list, key)
    if entry then
        return entry
    end
    local listed, many, exposures = within_reach(record, value, system, ignored)
    if not listed then
        return nil, many and "what is ignored of so many changes is left out by the next check" or nil
    end
    entry = left_of(value, system, ignored, listed, exposures)
    if keep then
        remember(record, list, key, entry)
    end
    return entry
end

--- Finds out what an activation on this system will ask for, however long it takes. Nothing comes of a failure.
---@param record upnudge.Record
---@param policy upnudge.Policy?
function M.prepare(record, policy)
    local value, system = record:read(), core.system()
    local ignored = M.together(policy and policy.ignore, record:choices().ignore)
    if not value or not value.systems or not ignored then
        return
    end
    local key, list = key_of(value, system, ignored), remembered(record)
    if find(list, key) then
        return
    end
    local listed, exposures = changes.listed(record, value, system)
    if listed then
        remember(record, list, key, left_of(value, system, ignored, listed, exposures))
    end
end

return M
