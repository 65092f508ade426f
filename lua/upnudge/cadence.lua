--- Cadences: how often a rule may speak. Runs in the policy VM.
---
--- A cadence is a table {kind, due}; due(c) answers whether it may speak now, why (not), and when it
--- next could. A last notice more than a minute in the future (the clock moved) counts as none. Misuse is
--- nil and a message.

local duration = require "upnudge.duration"

local M = {}

---@class upnudge.Cadence
---@field cadence string its kind
---@field due fun(c: table): boolean, string, integer?

local function cadence(kind, due)
    return { cadence = kind, due = due }
end

-- How far clocks of processes (of machines that share a home) may be apart.
local SKEW <const> = 60

--- Seconds since the last notice; nil: never.
local function since_last(c)
    local last = c.history.last_notified
    local passed = last and c.now - last
    if not passed or passed < -SKEW then
        return nil
    end
    return passed > 0 and passed or 0
end

--- Due when `seconds` have passed since the last notice.
local function after(c, seconds)
    local passed = since_last(c)
    if not passed then
        return true, "not said yet"
    end
    local said = "already said " .. duration.format(passed) .. " ago"
    if passed >= seconds then
        return true, "said " .. duration.format(passed) .. " ago"
    end
    return false, said .. "; again in " .. duration.format(seconds - passed), c.now - passed + seconds
end

--- At most once in that time, e.g. every "1d".
---@param value string|number a duration
---@return upnudge.Cadence?
---@return string? message
function M.every(value)
    local seconds, message = duration.parse(value)
    if not seconds then
        return nil, "every: " .. message
    end
    return cadence("every", function(c)
        return after(c, seconds)
    end)
end

--- Once for each distinct result.
---@return upnudge.Cadence
function M.once()
    return cadence("once", function(c)
        if c.history.shown == c.result.fingerprint then
            return false, "this very result was said already"
        end
        return true, "this result was not said yet"
    end)
end

--- On days of the week, within hours: see upnudge.schedule.
---@param spec {day?: string|string[], from?: number|string, to?: number|string}
---@return upnudge.Cadence?
---@return string? message
function M.on(spec)
    local schedule, message = require "upnudge.schedule".new(spec)
    if not schedule then
        return nil, "on: " .. message
    end
    return cadence("on", function(c)
        return schedule(c, since_last(c))
    end)
end

local BACKOFF <const> = { first = true, factor = true, max = true }

--- Less and less often while the same result waits: after `first`, then `factor` times as long each
--- time, `max` at most. A new result starts anew.
---@param spec {first: string|number, factor?: number, max?: string|number}
---@return upnudge.Cadence?
---@return string? message
function M.backoff(spec)
    if type(spec) ~= "table" then
        return nil, "backoff needs a table {first=, factor=, max=}"
    end
    for key in pairs(spec) do
        if not BACKOFF[key] then
            local mistake = require "upnudge.mistake"
            return nil, "backoff: no key '" .. tostring(key) .. "'"
                .. mistake.suggest(tostring(key), mistake.keys(BACKOFF))
        end
    end
    local first, no_first = duration.parse(spec.first or "1d")
    local most, no_most = duration.parse(spec.max or "30d")
    local factor = spec.factor or 2
    if not first or not most then
        return nil, first and "backoff: max: " .. no_most or "backoff: first: " .. no_first
    elseif type(factor) ~= "number" or not (factor >= 1 and factor <= 1000) then
        return nil, "backoff: factor is a number from 1 to 1000"
    end
    return cadence("backoff", function(c)
        if c.history.shown ~= c.result.fingerprint then
            return true, "this result was not said yet"
        end
        local wait = first * factor ^ ((c.history.times or 1) - 1)
        return after(c, (wait < most and wait or most) // 1 | 0)
    end)
end

--- At every activation.
---@return upnudge.Cadence
function M.always()
    return cadence("always", function()
        return true, "always"
    end)
end

--- Not at all.
---@return upnudge.Cadence
function M.never()
    return cadence("never", function()
        return false, "never"
    end)
end

return M
