--- The list of the environments of which something is kept.

local core = require "upnudge.core"
local files = require "upnudge.record.files"
local lfs = require "lfs"
local record = require "upnudge.record"
local siblings = require "upnudge.record.siblings"

local M = {}

--- The path that the record of a directory tells, if there is one that tells any.
---@param directory string of the app
---@param key string of the environment
---@return string?
function M.path_told(directory, key)
    local bytes = core.read(("%s/%s/%s"):format(directory, key, files.RECORD), files.RECORD_LIMIT, true)
    local claimed = bytes and require "upnudge.lib.json.read"(bytes)
    return type(claimed) == "table" and type(claimed.path) == "string" and claimed.path or nil
end

--- A record tells whose it is. Why one that is there cannot be read is added to `unread`.
local function read(places, _, env, unread)
    local found = record.open(core, places, env)
    local value, why, code = found:read()
    if not value and code ~= "not-found" then
        unread[#unread + 1] = why
    end
    return value and found or nil
end

--- A home tells what it is about.
local function read_home(places, directory, env)
    env.path = core.read(("%s/%s/%s"):format(directory, env.key, files.ABOUT), files.SMALL_LIMIT, true) or nil
    return env.path and core.hash(env.path) == env.key:match "^[^/]*" and record.open(core, places, env) or nil
end

--- Adds what `find` makes of an environment's directory, if that is not known yet.
local function add_one(list, known, places, directory, find, env, unread)
    local key = env.key
    local found = not known[key] and find(places, directory, env, unread)
    if found then
        list[#list + 1], known[key] = found, true
    end
end

--- Goes through what is called like the key of an environment, and what stands in it. Raises where the directory
--- cannot be listed.
---@param directory string of the app
---@param visit fun(env: upnudge.Environment) whose path is not known
function M.each(directory, visit)
    for key in lfs.dir(directory) do
        if #key == 32 and not key:find "%X" then
            visit { key = key }
            local beside = ("%s/%s/%s"):format(directory, key, files.BESIDE)
            for _, format in ipairs(core.stamp(beside) and siblings.formats_in(core, directory, key) or {}) do
                visit(siblings.environment(nil, key, format))
            end
        end
    end
end

--- Adds those of a directory that may not be there.
local function add(list, known, places, directory, find, unread)
    local there, message, code = core.stamp(directory)
    if there then
        M.each(directory, function(env)
            add_one(list, known, places, directory, find, env, unread)
        end)
    elseif code ~= "not-found" then
        error(message, 0)
    end
end

--- The records, with those in the refuge that are nowhere else.
local function records(places, known, unread)
    local list, refuge = {}, require "upnudge.record.refuge".path(places)
    add(list, known, places, places.cache, read, unread)
    if refuge then
        add(list, known, places, refuge, read, unread)
    end
    return list, refuge
end

--- Whether a record comes before another one: by path, that of the first environment of one path before the others.
---@param a upnudge.Record
---@param b upnudge.Record
---@return boolean
function M.before(a, b)
    if a.path ~= b.path then
        return core.before(a.path, b.path)
    end
    return core.before(a.beside or "", b.beside or "")
end

local function sorted(list)
    table.sort(list, M.before)
    return list
end

--- The sound records by path, each with its `value`, those of one path by format behind that of its first environment;
--- none where there is no directory. Raises where it cannot be listed.
---@param places upnudge.Places
---@return upnudge.Record[]
function M.records(places)
    return sorted((records(places, {}, {})))
end

--- The same, and those of which nothing is kept but what a person chose and was told: these have no `value`.
---@param places upnudge.Places
---@return upnudge.Record[]
---@return string[] unread why others that are there cannot be read
function M.all(places)
    local known, unread = {}, {}
    local list, refuge = records(places, known, unread)
    add(list, known, places, places.state, read_home)
    if refuge then
        add(list, known, places, refuge, read_home)
    end
    return sorted(list), unread
end

return M
