--- The person: what is kept of all environments of a person together, for policies with `scope = "person"`: when they
--- were last told of any. Strategies read and claim it as that of an environment; it has a name that none can have.
---
--- It stands among the environments of the app or, where those of all apps count as one, beside the apps. Nothing is
--- checked here, so no check makes its places: whoever first has something to write does.

local files = require "upnudge.record.files"
local record = require "upnudge.record"
local siblings = require "upnudge.record.siblings"

local M = {}

--- What stands for the path of an environment.
M.PATH = "*"

-- Apps that are looked at where all count as one.
local APPS <const> = 64
-- What a record is when there is nothing in it but the time of a notice.
local SIZE <const> = 512

local class

--- A record of the class that is made of that of all others, which is not at hand by its name.
local function make(Record)
    local Person = setmetatable({}, { __index = Record })
    Person.__index = Person

    --- Its home is looked for and made even where one place has everything.
    function Person:is_one() -- luacheck: ignore 212
        return false
    end

    --- As the strategy `simple` has it; the record is made with the first time.
    function Person:overwrite_last_notified(now)
        local value, _, code = self:read()
        if value or code ~= "not-found" and not self.SET_ASIDE[code] then
            return Record.overwrite_last_notified(self, now)
        elseif not now then
            local place <close>, why, what = require "upnudge.record.home".imagine(self)
            if not place then
                return nil, why, what
            end
            return place:could_replace(files.RECORD, SIZE)
        end
        local directory <close>, why, what = self:directory(true)
        if not directory then
            return nil, why, what
        end
        return self:commit(directory, { last_notified = now })
    end

    return Person
end

--- The directory in which the places of all apps are; nil where somebody has named a place, for one app or several.
local function above(places)
    local cache, state = places.cache:match "^(/.+)/[^/]+$", places.state:match "^(/.+)/[^/]+$"
    if places.app and cache and state then
        return { cache = cache, state = state, app = places.app, session = places.session, of_all = true }
    end
end

--- What is kept of the person.
---@param disk upnudge.Disk
---@param places upnudge.Places of the app
---@param all boolean whether all apps count as one
---@return upnudge.Record
function M.open(disk, places, all)
    local found = record.open(disk, all and above(places) or places, { path = M.PATH, key = files.PERSON })
    class = class or make(getmetatable(found))
    found.of_person = true
    return setmetatable(found, class)
end

--- The names of what is in a directory of ours; none where it is not there.
local function names_in(disk, path)
    local directory <close> = disk.ours(path) and disk.directory(path) or nil
    return directory and directory:names(true) or {}
end

--- The places of those apps that count as one, that of the given one first.
---@param disk upnudge.Disk
---@param places upnudge.Places
---@param all boolean whether all apps count as one
---@return upnudge.Places[]
function M.places(disk, places, all)
    local list, outer = { places }, all and above(places) or nil
    local names = outer and names_in(disk, outer.cache) or {}
    table.sort(names, disk.before)
    for _, name in ipairs(names) do
        if name ~= places.app and name:find "^[%w_][%w._-]*$" and #list < APPS then
            list[#list + 1] = { cache = outer.cache .. "/" .. name, state = outer.state .. "/" .. name, app = name,
                session = places.session }
        end
    end
    return list
end

--- The newest of a directory, `most` at most, when each was written, and how many there are; nil and why there are
--- none.
local function newest_in(disk, root, most)
    local directory <close>, message, code = disk.directory(root)
    if directory then
        return directory:newest(files.RECORD, most)
    end
    return nil, message, code
end

--- Adds those of a place to those found. How many more there are, and why it cannot be listed.
local function add_newest(found, known, disk, places, root, most)
    local keys, times, count = newest_in(disk, root, most)
    if not keys then
        return 0, count ~= "not-found" and times or nil
    end
    for i, key in ipairs(keys) do
        local whole = places.cache .. "/" .. key
        if known[whole] then
            count = count - 1
        else
            known[whole] = true
            found[#found + 1] = { places = places, root = root, key = key, at = times[i] }
        end
    end
    return count
end

--- The environments of some places that are the first of their directories, those first whose records were written
--- last, `most` of each place at most; how many there are, and why a place could not be listed.
local function newest_of(disk, list, most)
    local found, known, count, fault = {}, {}, 0, nil
    for _, places in ipairs(list) do
        for _, root in ipairs { places.cache, require "upnudge.record.refuge".path(places) } do
            local more, message = add_newest(found, known, disk, places, root, most)
            count, fault = count + more, fault or message
        end
    end
    table.sort(found, function(a, b)
        if a.at ~= b.at then
            return a.at > b.at
        end
        return disk.before(a.key, b.key)
    end)
    return found, count, fault
end

--- What may be environments of the person, with those beside the first of their directory; where there are more than
--- `most`, those whose records were written last.
---@param disk upnudge.Disk
---@param list upnudge.Places[]
---@param most integer
---@return {places: upnudge.Places, env: upnudge.Environment}[]
---@return integer more how many there are beside those; a directory that is not looked at counts as one
---@return string? fault why some of it cannot be listed
function M.environments(disk, list, most)
    local found, count, fault = newest_of(disk, list, most)
    local all, more = {}, math.max(0, count - most)
    for i = 1, math.min(#found, most) do
        local one = found[i]
        all[#all + 1] = { places = one.places, env = { key = one.key } }
        local beside = ("%s/%s/%s"):format(one.root, one.key, files.BESIDE)
        for _, format in ipairs(disk.stamp(beside) and siblings.formats_in(disk, one.root, one.key) or {}) do
            all[#all + 1] = { places = one.places, env = siblings.environment(nil, one.key, format) }
        end
    end
    for i = #all, most + 1, -1 do
        all[i], more = nil, more + 1
    end
    return all, more, fault
end

return M
