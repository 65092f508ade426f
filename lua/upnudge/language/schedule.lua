--- Schedules: `u.on { day = "Mon", from = 9, to = 18 }` and `u.hours { from = 22, to = 7 }`. Runs in the
--- policy VM, for policies that have them.
---
--- On the named days from `from` on it is time to speak. `from` and `to` bound the hours of every day on which that
--- may be. A day is caught up on the next one on which somebody is there, if nobody was told of what was known then:
--- what was found later waits for the next day that is named.
---
--- On the day itself a notice waits for that day's check, while one is due. What was left unsaid on the day before
--- waits for nothing, so that whoever never sees the outcome of a check hears of the one before.

local cadence = require "upnudge.language.cadence"
local calendar = require "upnudge.lib.calendar"
local duration = require "upnudge.lib.duration"
local horizon = require "upnudge.language.horizon"

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

--- The same with what `on` takes beside it. `waits`: seconds after `from`, at most; false: not at all.
local function read_on(spec)
    local s, message = read(spec)
    if not s then
        return nil, message
    end
    s.own, s.catches_up, s.waits = spec.own, spec.catch_up ~= false, WEEK * DAY
    if type(spec.fresh) == "boolean" then
        s.waits = spec.fresh and s.waits
    elseif spec.fresh ~= nil then
        s.waits, message = duration.parse(spec.fresh)
    end
    if s.waits == nil then
        return nil, "fresh: " .. message
    end
    return s
end

--- The last window that began at or before then; days back are tried one by one.
---@return integer began
---@return integer ends
local function latest(s, now, offset)
    local day, second, weekday = calendar.of(now, offset)
    local back = 0
    while s.days and not s.days[(weekday - 1 - back) % 7 + 1] or back == 0 and second < s.from do
        back = back + 1
    end
    day = day - back
    return calendar.at(day, s.from, offset), calendar.at(s.from > s.to and day + 1 or day, s.to, offset)
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

--- When a day is not caught up any more, the next day counts; else the hours of whatever day.
local function next_chance(s, now, offset)
    return s.catches_up and opening(s, now, offset) or following(s, now, offset)
end

--- Whether the window that began then passed without a word of what was known before its end.
local function was_missed(c, last, began, ends)
    return (not last or last < began) and c.result.since <= ends
end

--- Until when to wait for a check that is due; nil: not at all.
local function waits_until(s, c, last, began, ends, offset)
    local checked_at, now = c.result.checked_at, horizon.now(c)
    local stale = s.waits and checked_at < began and now - checked_at >= cadence.check_every
    local stop = stale and began + s.waits
    if not stop or now >= stop or was_missed(c, last, latest(s, began - 1, offset)) then
        return nil
    end
    return stop < ends and stop or next_chance(s, now, offset)
end

--- What `on` answers where nothing was said since the window began.
local function on_unsaid(s, c, last, began, ends)
    local offset, now = c.host.utc_offset, horizon.now(c)
    if now < ends then
        local stop = waits_until(s, c, last, began, ends, offset)
        if stop then
            return false, "waits for this day's check", stop
        end
        return true
    elseif not s.catches_up then
        return false, "not its day", following(s, now, offset)
    elseif not was_missed(c, last, began, ends) then
        return false, "not its day, and found after the last one", following(s, now, offset)
    end
    local _, second = calendar.of(now, offset)
    if not calendar.between(second, s.from, s.to) then
        return false, "outside its hours", opening(s, now, offset)
    end
    return true
end

--- A cadence: on days of the week, within hours.
---@param spec {day?: string|string[], from?: number|string, to?: number|string, fresh?: boolean|string|number,
---catch_up?: boolean, own?: boolean}
---@return upnudge.Cadence?
---@return string? message
function M.on(spec)
    local s, message = read_on(spec)
    if not s then
        return nil, "on: " .. message
    end
    return cadence.new("on", function(c, rule)
        local history, by = cadence.history(c, rule, s.own)
        local now = horizon.now(c)
        local passed = cadence.since_last(history, now)
        local last = passed and now - passed
        local began, ends = latest(s, now, c.host.utc_offset)
        local said = passed and "said" .. by .. " " .. duration.format(passed) .. " ago" or "not said yet" .. by
        if last and last >= began then
            return false, "already " .. said, following(s, now, c.host.utc_offset)
        end
        local due, why, next_at = on_unsaid(s, c, last, began, ends)
        return due, why or said, next_at
    end)
end

--- Notes when hours next begin or end, or another day begins.
local function note_turns(s, now, offset)
    local day = calendar.of(now, offset)
    for ahead = 0, 1 do
        for _, second in ipairs { 0, s.from, s.to } do
            local at = calendar.at(day + ahead, second, offset)
            if at > now then
                horizon.note(at)
            end
        end
    end
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
        local now, offset = horizon.now(c), c.host.utc_offset
        local _, second, weekday = calendar.of(now, offset)
        note_turns(s, now, offset)
        if not calendar.between(second, s.from, s.to) then
            return false
        end
        -- The hours after midnight belong to the day on which they began.
        local began = s.from > s.to and second < s.to and (weekday - 2) % 7 + 1 or weekday
        return not s.days or s.days[began] or false
    end
end

return M
