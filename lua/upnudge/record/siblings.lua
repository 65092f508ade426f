--- The siblings: what is kept of a directory's other environments, whose lockfiles are of other formats than that of
--- the environment that was checked first.

local core = require "upnudge.core"
local files = require "upnudge.record.files"

local M = {}

--- Another environment of the directory.
---@param path string? canonical; nil: to be found out
---@param key string of the first
---@param format string
---@return upnudge.Environment
function M.environment(path, key, format)
    return { path = path, key = ("%s/%s/%s"):format(key, files.BESIDE, format), beside = format }
end

--- The formats of those that have something beside what is kept of the first one in one place, in no order; none where
--- there is nothing that is ours.
---@param disk upnudge.Disk
---@param root string the app's directory
---@param key string of the first
---@return string[]
function M.formats_in(disk, root, key)
    local directory <close> = disk.ours(root) and disk.directory(root .. "/" .. key) or nil
    local beside <close> = directory and directory:enter(files.BESIDE) or nil
    local formats = {}
    for _, name in ipairs(beside and beside:names() or {}) do
        formats[#formats + 1] = name:find "^%l[%l%d-]*$" and name or nil
    end
    return formats
end

--- Those in all places, in order.
---@param record upnudge.Record of the first
---@return string[]
function M.formats(record)
    local places, known, formats = record.places, {}, {}
    local roots = { places.cache }
    roots[#roots + 1] = places.state ~= places.cache and places.state or nil
    roots[#roots + 1] = require "upnudge.record.refuge".path(places)
    for _, root in ipairs(roots) do
        for _, format in ipairs(M.formats_in(record.disk, root, record.key)) do
            formats[#formats + 1], known[format] = not known[format] and format or nil, true
        end
    end
    table.sort(formats, core.before)
    return formats
end

--- The records of all, the first one's before the others, whether or not anything is in them.
---@param record upnudge.Record of the first
---@return upnudge.Record[]
function M.records(record)
    local list = { record }
    for _, format in ipairs(M.formats(record)) do
        list[#list + 1] = require "upnudge.record".open(record.disk, record.places,
            M.environment(record.path, record.key, format))
    end
    return list
end

return M
