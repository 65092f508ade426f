--- The record: what the last check of one environment found, one JSON file. With what else is kept of it: what can be
--- made again stands beside the record, what a person chose and was told in a home of its own. Where a host names one
--- directory for all, the two are the same.
---
--- Readers take no lock: the file is replaced all or nothing. `last_notified` stands in a field of
--- fixed width near the start, so that the strategy `simple` can write it in place.
---
--- A record that is broken, was written for another path, or has a schema newer than ours counts as
--- none. The first two are set aside by the next check; a newer one is left alone.

local counts = require "upnudge.lib.counts"
local files = require "upnudge.record.files"
local limits = require "upnudge.lib.limits"
local read_json = require "upnudge.record.strangers"

local M = {}

---@class upnudge.Record
---@field path string the environment's; nil until it is read, where the record is to tell it
---@field key string the environment's: its place below either of the places
---@field beside? string the environment's
---@field places upnudge.Places
---@field directory_path string of what can be made again, as last found
---@field beside_path string in it, where the environments of the same directory are that came later
---@field cache_path string where it is usually
---@field home_path string of what a person chose and was told
---@field disk upnudge.Disk
---@field private root string the app's directory in which the record is, as last found
---@field private file string
---@field private reached? boolean whether its directory was ours when it was last looked at
---@field private at_home? boolean whether the home was ours when choices were last asked for
---@field private settled? boolean whether it ever was
---@field private bytes string? as last read
---@field value table? as last read
---@field private why string?
---@field private code string?
---@field private unread? {message: string, code: string} why it could not be read the last time
---@field activated? string the path of what is activated, where it is about all environments
---@field of_person? boolean whether it is about all environments (see upnudge.record.person)
---@field set_aside? string why a record was, just now (see upnudge.record.write)
---@field seen? upnudge.Seen as upnudge.record.notified last read it
---@field seen_with? table the value beside which that was
local Record = {
    SCHEMA = 1,
    --- Codes of records that the next check sets aside.
    SET_ASIDE = { broken = true, other = true, limit = true },
    --- Columns of the number `last_notified`.
    WIDTH = 20,
}
Record.__index = Record

local SCHEMA <const>, WIDTH <const> = Record.SCHEMA, Record.WIDTH

---@param disk upnudge.Disk
---@param places upnudge.Places
---@param environment upnudge.Environment
---@return upnudge.Record
function M.open(disk, places, environment)
    local directory, beside = places.cache .. "/" .. environment.key, environment.beside
    return setmetatable({
        path = environment.path,
        places = places,
        key = environment.key,
        beside = beside,
        root = places.cache,
        cache_path = directory,
        directory_path = directory,
        beside_path = directory .. "/" .. files.BESIDE,
        home_path = places.state .. "/" .. environment.key,
        file = directory .. "/" .. files.RECORD,
        disk = disk,
    }, beside and require "upnudge.record.sibling"(Record) or Record)
end

local TYPES <const> = {
    schema = "number", path = "string", last_notified = "number", last_checked = "number",
    last_failed = "number", retry_at = "number", failures = "number", reason = "string",
    lockfile = "string", name = "string", format = "string", names = "string", stamp = "string",
    old = "string", new = "string", details = "string", content = "string", systems = "table", changes = "number",
    tried = "string", checker = "string", upgrade = "string",
    mount = "string", unscanned = "string", rehearsal = "number",
}

-- Fields of a system that are read, and their types; others may come with newer versions.
local COUNTED <const> = { fingerprint = "string", top = "table", since = "number" }
for _, name in ipairs(counts.all) do
    COUNTED[name] = "number"
end

--- The member of an object that is not of its kind, and which that is. Numbers are times and counts: whole enough, not
--- negative, not infinite.
local function odd_member(object, kinds)
    for field, member in pairs(object) do
        local kind = kinds[field]
        if kind and (type(member) ~= kind or kind == "number" and not (member >= 0 and member < 2 ^ 53)) then
            return field, kind
        end
    end
end

--- What is wrong with the counts of one system.
local function fault_of_counts(system, entry)
    if type(entry) ~= "table" then
        return ("systems.%s is no object"):format(system)
    end
    local field, kind = odd_member(entry, COUNTED)
    return field and ("systems.%s.%s is not a %s"):format(system, field, kind)
end

