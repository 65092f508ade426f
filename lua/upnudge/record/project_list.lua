--- A project's own list of packages that nobody wants to hear of: a text file beside the lockfile, a selector a line,
--- `#` before a comment. It is data that came with the project, so it is read where the policy asks for it alone, and
--- never hides what mends a security problem (see upnudge.record.ignored). Its owner does not matter; where it leads
--- does: a link is not followed.

local files = require "upnudge.record.files"
local limits = require "upnudge.lib.limits"

local M = {}

---@class upnudge.ProjectList a list of selectors
---@field path string
---@field bytes string

--- The selectors of a text; nil and what is wrong with it.
local function parse(bytes)
    local list, number = {}, 0
    for line in (bytes:find("\n", -1, true) and bytes or bytes .. "\n"):gmatch "([^\n]*)\n" do
        number = number + 1
        local word, rest = line:match "^[ \t]*([^ \t\r#][^ \t\r]*)[ \t\r]*(.*)$"
        if word and rest ~= "" and rest:sub(1, 1) ~= "#" then
            return nil, ("line %d: one package a line, and # before a comment"):format(number)
        end
        list[#list + 1] = word
    end
    local fault = require "upnudge.record.selector".fault(list, limits.IGNORED)
    if fault then
        return nil, fault
    end
    return list
end

--- Reads it.
---@param disk upnudge.Disk
---@param lockfile string beside which it is
---@param name string
---@param before upnudge.ProjectList? as it was read before
---@return upnudge.ProjectList? list nil: there is none, or nothing in it counts
---@return string? fault why
function M.read(disk, lockfile, name, before)
    local path = (lockfile:match "^(.*/)" or "./") .. name
    local bytes, message, code = disk.read(path, files.SMALL_LIMIT, "unlinked")
    if not bytes then
        return nil, code ~= "not-found" and message or nil
    elseif before and before.path == path and before.bytes == bytes then
        return before
    end
    local list, fault = parse(bytes)
    if not list then
        return nil, ("%s: %s"):format(path, fault)
    elseif not list[1] then
        return nil
    end
    list.path, list.bytes = path, bytes
    return list
end

return M
