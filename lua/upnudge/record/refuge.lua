--- The refuge: where all is kept that has no other place, as for a user without a home, or with one that cannot be
--- written. It goes with the person's login session, and is one directory for everything.
---
--- Only what is nowhere else is looked for there: a home that can be written, later, is the place again.

local core = require "upnudge.core"

local M = {}

--- The directory of the app; nil: there is none, or somebody has named a place.
---@param places upnudge.Places
---@return string?
function M.path(places)
    local session = places.app and core.session(places.session)
    return session and session .. "/upnudge" .. (places.of_all and "" or "/" .. places.app)
end

--- What is kept there of one environment, if anything is.
---@param record upnudge.Record
---@return string? path of the directory
---@return string? outer that of the app, if there could be something
function M.of(record)
    local outer = M.path(record.places)
    local path = outer and outer .. "/" .. record.key
    if path and record:is_ours(outer, path) then
        return path, outer
    end
    return nil, outer
end

--- The directory of an app, made where it is missing, or the refuge where it cannot be made: nothing is there then, and
--- somebody else's is not taken for ours.
---@param record upnudge.Record
---@param path string
---@return table? directory of upnudge.core
---@return string? message
---@return string? code
---@return string? path of the directory
function M.make(record, path)
    local disk = record.disk
    local directory, message, code = disk.directory(path, true)
    if directory or code == "foreign" or disk.ours(path) then
        return directory, message, code, path
    end
    local refuge = M.path(record.places)
    local other = refuge and disk.directory(refuge, true) or nil
    return other, message, code, other and refuge or path
end

--- The bytes of a record that is not at home, for which there is no directory.
---@param record upnudge.Record
---@param why string
---@param code string
---@return string? bytes
---@return string? message
---@return string? code
function M.read(record, why, code)
    local path, outer = M.of(record)
    if path and outer then
        return record:read_in(outer, path)
    end
    return nil, why, outer and "not-found" or code
end

--- The record's directory, made where it is missing; the caller closes it.
---@param record upnudge.Record
---@return table? directory of upnudge.core
---@return string? message
---@return string? code
function M.make_directory(record)
    local usual = record.places.cache
    local parent <close>, message, code, root = M.make(record, usual)
    if not parent then
        return nil, message, code
    elseif root ~= record.root then
        record:go_to(root, root == usual and record.cache_path or root .. "/" .. record.key)
    end
    return require "upnudge.record.way"(parent, record.key, true)
end

return M