local function fault(value)
    if type(value) ~= "table" then
        return "not an object"
    end
    local odd, kind = odd_member(value, TYPES)
    if odd then
        return ("%s is not a %s"):format(odd, kind)
    elseif not value.schema then
        return "no schema"
    end
    for system, entry in pairs(value.systems or {}) do
        local message = fault_of_counts(system, entry)
        if message then
            return message
        end
    end
end

--- The path of the environment by its record, where that is the one of its key.
---@private
function Record:told_path(value)
    local path = value.path
    return path and self.disk.hash(path) == self.key:match "^[^/]*" and path or nil
end

---@param bytes string
---@return table? value
---@return string? why
---@return "broken"|"other"|"newer"|nil code
function Record:decode(bytes)
    local value, message = read_json(bytes)
    message = message or fault(value)
    if message then
        return nil, ("%s is broken: %s"):format(self.file, message), "broken"
    elseif value.schema > SCHEMA then
        return nil, ("%s was written by a newer upnudge (schema %d, this one knows %d); upgrade upnudge")
            :format(self.file, value.schema, SCHEMA), "newer"
    end
    self.path = self.path or self:told_path(value)
    if not self.path or value.path ~= self.path then
        return nil, ("%s belongs to another environment, %s"):format(self.file,
            limits.cut(value.path or "none", limits.REASON)), "other"
    end
    value.name = value.name and limits.cut(value.name, limits.PROJECT)
    value.reason = value.reason and limits.cut(value.reason, limits.REASON)
    return value
end

--- Whether a directory of the environment is ours, in that of the app: as core.ours.
---@param root string of the app
---@param path string
---@param known boolean? whether it was when it was last looked at
---@return boolean?
---@return string? message
---@return string? code
function Record:is_ours(root, path, known)
    return self.disk.ours(root, path, known)
end

--- Whether those are in which it stands, or would.
---@param root string of the app
---@param path string
---@return boolean?
---@return string? message
---@return string? code
function Record:is_within_ours(root, path) -- luacheck: ignore 212
    return self.disk.ours(root)
end

--- The record's bytes, where the app's directory is `root`.
---@private
function Record:read_in(root, directory)
    if root ~= self.root then
        self:go_to(root, directory)
    end
    local ours, message, code = self:is_ours(root, directory, self.reached)
    self.reached = ours
    if not ours then
        return nil, message, code
    end
    return self.disk.read(self.file, files.RECORD_LIMIT, true)
end

--- From now on the record is there.
---@private
function Record:go_to(root, directory)
    self.root, self.directory_path, self.file, self.reached = root, directory, directory .. "/" .. files.RECORD, nil
    self.beside_path = directory .. "/" .. files.BESIDE
end

--- The record, or nil, why there is none and a code: "not-found", "broken", "other" (written for
--- another path), "newer", or that of a system error ("foreign": the file is not ours, or others can write to
--- where it is). The table is shared: do not change it.
---@return table? value
---@return string? why
---@return string? code
function Record:read()
    local places = self.places
    local bytes, message, code = self:read_in(places.cache, self.cache_path)
    if not self.reached and places.app and code ~= "foreign" then
        bytes, message, code = require "upnudge.record.refuge".read(self, message, code)
    end
    if not bytes then
        self.bytes = nil
        if code == "not-found" then
            message = "no check has run yet"
        end
        self.unread = { message = message, code = code }
        return nil, message, code
    end
    self.unread = nil
    if bytes ~= self.bytes then
        self.value, self.why, self.code = self:decode(bytes)
        self.bytes = bytes
    end
    return self.value, self.why, self.code
end

--- The record as it was last read, for who has just had it read; else as `read`.
---@return table? value
---@return string? why
---@return string? code
function Record:recent()
    if self.bytes then
        return self.value, self.why, self.code
    elseif self.unread then
        return nil, self.unread.message, self.unread.code
    end
    return self:read()
end

--- That of the first environment of the directory.
---@return upnudge.Record
function Record:first()
    return self.beside and M.open(self.disk, self.places, { path = self.path, key = self.key:match "^[^/]*" }) or self
end

--- Whether there may be other environments of the directory, whose lockfiles came later.
---@return boolean
function Record:is_accompanied()
    local disk, places = self.disk, self.places
    if disk.stamp(self.beside_path) then
        return true
    elseif self.reached or not places.app or disk.stamp(self.file) then
        return false
    end
    -- It may be in the refuge.
    self:read()
    return self.root ~= places.cache and disk.stamp(self.beside_path) ~= nil
end

