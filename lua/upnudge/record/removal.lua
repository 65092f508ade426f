--- The removal: everything that is kept of one environment goes.
---
--- Under the lock of the check, so that none that is running loses what it writes. The record goes first, for what it
--- names may not be there any more; the lock's own file last, since whoever finds none makes another one. Another
--- removal takes the same away at the same time, and a choice that comes later begins anew.

local files = require "upnudge.record.files"

local M = {}

-- Milliseconds in which another removal ends; a check takes longer.
local PATIENCE <const> = 1000

local SPARED <const> = { ["."] = true, [".."] = true, [files.CHECK_LOCK] = true,
    [files.CHECK_LOCK .. files.STANDIN] = true }

--- Whatever is there, be it of a strategy of a team's own: directories with what is in them, links and not what they
--- lead to.
local function empty(record, directory)
    local ok, message, code = directory:remove_scratch(files.RECORD)
    for name in require "lfs".dir(record.directory_path) do
        if ok and not SPARED[name] then
            ok, message, code = directory:remove_scratch(name)
        end
    end
    return ok, message, code
end

--- Where another check begins just now the directory stays, for it has made a lock of its own there. Ours may be
--- a file, too.
local function remove_directory(record, directory, lock)
    local ok, message, code = directory:remove(files.CHECK_LOCK)
    if code == "not-found" then
        ok, code = true, nil
    end
    lock:release()
    local parent <close> = ok and record.disk.directory(record.state_dir) or nil
    if parent then
        parent:remove_empty(record.key)
    end
    return ok, message, code
end

--- Removes it all. Waits for another process a second at most; may raise where the directory cannot be listed.
---@param record upnudge.Record
---@return boolean? removed false: there was nothing
---@return string? message
---@return string? code "busy" while a check is running
function M.remove(record)
    local directory <close>, message, code = record:directory()
    if code == "not-found" then
        return false
    elseif not directory then
        return nil, message, code
    end
    local lock <close>, why, what = directory:lock(files.CHECK_LOCK, PATIENCE)
    if what == "not-found" then
        return false
    elseif not lock then
        return nil, what == "busy" and "another process is checking " .. record.path or why, what
    end
    local ok, fault, kind = empty(record, directory)
    if ok then
        ok, fault, kind = remove_directory(record, directory, lock)
    end
    return ok, not ok and ("%s: %s"):format(record.directory_path, fault) or nil, kind
end

return M
