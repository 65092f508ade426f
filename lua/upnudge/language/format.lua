--- Formats written in Lua: reading with what `u.format` made. Runs in the VM of the format.
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

local schema = require "upnudge.language.schema.format"

local M = {}

local format

--- Takes the format that is read with from now on.
---@param spec table what the file gave to u.format
---@return table description what the trusted side needs to choose by
function M.take(spec)
    format = spec
    return { name = format.name, title = format.title or format.name, files = format.files,
        syntax = format.syntax, versions = format.versions or schema.format.versions.default,
        identity = format.identity or schema.format.identity.default,
        names = format.names or schema.format.names.default, recognises = format.recognise ~= nil }
end

local function check_package(package, index)
    if type(package) ~= "table" or getmetatable(package) then
        error(("format '%s': packages[%d] is a %s; expected a table {name=, version=}"):format(format.name, index,
            type(package)), 0)
    end
    for name, value in pairs(package) do
        local key = schema.package[name]
        if not key then
            local suggest = require "upnudge.lib.suggest"
            error(("format '%s': packages[%d] has no field '%s'%s"):format(format.name, index, tostring(name),
                suggest.suggest(tostring(name), suggest.keys(schema.package))), 0)
        elseif not key.types[type(value)] then
            error(("format '%s': packages[%d].%s is a %s; expected %s"):format(format.name, index, name, type(value),
                key.expects), 0)
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
