--- The remains: what stands in the directory of an app of which nothing tells whose it was. A removal that was killed
--- leaves such, for it takes the record first, and so does a first check, where it is the last thing that happens to an
--- environment.
---
--- They hold only what can be made again, and have been left alone for a while: the lock of a check that could leave no
--- record says when the next one may try (see upnudge.runtime.retry).

local core = require "upnudge.core"
local files = require "upnudge.record.files"
local lfs = require "lfs"

local M = {}

-- What can be made again, but for directories of dry upgrades and temporaries.
local REMADE <const> = { [files.LOCKFILES] = true, [files.CHANGES] = true, [files.OLD_CHANGES] = true,
    [files.CONTENT] = true, [files.LEFT] = true, [files.STANDING] = true, [files.CHECK_LOG] = true,
    [files.CHECK_LOCK] = true, [files.CHECK_LOCK .. files.STANDIN] = true }

local function is_remade(name)
    return REMADE[name] or name:find("^" .. files.OUTPUT .. "%.") or name:find "^%.%x+%.tmp$"
end

--- Whether a directory of an environment is such.
local function is_left(path, before)
    local directory <close> = core.directory(path)
    for _, name in ipairs(directory and directory:names() or { "" }) do
        if not is_remade(name) then
            return false
        end
    end
    local touched = lfs.symlinkattributes(path .. "/" .. files.CHECK_LOCK, "modification")
    return not touched or touched < before
end

--- Removes what can be made again and is nobody's. What cannot be removed, because somebody checks it just now, is not.
local function remove_remade(places, before)
    local record = require "upnudge.record"
    require "upnudge.record.list".each(places.cache, function(env)
        local path = ("%s/%s"):format(places.cache, env.key)
        local has_home = places.state ~= places.cache and core.stamp(("%s/%s"):format(places.state, env.key))
        if not env.beside and not has_home and is_left(path, before) then
            require "upnudge.record.removal".remove { record.open(core, places, { key = env.key, path = env.key }) }
        end
    end)
end

--- Removes homes in which there is nothing.
local function remove_empty(places)
    local directory <close> = core.directory(places.state)
    require "upnudge.record.list".each(places.state, function(env)
        if not env.beside then
            directory:remove_empty(env.key)
        end
    end)
end

--- Removes them. May raise where a directory cannot be listed.
---@param places upnudge.Places
---@param before integer seconds UTC, when they were touched last at the latest
function M.remove(places, before)
    if places.state ~= places.cache and core.ours(places.state) then
        remove_empty(places)
    end
    if core.ours(places.cache) then
        remove_remade(places, before)
    end
end

return M
