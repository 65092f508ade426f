--- The removal: everything that is kept of one environment goes, or of several of one directory, wherever it stands.
---
--- Under the lock of the check, so that none that is running loses what it writes. The record goes first, for what it
--- names may not be there any more; what it is about goes last, for whoever collects what is gone would not know it. So
--- it is on the disk, too, that no power cut brings a record back or leaves what nobody knows. The lock's own file goes
--- after all, since whoever finds none makes another one. Another removal takes the same away at the same time, and a
--- choice that comes later begins anew.

local files = require "upnudge.record.files"

local M = {}

-- Milliseconds in which another removal ends; a check takes longer.
local PATIENCE <const> = 1000

local SPARED <const> = { [files.ABOUT] = true, [files.CHECK_LOCK] = true,
    [files.CHECK_LOCK .. files.STANDIN] = true, [files.BESIDE] = true }

---@class upnudge.Held what stands in one place of what goes
---@field record upnudge.Record
---@field outer string the app's directory
---@field path string
---@field directory table of upnudge.core
---@field lock? table of the check, where the record may be among it

--- Removes one whose end is on the disk before that of any other.
local function remove_first(directory, name)
    if not directory:exists(name) then
        return true
    end
    local ok, message, code = directory:remove_scratch(name)
    if ok then
        return directory:sync()
    end
    return nil, message, code
end

--- Removes one when the end of all others is on the disk.
local function remove_last(directory, name)
    if not directory:exists(name) then
        return true
    end
    local ok, message, code = directory:sync()
    if ok then
        return directory:remove_scratch(name)
    end
    return nil, message, code
end

--- Whatever is there, be it of a strategy of a team's own: directories with what is in them, links and not what they
--- lead to. What is of other environments of the directory stays.
local function empty(directory)
    local ok, message, code = remove_first(directory, files.RECORD)
    local more = ok
    -- Of very many names not all are told at once.
    while more do
        local names
        names, message, code = directory:names(true)
        ok, more = names ~= nil, false
        for _, name in ipairs(names or {}) do
            if ok and not SPARED[name] then
                ok, message, code = directory:remove_scratch(name)
                more = ok
            end
        end
    end
    if ok then
        ok, message, code = remove_last(directory, files.ABOUT)
    end
    return ok, message, code
end

--- Where another check begins just now the directory stays, for it has made a lock of its own there. Ours may be
--- a file, too.
local function remove_lock(held)
    local ok, message, code = held.directory:remove(files.CHECK_LOCK)
    if code == "not-found" then
        ok, code = true, nil
    end
    held.lock:release()
    return ok, message, code
end

--- The directories on the way to it, from the last, as far as they are empty.
local function remove_directories(held)
    local path, removed = held.path, true
    while removed and path ~= held.outer do
        local outer, name = path:match "^(.*)/([^/]+)$"
        local above <close> = held.record.disk.directory(outer)
        path, removed = outer, above and above:remove_empty(name)
    end
end

--- What stands in an open directory goes, and the directory.
local function clear(held)
    local ok, message, code = empty(held.directory)
    if ok and held.lock then
        ok, message, code = remove_lock(held)
    end
    if ok then
        remove_directories(held)
    end
    return ok, not ok and ("%s: %s"):format(held.path, message) or nil, code
end

--- Holds what stands in one directory; `locked`: the record is among it. nil and why not, false where there is nothing.
local function hold(record, outer, path, locked)
    local directory, message, code = record:reach(outer, path)
    if code == "not-found" then
        return false
    elseif not directory then
        return nil, message, code
    end
    local held = { record = record, outer = outer, path = path, directory = directory }
    if not locked then
        return held
    end
    held.lock, message, code = directory:lock(files.CHECK_LOCK, PATIENCE)
    if held.lock then
        return held
    end
    directory:close()
    if code == "not-found" then
        return false
    end
    return nil, code == "busy" and "another process is checking " .. record.path or message, code
end

--- Adds what is kept of one environment, in each place.
local function hold_all(list, record)
    local places = record.places
    local refuge, outer = require "upnudge.record.refuge".of(record)
    local all = { { places.cache, record.cache_path, true } }
    all[#all + 1] = not record:is_one() and { places.state, record.home_path } or nil
    all[#all + 1] = refuge and { outer, refuge, true } or nil
    for _, at in ipairs(all) do
        local held, message, code = hold(record, at[1], at[2], at[3])
        if held == nil then
            return nil, message, code
        end
        list[#list + 1] = held or nil
    end
    return true
end

local RELEASED <const> = { __close = function(list)
    for _, held in ipairs(list) do
        if held.lock then
            held.lock:release()
        end
        held.directory:close()
    end
end }

--- Removes it all, of one environment or of several of one directory, or nothing while one of them is being checked.
--- Waits for another process a second at most; may raise where a directory cannot be listed.
---@param records upnudge.Record[] that of the first before those beside it
---@return boolean? removed false: there was nothing
---@return string? message
---@return string? code "busy" while a check is running
function M.remove(records)
    local list <close> = setmetatable({}, RELEASED)
    -- The directories of siblings stand in that of the first.
    for i = #records, 1, -1 do
        local ok, message, code = hold_all(list, records[i])
        if not ok then
            return nil, message, code
        end
    end
    for _, held in ipairs(list) do
        local ok, message, code = clear(held)
        if not ok then
            return nil, message, code
        end
    end
    return #list > 0
end

return M
