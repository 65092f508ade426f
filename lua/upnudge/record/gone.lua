--- Whether the directory of an environment is gone for good, or may only not be to be seen just now: on a file system
--- that is not mounted, a stick that is not plugged in, a home that is locked.
---
--- A record has the mount point below which its directory was: while what is left of the path is not below that, the
--- file system is away. (Its number would tell nothing: it is another one after each boot.) Beside that this goes by
--- what is there: the directory that it was in has to be there, readable, and must not be where something is mounted
--- usually. An empty directory is what a mount point looks like without its file system.

local lfs = require "lfs"

local M = {}

-- Where file systems come and go.
local MOUNTS <const> = { "^/mnt/", "^/media/", "^/run/media/", "^/Volumes/", "^/net/", "^/misc/", "^/autofs/" }

--- Names of a table of file systems, with \040 for a space and so on.
local function plain(name)
    return (name:gsub("\\(%d%d%d)", function(digits)
        return string.char(tonumber(digits, 8))
    end))
end

--- The places where the machine mounts something or would: /etc/fstab and what is mounted now.
---@return table<string, boolean>
function M.mount_points()
    local points = {}
    for _, table_of in ipairs { "/etc/fstab", "/proc/self/mounts" } do
        local file = io.open(table_of)
        for line in file and file:lines() or function() end do
            local point = line:match "^%s*[^#%s]%S*%s+(/%S*)"
            if point then
                points[plain(point)] = true
            end
        end
        if file then
            file:close()
        end
    end
    return points
end

local function has_entries(path)
    local ok, iterate, listing = pcall(lfs.dir, path)
    if not ok then
        return false
    end
    for name in iterate, listing do
        if name ~= "." and name ~= ".." then
            listing:close()
            return true
        end
    end
    return false
end

--- The nearest directory above that is there; nil where something in between is neither there nor gone.
local function nearest(path)
    local above = path
    repeat
        above = above:match "^(/.*)/[^/]*$" or "/"
        local found, _, code = lfs.attributes(above, "mode")
        if found then
            return found == "directory" and above or nil
        elseif code ~= 2 then
            return nil
        end
    until above == "/"
end

--- The directory where the file system begins on which another one is; nil where that cannot be seen.
---@param path string canonical
---@return string?
function M.mount_of(path)
    local device = lfs.attributes(path, "dev")
    while device and path ~= "/" do
        local above = path:match "^(/.*)/[^/]*$" or "/"
        local other = lfs.attributes(above, "dev")
        if other ~= device then
            return other and path or nil
        end
        path = above
    end
    return device and path or nil
end

--- Whether it is gone for good. In doubt it is not.
---@param path string canonical
---@param points table<string, boolean> of M.mount_points
---@param mount string? of M.mount_of, when it was there
---@return boolean
function M.is_gone(path, points, mount)
    local there, _, code = lfs.attributes(path, "mode")
    -- 2: no such file. Whatever else keeps it from being seen, as rights or a server that is away, is no proof.
    if there or code ~= 2 or lfs.symlinkattributes(path, "mode") then
        return false
    end
    for _, pattern in ipairs(MOUNTS) do
        if path:find(pattern) then
            return false
        end
    end
    local above = nearest(path)
    if not above or points[path] or mount and M.mount_of(above) ~= mount then
        return false
    end
    -- What is missing between the two may be a mount point, and what is above may be one without its file system.
    for point in pairs(points) do
        if path:sub(1, #point + 1) == point .. "/" and #point > #above then
            return false
        end
    end
    return above ~= "/" and has_entries(above)
end

return M
