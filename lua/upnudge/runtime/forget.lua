--- Forgetting: nothing is kept of one environment any more, whose directory may be gone as well.

local lfs = require "lfs"

-- Links that are followed on one way, and bytes of a path, as the kernel has it.
local LINKS_MOST <const>, PATH_MOST <const> = 40, 4096

--- Where the directory is, or was: below what is still there of its path, and where a link leads that leads nowhere.
local function canonical_of(disk, path, links)
    local found, message = disk.realpath(path)
    if found or #path > PATH_MOST then
        return found, message
    end
    local above, name = path:match "^(.-)/*([^/]+)/*$"
    local parent = name and name ~= ".."
        and canonical_of(disk, above ~= "" and above or path:sub(1, 1) == "/" and "/" or ".", links)
    if not parent or name == "." then
        return parent or nil, message
    end
    local here = (parent ~= "/" and parent or "") .. "/" .. name
    local target = lfs.symlinkattributes(here, "target")
    if not target then
        return here
    elseif links == LINKS_MOST then
        return nil, message
    end
    return canonical_of(disk, target:sub(1, 1) == "/" and target or parent .. "/" .. target, links + 1)
end

--- The records of a directory that may be gone; of the one environment to which a lockfile belongs.
local function records_of(runtime, path, lockfile)
    if lockfile then
        local states, message, code = runtime:environments(path, lockfile)
        return states and { states[1].record }, message, code
    end
    local canonical, message = canonical_of(runtime.host.disk, path, 0)
    if not canonical then
        return nil, message .. "; 'upnudge status --all' shows what is kept, and by which path", "environment-missing"
    end
    local env = { path = canonical, key = require "upnudge.core".hash(canonical) }
    return require "upnudge.record.siblings".records(
        require "upnudge.record".open(runtime.host.disk, runtime.places, env))
end

---@param runtime upnudge.Runtime
---@param path string
---@param lockfile string? of the one environment that is meant, while the directory is there
---@return {environment: string, forgotten: boolean}? removal
---@return string? message
---@return string? code of upnudge.lib.reasons: "busy" while a check is running
return function(runtime, path, lockfile)
    local records, message, wrong = records_of(runtime, path, lockfile)
    if not records then
        return nil, message, wrong
    end
    local removed, fault, code = require "upnudge.record.removal".remove(records)
    if removed == nil then
        return nil, fault, code == "busy" and code or require "upnudge.runtime.cause".of_state(code)
    end
    runtime:drop(records[1].path)
    return { environment = records[1].path, forgotten = removed }
end
