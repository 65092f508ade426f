--- Formats written in Lua: what `u.format` makes, and reading with one. Runs in the VM of the format.
---
---     local u = require "upnudge"
---     return u.format {
---       api = 1, name = "acme", title = "Acme's lockfile",
---       files = { "acme.lock", "*.acme.json" }, syntax = "json", versions = "semver",
---       packages = function(document)
---         local list = {}
---         for name, entry in pairs(document.locked) do
---           list[#list + 1] = { name = name, version = entry.version }
---         end
---         return list
---       end,
---     }

local schema = require "upnudge.language.schema"

local M = {}

local DEFAULTS <const> = { versions = "semver", identity = "first" }

-- What u.format made: told from look-alikes by identity.
local made = {}

local format

--- u.format: a format as its author writes it.
---@param spec table
---@return table
function M.new(spec)
    if type(spec) ~= "table" or getmetatable(spec) ~= nil then
        error("u.format needs a plain table", 2)
    end
    made[spec] = true
    return spec
end

local function mistakes_of(value)
    if not made[value] then
        return { { message = "the file must end in `return u.format { ... }`" } }
    end
    return require "upnudge.language.validation".check_format(value)
end

--- Takes what one file returned.
---@param authoring table
---@param run fun(): any runs the file
---@return table description what the trusted side needs to choose by, or {mistakes=}
function M.add(authoring, run)
    local value, mistakes = authoring.collect(run, mistakes_of)
    if #mistakes > 0 then
        return { mistakes = mistakes }
    end
    format = value
    return { name = format.name, title = format.title or format.name, files = format.files,
        syntax = format.syntax, versions = format.versions or DEFAULTS.versions,
        identity = format.identity or DEFAULTS.identity, recognises = format.recognise ~= nil }
end

local function check_package(package, index)
    if type(package) ~= "table" or getmetatable(package) then
        error(("format '%s': packages[%d] is a %s; expected a table {name=, version=}"):format(format.name, index,
            type(package)), 0)
    end
    for key, value in pairs(package) do
        local known = schema.package[key]
        if not known then
            local suggest = require "upnudge.lib.suggest"
            error(("format '%s': packages[%d] has no field '%s'%s"):format(format.name, index, tostring(key),
                suggest.suggest(tostring(key), suggest.keys(schema.package))), 0)
        elseif type(value) ~= "string" then
            error(("format '%s': packages[%d].%s is a %s; expected a string"):format(format.name, index, key,
                type(value)), 0)
        end
    end
    if not package.name or package.name == "" then
        error(("format '%s': packages[%d] has no name"):format(format.name, index), 0)
    end
end

--- Whether the format takes the document; one that says nothing takes what its file names fit.
---@param document any
---@return boolean
function M.recognise(document)
    return not format.recognise or format.recognise(document) and true or false
end

--- The packages of a document.
---@param document any
---@return table[]
function M.read(document)
    local packages = format.packages(document)
    if type(packages) ~= "table" then
        error(("format '%s': packages gave a %s; expected a list of packages"):format(format.name, type(packages)), 0)
    end
    local list = {}
    for i, package in ipairs(packages) do
        check_package(package, i)
        list[i] = package
    end
    return list
end

return M
