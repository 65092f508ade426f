--- Points in time: seconds since the epoch, UTC, and ISO 8601. For the trusted side, which has a clock and a zone.

local math = require "math"
local os = require "os"

local M = {}

-- The last second that ISO 8601 has a name for.
local LAST <const> = 253402300799

local function offset(zone)
    if zone == "" or zone == "Z" or zone == "z" then
        return 0
    end
    local sign, hours, minutes = zone:match("^([+-])(%d%d):?(%d%d)$")
    if not sign then
        return nil
    end
    return (sign == "-" and -1 or 1) * (hours * 3600 + minutes * 60)
end

--- Seconds since the epoch from digits, "2026-11-23", "2026-11-23T12:00[:05][Z|+01:00]".
--- Without a zone it is UTC.
---@param text string
---@return integer? seconds
---@return string? message
function M.parse(text)
    if text:find("^%d+$") and #text <= 14 then
        local seconds = math.tointeger(text)
        if seconds > LAST then
            return nil, ("'%s' is after the year 9999"):format(text)
        end
        return seconds
    end
    local year, month, day, rest = text:match("^(%d%d%d%d)-(%d%d)-(%d%d)(.*)$")
    local hour, minute, second, zone = "0", "0", "0", ""
    if rest and rest ~= "" then
        hour, minute, rest = rest:match("^[T ](%d%d):(%d%d)(.*)$")
        second, zone = (rest or ""):match("^:(%d%d)(.*)$")
        second, zone = second or "0", zone or rest
    end
    local shift = year and hour and offset(zone)
    if not shift or month + 0 > 12 or month + 0 < 1 or day + 0 < 1 or day + 0 > 31 or hour + 0 > 23
        or minute + 0 > 59 then
        return nil, ("'%s' is no time: seconds since the epoch or ISO 8601 (2026-11-23T12:00:00Z)"):format(text)
    end
    local date = require "upnudge.lib.calendar".day_of(math.tointeger(year), math.tointeger(month),
        math.tointeger(day))
    return math.tointeger(date * 86400 + hour * 3600 + minute * 60 + second - shift)
end

--- ISO 8601 in UTC; "?" for what no calendar has.
---@param seconds number
---@return string
function M.format(seconds)
    -- Without a time, as for one beyond all integers, os.date would tell what it is now.
    local whole = math.tointeger(seconds // 1)
    local ok, text = pcall(os.date, "!%Y-%m-%dT%H:%M:%SZ", whole)
    return whole and ok and text or "?"
end

--- Seconds by which local time is ahead of UTC then.
---@param now integer
---@return integer
function M.utc_offset(now)
    local sign, hours, minutes = tostring(os.date("%z", now)):match "^([+-])(%d%d)(%d%d)$"
    return sign and (sign == "-" and -1 or 1) * (hours * 3600 + minutes * 60) // 1 | 0 or 0
end

return M
