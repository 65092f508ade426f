--- The environment: a directory with a lockfile, known by the hash of its canonical path. A directory with lockfiles of
--- several formats has as many; those that were not checked first are known by their formats, too.

local limits = require "upnudge.lib.limits"

local M = {}

---@class upnudge.Environment
---@field path string canonical absolute path
---@field key string 32 hex digits, core.hash of the path; of another one than the first "KEY/beside/FORMAT": what is
---kept of it stands below that of the first (see upnudge.record.siblings)
---@field beside? string the format of its lockfile, where another environment of the directory was checked first

---@class upnudge.Disk where files are: upnudge.core, or what tests put in its place
---@field read fun(path: string, limit: integer, ours: boolean?): string?, string?, string?
---@field digest fun(path: string, limit: integer): string?, string?, string?
---@field stamp fun(path: string): string?, string?, string?
---@field realpath fun(path: string): string?, string?, string?
---@field directory fun(path: string, create: boolean?): table?, string?, string?
---@field is_mine fun(path: string): boolean
---@field ours fun(outer: string, inner: string?, known: boolean?): boolean?, string?, string?

--- What people call the environment: the name that Flox gave it, else its directory's.
---@param disk upnudge.Disk
---@param environment upnudge.Environment
---@return string
function M.name(disk, environment)
    local bytes = disk.read(environment.path .. "/.flox/env.json", 65536)
    local described = bytes and require "upnudge.lib.json.read"(bytes)
    local name = environment.path:match("([^/]+)$") or environment.path
    if type(described) == "table" and type(described.name) == "string" then
        name = described.name
    end
    return limits.cut(name, limits.PROJECT)
end

return M