local function read(self, path, name, limit)
    local bytes, message, code = self.disk.read(path .. "/" .. name, limit or files.SMALL_LIMIT, true)
    if not bytes then
        return nil, message, code
    end
    return bytes
end

--- Another file of the record's directory, as core.read.
---@param name string of upnudge.record.files
---@param limit integer? files.SMALL_LIMIT unless given
---@return string? bytes
---@return string? message
---@return string? code
function Record:read_beside(name, limit)
    return read(self, self.directory_path, name, limit)
end

--- Whether what a person chose and was told stands where the record does.
---@return boolean
function Record:is_one()
    return self.places.state == self.places.cache
end

--- Whether what a person chose and was told has a home of its own already.
---@return boolean?
---@return string? message
---@return string? code
function Record:has_home()
    local ours, message, code = self:is_ours(self.places.state, self.home_path, self.settled)
    self.at_home, self.settled = ours, ours
    return ours, message, code
end

--- A file of what a person chose and was told, as core.read.
---@param name string of upnudge.record.files
---@param limit integer? files.SMALL_LIMIT unless given
---@return string? bytes
---@return string? message
---@return string? code
function Record:recall(name, limit)
    if self:is_one() then
        if self.places.app and not self.reached then
            -- It may be in the refuge.
            self:read()
        end
        return self:read_beside(name, limit)
    elseif not self.at_home then
        local ours, message, code = self:has_home()
        if code == "not-found" then
            return require "upnudge.record.home".read_old(self, name, limit or files.SMALL_LIMIT)
        elseif not ours then
            return nil, message, code
        end
    end
    return read(self, self.home_path, name, limit)
end

local NO_CHOICES <const> = {}

--- The person's own choices for this environment (see upnudge.record.choices); most have none. Do not change
--- the table.
---@return upnudge.Choices
function Record:choices()
    -- Others may have been at it since the last time.
    self.at_home = nil
    local bytes = self:recall(files.CHOICES)
    if bytes ~= self.choice_bytes then
        self.chosen = bytes and require "upnudge.record.choices".decode(self, bytes)
        self.choice_bytes = bytes
    end
    return self.chosen or NO_CHOICES
end

--- One of the environment's directories, in that of the app; the caller closes it.
---@param outer string
---@param inner string
---@return table? directory of upnudge.core
---@return string? message
---@return string? code
function Record:reach(outer, inner)
    local ours, why, what = self:is_within_ours(outer, inner)
    if not ours then
        return nil, why, what
    end
    return self.disk.directory(inner)
end

--- The record's directory; created when `create`. The caller closes it.
---@param create boolean?
---@return table? directory of upnudge.core
---@return string? message
---@return string? code
function Record:directory(create)
    if not create then
        return self:reach(self.root, self.directory_path)
    end
    return require "upnudge.record.refuge".make_directory(self)
end

--- The directory of what a person chose and was told; created when `create`. The caller closes it.
---@param create boolean?
---@return table? directory of upnudge.core
---@return string? message
---@return string? code
function Record:home(create)
    if self:is_one() then
        return self:directory(create)
    end
    local directory, message, code = self:reach(self.places.state, self.home_path)
    if directory or not create or code == "foreign" then
        return directory, message, code
    end
    return require "upnudge.record.home".make(self)
end

--- Writes `fields` over what is on disk now; see upnudge.record.write. Call under the check lock.
---@param directory table
---@param fields table<string, any>
---@return boolean? ok
---@return string? message
function Record:commit(directory, fields)
    return require "upnudge.record.write".merge(self, directory, fields)
end

--- Writes the time in place, without a lock: for the strategy `simple`. A check that replaces the
--- record meanwhile wins, since this writes to the file that it replaced.
---@param now integer? nil: only to see whether it could be written
---@return boolean? ok
---@return string? message
---@return string? code
function Record:overwrite_last_notified(now)
    local directory <close>, message, code = self:directory()
    if not directory then
        return nil, message, code
    end
    local bytes = directory:read(files.RECORD, files.RECORD_LIMIT)
    local _, last = (bytes or ""):find('"last_notified":', 1, true)
    local _, wide = (bytes or ""):find("^ *[%dnul]+,", (last or 0) + 1)
    if not last or wide ~= last + WIDTH + 1 then
        return nil, self.file .. ": last_notified cannot be written in place; the next check mends that"
    end
    if not now then
        return directory:could_overwrite(files.RECORD, last + WIDTH)
    end
    return directory:overwrite(files.RECORD, last, ("%20d"):format(now))
end

return M
