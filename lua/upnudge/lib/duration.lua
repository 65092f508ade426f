--- Durations: "90s", "15m", "6h", "1d", "2w" and sums like "1h30m"; a number is seconds. And deadlines: "150ms",
--- or a short duration.
---
--- Runs on both sides: in the policy VM and in the trusted state.

local M = {}

local UNITS <const> = { s = 1, m = 60, h = 3600, d = 86400, w = 604800 }
local NAMES <const> = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" } }
--- Seconds of the longest one.
M.MOST = 100 * 365 * 86400
-- Bytes of a text that may be one, and that are told of what is none.
local LONGEST <const> = 60
-- The command ends an activation after two seconds, whatever holds it up.
local LONGEST_DEADLINE <const> = 1500

--- Seconds, or nil and what is wrong.
---@param value string|number
---@return integer? seconds
---@return string? message
function M.parse(value)
    local seconds = tonumber(value)
    local string = not seconds and require "string"
    if string and type(value) == "string" and #value <= LONGEST and string.find(value, "^[%d%l]+$")
        and string.gsub(value, "%d+[smhdw]", "") == "" then
        seconds = 0
        for count, unit in string.gmatch(value, "(%d+)(%l)") do
            seconds = seconds + tonumber(count) * UNITS[unit]
        end
    end
    if seconds and seconds > M.MOST then
        return nil, ("'%.60s' is longer than 100 years"):format(tostring(value))
    elseif not seconds or seconds < 0 or seconds ~= seconds then
        return nil, ("'%.60s' is no duration; write 90s, 15m, 6h, 1d, 2w or 1h30m"):format(tostring(value))
    end
    return seconds // 1 | 0
end

--- A deadline in milliseconds, or nil and what is wrong.
---@param value string|number
---@return integer? milliseconds
---@return string? message
function M.deadline(value)
    local count = type(value) == "string" and require "string".match(value, "^(%d%d?%d?%d?%d?)ms$")
    local seconds = not count and M.parse(value)
    local milliseconds = count and tonumber(count) or seconds and seconds * 1000
    if not milliseconds or milliseconds < 1 or milliseconds > LONGEST_DEADLINE then
        return nil, ("'%.60s' is no deadline from 1ms to 1500ms; write 150ms or 1s"):format(tostring(value))
    end
    return milliseconds // 1 | 0
end

--- The largest unit that tells enough: "3 hours", "1 day". Part of every quiet decision, hence plain
--- concatenation.
---@param seconds number
---@return string
function M.format(seconds)
    for _, unit in ipairs(NAMES) do
        local count = seconds // unit[1] | 0
        if count >= 1 then
            return count .. " " .. unit[2] .. (count == 1 and "" or "s")
        end
    end
    local count = seconds > 0 and seconds // 1 | 0 or 0
    return count .. (count == 1 and " second" or " seconds")
end

return M
