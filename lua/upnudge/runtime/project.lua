--- The project: the environment around the directory in which somebody stands.
---
--- The nearest directory at or above it that has a lockfile, or a record already. The search ends at the home
--- directory and at the border of a file system, for what lies beyond is nobody's project: only who stands in the home
--- directory, or in the root, has that looked at.
---
--- Prompts look for it, by the small program that carries no format: so a directory is listed once, which costs a few
--- system calls however many names lockfiles have.

local core = require "upnudge.core"
local files = require "upnudge.record.files"

local M = {}

-- In a directory with more entries each name is looked for.
local LISTED <const> = 2000

---@alias upnudge.Standing "sure"|"doubtful"|nil whether a lockfile is in a directory

--- Whether what makes a lockfile of an entry is there: itself, or something below it.
local function is_there(path, kind, listed)
    for below in kind:gmatch "/%S+" do
        if core.stamp(path .. below) then
            return true
        end
    end
    return kind:sub(1, 1) ~= "/" and (listed or core.stamp(path) ~= nil)
end

--- By the names that our formats know.
---@param directory string
---@return upnudge.Standing
local function by_name(directory)
    local names, doubtful = require "upnudge.lockfile.names", nil
    local listed = core.entries(directory, names, LISTED)
    for _, entry in ipairs(listed or require "upnudge.lib.suggest".keys(names)) do
        local kind = names[entry]
        local there = is_there(directory .. "/" .. entry, kind, listed ~= nil)
        if there and kind ~= "doubtful" then
            return "sure"
        end
        doubtful = doubtful or there and kind or nil
    end
    return doubtful
end

--- By a team's formats as well.
---@return fun(directory: string): upnudge.Standing
---@return upnudge.LockfileReader
local function by_reader(runtime)
    require "upnudge.runtime".complete()
    local reader = runtime:lockfiles()
    return function(directory)
        local found, least = reader:candidates { path = directory }
        return found[1] and (least < require "upnudge.lockfile".DOUBTFUL and "sure" or "doubtful") or nil
    end, reader
end

--- How a directory is looked at. Only the full command reads a team's formats.
local function looker(runtime)
    for _, directory in ipairs(require "upnudge.policy.beside".directories(runtime.source, "formats")) do
        if core.stamp(directory) then
            if core.hand_over then
                core.hand_over "a format of a team's own"
            else
                return by_reader(runtime)
            end
        end
    end
    return by_name
end

--- Where records are: in the refuge, when the home of those is not there.
local function place_of_records(places)
    return not core.stamp(places.cache) and require "upnudge.record.refuge".path(places) or places.cache
end

local function has_record(place, directory)
    return core.stamp(("%s/%s/%s"):format(place, core.hash(directory), files.RECORD)) ~= nil
end

local function device(directory)
    local stamp = core.stamp(directory)
    return stamp and stamp:match "^%x+"
end

--- The directory above and its device, and where nothing is above that is looked at, why.
local function above(directory, on, home)
    local parent = directory:match "^(/.*)/[^/]+$" or "/"
    if directory == home or parent == home then
        return nil, "below the home directory"
    elseif directory == "/" or parent == "/" then
        return nil, "below the root"
    end
    local beyond = device(parent)
    if beyond ~= on then
        return nil, "where its file system ends"
    end
    return parent, beyond
end

local function nothing(from, last, why, reader)
    local where = from == last and from or ("%s or above it, up to %s, %s"):format(from, last, why)
    local message, code = ("no lockfile that upnudge knows in %s; name a directory ('upnudge formats' lists what is "
        .. "known)"):format(where), "none"
    if reader then
        message, code = reader:unread(message, code)
    end
    return message, require "upnudge.runtime.cause".of_lockfile(code)
end

--- Whether the directory has a lockfile, be it one of several.
---@param runtime upnudge.Runtime
---@param directory string canonical
---@return boolean
function M.has_lockfile(runtime, directory)
    return looker(runtime)(directory) ~= nil
end

--- The directory of the project around `from`, canonical. Blocks as the file system does.
---@param runtime upnudge.Runtime
---@param from string? the working directory unless given
---@return string? path
---@return string? message where was looked
---@return string? code of upnudge.lib.reasons
function M.around(runtime, from)
    local disk, given = runtime.host.disk, runtime.host.variable "HOME"
    local directory, message = disk.realpath(from or ".")
    local place = runtime.places.cache
    if not directory then
        return nil, message, "environment-missing"
    elseif has_record(place, directory) then
        return directory
    end
    local first, home, on = directory, given and disk.realpath(given), device(directory)
    local look, reader = looker(runtime)
    local doubtful, why
    place = place_of_records(runtime.places)
    while true do
        local standing = look(directory)
        if standing == "sure" or has_record(place, directory) then
            return directory
        end
        doubtful = doubtful or standing and directory or nil
        local parent, more = above(directory, on, home)
        if not parent then
            why = more
            break
        end
        directory, on = parent, more
    end
    if doubtful then
        return doubtful
    end
    return nil, nothing(first, directory, why, reader)
end

return M
