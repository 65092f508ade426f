--- The project: the environment around the directory in which somebody stands.
---
--- The nearest directory at or above it that has a lockfile, or a record already. The search ends at the home
--- directory and at the border of a file system, for what lies beyond is nobody's project: only who stands in the home
--- directory, or in the root, has that looked at.

local files = require "upnudge.record.files"
local lfs = require "lfs"

local M = {}

-- From here on a file may be something else than a lockfile, or names tools alone (see upnudge.lockfile): it makes a
-- project of its directory only where there is no other one around.
local DOUBTFUL <const> = 2

local function has_record(runtime, directory)
    local key = require "upnudge.core".hash(directory)
    return lfs.attributes(("%s/%s/%s"):format(runtime.state_dir, key, files.RECORD), "mode") == "file"
end

--- The directory above, and where nothing is above that is looked at, why.
local function above(directory, home)
    local parent = directory:match "^(/.*)/[^/]+$" or "/"
    if directory == home or parent == home then
        return nil, "below the home directory"
    elseif directory == "/" or parent == "/" then
        return nil, "below the root"
    elseif lfs.attributes(directory, "dev") ~= lfs.attributes(parent, "dev") then
        return nil, "where its file system ends"
    end
    return parent
end

local function nothing(from, last, why)
    local where = from == last and from or ("%s or above it, up to %s, %s"):format(from, last, why)
    return ("no lockfile that upnudge knows in %s; name a directory ('upnudge formats' lists what is known)"):format(
        where)
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
    if not directory then
        return nil, message, "environment-missing"
    end
    local first, home = directory, given and disk.realpath(given)
    local doubtful, why
    while true do
        local found, least, code = runtime:lockfiles():candidates { path = directory }
        if not found then
            return nil, least, require "upnudge.runtime.cause".of_lockfile(code)
        elseif found[1] and least < DOUBTFUL or has_record(runtime, directory) then
            return directory
        end
        doubtful = doubtful or found[1] and directory or nil
        local parent
        parent, why = above(directory, home)
        if not parent then
            break
        end
        directory = parent
    end
    if doubtful then
        return doubtful
    end
    return nil, nothing(first, directory, why), "no-lockfile"
end

return M
