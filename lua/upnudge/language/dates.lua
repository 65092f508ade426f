--- Dates: `u.dates { "2026-12-20..2027-01-03", "05-01" }` for `when`, and `u.date(format, time)`. Runs in the policy
--- VM, for policies that have them. A day is one where the user is.

local calendar = require "upnudge.lib.calendar"
local horizon = require "upnudge.language.horizon"
local string = require "string"

local M = {}

local HOUR <const> = 3600
-- Any year with a 29 February: days without a year are compared in it.
local LEAP <const> = 2000
-- How many entries a list may have, and how long a format may be.
local MOST <const>, LONGEST <const> = 400, 200

--- A day of "2026-12-20" or "12-20": its number, and whether it has a year; nil: it is none.
---@param text string
---@return integer?
---@return boolean? with_year
local function parse_day(text)
    local year, month, day = string.match(text, "^(%d%d%d%d)%-(%d%d)%-(%d%d)$")
    if not year then
        month, day = string.match(text, "^(%d%d)%-(%d%d)$")
    end
    if not month then
        return nil
    end
    local y, m, d = tonumber(year or LEAP) // 1, tonumber(month) // 1, tonumber(day) // 1
    local number = m >= 1 and m <= 12 and calendar.day_of(y, m, d)
    local _, real_month, real_day = calendar.date_of(number or 0)
    if not number or real_month ~= m or real_day ~= d then
        return nil
    end
    return number, year ~= nil
end

M.day = parse_day

local function parse_span(text)
    local first, last = text, text
    if type(text) == "string" and string.find(text, "..", 1, true) then
        first, last = string.match(text, "^%s*(%S+)%.%.(%S+)%s*$")
    end
    local from, with_year, to, to_year
    if type(first) == "string" then
        from, with_year = parse_day(first)
        to, to_year = parse_day(last)
    end
    if not from or not to or with_year ~= to_year then
        return nil, ("'%.60s' is no date; write \"2026-12-24\", \"2026-12-20..2027-01-03\" or \"12-24..01-02\"")
            :format(tostring(text))
    elseif with_year and to < from then
        return nil, ("'%.60s' ends before it begins"):format(text)
    end
    return { from = from, to = to, yearly = not with_year }
end

--- Whether a day lies in a span; one without a year comes back each year, and may go over the end of one.
local function within(span, number, of_year)
    local day = span.yearly and of_year or number
    if span.from <= span.to then
        return day >= span.from and day <= span.to
    end
    return day >= span.from or day <= span.to
end

--- A predicate for `when`: whether today is one of those days.
---@param list string|string[] days and spans, the last day included
---@return (fun(c: table): boolean)? predicate
---@return string? message
function M.dates(list)
    list = type(list) == "string" and { list } or list
    if type(list) ~= "table" or list[1] == nil or #list > MOST then
        return nil, ("dates: a list of 1 to %d dates is needed"):format(MOST)
    end
    local spans = {}
    for i, text in ipairs(list) do
        local span, message = parse_span(text)
        if not span then
            return nil, "dates: " .. message
        end
        spans[i] = span
    end
    return function(c)
        local offset = c.host.utc_offset
        local number = calendar.of(horizon.now(c), offset)
        horizon.note(calendar.at(number + 1, 0, offset))
        local _, month, day = calendar.date_of(number)
        local of_year = calendar.day_of(LEAP, month, day)
        for _, span in ipairs(spans) do
            if within(span, number, of_year) then
                return true
            end
        end
        return false
    end
end

local MONTHS <const> = { "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December" }
local WEEKDAYS <const> = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" }

--- The year and the number of the week of ISO 8601: a week belongs to the year of its Thursday.
local function iso_week(number, weekday)
    local thursday = number - weekday + 4
    local year = calendar.date_of(thursday)
    return year, (thursday - calendar.day_of(year, 1, 1)) // 7 + 1
end

