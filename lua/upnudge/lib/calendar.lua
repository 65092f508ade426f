--- Days and hours where the user is. Runs in the policy VM.
---
--- All from the time and the offset from UTC that the context gives: the offset of now stands for the
--- days around it, so after a change to summer time a window may be an hour off until it is asked for
--- again inside.

local math = require "math"
local string = require "string"
local table = require "table"

local M = {}

local DAY <const>, HOUR <const> = 86400, 3600
--- Names of days as a policy writes them; the first is that of the epoch plus four days.
M.DAYS = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" }

local FULL <const> = { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" }

--- The number of a day from its name, of which three letters are enough.
local function number_of(name)
    for number, full in ipairs(FULL) do
        if type(name) == "string" and #name >= 3 and string.sub(full, 1, #name) == string.lower(name) then
            return number
        end
    end
end

--- The days that a name or a list of names means, as a set of numbers from 1 (Monday); nil: every day.
---@param value string|string[]|nil
---@return table<integer, boolean>? set
---@return string? message
function M.days(value)
    if value == nil then
        return nil
    end
    local set = {}
    for _, name in ipairs(type(value) == "table" and value or { value }) do
        local number = number_of(name)
        if not number then
            return nil, string.format("'%.60s' is no day; one of: %s", tostring(name), table.concat(M.DAYS, ", "))
        end
        set[number] = true
    end
    if next(set) == nil then
        return nil, "no day is named; one of: " .. table.concat(M.DAYS, ", ")
    end
    return set
end

--- An hour from 0 to 24, as a number or "9:30"; in seconds of the day.
---@param value number|string|nil
---@param default integer seconds
---@return integer? seconds
---@return string? message
function M.hour(value, default)
    if value == nil then
        return default
    end
    local hours, minutes = string.match(tostring(value), "^(%d%d?):(%d%d)$")
    local seconds = type(value) == "number" and value * HOUR
        or hours and tonumber(hours) * HOUR + tonumber(minutes) * 60
    -- What is no number at all is neither below nor above anything.
    local in_a_day = seconds and seconds >= 0 and seconds <= DAY
    if not in_a_day or minutes and tonumber(minutes) > 59 then
        return nil, string.format("'%.60s' is no hour; write 9, 17.5 or \"9:30\"", tostring(value))
    end
    return math.floor(seconds)
end

--- The local day (days since the epoch), the second in it and the number of the weekday.
---@param now integer
---@param offset integer seconds east of UTC
---@return integer day
---@return integer second
---@return integer weekday 1 is Monday
function M.of(now, offset)
    local day = (now + offset) // DAY
    return day, (now + offset) % DAY, (day + 3) % 7 + 1
end

--- The number of a day, counted from 1970-01-01, of a proleptic Gregorian date (Howard Hinnant, "chrono-compatible
--- low-level date algorithms", days_from_civil). A day beyond its month is one of the next.
---@param year integer
---@param month integer from 1 to 12
---@param day integer
---@return integer
function M.day_of(year, month, day)
    local y = month <= 2 and year - 1 or year
    local era = y // 400
    local of_era = y - era * 400
    local of_year = (153 * (month + (month > 2 and -3 or 9)) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
end

--- The date of a day by its number, the way back (civil_from_days).
---@param number integer
---@return integer year
---@return integer month
---@return integer day
function M.date_of(number)
    local z = number + 719468
    local era = z // 146097
    local of_era = z - era * 146097
    local of_year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    local rest = of_era - (365 * of_year + of_year // 4 - of_year // 100)
    local shifted = (5 * rest + 2) // 153
    local month = shifted + (shifted < 10 and 3 or -9)
    return of_year + era * 400 + (month <= 2 and 1 or 0), month, rest - (153 * shifted + 2) // 5 + 1
end

--- The point in time of a second of a local day.
---@param day integer
---@param second integer
---@param offset integer
---@return integer
function M.at(day, second, offset)
    return day * DAY + second - offset
end

--- Whether the second of a day lies between two; a span may go over midnight.
---@param second integer
---@param from integer
---@param to integer
---@return boolean
function M.between(second, from, to)
    if from <= to then
        return second >= from and second < to
    end
    return second >= from or second < to
end

return M
