--- The removal: everything that is kept of one environment goes, wherever it stands.
---
--- Under the lock of the check, so that none that is running loses what it writes. The record goes first, for what it
--- names may not be there any more; the lock's own file last, since whoever finds none makes another one. Another
--- removal takes the same away at the same time, and a choice that comes later begins anew.

local files = require "upnudge.record.files"

local M = {}

-- Milliseconds in which another removal ends; a check takes longer.
local PATIENCE <const> = 1000

local SPARED <const> = { ["."] = true, [".."] = true, [files.ABOUT] = true, [files.CHECK_LOCK] = true,
    [files.CHECK_LOCK .. files.STANDIN] = true }

--- Whatever is there, be it of a strategy of a team's own: directories with what is in them, links and not what they
--- lead to. What it is about goes last: whoever collects what is gone would not know it.
local function empty(directory, path)
    local ok, message, code = directory:remove_scratch(files.RECORD)
    for name in require "lfs".dir(path) do
        if ok and not SPARED[name] then
            ok, message, code = directory:remove_scratch(name)
        end
    end
    if ok then
        ok, message, code = directory:remove_scratch(files.ABOUT)
    end
    return ok, message, code
end

--- Where another check begins just now the directory stays, for it has made a lock of its own there. Ours may be
--- a file, too.
local function remove_lock(directory, lock)
    local ok, message, code = directory:remove(files.CHECK_LOCK)
    if code == "not-found" then
        ok, code = true, nil
    end
    lock:release()
    return ok, message, code
end

--- What stands in an open directory goes, and the directory.
local function clear(record, directory, outer, path, lock)
    local ok, message, code = empty(directory, path)
    if ok and lock then
        ok, message, code = remove_lock(directory, lock)
    end
    local parent <close> = ok and record.disk.directory(outer) or nil
    if parent then
        parent:remove_empty(record.key)
    end
    return ok, not ok and ("%s: %s"):format(path, message) or nil, code
end

--- The directory, unless there is none.
local function reach(record, outer, path)
    local ours, message, code = record.disk.ours(outer)
    if not ours then
        return nil, message, code
    end
    return record.disk.directory(path)
end

--- What stands in one directory; `locked`: the record is among it.
local function remove_at(record, outer, path, locked)
    local directory <close>, message, code = reach(record, outer, path)
    if code == "not-found" then
        return false
    elseif not directory then
        return nil, message, code
    elseif not locked then
        return clear(record, directory, outer, path)
    end
    local lock <close>, why, what = directory:lock(files.CHECK_LOCK, PATIENCE)
    if what == "not-found" then
        return false
    elseif not lock then
        return nil, what == "busy" and "another process is checking " .. record.path or why, what
    end
    return clear(record, directory, outer, path, lock)
end

--- Removes it all. Waits for another process a second at most; may raise where a directory cannot be listed.
---@param record upnudge.Record
---@return boolean? removed false: there was nothing
---@return string? message
---@return string? code "busy" while a check is running
function M.remove(record)
    local places, any = record.places, false
    local refuge, outer = require "upnudge.record.refuge".of(record)
    local all = { { places.cache, record.cache_path, true } }
    all[#all + 1] = not record:is_one() and { places.state, record.home_path } or nil
    all[#all + 1] = refuge and { outer, refuge, true } or nil
    for _, at in ipairs(all) do
        local removed, message, code = remove_at(record, at[1], at[2], at[3])
        if removed == nil then
            return nil, message, code
        end
        any = any or removed
    end
    return any
end

return M
