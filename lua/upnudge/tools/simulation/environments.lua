--- The environments of a scenario: as many with the same packages, or each with a name and packages of its own; what is
--- installed in each at the start, and which of them its releases and people mean.

local options = require "upnudge.tools.options"
local schema = require "upnudge.language.schema"
local suggest = require "upnudge.lib.suggest"

local M = {}

local FIRST <const>, NAME <const>, FORMAT <const> = "1.0.0", "webshop", "flox"
local MOST <const> = 64

---@class upnudge.SimulatedEnvironment
---@field name string
---@field path? string in /home/me unless given
---@field format string
---@field installed table<string, string|upnudge.testing.Package>
---@field listed boolean whether the scenario says what is installed

local function fail(message, ...)
    error({ message = message:format(...) }, 0)
end

local function copy(packages)
    local copied = {}
    for name, package in pairs(packages or {}) do
        copied[name] = package
    end
    return copied
end

local function check_packages(packages, what, format)
    local fault = packages and options.packages(what, packages, format)
    if fault then
        fail("%s", fault)
    end
end

--- What the keys of one environment mean.
local function read(entry, what, scenario)
    local key, format = schema.scenario_environment.format, entry.format or FORMAT
    local choices = {}
    for _, choice in ipairs(key.choices) do
        choices[choice] = true
    end
    if type(entry.name) ~= "string" or not entry.name:find "^[^%c/]+$" then
        fail("%s needs a name, without a slash", what)
    elseif not choices[format] then
        fail("%s: format '%s' is none of these%s", what, tostring(format), suggest.suggest(format, key.choices))
    elseif entry.path and not entry.path:find "^/[^%c]*$" then
        fail("%s: path '%s' is not absolute", what, entry.path)
    end
    local installed = entry.installed or scenario.installed
    check_packages(installed, entry.installed and what .. ": installed" or "installed", format)
    return { name = entry.name, path = entry.path, format = format, installed = copy(installed),
        listed = installed ~= nil }
end

--- Entries that so many environments with the same packages would have.
local function entries_of(scenario)
    local given = scenario.environments or 1
    if type(given) == "table" then
        return given
    elseif not (given >= 1 and given <= MOST) then
        fail("environments: from 1 to %d", MOST)
    end
    local list, name = {}, scenario.environment or NAME
    for i = 1, math.floor(given) do
        list[i] = { name = i == 1 and name or ("%s-%d"):format(name, i) }
    end
    return list
end

local function check_apart(list)
    local names, paths = {}, {}
    for _, one in ipairs(list) do
        local path = one.path or "/home/me/" .. one.name
        if names[one.name] or paths[path] then
            fail("environments: there are two '%s'", names[one.name] and one.name or path)
        end
        names[one.name], paths[path] = true, true
    end
end

--- The numbers of the environments that `environments` of a release or a person names, all without it.
---@param list upnudge.SimulatedEnvironment[]
---@param named string|string[]|nil
---@param what string
---@return integer[]
function M.named(list, named, what)
    local numbers, by_name = {}, {}
    for i, one in ipairs(list) do
        numbers[i], by_name[one.name] = i, i
    end
    if named == nil then
        return numbers
    end
    numbers = {}
    for _, name in ipairs(type(named) == "table" and named or { named }) do
        numbers[#numbers + 1] = by_name[name] or fail("%s: there is no environment '%s'%s", what, tostring(name),
            suggest.suggest(tostring(name), suggest.keys(by_name)))
    end
    return numbers[1] and numbers or fail("%s: environments names none", what)
end

--- What comes out has to be installed somewhere, for else it would reach nobody; without a list of what is, it is.
local function install(list, name, numbers, what)
    local found, known = false, {}
    for _, number in ipairs(numbers) do
        local one = list[number]
        if not one.listed then
            one.installed[name] = one.installed[name] or FIRST
        end
        found = found or one.installed[name] ~= nil
        for package in pairs(one.installed) do
            known[package] = true
        end
    end
    if not found then
        fail("%s: '%s' is not among what is installed%s", what, name, suggest.suggest(name, suggest.keys(known)))
    end
end

--- The environments of a scenario. Raises a table {message=} when it makes no sense.
---@param scenario table
---@return upnudge.SimulatedEnvironment[]
function M.list(scenario)
    local list = {}
    for i, entry in ipairs(entries_of(scenario)) do
        list[i] = read(entry, ("environments[%d]"):format(i), scenario)
    end
    if not list[1] or #list > MOST then
        fail("environments: from 1 to %d", MOST)
    end
    check_apart(list)
    for i, entry in ipairs(scenario.releases or {}) do
        local what = ("releases[%d]"):format(i)
        local numbers = M.named(list, entry.environments, what)
        for _, name in ipairs(type(entry.packages) == "table" and entry.packages or {}) do
            install(list, tostring(name), numbers, what)
        end
    end
    return list
end

return M
