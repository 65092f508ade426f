--- The home: where what a person chose and was told of one environment stands, apart from what can be made again. Here
--- is how it is made, and what stands for it before that; most activations find it.
---
--- Earlier versions had it all beside the record. Until an environment has a home it is read there; whoever first has
--- something to write makes the home of what he finds. That is done in a directory of another name, under the locks of
--- what is copied, and one rename puts it in its place: whenever somebody is killed or the power goes, all of it is in
--- the one place or in the other. Then the old files go; where that was interrupted, with the next check.
---
--- A home by itself need not outlive a power cut, since what is written there by an activation need not either. The
--- first choice of a person does, and with it the way there (M.make_lasting).
---
--- What stands in the refuge, for no home could be made, is taken along in the same way; there itself nothing is made
--- of what earlier versions had, which is read where it is.

local core = require "upnudge.core"
local files = require "upnudge.record.files"
local refuge = require "upnudge.record.refuge"
local way = require "upnudge.record.way"

local M = {}

-- What stands in a home, with the most bytes of each, and the locks.
local KEPT <const> = { { files.CHOICES, files.SMALL_LIMIT }, { files.NOTIFIED, files.SMALL_LIMIT },
    { files.OLD_DECISIONS, 2 * files.DECISIONS_LIMIT }, { files.DECISIONS, 2 * files.DECISIONS_LIMIT } }
local LOCKS <const> = { files.CHOICES_LOCK, files.NOTIFIED_LOCK }
-- Milliseconds that a lock is waited for: each is held for some milliseconds.
local PATIENCE <const> = 500