--- The parts of a time, as os.date("*t") names them, and `week`.
local function parts_of(time, offset)
    local number, second, weekday = calendar.of(time, offset)
    local year, month, day = calendar.date_of(number)
    local week_year, week = iso_week(number, weekday)
    return { year = year, month = month, day = day, hour = second // HOUR, min = second // 60 % 60, sec = second % 60,
        wday = weekday % 7 + 1, yday = number - calendar.day_of(year, 1, 1) + 1, week = week, week_year = week_year,
        weekday = weekday, offset = offset }
end

local function two(value)
    return string.format("%02d", value)
end

local function zone(t)
    local minutes = (t.offset < 0 and -t.offset or t.offset) // 60
    return (t.offset < 0 and "-" or "+") .. two(minutes // 60) .. two(minutes % 60)
end

local function date(t)
    return string.format("%04d-%02d-%02d", t.year, t.month, t.day)
end

local function time(t)
    return two(t.hour) .. ":" .. two(t.min) .. ":" .. two(t.sec)
end

-- The conversions of strftime that need no locale, but for English names of days and months.
local CONVERSIONS <const> = {
    ["%"] = function() return "%" end,
    a = function(t) return string.sub(WEEKDAYS[t.weekday], 1, 3) end,
    A = function(t) return WEEKDAYS[t.weekday] end,
    b = function(t) return string.sub(MONTHS[t.month], 1, 3) end,
    B = function(t) return MONTHS[t.month] end,
    d = function(t) return two(t.day) end,
    e = function(t) return string.format("%2d", t.day) end,
    F = date,
    G = function(t) return string.format("%04d", t.week_year) end,
    H = function(t) return two(t.hour) end,
    I = function(t) return two((t.hour + 11) % 12 + 1) end,
    j = function(t) return string.format("%03d", t.yday) end,
    m = function(t) return two(t.month) end,
    M = function(t) return two(t.min) end,
    p = function(t) return t.hour < 12 and "AM" or "PM" end,
    R = function(t) return two(t.hour) .. ":" .. two(t.min) end,
    S = function(t) return two(t.sec) end,
    T = time,
    u = function(t) return tostring(t.weekday) end,
    V = function(t) return two(t.week) end,
    w = function(t) return tostring(t.weekday % 7) end,
    y = function(t) return two(t.year % 100) end,
    Y = function(t) return string.format("%04d", t.year) end,
    z = zone,
}

--- A time in words, or with "*t" its parts, as os.date gives them: local time, with "!" before it UTC. Raises an error
--- where that makes no sense.
---@param format string?
---@param when number? seconds UTC; nil: now
---@return string|table
function M.date(format, when)
    format = format == nil and "%F %R" or format
    if type(format) ~= "string" or #format > LONGEST then
        error(("u.date: a format of at most %d bytes is needed, as \"%%F %%R\""):format(LONGEST), 2)
    end
    local c = require "upnudge.language.context".current()
    if not c then
        error("u.date: while a policy is loaded there is no time; call it in a function", 2)
    end
    when = when == nil and c.now or when
    if type(when) ~= "number" or not (when > -6e10 and when < 2.5e11) then
        error("u.date: the time is no number of seconds", 2)
    end
    local utc = string.sub(format, 1, 1) == "!"
    local t = parts_of(when // 1 | 0, utc and 0 or c.host.utc_offset)
    format = utc and string.sub(format, 2) or format
    if format == "*t" then
        return t
    end
    local wrong
    local text = string.gsub(format, "%%(.?)", function(letter)
        local convert = CONVERSIONS[letter]
        wrong = wrong or not convert and letter
        return convert and convert(t) or ""
    end)
    if wrong then
        error(("u.date has no '%%%s'; one of: %%a %%A %%b %%B %%d %%e %%F %%G %%H %%I %%j %%m %%M %%p %%R %%S %%T "
            .. "%%u %%V %%w %%y %%Y %%z"):format(wrong), 2)
    end
    return text
end

return M
