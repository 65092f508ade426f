--- The list of the environments of which something is kept.

local core = require "upnudge.core"
local files = require "upnudge.record.files"
local lfs = require "lfs"
local record = require "upnudge.record"

local M = {}

--- A record tells its own path; reading it as that of another one fails, so it is asked twice.
local function read(places, directory, key)
    local bytes = core.read(("%s/%s/%s"):format(directory, key, files.RECORD), files.RECORD_LIMIT, true)
    local claimed = bytes and require "upnudge.lib.json.read"(bytes)
    local path = type(claimed) == "table" and type(claimed.path) == "string" and claimed.path
    local found = path and record.open(core, places, { path = path, key = key })
    return found and found:read() and found or nil
end

--- A home tells what it is about.
local function read_home(places, directory, key)
    local path = core.read(("%s/%s/%s"):format(directory, key, files.ABOUT), files.SMALL_LIMIT, true)
    return path and core.hash(path) == key and record.open(core, places, { path = path, key = key }) or nil
end

--- Adds what `find` makes of each directory that is called like the key of an environment, and is not known yet.
local function add(list, known, places, directory, find)
    if not lfs.attributes(directory, "mode") then
        return
    end
    for key in lfs.dir(directory) do
        local found = #key == 32 and not known[key] and find(places, directory, key)
        if found then
            list[#list + 1], known[key] = found, true
        end
    end
end

--- The records, with those in the refuge that are nowhere else.
local function records(places, known)
    local list, refuge = {}, require "upnudge.record.refuge".path(places)
    add(list, known, places, places.cache, read)
    if refuge then
        add(list, known, places, refuge, read)
    end
    return list, refuge
end

local function sorted(list)
    table.sort(list, function(a, b)
        return core.before(a.path, b.path)
    end)
    return list
end

--- The sound records by path, each with its `value`; none where there is no directory. Raises where it cannot be
--- listed.
---@param places upnudge.Places
---@return upnudge.Record[]
function M.records(places)
    return sorted((records(places, {})))
end

--- The same, and those of which nothing is kept but what a person chose and was told: these have no `value`.
---@param places upnudge.Places
---@return upnudge.Record[]
function M.all(places)
    local known = {}
    local list, refuge = records(places, known)
    add(list, known, places, places.state, read_home)
    if refuge then
        add(list, known, places, refuge, read_home)
    end
    return sorted(list)
end

return M