--- The directories where it may stand before there is a home, what counts first.
local function old_places(record)
    local paths = { (refuge.of(record)) }
    if record:is_ours(record.places.cache, record.cache_path) then
        paths[#paths + 1] = record.cache_path
    end
    return paths
end

local function has_something(directory)
    for _, kept in ipairs(KEPT) do
        if directory:exists(kept[1]) then
            return true
        end
    end
    return directory:exists(files.CHOICES_LOCK) or directory:exists(files.NOTIFIED_LOCK)
end

local CLOSING <const> = { __close = function(list)
    for _, one in ipairs(list) do
        one:close()
    end
end }

--- Those of them in which there is something of it.
local function open_old(record)
    local list = setmetatable({}, CLOSING)
    for _, path in ipairs(old_places(record)) do
        local directory = record.disk.directory(path)
        if directory and has_something(directory) then
            list[#list + 1] = directory
        elseif directory then
            directory:close()
        end
    end
    return list
end

--- A file of a home that is not there yet, as core.read.
---@param record upnudge.Record
---@param name string of upnudge.record.files
---@param limit integer
---@return string? bytes
---@return string? message
---@return string? code
function M.read_old(record, name, limit)
    for _, path in ipairs(old_places(record)) do
        local bytes, message, code = record.disk.read(path .. "/" .. name, limit, true)
        if bytes or code ~= "not-found" then
            return bytes or nil, message, code
        end
    end
    if record:has_home() then
        -- It was made just now.
        return record:recall(name, limit)
    end
    return nil, "nothing is known", "not-found"
end

-- ---- making one ----------------------------------------------------------------------------------

--- Holds the locks of what is copied. Who cannot have one for another reason than that somebody has it could not
--- write there either, and nobody else who is us.
local function hold(old, held)
    for _, directory in ipairs(old) do
        for _, name in ipairs(LOCKS) do
            local lock, message, code = directory:lock(name, PATIENCE)
            if code == "busy" then
                return nil, message, code
            end
            held[#held + 1] = lock
        end
    end
    return true
end

local function release(held)
    for _, lock in ipairs(held) do
        lock:release()
    end
end

--- A file of the first that has it.
local function read_first(old, name, limit)
    local bytes, message, code = nil, nil, "not-found"
    for _, directory in ipairs(old) do
        if code == "not-found" then
            bytes, message, code = directory:read(name, limit)
        end
    end
    return bytes, message, code
end

--- Copies what is there, to last, for the old files go then; what is too large to be read was never believed.
local function copy(old, making)
    for _, kept in ipairs(KEPT) do
        local name = kept[1]
        local bytes, message, code = read_first(old, name, kept[2])
        if bytes then
            bytes, message, code = making:replace(name, bytes, true)
        end
        if not bytes and code ~= "not-found" and code ~= "limit" then
            return nil, message, code
        end
    end
    return making:replace(files.MOVED, "", true)
end

--- What was copied goes, the locks last: whoever waits for one finds another file there. For good, for nobody looks
--- for it again.
local function remove_old(old)
    for _, directory in ipairs(old) do
        for _, kept in ipairs(KEPT) do
            directory:remove(kept[1])
        end
        for _, name in ipairs(LOCKS) do
            directory:remove(name)
        end
        directory:sync()
    end
end

--- Makes the way to a directory last that somebody may have made just now: its entry, and those of the directories on
--- the way, as far as they are ours, but for those that may not be listed, which nobody can sync. Blocks as fsync does.
---@param disk upnudge.Disk
---@param path string
---@return boolean? ok
---@return string? message
---@return string? code
function M.make_lasting(disk, path)
    repeat
        path = path:match "^(.+)/[^/]*$" or "/"
        local directory <close>, message, code = disk.directory(path)
        local ok = code == "denied"
        if directory then
            ok, message, code = directory:sync()
        elseif code == "foreign" then
            return true
        end
        if not ok then
            return nil, message, code
        end
    until path == "/"
    return true
end

--- The directory in which the home stands, made where it is missing.
local function enter_above(record, parent)
    local above = record.key:match "^(.+)/"
    if above then
        return way(parent, above, true)
    end
    return record.disk.directory(record.places.state)
end

--- Makes the home in a directory of another name, and puts it in its place.
local function build(record, parent, old)
    local above <close>, fault, kind = enter_above(record, parent)
    if not above then
        return nil, fault, kind
    end
    local name, message, code = parent:make_scratch(files.MAKING)
    if not name then
        return nil, message, code
    end
    local home, why, what = parent:enter(name)
    local ok
    if home then
        ok, why, what = home:replace(files.ABOUT, record.path, false)
    end
    if ok and old[1] then
        ok, why, what = copy(old, home)
    end
    if ok then
        ok, why, what = parent:rename(name, record.key)
    end
    if ok and old[1] then
        ok, why, what = M.make_lasting(record.disk, record.home_path)
    end
    if not ok and home then
        home:close()
    end
    return ok and home or nil, why, what
end

--- The same with the locks of what stood elsewhere, which goes then.
local function take_over(record, parent)
    local old <close> = open_old(record)
    local held, home = {}, nil
    local ok, message, code = hold(old, held)
    if ok then
        home, message, code = build(record, parent, old)
    end
    if home and old[1] then
        remove_old(old)
        home:remove(files.MOVED)
    end
    release(held)
    return home, message, code
end

--- In the refuge it is one with the rest.
local function enter_refuge(record, parent)
    local home, message, code = way(parent, record.key, true)
    if home and not home:exists(files.ABOUT) then
        home:replace(files.ABOUT, record.path, false)
    end
    return home, message, code
end

--- That of the first environment of the directory, in which the home of another one stands; made before it, for where
--- there is a directory for it nothing would be taken along.
local function make_first(record)
    local home, message, code = record:first():home(true)
    if home then
        home:close()
    end
    return home ~= nil, message, code
end

--- Makes it, or finds that somebody was faster. Waits for who makes one, half a second at most.
---@param record upnudge.Record
---@return table? directory of upnudge.core; the caller closes it
---@return string? message
---@return string? code
function M.make(record)
    local ok, reason, which = true, nil, nil
    if record.beside then
        ok, reason, which = make_first(record)
    end
    if not ok then
        return nil, reason, which
    end
    local parent <close>, message, code, path = refuge.make(record, record.places.state)
    if not parent then
        return nil, message, code
    elseif path ~= record.places.state then
        return enter_refuge(record, parent)
    end
    local lock <close>, why, what = parent:lock(files.MAKING_LOCK, PATIENCE)
    if not lock then
        return nil, why, what
    end
    local home, fault, kind = way(parent, record.key)
    if not home and kind == "not-found" then
        -- Whoever was making one is dead.
        parent:sweep_scratch(files.MAKING)
        home, fault, kind = take_over(record, parent)
    end
    return home, fault, kind
end

--- Removes the homes that were being made by who is dead.
---@param places upnudge.Places
function M.sweep(places)
    local directory <close> = core.directory(places.state)
    local lock <close> = directory and directory:lock(files.MAKING_LOCK) or nil
    if directory and lock then
        directory:sweep_scratch(files.MAKING)
    end
end

--- Puts the home in order: ends what somebody did not who made it, mends what a power cut has taken of the path that it
--- is about, and removes what dead writers left. Call under the check lock.
---@param record upnudge.Record
function M.finish(record)
    local home <close> = not record:is_one() and record:home() or nil
    if not home then
        return
    elseif home:exists(files.MOVED) then
        local old <close> = open_old(record)
        remove_old(old)
        home:remove(files.MOVED)
    end
    if home:read(files.ABOUT, #record.path) ~= record.path then
        home:replace(files.ABOUT, record.path, false)
    end
    home:sweep()
end

-- ---- what is of no environment -------------------------------------------------------------------

--- The directory of an app in which that is.
---@param places upnudge.Places
---@return string
function M.of_app(places)
    local other = not core.ours(places.state) and refuge.path(places)
    return other and core.ours(other) and other or places.state
end

--- The same, made where it is missing; the caller closes it.
---@param places upnudge.Places
---@return table? directory of upnudge.core
---@return string? message
---@return string? code
function M.make_app(places)
    local directory, message, code = refuge.make({ disk = core, places = places }, places.state)
    return directory, message, code
end

-- ---- before it is there --------------------------------------------------------------------------

--- What answers as the home would, once it were made.
---@class upnudge.ImaginedHome
---@field private record upnudge.Record
---@field private ground? table the nearest directory that is there, if it is ours
local Imagined = {}
Imagined.__index = Imagined

--- The nearest directory on the way to a path that is there.
---@param path string absolute
---@return string
function M.nearest(path)
    while path ~= "/" and not core.realpath(path) do
        path = path:match "^(.+)/[^/]*$" or "/"
    end
    return path
end

--- The directory, if something could be written there.
local function writable(path)
    local directory, message, code = core.directory(path)
    if not directory then
        return nil, message, code
    end
    local ok, why, what = directory:could_replace(files.ABOUT, 1)
    if not ok then
        directory:close()
        return nil, why, what
    end
    return directory
end

--- The home that a rehearsal writes nothing to.
---@param record upnudge.Record
---@return upnudge.ImaginedHome?
---@return string? message why it could not be made
---@return string? code
function M.imagine(record)
    local path = record.places.state
    local ground, message, code = writable(M.nearest(path))
    local elsewhere = not ground and not core.directory(path) and refuge.path(record.places)
    if elsewhere then
        ground, message, code = writable(M.nearest(elsewhere))
    end
    -- What is somebody else's may be open to all.
    if not ground and code ~= "foreign" then
        return nil, message, code
    end
    return setmetatable({ record = record, ground = ground }, Imagined)
end

function Imagined:read(name, limit)
    return self.record:recall(name, limit)
end

--- Where it cannot be tried out it is taken that it could.
function Imagined:could_replace(name, size)
    if self.ground then
        return self.ground:could_replace(name, size)
    end
    return true
end

Imagined.could_overwrite = Imagined.could_replace

--- The locks of what would be copied have to be free.
function Imagined:could_lock(name)
    local old <close> = open_old(self.record)
    for _, directory in ipairs(old) do
        local ok, message, code = directory:could_lock(name)
        if code == "busy" then
            return ok, message, code
        end
    end
    if self.ground then
        return self.ground:could_lock(name)
    end
    return true
end

function Imagined:close()
    if self.ground then
        self.ground:close()
    end
end

Imagined.__close = Imagined.close

return M
