--- Blobs: what a record names by its digest, the two lockfiles and the list of all changes, each a file of that name.
---
--- They are there before the record that names them and go when no record does. So a commit is one rename, that of the
--- record, and whatever fails or is killed on the way, what a reader finds is one result or the other. A reader takes
--- no lock: a blob that is gone when he comes to it tells him that another commit has come.

local core = require "upnudge.core"
local files = require "upnudge.record.files"

local M = {}

--- The members of a record that name blobs, and where these are.
local FOLDER_OF <const> = { old = files.LOCKFILES, new = files.LOCKFILES, details = files.CHANGES }

local function is_digest(name)
    return #name == 32 and not name:find "%X"
end

--- Makes the folders where they are missing. Before a record can be that names what is in them they are on the disk,
--- for the entries of one directory come there in any order, and so is the way to them. With a result they are there
--- already.
---@param record upnudge.Record
---@param directory table of the record
---@param value table? of the record as it is
---@return boolean? ok
---@return string? message
function M.make_folders(record, directory, value)
    local lasting = value ~= nil and value.new ~= nil
    for _, name in ipairs { files.LOCKFILES, files.CHANGES } do
        if not directory:exists(name) then
            local folder <close>, message = directory:enter(name, true)
            if not folder then
                return nil, message
            end
            lasting = false
        end
    end
    if lasting then
        return true
    end
    local ok, message = directory:sync()
    if ok then
        ok, message = require "upnudge.record.home".make_lasting(record.disk, record.directory_path)
    end
    return ok, message
end

--- Which files of each folder the record names.
local function named(value)
    local keep = { [files.LOCKFILES] = {}, [files.CHANGES] = {} }
    for member, folder in pairs(FOLDER_OF) do
        if value[member] then
            keep[folder][value[member]] = true
        end
    end
    return keep
end

--- Writes one, unless the record names it and it is there: what no record names is of a check that was killed, and may
--- not be on the disk yet. Durable once the record that names it is, in folders that M.make_folders has made.
---@param directory table of the record
---@param member "old"|"new"|"details" of the record that will name it
---@param bytes string
---@param value table? of the record as it is
---@return string? digest
---@return string? message
function M.put(directory, member, bytes, value)
    local digest, name = core.hash(bytes), FOLDER_OF[member]
    local folder <close>, message = directory:enter(name, true)
    if not folder then
        return nil, message
    elseif value and named(value)[name][digest] and folder:holds(digest, bytes) then
        return digest
    end
    local ok, fault = folder:place(digest, bytes)
    return ok and digest or nil, fault
end

--- What a member of a record names; nil where that is not there any more, or was damaged.
---@param record upnudge.Record
---@param value table of the record
---@param member "old"|"new"|"details"
---@param limit integer? bytes of the largest that is read
---@return string? bytes
---@return string? message
---@return string? code
function M.read(record, value, member, limit)
    local digest = value[member]
    if not digest or not is_digest(digest) then
        return nil, "the record names none"
    end
    local bytes, message, code = record:read_beside(FOLDER_OF[member] .. "/" .. digest, limit or core.lockfile_limit)
    if bytes and core.hash(bytes) ~= digest then
        return nil, "it is not what the record names any more"
    end
    return bytes, message, code
end

--- What `take` makes of a record and its blobs. Where it gives nil, because one was gone, and another commit has come
--- meanwhile, it is asked about that one, once.
---@generic T
---@param record upnudge.Record
---@param take fun(value: table): T?, string?
---@return T?
---@return string? message
---@return string? code where there is no record
function M.whole(record, take)
    local value, why, code = record:read()
    if not value then
        return nil, why, code
    end
    local taken, message = take(value)
    if taken == nil then
        local again = record:read()
        if again and again ~= value then
            return take(again)
        end
    end
    return taken, message
end

--- Removes what dead writers left and what the record does not name. Where the record cannot be read nobody knows what
--- it names, so nothing goes. May raise; what is left is for the next time. Call under the check lock.
---@param record upnudge.Record
---@param directory table
function M.tidy(record, directory)
    local value, _, code = record:read()
    directory:sweep()
    if not value and code ~= "not-found" then
        return
    end
    directory:remove(files.OLD_CHANGES)
    for name, keep in pairs(named(value or {})) do
        local folder <close> = directory:enter(name)
        if folder then
            folder:sweep()
            for entry in require "lfs".dir(record.directory_path .. "/" .. name) do
                if is_digest(entry) and not keep[entry] then
                    folder:remove(entry)
                end
            end
        end
    end
end

return M
