--- The environment: a directory with a lockfile, known by the hash of its canonical path.

local core = require "upnudge.core"

local M = {}

---@class upnudge.Environment
---@field path string canonical absolute path
---@field key string 32 hex digits

--- Blocks as the file system does.
---@param path string
---@return upnudge.Environment?
---@return string? message
function M.open(path)
    local canonical, message = core.realpath(path)
    if not canonical then
        return nil, message
    end
    return { path = canonical, key = core.hash(canonical) }
end

local function exists(path)
    return core.stamp(path) ~= nil
end

-- What always stands beside another one and says less.
local SECOND_TO <const> = { gosum = "gomod" }

local function first_of(environment, format)
    for _, name in ipairs(format.filenames or format.files) do
        local path = environment.path .. "/" .. name
        if exists(path) then
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
function M.find_lockfile(environment, policy)
    local own, message = require "upnudge.formats".load(policy)
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

--- What people call the environment: the name that Flox gave it, else its directory's.
---@param environment upnudge.Environment
---@return string
function M.name(environment)
    local bytes = core.read(environment.path .. "/.flox/env.json", 65536)
    local described = bytes and require "upnudge.json.read"(bytes)
    if type(described) == "table" and type(described.name) == "string" then
        return described.name
    end
    return environment.path:match("([^/]+)$") or environment.path
end

return M
