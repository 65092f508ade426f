--- Escalation: `u.escalate { { notify = u.every "1w" }, { after = 3, notify = u.every "1d", text = … } }`. Runs in the
--- policy VM, for policies that have it.
---
--- A cadence of steps, of which the last that applies counts: `after` so many notices of this very result by this rule,
--- `at` an age of the result or a day. Its text takes the place of the rule's.

local cadence = require "upnudge.language.cadence"
local calendar = require "upnudge.lib.calendar"
local duration = require "upnudge.lib.duration"
local horizon = require "upnudge.language.horizon"

local M = {}

-- How many steps there may be.
local MOST <const> = 20

--- An age in seconds or the number of a day; nil and what is wrong.
local function time_of(value)
    local day, with_year
    if type(value) == "string" then
        day, with_year = require "upnudge.language.dates".day(value)
    end
    if day and with_year then
        return nil, day
    end
    local age = duration.parse(value)
    if not age then
        return nil, nil, ("at: '%.60s' is neither a duration nor a day; write \"14d\" or \"2026-12-24\"")
            :format(tostring(value))
    end
    return age
end

local function is_cadence(value)
    return type(value) == "function" or type(value) == "table" and type(value.due) == "function"
end

--- One step; nil and what is wrong with it.
local function read(given)
    if type(given) ~= "table" or is_cadence(given) then
        return nil, "a table {notify=, after=, at=, text=} is needed"
    elseif not is_cadence(given.notify) then
        return nil, "notify is no cadence"
    end
    local step = { notify = given.notify, after = given.after, text = given.text }
    local after = step.after
    if after ~= nil and (type(after) ~= "number" or after < 1 or after ~= after // 1) then
        return nil, "after is a whole number of notices, from 1 on"
    elseif step.text ~= nil and type(step.text) ~= "string" and type(step.text) ~= "function" then
        return nil, "text is a " .. type(step.text) .. "; expected a string or a function of the context"
    elseif given.at ~= nil then
        local message
        step.age, step.day, message = time_of(given.at)
        return not message and step or nil, message
    end
    return step
end

--- When a step begins; nil: whenever its notices are told.
local function begins_at(step, c)
    if step.day then
        return calendar.at(step.day, 0, c.host.utc_offset)
    end
    return step.age and c.result.since + step.age
end

--- The last step that applies, and when a later one may.
local function present(steps, c, rule)
    local told = cadence.times(cadence.history(c, rule, true), c)
    local now = horizon.now(c)
    local current, soonest
    for number, step in ipairs(steps) do
        local begins, enough = begins_at(step, c), not step.after or told >= step.after
        if enough and (not begins or now >= begins) then
            current, soonest = number, nil
        elseif enough and (not soonest or begins < soonest) then
            soonest = begins
        end
    end
    return current, soonest
end

--- A cadence of steps.
---@param list table[] {notify=, after=, at=, text=}
---@return upnudge.Cadence?
---@return string? message
function M.escalate(list)
    if type(list) ~= "table" or list[1] == nil or #list > MOST then
        return nil, ("escalate: a list of 1 to %d steps is needed"):format(MOST)
    end
    local steps = {}
    for i, given in ipairs(list) do
        local step, message = read(given)
        if not step then
            return nil, ("escalate: step %d: %s"):format(i, message)
        end
        steps[i] = step
    end
    local made = cadence.new("escalate", function(c, rule)
        local current, soonest = present(steps, c, rule)
        if not current then
            return false, "none of its steps has begun", soonest
        end
        local notify = steps[current].notify
        local due, reason, next_at, text = (type(notify) == "table" and notify.due or notify)(c, rule)
        if type(reason) == "string" then
            reason = ("step %d: %s"):format(current, reason)
        end
        if not due and soonest and (next_at == nil or type(next_at) == "number" and soonest < next_at) then
            next_at = soonest
        end
        return due, reason, next_at, steps[current].text or type(notify) == "table" and text or nil
    end)
    made.steps = steps
    return made
end

return M
