--- Lockfiles: read one with our formats or a team's.

local core = require "upnudge.core"
local formats = require "upnudge.lockfile.team_format"

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

-- What always stands beside another one and says less.
local SECOND_TO <const> = { gosum = "gomod" }

local function first_of(environment, format)
    for _, name in ipairs(format.filenames or format.files) do
        local path = environment.path .. "/" .. name
        if core.stamp(path) then
            return path
        end
    end
end

--- The one lockfile that upnudge knows in the directory. Of one format's names the first wins, as
--- npm does with a shrinkwrap beside a package-lock; of two formats none does.
---@param environment upnudge.Environment
---@param policy string? whose formats count
---@return string? path
---@return string? message
function M.find(environment, policy)
    local own, message = formats.load(policy)
    if not own then
        return nil, message
    end
    local found, seen = {}, {}
    for _, format in ipairs(table.move(core.formats(), 1, #core.formats(), #own + 1, own)) do
        local path = not seen[SECOND_TO[format.name]] and first_of(environment, format)
        if path and not seen[path] then
            found[#found + 1] = path
            seen[path], seen[format.name] = true, true
        end
    end
    if #found == 1 then
        return found[1]
    elseif #found == 0 then
        return nil, environment.path .. ": no lockfile that upnudge knows; name one with --lockfile"
    end
    return nil, environment.path .. ": several lockfiles (" .. table.concat(found, ", ")
        .. "); name one with --lockfile"
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
