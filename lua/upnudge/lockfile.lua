--- Lockfiles: read one with our formats or a team's.

local core = require "upnudge.core"
local formats = require "upnudge.formats"

local M = {}

---@class upnudge.ParseOptions
---@field policy? string whose formats count
---@field called? string what the file is usually called, where its own name is made up
---@field limit? integer bytes of the largest lockfile that is read

--- Parses bytes. A team's format whose file pattern fits comes first; then ours, by content; then a
--- team's that recognises the content.
---@param name string for messages
---@param bytes string
---@param options upnudge.ParseOptions?
---@return table? lockfile
---@return string? message
---@return string? code
function M.parse(name, bytes, options)
    options = options or {}
    local called = options.called or name
    local own, fault = formats.load(options.policy)
    if not own then
        return nil, fault, "format"
    end
    for _, format in ipairs(own) do
        if formats.fits(format, called) then
            local lockfile, message, code = formats.parse(format, name, bytes)
            if lockfile or message then
                return lockfile, message, code
            end
        end
    end
    local lockfile, message, code = core.parse(name, bytes, called, options.limit or 0)
    if lockfile or code ~= "format" then
        return lockfile, message, code
    end
    for _, format in ipairs(own) do
        local found = format.recognises and formats.parse(format, name, bytes)
        if found then
            return found
        end
    end
    return nil, message, code
end

--- Reads and parses a file. Blocks as the file system does.
---@param path string
---@param options upnudge.ParseOptions?
---@return table? lockfile
---@return string? message
---@return string? code
function M.open(path, options)
    local bytes, message, code = core.read(path, options and options.limit or core.lockfile_limit)
    if not bytes then
        return nil, message, code
    end
    return M.parse(path, bytes, options)
end

return M
