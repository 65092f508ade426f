--- Forgetting: nothing is kept of one environment any more, whose directory may be gone as well.

--- Where the directory is, or was: below what is still there of its path.
local function canonical_of(runtime, path)
    local disk = runtime.host.disk
    local found, message = disk.realpath(path)
    if found then
        return found
    end
    local above, name = path:match "^(.-)/*([^/]+)/*$"
    if not name or name == "." or name == ".." then
        return nil, message
    end
    local parent = disk.realpath(above ~= "" and above or path:sub(1, 1) == "/" and "/" or ".")
    if parent then
        return (parent ~= "/" and parent or "") .. "/" .. name
    elseif path:sub(1, 1) == "/" and not path:find "/%.%.?%f[/\0]" then
        return (path:gsub("/+", "/"):gsub("(.)/$", "%1"))
    end
    return nil, message
end

---@param runtime upnudge.Runtime
---@param path string
---@return {environment: string, forgotten: boolean}? removal
---@return string? message
---@return string? code of upnudge.lib.reasons: "busy" while a check is running
return function(runtime, path)
    local canonical, message = canonical_of(runtime, path)
    if not canonical then
        return nil, message, "environment-missing"
    end
    local env = { path = canonical, key = require "upnudge.core".hash(canonical) }
    local record = require "upnudge.record".open(runtime.host.disk, runtime.state_dir, env)
    local removed, fault, code = require "upnudge.record.removal".remove(record)
    if removed == nil then
        return nil, fault, code == "busy" and code or require "upnudge.runtime.cause".of_state(code)
    end
    runtime:drop(canonical)
    return { environment = canonical, forgotten = removed }
end
