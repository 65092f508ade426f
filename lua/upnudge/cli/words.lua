--- Words in which the commands tell people of environments and times.

local duration = require "upnudge.lib.duration"

local M = {}

--- The path of an environment in a list, as a notice says it: the first of a directory by its path alone, the next with
--- the format of its lockfile.
---@param path string
---@param format string?
---@param before string? path of the one that stands before it
---@return string
function M.listed(path, format, before)
    return path .. (path == before and (" (%s)"):format(format or "?") or "")
end

--- "3 hours ago", "never".
---@param at integer? seconds UTC
---@param now integer
---@return string
function M.ago(at, now)
    return at and duration.format(math.max(0, now - at)) .. " ago" or "never"
end

--- "in 2 days".
---@param at integer seconds UTC
---@param now integer
---@return string
function M.ahead(at, now)
    return at > now and "in " .. duration.format(at - now) or "now"
end

--- "3 changes; the first counts in 2 days, the last in 9 days".
---@param cooling upnudge.CoolingTold
---@param now integer
---@return string
function M.cooling(cooling, now)
    local first, last = M.ahead(cooling.next_at, now), M.ahead(cooling.last_at, now)
    if cooling.total == 1 then
        return "1 change, which counts " .. first
    end
    return ("%d changes; the first counts %s%s"):format(cooling.total, first, last ~= first and ", the last " .. last
        or "")
end

return M
