--- Exposures: packages that are installed and have a known problem, or a version that was taken back, to which the
--- upgrade is no fix. They stand beside the changes of a result, in the same list (see upnudge.record.changes).

local core = require "upnudge.core"
local limits = require "upnudge.lib.limits"
local severities = require "upnudge.lib.severities"
local terminal = require "upnudge.lib.terminal"

local M = {}

---@class upnudge.Exposure
---@field name string
---@field version? string that is installed
---@field system? string
---@field direct? boolean whether somebody asked for the package by name; nil: nobody can tell
---@field ids string[] one of each problem, the worst first
---@field aliases? string[] other ids of the same problems
---@field severity upnudge.Severity of the worst
---@field url? string where one reads of the worst
---@field title? string
---@field withdrawn? boolean whether nothing is wrong but that the version was taken back

--- Order of the fields of an exposure in JSON.
M.ORDER = { "name", "version", "system", "direct", "ids", "aliases", "severity", "url", "title", "withdrawn" }
--- The same of a problem that a change mends.
M.FIX_ORDER = { "id", "aliases", "severity", "url", "title" }

-- How many ids are read of one package.
local IDS <const> = 300

--- Adds their counts.
---@param list upnudge.Exposure[]
---@param into table<string, integer>
---@return table into
function M.tally(list, into)
    for _, one in ipairs(list) do
        into.exposed = (into.exposed or 0) + 1
        into.withdrawn = one.withdrawn and (into.withdrawn or 0) + 1 or into.withdrawn
    end
    return into
end

--- What tells one list from another.
---@param list upnudge.Exposure[]
---@return string[] lines
function M.lines(list)
    local lines = {}
    for i, one in ipairs(list) do
        lines[i] = table.concat({ "exposed", one.name, one.version or "", table.concat(one.ids, " ") }, "\0")
    end
    table.sort(lines, core.before)
    return lines
end

--- Those that none of some selectors names, neither their packages nor each of their problems.
---@param selection upnudge.Selection
---@param list upnudge.Exposure[]
---@return upnudge.Exposure[]
function M.without(selection, list)
    local left = {}
    for _, one in ipairs(list) do
        local named = selection:names_it { name = one.name, to = one.version }
        left[#left + 1] = not named and one or nil
    end
    return left
end

local function text(value, limit)
    return type(value) == "string" and limits.cut(terminal.line(value), limit) or nil
end

local function texts(values)
    local list = {}
    for i = 1, math.min(type(values) == "table" and #values or 0, IDS) do
        list[#list + 1] = text(values[i], limits.ADVISORY_ID)
    end
    return list
end

--- What a problem is called, how bad it is and where one reads of it, as a list may have it that others wrote.
local function problem_of(found, into)
    local aliases = texts(found.aliases)
    into.aliases = aliases[1] and aliases or nil
    into.severity = severities[found.severity] and found.severity or "unknown"
    into.url, into.title = text(found.url, limits.ADVISORY_URL), text(found.title, limits.ADVISORY_TITLE)
    return into
end

--- The fixes of a change as they may be shown; nil: there are none.
---@param list any
---@return upnudge.Fix[]?
function M.fixes(list)
    local sound = {}
    for i = 1, math.min(type(list) == "table" and #list or 0, IDS) do
        local one = type(list[i]) == "table" and list[i] or {}
        local id = text(one.id, limits.ADVISORY_ID)
        sound[#sound + 1] = id and problem_of(one, { id = id }) or nil
    end
    return sound[1] and sound or nil
end

--- Those of a list that are sound, as they may be shown. Others may have written it.
---@param list any
---@return upnudge.Exposure[]
function M.sound(list)
    local sound = {}
    for i = 1, math.min(type(list) == "table" and #list or 0, limits.EXPOSED) do
        local one = type(list[i]) == "table" and list[i] or {}
        local name, ids = text(one.name, limits.NAME), texts(one.ids)
        if name and ids[1] then
            local direct = one.direct
            sound[#sound + 1] = problem_of(one, { name = name, version = text(one.version, limits.VERSION), ids = ids,
                system = text(one.system, limits.VERSION), direct = type(direct) == "boolean" and direct or nil,
                withdrawn = one.withdrawn == true or nil })
        end
    end
    return sound
end

--- Hides secrets in what is kept of each: a version may be a URL, with the token that fetched it.
---@param list upnudge.Exposure[]
---@return upnudge.Exposure[] list the same
function M.mask(list)
    for _, one in ipairs(list) do
        one.name = limits.cut(core.mask(one.name), limits.NAME)
        one.version = one.version and limits.cut(core.mask(one.version), limits.VERSION)
    end
    return list
end

return M
