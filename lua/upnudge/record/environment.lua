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

--- What people call the environment: the name that Flox gave it, else its directory's.
---@param environment upnudge.Environment
---@return string
function M.name(environment)
    local bytes = core.read(environment.path .. "/.flox/env.json", 65536)
    local described = bytes and require "upnudge.lib.json.read"(bytes)
    if type(described) == "table" and type(described.name) == "string" then
        return described.name
    end
    return environment.path:match("([^/]+)$") or environment.path
end

return M
