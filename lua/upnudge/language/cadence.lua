--- Cadences: how often a rule may speak. Runs in the policy VM.
---
--- `on` is in upnudge.language.schedule and `escalate` in upnudge.language.escalation: most activations need neither.
---
--- A cadence is a table {kind, due}; due(c, rule) answers whether the rule of that name may speak now, why (not), when
--- it next could, and maybe a text. It goes by the common clock, when any rule last spoke, or by the rule's own. Misuse
--- is nil and a message.

local duration = require "upnudge.lib.duration"

local M = {}

---@class upnudge.Cadence
---@field cadence string its kind
---@field due fun(c: table, rule: string?): boolean, string, integer?

--- How long the outcome of a check stays fresh, in seconds; the policy's.
M.check_every = 86400

--- The policy whose cadences are asked, once it is linked.
---@type {rules: upnudge.Rule[], decide: function?}
M.policy = { rules = {} }

--- A cadence from its question.
---@param kind string
---@param due fun(c: table, rule: string?): boolean, string, integer?
---@return upnudge.Cadence
function M.new(kind, due)
    return { cadence = kind, due = due }
end

local cadence <const> = M.new

--- What is known of past notices: of all, or of the rule's own.
---@param c table the context
---@param rule string?
---@param own boolean?
---@return table history
---@return string by "" or words that say whose it is
function M.history(c, rule, own)
    local clock = own and rule and c.history.rules[rule]
    return clock or c.history, clock and " by this rule" or ""
end

--- Seconds since the last notice; nil: never.
---@param history table
---@param now integer
---@return number?
function M.since_last(history, now)
    local last = history.last_notified
    local passed = last and now - last
    return passed and (passed > 0 and passed or 0)
end

--- Due when `seconds` have passed since the last notice.
local function after(now, seconds, history, by)
    local passed = M.since_last(history, now)
    if not passed then
        return true, "not said yet" .. by
    end
    local said = "said" .. by .. " " .. duration.format(passed) .. " ago"
    if passed >= seconds then
        return true, said
    end
    return false, "already " .. said .. "; again in " .. duration.format(seconds - passed), now - passed + seconds
end

--- Whether options ask for the rule's own clock; nil and a message when they are none.
local function own_of(options)
    if options ~= nil and type(options) ~= "table" then
        return nil, "options are a table, { own = true }"
    end
    return options and options.own or false
end

--- At most once in that time, e.g. every "1d".
---@param value string|number a duration
---@param options {own?: boolean}?
---@return upnudge.Cadence?
---@return string? message
function M.every(value, options)
    local seconds, message = duration.parse(value)
    local own, no_options = own_of(options)
    if not seconds or own == nil then
        return nil, "every: " .. (message or no_options)
    end
    return cadence("every", function(c, rule)
        return after(c.now, seconds, M.history(c, rule, own))
    end)
end

-- Of the fingerprint of several environments each has so many characters, and a space behind.
local PIECE <const> = 12

--- Whether this result was shown. Of several environments some may have nothing to tell any more: what is left then is
--- nothing new.
local function was_shown(history, c)
    local shown, present = history.shown, c.result.fingerprint
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

--- How often this result was shown.
---@param history table
---@param c table the context
---@return integer
function M.times(history, c)
    return was_shown(history, c) and (history.times or 1) or 0
end

--- Once for each distinct result, or with `of` once for each change that is such.
---@param options {own?: boolean, of?: upnudge.policy.PackageMatch}?
---@return upnudge.Cadence?
---@return string? message
function M.once(options)
    local own, message = own_of(options)
    local of = own ~= nil and options and options.of
    local news, wrong
    if of then
        news, wrong = require "upnudge.language.news".of(of)
    end
    if own == nil or wrong then
        return nil, "once: " .. (message or wrong)
    end
    return cadence("once", function(c, rule)
        local history, by = M.history(c, rule, own)
        local shown = was_shown(history, c)
        if news then
            local due, reason = news(c, history, shown)
            return due, reason .. by
        end
        return not shown, (shown and "this very result was said already" or "this result was not said yet") .. by
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
---@param spec {first: string|number, factor?: number, max?: string|number, own?: boolean}
---@return upnudge.Cadence?
---@return string? message
function M.backoff(spec)
    if type(spec) ~= "table" then
        return nil, "backoff needs a table {first=, factor=, max=}"
    end
    local first, no_first = duration.parse(spec.first or "1d")
    local most, no_most = duration.parse(spec.max or "30d")
    local factor, own = spec.factor or 2, spec.own
    if not first or not most then
        return nil, first and "backoff: max: " .. no_most or "backoff: first: " .. no_first
    end
    return cadence("backoff", function(c, rule)
        local history, by = M.history(c, rule, own)
        if not was_shown(history, c) then
            return true, "this result was not said yet" .. by
        end
        local wait = first * factor ^ ((history.times or 1) - 1)
        return after(c.now, (wait < most and wait or most) // 1 | 0, history, by)
    end)
end

return M
