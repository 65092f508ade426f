--- A team's formats: files `formats/<name>.lua` beside its policy. Trusted side; each runs in a VM of
--- its own, with a larger budget than a policy has, for it never runs at an activation.

local beside = require "upnudge.policy.beside"
local core = require "upnudge.core"
local fits = require "upnudge.lib.glob".fits

local M = {}

---@class upnudge.LuaFormat
---@field path string of its file
---@field name string
---@field title string
---@field files string[] name patterns; `*` stands for anything
---@field syntax "json"|"relaxed-json"|"yaml"|"toml"|"xml"|"lines"
---@field versions string the version order
---@field identity "first"|"set"
---@field names "exact"|"caseless"|"python"
---@field recognises boolean whether it looks at the content
---@field private vm table

local function load(path)
    local format, vm, mistakes = beside.load(path, "load_format")
    if not format then
        return nil, vm, mistakes
    end
    local unknown = require "upnudge.lockfile.version".fault(format.versions)
    if unknown then
        vm:close()
        return nil, ("%s: versions: %s"):format(path, unknown), { { file = path, message = "versions: " .. unknown } }
    end
    format.path, format.vm = path, vm
    return format
end

--- Loads a team's formats. One that is faulty keeps none of the others from being read.
---@param source upnudge.PolicySource the policy that they stand beside
---@return upnudge.LuaFormat[]
---@return {path: string, message: string, mistakes: upnudge.Mistake[]?}[] faults of each that is faulty
function M.load(source)
    local formats, faults = {}, {}
    for _, path in ipairs(beside.paths(source, "formats")) do
        local format, message, mistakes = load(path)
        formats[#formats + 1] = format
        faults[#faults + 1] = not format and { path = path, message = message, mistakes = mistakes } or nil
    end
    return formats, faults
end

--- Whether the file's name fits one of the format's patterns.
---@param format upnudge.LuaFormat
---@param path string
---@return boolean
function M.fits(format, path)
    local base = path:match "[^/]*$"
    for _, pattern in ipairs(format.files) do
        if fits(pattern, base) then
            return true
        end
    end
    return false
end

local function document_of(format, bytes)
    local document, message, code = core.tree(bytes, format.syntax)
    if document ~= nil and format.syntax == "yaml" and #document == 1 then
        return document[1]
    end
    return document, message, code
end

--- Reads with one format. nil without a message: the format does not take this content.
---@param format upnudge.LuaFormat
---@param name string for messages
---@param bytes string
---@return table? lockfile
---@return string? message
---@return string? code
function M.parse(format, name, bytes)
    local document, message, code = document_of(format, bytes)
    if document == nil then
        message = message or "empty"
        return nil, name .. (message:find "^%d+:%d" and ":" or ": ") .. message, code or "format"
    end
    if format.recognises then
        local taken, fault = format.vm:call("recognise", document)
        if not taken then
            return nil, fault and name .. ": " .. fault, fault and "format"
        end
    end
    local packages, fault = format.vm:call("read", document)
    if not packages then
        return nil, name .. ": " .. fault, "format"
    end
    return core.lockfile(format.name, format.versions, format.identity, format.names, packages)
end

return M
