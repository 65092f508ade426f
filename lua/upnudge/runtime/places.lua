--- The places: where what is kept of an app is.

local M = {}

---@class upnudge.Places where what is kept of an app is; both are one directory where somebody names one
---@field cache string of what can be made again
---@field state string of what nobody can make again
---@field app? string whose they are, where nobody has named a place: what cannot be kept there has another one
---@field session? string $XDG_RUNTIME_DIR
---@field named? string who has named the place
---@field of_all? boolean whether it is that of all apps, in which those of each are

--- A directory that a variable names; a relative one counts as unset.
local function directory_of(variable, name)
    local path = variable(name)
    return path and path:sub(1, 1) == "/" and path or nil
end

--- One directory for everything.
local function one(path)
    if path:sub(1, 1) ~= "/" then
        return nil, ("UPNUDGE_STATE_DIR '%s' is not absolute"):format(path), "usage"
    end
    path = path:gsub("(.)/+$", "%1")
    return { cache = path, state = path, named = "UPNUDGE_STATE_DIR" }
end

--- By the variables of a host that names none itself.
---@param host upnudge.Host
---@param app string
---@return upnudge.Places?
---@return string? message
---@return string? code of upnudge.lib.reasons
function M.find(host, app)
    local variable = host.variable
    local named = variable "UPNUDGE_STATE_DIR"
    if named and named ~= "" then
        return one(named)
    end
    local home, below = directory_of(variable, "HOME"), "/upnudge/" .. app
    local cache = directory_of(variable, "XDG_CACHE_HOME") or home and home .. "/.cache"
    local state = directory_of(variable, "XDG_STATE_HOME") or home and home .. "/.local/state" or cache
    local session = directory_of(variable, "XDG_RUNTIME_DIR")
    cache = cache or state
    if cache then
        return { cache = cache .. below, state = state .. below, app = app, session = session }
    end
    local refuge = require "upnudge.record.refuge".path { app = app, session = session }
    if refuge then
        return { cache = refuge, state = refuge, named = "the login session, for there is no HOME" }
    end
    return nil, "no state directory: set HOME, or name one with --state-dir or UPNUDGE_STATE_DIR", "state-unusable"
end

--- Why what is kept is where it is, in words.
---@param host upnudge.Host
---@param places upnudge.Places
---@param what "cache"|"state"
---@return string
function M.reason(host, places, what)
    local name = what == "cache" and "XDG_CACHE_HOME" or "XDG_STATE_HOME"
    return "as " .. (places.named or directory_of(host.variable, name) and name or "HOME") .. " says"
end

return M
