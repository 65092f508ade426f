--- Cadences: how often a rule may speak. Runs in the policy VM.
---
--- `on` is in upnudge.language.schedule, for most activations need no calendar.
---
--- A cadence is a table {kind, due}; due(c) answers whether it may speak now, why (not), and when it
--- next could. Misuse is nil and a message.

local duration = require "upnudge.lib.duration"

local M = {}

---@class upnudge.Cadence
---@field cadence string its kind
---@field due fun(c: table): boolean, string, integer?

--- A cadence from its question.
---@param kind string
---@param due fun(c: table): boolean, string, integer?
---@return upnudge.Cadence
function M.new(kind, due)
    return { cadence = kind, due = due }
end

local cadence <const> = M.new

--- Seconds since the last notice; nil: never.
---@param c table the context
---@return number?
function M.since_last(c)
    local last = c.history.last_notified
    local passed = last and c.now - last
    return passed and (passed > 0 and passed or 0)
end

--- Due when `seconds` have passed since the last notice.
---@param c table
---@param seconds number
---@return boolean due
---@return string reason
---@return integer? next_at
function M.after(c, seconds)
    local passed = M.since_last(c)
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
        return M.after(c, seconds)
    end)
end

-- Of the fingerprint of several environments each has so many characters, and a space behind.
local PIECE <const> = 12

--- Whether this result was shown. Of several environments some may have nothing to tell any more: what is left then is
--- nothing new.
local function was_shown(c)
    local shown, present = c.history.shown, c.result.fingerprint
    if shown == present or not shown or #present % (PIECE + 1) ~= PIECE then
        return shown == present
    end
    local known, sub = {}, require "string".sub
    for at = 1, #shown, PIECE + 1 do
        known[sub(shown, at, at + PIECE - 1)] = true
    end
    for at = 1, #present, PIECE + 1 do
        if not known[sub(present, at, at + PIECE - 1)] then
            return false
        end
    end
    return true
end

--- Once for each distinct result.
---@return upnudge.Cadence
function M.once()
    return cadence("once", function(c)
        if was_shown(c) then
            return false, "this very result was said already"
        end
        return true, "this result was not said yet"
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

--- Less and less often while the same result waits: after `first`, then `factor` times as long each time,
--- `max` at most. A new result starts anew.
---@param spec {first: string|number, factor?: number, max?: string|number}
---@return upnudge.Cadence?
---@return string? message
function M.backoff(spec)
    if type(spec) ~= "table" then
        return nil, "backoff needs a table {first=, factor=, max=}"
    end
    local first, no_first = duration.parse(spec.first or "1d")
    local most, no_most = duration.parse(spec.max or "30d")
    local factor = spec.factor or 2
    if not first or not most then
        return nil, first and "backoff: max: " .. no_most or "backoff: first: " .. no_first
    end
    return cadence("backoff", function(c)
        if not was_shown(c) then
            return true, "this result was not said yet"
        end
        local wait = first * factor ^ ((c.history.times or 1) - 1)
        return M.after(c, (wait < most and wait or most) // 1 | 0)
    end)
end

return M
