--- Deadlines: "150ms", or a duration of seconds. Runs in the policy VM, for the few policies that have one.

local duration = require "upnudge.lib.duration"

local M = {}

-- The command ends an activation after two seconds, whatever holds it up.
local MOST <const> = 1500

--- Milliseconds, or nil and what is wrong.
---@param value string|number
---@return integer? milliseconds
---@return string? message
function M.parse(value)
    local count = type(value) == "string" and require "string".match(value, "^(%d%d?%d?%d?%d?)ms$")
    local seconds = not count and duration.parse(value)
    local milliseconds = count and tonumber(count) or seconds and seconds * 1000
    if not milliseconds or milliseconds < 1 or milliseconds > MOST then
        return nil, ("'%s' is no deadline from 1ms to 1500ms; write 150ms or 1s"):format(tostring(value))
    end
    return milliseconds // 1 | 0
end

return M
