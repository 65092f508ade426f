--- Words in which the commands tell people of times.

local duration = require "upnudge.lib.duration"

local M = {}

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

return M
