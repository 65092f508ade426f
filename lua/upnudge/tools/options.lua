--- Options: what a test gives to a function of `upnudge.testing`, held against its section of the schema. A misspelt
--- one would make a test that proves nothing.

local duration = require "upnudge.lib.duration"
local lockfiles = require "upnudge.tools.lockfiles"
local language = require "upnudge.language.schema"
local suggest = require "upnudge.lib.suggest"
local time = require "upnudge.lib.time"

local M = {}

local schema <const> = language.testing

--- Seconds by which local time is ahead of UTC; nil: that is none.
---@param value string|number
---@return integer?
function M.offset(value)
    if type(value) == "number" then
        return math.tointeger(value)
    end
    local sign, hours, minutes = value:match "^([+-])(%d%d):?(%d%d)$"
    return sign and math.tointeger((sign == "-" and -1 or 1) * (hours * 3600 + minutes * 60))
end

--- The names of a table, where some may be none.
local function names_of(given)
    local names = {}
    for name in pairs(given) do
        names[#names + 1] = name
    end
    table.sort(names, function(a, b)
        return tostring(a) < tostring(b)
    end)
    return names
end

-- What is wrong with a value of the right type.
local PARSES <const> = {
    time = function(value)
        local seconds, message = type(value) == "number" and math.tointeger(value), nil
        if type(value) == "string" then
            seconds, message = time.parse(value)
        end
        return not seconds and (message or ("%s is no whole number of seconds"):format(value))
    end,
    offset = function(value)
        return not M.offset(value) and ("'%s' is none; write \"+01:00\", or seconds"):format(value)
    end,
}

local fault_in

-- What is wrong with what a table holds.
local HOLDS <const> = {}

function HOLDS.keys(key, value)
    return type(value) == "table" and fault_in(schema[key.of], value, key.name)
end

function HOLDS.named_texts(key, value)
    for _, name in ipairs(names_of(value)) do
        if type(name) ~= "string" or type(value[name]) ~= "string" then
            return ("%s: '%s' has no %s as a text"):format(key.name, tostring(name), key.of)
        end
    end
    local fault = key.name == "attributes" and require "upnudge.runtime.attributes".fault(value)
    return fault and ("%s: expected %s"):format(key.name, fault)
end

function HOLDS.texts(key, value)
    for i, text in ipairs(value) do
        if type(text) ~= "string" then
            return ("%s[%d] is no %s"):format(key.name, i, key.of)
        end
    end
end

function HOLDS.lockfiles(_, value)
    for _, name in ipairs { "called", "old", "new" } do
        if type(value[name]) ~= "string" then
            return ("lockfiles: '%s' is missing: expected a text"):format(name)
        end
    end
end

function HOLDS.packages(key, value, given)
    return M.packages(key.name, value, given.format or "flox")
end

--- What is wrong with a value; false: nothing.
local function fault_of(key, value, given)
    if not key.types[type(value)] then
        return ("'%s' is a %s; expected %s"):format(key.name, type(value), language.expects(key))
    elseif key.choices then
        local known = {}
        for _, choice in ipairs(key.choices) do
            known[choice] = true
        end
        return not known[value] and ("%s '%s' is not known%s"):format(key.name, value,
            suggest.suggest(value, key.choices))
    elseif key.pattern then
        return not value:find(key.pattern) and key.wrong:format(value)
    end
    local fault = key.parse and PARSES[key.parse](value)
    return fault and ("%s: %s"):format(key.name, fault) or key.holds and HOLDS[key.holds](key, value, given)
end

--- What is wrong with the options that are a section of the schema; nil or false: nothing.
---@param section table<string, upnudge.Key>
---@param given any nil: there are none
---@param what string what is said before it
---@return string|false|nil
function fault_in(section, given, what)
    if given == nil then
        return nil
    elseif type(given) ~= "table" then
        return ("%s: a %s; expected a table of options"):format(what, type(given))
    end
    for _, name in ipairs(names_of(given)) do
        local key = section[name]
        local fault = not key and ("no option '%s'%s"):format(tostring(name), suggest.suggest(tostring(name),
            suggest.keys(section))) or key and fault_of(key, given[name], given)
        if fault then
            return what .. ": " .. fault
        end
    end
    for _, name in ipairs(suggest.keys(section)) do
        if section[name].needed and given[name] == nil then
            return ("%s: '%s' is missing: expected %s"):format(what, name, section[name].expects)
        end
    end
end

M.fault = fault_in

--- The formats that tell something of a package.
local function telling(what)
    local names = {}
    for name, format in pairs(lockfiles.formats) do
        names[#names + 1] = format.tells[what] and name or nil
    end
    table.sort(names)
    return table.concat(names, ", ")
end

--- What is wrong with what is said of a package: also what the lockfile of its format could not tell a policy.
---@param what string
---@param package table
---@param format string
---@return string|false|nil
function M.package(what, package, format)
    local fault = fault_in(schema.package, package, what)
    local tells = lockfiles.formats[format].tells
    for _, name in ipairs(fault and {} or names_of(package)) do
        if name ~= "version" and not tells[name] then
            return ("%s: no lockfile of the format %s tells '%s' of a package; of these can: %s"):format(what, format,
                name, telling(name))
        end
    end
    local group = not fault and format == "npm" and package.group
    if group and group ~= "dev" and group ~= "optional" then
        return ("%s: group '%s'; npm has \"dev\" and \"optional\" alone"):format(what, group)
    end
    return fault
end

--- What is wrong with a table of packages by name.
---@param what string
---@param packages any
---@param format string
---@return string|false|nil
function M.packages(what, packages, format)
    if type(packages) ~= "table" then
        return ("%s: a %s; expected a table of versions by package"):format(what, type(packages))
    end
    for _, name in ipairs(names_of(packages)) do
        local given = packages[name]
        local fault = M.name_fault(what, name)
        if not fault and type(given) == "table" then
            fault = M.package(("%s: %s"):format(what, name), given, format)
        elseif not fault and (type(given) ~= "string" or given == "") then
            fault = ("%s: %s has a %s; expected a version as a text, or a table of `package`"):format(what, name,
                type(given))
        end
        if fault then
            return fault
        end
    end
end

--- What is wrong with a name of a package.
---@param what string
---@param name any
---@return string|false
function M.name_fault(what, name)
    return (type(name) ~= "string" or name == "" or name:find "[%c]")
        and ("%s: %s is no name of a package"):format(what, type(name) == "string" and "''" or "a " .. type(name))
end

--- What is wrong with a version that may be missing.
---@param what string
---@param version any
---@return string|false
function M.version_fault(what, version)
    return version ~= nil and (type(version) ~= "string" or version == "" or version:find "[%c]" ~= nil)
        and ("%s: the version is a %s; expected a text as \"8.10.1\""):format(what, type(version))
end

--- What is wrong with a duration.
---@param what string
---@param value any
---@return string|false
function M.duration_fault(what, value)
    local seconds, message = duration.parse(value)
    return not seconds and ("%s: %s"):format(what, message)
end

--- What is wrong with a time.
---@param what string
---@param value any
---@return string|false
function M.time_fault(what, value)
    local is_time = type(value) == "string" or type(value) == "number"
    local fault = not is_time and "expected seconds UTC, or ISO 8601" or PARSES.time(value)
    return fault and ("%s: %s"):format(what, fault)
end

return M
