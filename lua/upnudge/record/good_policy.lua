--- The good policy: the files of a policy that answered, as they were then, for the day on which one has a mistake.
---
---     STATE/last-good/KEY-HASH   KEY of the policy's path, HASH of what all of its files say
---
--- Of one policy there are two, for a rule that nobody had reached may fail in the newer one.
---
--- The name tells whether what is kept is of this day, so an activation finds that out by one look at a directory's
--- entry, and writes when a policy has changed. Two who write at once may leave two of one policy; the newer counts.

local core = require "upnudge.core"
local files = require "upnudge.record.files"
local home = require "upnudge.record.home"

local M = {}

local SCHEMA <const> = 1
-- How many are kept of one app, whoever names a policy of another path each time.
local MOST <const> = 16
-- Of each of the two digests in a name, for which core has room.
local DIGITS <const> = 24

---@class upnudge.GoodPolicy
---@field name string of the file
---@field hash string of what all of its files say (upnudge.policy.identity)
---@field at integer seconds UTC, when it first answered
---@field own? integer how many of the files are the policy's own (upnudge.Policy)
---@field files upnudge.KeptFile[] in the order in which they hold

---@class upnudge.KeptFile
---@field path? string nil: it is ready-made
---@field builtin? string
---@field found? "person"|"machine" whose it is, where it stands in the place of theirs
---@field bytes? string of what is not ready-made

--- Where a relative path leads does not stay the same.
local function key_of(path)
    return core.hash(path:sub(1, 1) == "/" and path or (core.realpath "." or "") .. "/" .. path):sub(1, DIGITS)
end

local function name_of(key, hash)
    return key .. "-" .. hash:sub(1, DIGITS)
end

--- Whether these are kept already.
---@param places upnudge.Places
---@param path string of the policy
---@param hash string
---@return boolean
function M.is_kept(places, path, hash)
    return core.stamp(("%s/%s/%s"):format(places.state, files.POLICIES, name_of(key_of(path), hash))) ~= nil
end

--- The directory; made where something was checked, as an activation that tells nobody anything makes no state.
local function open(places, create)
    local outer <close> = core.directory(home.of_app(places)) or create and core.ours(places.cache)
        and home.make_app(places) or nil
    return outer and outer:enter(files.POLICIES, create)
end

--- What is kept of one, and all that is.
local function names_in(directory, key)
    local own, all = {}, directory:names() or {}
    table.sort(all, core.before)
    for _, name in ipairs(all) do
        own[#own + 1] = name:sub(1, #key + 1) == key .. "-" and name or nil
    end
    return own, all
end

--- What a file says, if it is sound.
local function read(directory, name, path)
    local bytes = directory:read(name, files.POLICY_LIMIT)
    local value = bytes and require "upnudge.lib.json.read"(bytes)
    if type(value) ~= "table" or value.schema ~= SCHEMA or value.path ~= path or type(value.hash) ~= "string"
        or type(value.at) ~= "number" or value.at < 0 or value.at >= 2 ^ 53 or type(value.files) ~= "table" then
        return nil
    end
    for _, file in ipairs(value.files) do
        local is_file = type(file) == "table" and type(file.path) == "string" and type(file.bytes) == "string"
        if not is_file and (type(file) ~= "table" or type(file.builtin) ~= "string") then
            return nil
        end
    end
    return { name = name, hash = value.hash, at = value.at // 1 | 0, own = math.tointeger(value.own),
        files = value.files }
end

--- Whether one was kept after another one, by the times of the files: what they say may be of a clock that was wrong.
local function is_newer(places, one, other)
    local function written(kept)
        local stamp = core.stamp(("%s/%s/%s"):format(places.state, files.POLICIES, kept.name)) or ""
        return tonumber(stamp:match "^%x+:%x+:%x+:(%x+)" or "0", 16)
    end
    local here, there = written(one), written(other)
    if here ~= there then
        return here > there
    end
    return one.at > other.at
end

--- What is kept of it goes, but for the newest one beside what is kept now, and of others what is too much; and what
--- dead writers left.
local function tidy(places, directory, key, kept, path)
    directory:sweep()
    local own, all = names_in(directory, key)
    local newest
    for _, name in ipairs(own) do
        local one = name ~= kept and read(directory, name, path)
        newest = one and (not newest or is_newer(places, one, newest)) and one or newest
    end
    local before = newest and newest.name
    for _, name in ipairs(own) do
        if name ~= kept and name ~= before then
            directory:remove(name)
        end
    end
    local others = #all - #own
    for _, name in ipairs(all) do
        local key_there = name:match "^(%x+)%-"
        if others >= MOST and key_there and key_there ~= key then
            directory:remove(name)
            others = others - 1
        end
    end
end

--- Keeps the files of a policy, where they are not kept yet and the app has state. Fails silently: nothing of today
--- depends on it.
---@param places upnudge.Places
---@param path string of the policy
---@param hash string
---@param policy {chain: {source: upnudge.KeptFile, bytes: string}[], own: integer?} its files; of what is ready-made
---the name is kept
---@param now integer seconds UTC
function M.keep(places, path, hash, policy, now)
    local key, list = key_of(path), {}
    local name = name_of(key, hash)
    local directory <close> = open(places, true)
    -- One that cannot be read is what a power cut has left.
    if not directory or read(directory, name, path) then
        return
    end
    for i, file in ipairs(policy.chain) do
        local source = file.source
        list[i] = { path = source.path, builtin = source.builtin, found = source.found,
            bytes = source.path and file.bytes or nil }
    end
    local text = require "upnudge.lib.json.write".encode { schema = SCHEMA, path = path, at = now, hash = hash,
        own = policy.own, files = list }
    if #text < files.POLICY_LIMIT and directory:replace(name, text, false) then
        tidy(places, directory, key, name, path)
    end
end

--- Keeps them where nothing is kept of that policy, though it has answered nothing yet, and again where a power cut has
--- taken what was.
---@param places upnudge.Places
---@param path string
---@param hash string
---@param policy {chain: {source: upnudge.KeptFile, bytes: string}[], own: integer?}
---@param now integer seconds UTC
function M.keep_first(places, path, hash, policy, now)
    if M.is_kept(places, path, hash) or not M.find(places, path) then
        M.keep(places, path, hash, policy, now)
    end
end

--- What is kept of the policy of that path, the newest; nil: nothing.
---@param places upnudge.Places
---@param path string
---@param but string? a hash that is not meant
---@return upnudge.GoodPolicy?
function M.find(places, path, but)
    local directory <close> = open(places)
    local newest
    for _, name in ipairs(directory and names_in(directory, key_of(path)) or {}) do
        local kept = read(directory, name, path)
        newest = kept and kept.hash ~= but and (not newest or is_newer(places, kept, newest)) and kept or newest
    end
    return newest
end

return M
