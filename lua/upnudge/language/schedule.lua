--- Schedules: `u.on { day = "Mon", from = 9, to = 18 }` and `u.hours { from = 22, to = 7 }`. Runs in the
--- policy VM, for policies that have them.
---
--- On the named days from `from` on it is time to speak. A missed day is caught up at the next
--- activation; `from` and `to` bound the hours of every day on which that may be.

local cadence = require "upnudge.language.cadence"
local calendar = require "upnudge.lib.calendar"
local duration = require "upnudge.lib.duration"

local M = {}

local DAY <const>, WEEK <const> = 86400, 7

local function read(spec)
    if type(spec) ~= "table" then
        return nil, "a table {day=, from=, to=} is needed"
    end
    local days, no_days = calendar.days(spec.day or spec.days)
    local from, no_from = calendar.hour(spec.from, 0)
    local to, no_to = calendar.hour(spec.to, DAY)
    if no_days or not from or not to then
        return nil, no_days or no_from or no_to
    end
    return { days = days, from = from, to = to }
end

--- The last time at or before now at which it became time; days back are tried one by one.
local function latest(s, now, offset)
    local day, second, weekday = calendar.of(now, offset)
    for back = 0, WEEK do
        local listed = not s.days or s.days[(weekday - 1 - back) % 7 + 1]
        if listed and (back > 0 or second >= s.from) then
            return calendar.at(day - back, s.from, offset)
        end
    end
end

--- The next time after now at which it becomes time.
local function following(s, now, offset)
    local day, second, weekday = calendar.of(now, offset)
    for ahead = 0, WEEK do
        local listed = not s.days or s.days[(weekday - 1 + ahead) % 7 + 1]
        if listed and (ahead > 0 or second < s.from) then
            return calendar.at(day + ahead, s.from, offset)
        end
    end
end

--- When the hours next begin.
local function opening(s, now, offset)
    local day, second = calendar.of(now, offset)
    return calendar.at(second < s.from and day or day + 1, s.from, offset)
end

--- A cadence: on days of the week, within hours.
---@param spec {day?: string|string[], from?: number|string, to?: number|string, own?: boolean}
---@return upnudge.Cadence?
---@return string? message
function M.on(spec)
    local s, message = read(spec)
    if not s then
        return nil, "on: " .. message
    end
    local own = spec.own
    return cadence.new("on", function(c, rule)
        local history, by = cadence.history(c, rule, own)
        local passed, offset = cadence.since_last(history, c.now), c.host.utc_offset
        local said = passed and "said" .. by .. " " .. duration.format(passed) .. " ago" or "not said yet" .. by
        local since = latest(s, c.now, offset)
        if passed and c.now - passed >= since then
            return false, "already " .. said, following(s, c.now, offset)
        end
        local _, second = calendar.of(c.now, offset)
        if not calendar.between(second, s.from, s.to) then
            return false, "outside its hours", opening(s, c.now, offset)
        end
        return true, said
    end)
end

--- A predicate for `when`: whether now lies within hours, on some days or on all.
---@param spec {day?: string|string[], from?: number|string, to?: number|string}
---@return (fun(c: table): boolean)? predicate
---@return string? message
function M.hours(spec)
    local s, message = read(spec)
    if not s then
        return nil, "hours: " .. message
    end
    return function(c)
        local _, second, weekday = calendar.of(c.now, c.host.utc_offset)
        if not calendar.between(second, s.from, s.to) then
            return false
        end
        -- The hours after midnight belong to the day on which they began.
        local began = s.from > s.to and second < s.to and (weekday - 2) % 7 + 1 or weekday
        return not s.days or s.days[began] or false
    end
end

return M
